"""The commands, one function each. Heavy libraries load when a command runs, so that `--help` answers at once."""

import pathlib
import shlex
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

import sakimori
from sakimori.base.errors import InputError, RunError
from sakimori.cli.console import ERR, OUT, ConsoleWatch, print_json
from sakimori.cli.endings import Endings

if TYPE_CHECKING:
    from sakimori.report.view import RunView
    from sakimori.store import RunFolder

app = typer.Typer(
    cls=Endings,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Joint analysis of missile detection and interception, from public literature.",
)
import_app = typer.Typer(no_args_is_help=True, help="Read data from elsewhere.")
app.add_typer(import_app, name="import")

StudyName = Annotated[str, typer.Argument(metavar="STUDY", help="A folder, a file, or the name of a shipped study.")]
RunPath = Annotated[str, typer.Argument(metavar="RUN", help="A run folder, or its address (s3://...).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


class Format(StrEnum):
    """How findings are printed."""

    text = "text"
    json = "json"


class ExportFormat(StrEnum):
    """What a run can be exported as."""

    csv = "csv"
    parquet = "parquet"
    geojson = "geojson"


def _version(wanted: bool) -> None:
    if wanted:
        OUT.print(sakimori.__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    del version


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Folder to make.")],
    source: Annotated[str, typer.Option("--from", metavar="SHIPPED", help="Shipped study.")] = "announced-measures",
) -> None:
    """Copy a shipped study to start from."""
    from sakimori.study.shipped import copy_shipped

    folder = copy_shipped(source, pathlib.Path(name))
    OUT.print(f"{folder}: a copy of {source}. Next: sakimori check {shlex.quote(name)}", markup=False, soft_wrap=True)


@app.command()
def check(study: StudyName, format: Annotated[Format, typer.Option(help="How to print.")] = Format.text) -> None:
    """Check a study: findings with file, line, and how to mend each."""
    from sakimori.cli.findings import print_findings
    from sakimori.study import findings_of, load
    from sakimori.study.checks import check as find

    try:
        findings, code = find(load(study)), 0
    except InputError as error:
        if format is Format.text:
            raise
        findings, code = findings_of(error), error.exit_code
    if format is Format.json:
        print_json([finding.as_dict() for finding in findings])
    else:
        print_findings(findings)
    if any(f.severity == "error" and not f.waived for f in findings):
        code = 1
    raise typer.Exit(code)


@app.command()
def fly(
    file: Annotated[pathlib.Path, typer.Argument(metavar="FILE", help="A flight file; see docs/fly-files.md.")],
    out: Annotated[pathlib.Path | None, typer.Option(help="CSV or Parquet file to write, by its ending.")] = None,
    json: AsJson = False,
) -> None:
    """Fly one body or vehicle from a small YAML file: summary, plot in the terminal, table."""
    from sakimori.cli.flying import fly_file

    fly_file(file, out, json)


@app.command()
def cover(
    file: Annotated[pathlib.Path, typer.Argument(metavar="FILE", help="A cover file; see docs/cover-files.md.")],
    out: Annotated[pathlib.Path | None, typer.Option(help="PNG, SVG or CSV file to write, by its ending.")] = None,
    json: AsJson = False,
) -> None:
    """Map what a set of sensors covers, and the worst case of a constellation, from a small YAML file."""
    from sakimori.cli.covering import cover_file

    cover_file(file, out, json)


@app.command()
def run(
    study: StudyName,
    futures: Annotated[
        int | None, typer.Option(min=1, max=1_000_000, help="Number of futures; the study's by default.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=1024, help="Processes; all processors by default.")] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler, or 'local' for Dask on this machine.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="'METRIC WIDTH'", help="Stop when its 95 % interval is +- WIDTH or narrower.")
    ] = None,
    out: Annotated[
        str | None, typer.Option(metavar="DIR", help="Run folder or address (s3://BUCKET/RUN); runs/STUDY by default.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, max=2**32 - 1, help="The study's by default.")] = None,
) -> None:
    """Run a study, resume it where it stopped, or extend it with more futures."""
    from sakimori.run import execute
    from sakimori.study import load

    loaded = load(study)
    folder = out or pathlib.Path("runs") / loaded.name
    with ConsoleWatch(futures or loaded.futures) as watch:
        done = execute(
            loaded, folder, futures=futures, seed=seed, workers=workers, cluster=cluster, until=until, watch=watch
        )
    _tell_failed(done)
    OUT.print(f"run: {done}", markup=False, soft_wrap=True)
    path = shlex.quote(str(done))
    OUT.print(f"next: sakimori show {path}; sakimori report {path}", style="dim", markup=False, soft_wrap=True)


def _tell_failed(done: "RunFolder") -> None:
    facts = done.manifest()
    if not facts["failed_futures"]:
        return
    fault, _ = Counter(fault for fault in done.columns("outcomes")["fault"] if fault).most_common(1)[0]
    if facts["failed_futures"] == facts["futures"]:
        raise RunError(f"every future failed; most often: {fault}")
    told = f"they are left out of every number. Most often: {escape(fault)}"
    ERR.print(f"[bold red]{facts['failed_futures']} futures failed[/]: {told}", soft_wrap=True)


def _view(run: str) -> "RunView":
    """The run; a word on stderr where it is unfinished."""
    from sakimori.report.opening import open_view

    view = open_view(run)
    _tell_unfinished(run)
    return view


def _tell_unfinished(run: str) -> None:
    from sakimori.store import RunFolder

    folder = RunFolder.open(run)
    missing, asked = len(folder.missing_futures()), folder.manifest().get("futures")
    if missing:
        told = f"{escape(str(run))} has {missing} of its {asked} futures still to run, and leaves them out."
        ERR.print(f"[bold red]UNFINISHED[/] {told}", soft_wrap=True)


@app.command()
def show(run: RunPath, json: AsJson = False) -> None:
    """The scoreboard of a run."""
    from sakimori.report.scoreboard import scoreboard, scoreboard_json

    view = _view(run)
    if json:
        print_json(scoreboard_json(view))
    else:
        OUT.print(scoreboard(view))


@app.command()
def retest(
    run: RunPath,
    out: Annotated[str, typer.Option(metavar="DIR", help="Run folder or address of the fresh futures.")],
    futures: Annotated[int | None, typer.Option(min=2, max=1_000_000, help="As many as RUN has by default.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=1024, help="Processes; all processors by default.")] = None,
    json: AsJson = False,
) -> None:
    """Play the leaders of a run on fresh futures: how much of their lead was luck in the picking."""
    from sakimori.cli.retesting import retest_run

    retest_run(run, out, futures, workers, json)


@app.command()
def compare(run: RunPath, other: RunPath, json: AsJson = False) -> None:
    """Two runs side by side: the options they share, and what differs between the studies."""
    from sakimori.report.beside import beside, beside_json

    left, right = _view(run), _view(other)
    if json:
        print_json(beside_json(left, right))
    else:
        OUT.print(beside(left, right))


@app.command()
def explain(
    run: RunPath,
    future: Annotated[int, typer.Option(min=0, help="Number of the future.")],
    threat: Annotated[int, typer.Option(min=0, help="Number of the threat in its raid.")],
    option: Annotated[str, typer.Option(help="Name of the option.")] = "baseline",
    figure: Annotated[pathlib.Path | None, typer.Option(help="PNG or SVG file to write; into RUN by default.")] = None,
    json: AsJson = False,
) -> None:
    """Why one threat leaked, and which single change would have stopped it: in words and as a figure."""
    from sakimori.cli.explaining import explain_threat
    from sakimori.store import RunFolder

    explain_threat(_view(run), RunFolder.open(run), future, threat, option, figure, json)


@app.command()
def report(
    run: RunPath, out: Annotated[pathlib.Path | None, typer.Option(help="HTML file; report.html in RUN.")] = None
) -> None:
    """Write the report: one offline HTML file."""
    from sakimori.report.opening import write_report

    OUT.print(f"report: {write_report(run, out)}", markup=False, soft_wrap=True)
    _tell_unfinished(run)


@app.command()
def catalogue(name: Annotated[str | None, typer.Argument(help="A record.")] = None, json: AsJson = False) -> None:
    """List the catalogue's records, or show one with every parameter, its range, basis and source."""
    from sakimori.cli.records import print_record, print_records
    from sakimori.study.catalogue import shipped

    records = shipped()
    if name is None:
        print_records(records, json)
    else:
        print_record(records, name, json)


@app.command()
def fit(
    range: Annotated[str, typer.Option(metavar="LENGTH", help="Announced range, like '850 km'.")],
    apogee: Annotated[str, typer.Option(metavar="LENGTH", help="Announced highest altitude, like '50 km'.")],
    time: Annotated[str | None, typer.Option(metavar="TIME", help="Announced flight time, like '11 min'.")] = None,
    launch: Annotated[str | None, typer.Option(metavar="LAT,LON", help="Launch place in degrees.")] = None,
    bearing: Annotated[str | None, typer.Option(metavar="ANGLE", help="From the launch place, like '90 deg'.")] = None,
    json: AsJson = False,
) -> None:
    """Which kind of flight explains an announced range and apogee, and how long it would fly."""
    from sakimori.cli.fitting import print_fit

    print_fit(range, apogee, time, launch, bearing, json)


@import_app.command("flights")
def import_flights(
    file: Annotated[pathlib.Path, typer.Argument(help="CSV of observed flights.")],
    out: Annotated[pathlib.Path | None, typer.Option(help="CSV to write, one row per input row.")] = None,
    json: AsJson = False,
) -> None:
    """Read observed flights: every row with range and apogee flies, or is reported with the reason."""
    from sakimori.cli.flights import print_import
    from sakimori.study.flight_tables import import_flights as read

    print_import(read(file), out, json)


@app.command()
def export(
    run: RunPath,
    format: Annotated[ExportFormat, typer.Option(help="csv and parquet: all tables; geojson: the flights.")],
    out: Annotated[pathlib.Path | None, typer.Option(help="Folder or file; export/ in RUN by default.")] = None,
) -> None:
    """Export the results of a run."""
    from sakimori.report.export import export_run

    for path in export_run(run, format.value, out):
        OUT.print(str(path), markup=False, soft_wrap=True)
    _tell_unfinished(run)
