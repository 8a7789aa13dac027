"""What `import sakimori` offers: the same steps as the command line, for scripts and notebooks."""

import dataclasses
import pathlib
from typing import TYPE_CHECKING, Any

from sakimori.base.errors import InputError, RunError, SakimoriError
from sakimori.report.beside import beside_json
from sakimori.report.explanation import explanation, facts_of
from sakimori.report.opening import open_view, write_report
from sakimori.report.retest import Retest, retest
from sakimori.report.summary import summarise
from sakimori.report.view import RunView
from sakimori.run import Watch, runner
from sakimori.store import RunFolder
from sakimori.study import Study, load
from sakimori.study.checks import Finding, check

if TYPE_CHECKING:
    import pandas


class Run(RunFolder):
    """A run: its tables (`outcomes`, `sql`, `to_pandas`, `to_xarray`, `columns`), and what the commands say of it."""

    def compare(self, other: "Run | None" = None) -> "pandas.DataFrame":
        """Every metric of every option with its paired difference to the baseline; or this run beside another.

        Values are in the units of docs/metrics.md. With `other`, differences are other minus this one.
        """
        import pandas

        if other is not None:
            return pandas.DataFrame(beside_json(open_view(str(self)), open_view(str(other)))["rows"])
        return pandas.DataFrame(_compared(open_view(str(self))))

    def explain(self, future: int, threat: int, option: str = "baseline") -> list[str]:
        """Why one threat leaked, in words."""
        return explanation(facts_of(open_view(str(self)), future, threat, option))

    def retest(self, out: str | pathlib.Path, futures: int | None = None, workers: int | None = None) -> Retest:
        """Play its leaders on fresh futures into the run folder `out`; what is left of their lead."""
        return retest(str(self), out, futures, workers)

    def report(self, out: pathlib.Path | None = None) -> pathlib.Path | str:
        """Write the report, one offline HTML file, by default into the run folder; its path, or its address."""
        return write_report(str(self), out)


def _compared(view: RunView) -> list[dict[str, Any]]:
    summary = summarise(view)
    rows: list[dict[str, Any]] = []
    for metric, estimates in summary.estimates.items():
        for option, found in estimates.items():
            row = {"metric": metric, **dataclasses.asdict(found)}
            beside = summary.differences[metric].get(option)
            told = dataclasses.asdict(beside) if beside else {}
            row |= {f"difference_{name}": told.get(name, 0.0) for name in ("mean", "error", "low", "high")}
            rows.append({**row, "effect": told["effect"].value if told else ""})
    return rows


def execute(
    study: Study,
    out: str | pathlib.Path,
    *,
    futures: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    until: str | None = None,
    watch: Watch | None = None,
) -> Run:
    """Run `study` into the folder or address `out`, or resume it there, or extend it with more futures.

    `futures` and `seed` default to the study's; `workers` to the number of processors this process may use.
    `cluster` is the address of a Dask scheduler, or `local`; `until`, such as "no_leaker 0.02", stops the run when that
    metric is known so well for every option, and `futures` is then the most. Raises RunError and InputError as the
    command `run` does.
    """
    folder = runner.execute(
        study, out, futures=futures, seed=seed, workers=workers, cluster=cluster, until=until, watch=watch
    )
    return Run(folder.place)


def open_run(path: str | pathlib.Path) -> Run:
    """Open an existing run to read it. Raises InputError where there is none, or it has another format."""
    return Run(RunFolder.open(path).place)


__all__ = [
    "Finding",
    "InputError",
    "Run",
    "RunError",
    "RunView",
    "SakimoriError",
    "Study",
    "Watch",
    "check",
    "execute",
    "load",
    "open_run",
    "open_view",
    "write_report",
]
