"""Each shipped study through every command, each in a process of its own."""

import csv
import importlib.resources
import json
import os
import pathlib
import re
import shutil

import numpy as np
import pyarrow.parquet as pq
import pytest

from sakimori.assess.comparison import Effect
from sakimori.base.columns import TABLES
from sakimori.report.opening import open_view
from sakimori.report.summary import effects, relaxed_by, summarise, why_no_effect
from sakimori.store import RunFolder

FUTURES = {"announced-measures": 4, "observed-tests": 12}
DATA = importlib.resources.files("sakimori") / "data"


@pytest.fixture
def run(ran: tuple[pathlib.Path, str, str]) -> pathlib.Path:
    return ran[0]


def test_new_copies_every_file_and_never_overwrites(shipped: str, copied: pathlib.Path, sakimori) -> None:
    source = DATA / "studies" / shipped
    assert {p.name: p.read_bytes() for p in copied.iterdir()} == {p.name: p.read_bytes() for p in source.iterdir()}
    before = {p: p.read_bytes() for p in copied.rglob("*")}
    again = sakimori("new", copied, "--from", shipped)
    assert again.returncode == 2
    assert "taken" in again.stderr
    assert {p: p.read_bytes() for p in copied.rglob("*")} == before


def test_check(copied: pathlib.Path, sakimori) -> None:
    text, plain = sakimori("check", copied), sakimori("check", copied, "--format", "json")
    assert (text.returncode, plain.returncode) == (0, 0)
    found = json.loads(plain.stdout)
    assert not [f for f in found if f["severity"] == "error" and not f["waived"]]
    for finding in found:
        assert {"id", "severity", "file", "line", "path", "got", "expected", "mend"} <= set(finding)
        assert finding["id"] in text.stdout


def test_run_says_where_it_is_and_what_is_next(ran: tuple[pathlib.Path, str, str], shipped: str) -> None:
    path, out, _ = ran
    told = pathlib.Path("runs") / path.name
    assert out.splitlines() == [f"run: {told}", f"next: sakimori show '{told}'; sakimori report '{told}'"]
    facts = json.loads((path / "manifest.json").read_text("utf-8"))
    assert {"flights", "outcomes", "factors"} < set(facts["tables"]) < {*TABLES, "factors"}
    files = {"manifest.json", "study.resolved.yaml", "log.jsonl", ".lock"}
    assert {p.name for p in path.iterdir()} == files | set(facts["tables"])
    assert (facts["futures"], facts["failed_futures"]) == (FUTURES[shipped], 0)
    assert not list(path.rglob("*.partial"))


def test_the_log_has_start_chunks_and_end(run: pathlib.Path, shipped: str) -> None:
    lines = [json.loads(line) for line in (run / "log.jsonl").read_text("utf-8").splitlines()]
    chunks = -(-FUTURES[shipped] // 10)
    lines = lines[lines[0]["event"] == "estimate" :]  # of runs with portfolios
    assert [line["event"] for line in lines] == ["start", *["chunk"] * chunks, "end"]
    assert lines[0]["futures"] == FUTURES[shipped]
    assert (lines[-1]["done"], lines[-1]["failed"]) == (FUTURES[shipped], 0)
    assert all({"time", "level"} <= set(line) for line in lines)


def test_nothing_odd_on_stderr_where_it_is_no_terminal(ran: tuple[pathlib.Path, str, str]) -> None:
    estimated = r"(measuring a few futures [^\n]*\nestimate: [^\n]*\n)?"  # of runs with portfolios
    assert re.fullmatch(estimated + r"compiling kernels [^\n]*\n", ran[2]), ran[2]


def test_the_same_command_finds_nothing_left_to_do(run: pathlib.Path, shipped: str, sakimori) -> None:
    before = {p: p.stat().st_mtime_ns for p in run.rglob("*.parquet")}
    done = sakimori("run", run.name, "--futures", FUTURES[shipped], cwd=run.parents[1])
    assert done.returncode == 0
    assert f"{FUTURES[shipped]} of {FUTURES[shipped]} futures are already done" in done.stderr
    assert {p: p.stat().st_mtime_ns for p in run.rglob("*.parquet")} == before


def test_show(run: pathlib.Path, shipped: str, sakimori) -> None:
    text, plain = sakimori("show", run), sakimori("show", run, "--json")
    assert (text.returncode, text.stderr) == (0, "")
    assert (plain.returncode, plain.stderr) == (0, "")
    board = json.loads(plain.stdout)
    assert board["futures"] == FUTURES[shipped]
    assert board["left_out"] == 0
    assert board["title"] in text.stdout.replace("\n", " ")
    assert isinstance(board["verdict"]["resolved"], bool)
    assert board["verdict"]["headline"]
    options = set(RunFolder.open(run).columns("outcomes")["option"])
    for metric in board["metrics"].values():
        assert set(metric["options"]) == options
        assert {"mean", "error", "p10", "p90"} <= set(metric["options"]["baseline"])
    assert all(option[:19] in text.stdout for option in options)


def test_a_measure_without_effect_names_the_constraint_that_never_bound(run: pathlib.Path, shipped: str) -> None:
    """Or, where it spares leakers of raids that leak all the same, says so: held against the tables themselves."""
    view = open_view(run)
    summary = summarise(view)
    threats = view.tables["threats"]
    leaks = {o: threats["leak_probability"][threats["option"].astype(str) == o] for o in view.options}
    idle = effects(summary, Effect.NONE)
    for option in idle:
        constraints, layers = relaxed_by(view, option)
        said = why_no_effect(summary, option)
        worth = "it changes what a leaker costs" in said
        assert constraints or layers or worth, option
        assert all(name in said for name in constraints), said
        if not np.array_equal(leaks[option], leaks["baseline"]):
            assert "leakers per raid change by" in said
        elif not layers and not worth:
            assert "never bound" in said or "none of which it stops" in said or "no leaker of the baseline" in said
    assert bool(idle) == (shipped == "announced-measures")  # four raids never run out of PAC-3


def test_compare_with_itself_finds_no_difference(run: pathlib.Path, sakimori) -> None:
    text, plain = sakimori("compare", run, run), sakimori("compare", run, run, "--json")
    assert text.returncode == 0
    assert "differ in: nothing" in text.stdout
    assert plain.returncode == 0
    found = json.loads(plain.stdout)
    assert found["differs"] == {}
    assert found["rows"]
    assert {row["difference"] for row in found["rows"]} <= {0.0, None}


def test_explain(run: pathlib.Path, sakimori) -> None:
    done = sakimori("explain", run, "--future", 1, "--threat", 0)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("future 1, threat 0, option baseline")
    assert "otherwise than the run did" not in done.stdout  # the same future is played again, bit for bit
    drawn = run / "figures" / "explain-baseline-1-0.svg"
    assert done.stdout.splitlines()[-1] == f"figure: {drawn}"
    assert drawn.read_text("utf-8").startswith("<svg")
    wrong = sakimori("explain", run, "--future", 99, "--threat", 0)
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr


def test_explain_as_json_with_a_figure_elsewhere(run: pathlib.Path, tmp_path: pathlib.Path, sakimori) -> None:
    done = sakimori("explain", run, "--future", 2, "--threat", 0, "--json", "--figure", tmp_path / "why.png")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["figure"] == str(tmp_path / "why.png")
    assert (tmp_path / "why.png").read_bytes()[:4] == b"\x89PNG"
    assert told["threat"]["future"] == 2
    leak = told["threat"]["leak_probability"]
    assert all(change["leak_probability"] <= 0.5 * leak and change["words"] for change in told["changes"])
    wrong = sakimori("explain", run, "--future", 2, "--threat", 0, "--figure", tmp_path / "why.pdf")
    assert wrong.returncode == 2
    assert "'.pdf'" in wrong.stderr


def test_report_is_one_offline_file(run: pathlib.Path, tmp_path: pathlib.Path, sakimori) -> None:
    done = sakimori("report", run)
    assert (done.returncode, done.stdout) == (0, f"report: {run / 'report.html'}\n")
    text = (run / "report.html").read_text("utf-8")
    assert text[:15].lower() == "<!doctype html>"
    assert "<script" not in text
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?:https?:)?//[^"']*["'][^>]*(?:stylesheet|script)""", text)
    assert not re.findall(r"""<(?:img|link|iframe|source|video|audio)[^>]*["'](?:https?:)?//""", text)
    assert not re.findall(r"""(?:@import|url\()\s*["']?(?:https?:)?//""", text)
    elsewhere = sakimori("report", run, "--out", tmp_path / "a b" / "報告.html")
    assert elsewhere.returncode == 0
    assert (tmp_path / "a b" / "報告.html").read_text("utf-8") == text


def test_an_unfinished_run_says_so_everywhere(
    run: pathlib.Path, shipped: str, tmp_path: pathlib.Path, sakimori
) -> None:
    """A chunk that was never reached: every command works on what is there, and says loudly what is not."""
    partial = pathlib.Path(shutil.copytree(run, tmp_path / "partial"))
    manifest = partial / "manifest.json"
    facts = json.loads(manifest.read_text("utf-8"))
    manifest.write_text(json.dumps({**facts, "futures": 40}), "utf-8")
    missing = 40 - 10 * len(list(partial.glob("outcomes/part-*")))
    loud = f"UNFINISHED {partial} has {missing} of its 40 futures still to run, and leaves them out.\n"
    for words in (("show",), ("explain", "--future", 0, "--threat", 0), ("export", "--format", "csv"), ("report",)):
        done = sakimori(words[0], partial, *words[1:])
        assert (done.returncode, done.stderr) == (0, loud)
    both = sakimori("compare", partial, run)
    assert (both.returncode, both.stderr) == (0, loud)
    shown = sakimori("show", partial, "--json")
    assert shown.stderr == loud
    assert json.loads(shown.stdout)["missing"] == 40 - FUTURES[shipped]
    assert f"{40 - FUTURES[shipped]} futures are missing" in (partial / "report.html").read_text("utf-8")


def test_a_damaged_part_is_named(run: pathlib.Path, tmp_path: pathlib.Path, sakimori) -> None:
    damaged = pathlib.Path(shutil.copytree(run, tmp_path / "damaged"))
    part = damaged / "threats" / "part-00000.parquet"
    part.write_bytes(part.read_bytes()[:100])
    for words in (("show",), ("report",), ("export", "--format", "csv"), ("export", "--format", "parquet")):
        done = sakimori(words[0], damaged, *words[1:])
        assert done.returncode == 2
        assert done.stderr.startswith(f"error {part}\n  got:      a damaged part")
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_export_of_tables(kind: str, run: pathlib.Path, tmp_path: pathlib.Path, sakimori) -> None:
    done = sakimori("export", run, "--format", kind, "--out", tmp_path / "x")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:-1] == [str(tmp_path / "x" / f"{t}.{kind}") for t in (*TABLES, "factors")]
    for table in (*TABLES, "factors"):
        path, columns = tmp_path / "x" / f"{table}.{kind}", RunFolder.open(run).columns(table)
        if kind == "parquet":
            rows, names = pq.read_metadata(path).num_rows, pq.read_schema(path).names
        else:
            with path.open(encoding="utf-8", newline="") as file:
                names, *lines = csv.reader(file)
            rows = len(lines)
        assert (rows, names) == (len(columns["future"]), list(columns))


def test_export_of_flights(run: pathlib.Path, tmp_path: pathlib.Path, sakimori) -> None:
    done = sakimori("export", run, "--format", "geojson", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    features = json.loads((tmp_path / "flights.geojson").read_text("utf-8"))["features"]
    assert len(features) == len(RunFolder.open(run).columns("flights")["future"])
    for feature in features:
        path = np.array(feature["geometry"]["coordinates"])
        assert path.shape[1] == 3
        assert np.isfinite(path).all()


def test_catalogue(sakimori) -> None:
    assert sakimori("catalogue").returncode == 0
    rows = json.loads(sakimori("catalogue", "--json").stdout)
    assert {"radar", "infrared", "interceptor", "ballistic", "quasi-ballistic", "glide", "cruise", "booster"} == {
        row["kind"] for row in rows
    }
    name = rows[0]["name"]
    assert name in sakimori("catalogue", name).stdout
    record = json.loads(sakimori("catalogue", name, "--json").stdout)
    assert record["name"] == name
    assert {"parameter", "value", "low", "high", "basis", "source", "note"} == set(record["parameters"][0])


def test_catalogue_in_a_terminal_that_knows_ascii_only(sakimori) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    assert sakimori("catalogue", env=environment).returncode == 0
    assert json.loads(sakimori("catalogue", "--json", env=environment).stdout) == json.loads(
        sakimori("catalogue", "--json").stdout
    )


def test_import_of_the_shipped_flights(tmp_path: pathlib.Path, sakimori) -> None:
    table = DATA / "tables" / "observed_flights.csv"
    done = sakimori("import", "flights", table, "--json", "--out", tmp_path / "flown.csv")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["rows_read"] == len(found["rows"]) == found["flown"] + found["refused"] + found["incomplete"]
    assert found["flown"] > 0
    assert all(row["reason"] for row in found["rows"] if row["status"] != "REACHED")
    with (tmp_path / "flown.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == found["rows_read"]
    text = sakimori("import", "flights", table)
    assert text.returncode == 0
    assert f"{found['rows_read']} rows: {found['flown']} flew" in text.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("show", "nowhere"),
        ("show", "x" * 5000),
        ("report", "nowhere"),
        ("export", "nowhere", "--format", "csv"),
        ("compare", "nowhere", "nowhere"),
        ("catalogue", "nothing"),
        ("import", "flights", "nothing.csv"),
        ("new", "copy", "--from", "nothing"),
        ("run", "nothing"),
        ("run", "announced-measures", "--futures", "0"),
        ("run", "announced-measures", "--futures", "-3"),
        ("run", "announced-measures", "--futures", "1000001"),
        ("run", "announced-measures", "--workers", "0"),
        ("run", "announced-measures", "--workers", "1025"),
        ("run", "announced-measures", "--seed", "-1"),
        ("run", "announced-measures", "--seed", str(2**32)),
        ("run", "announced-measures", "--seed", "one"),
        ("run",),
        ("nonsense",),
    ],
    ids=lambda words: " ".join(words)[:50],
)
def test_wrong_words_end_with_2_and_leave_nothing(words: tuple[str, ...], tmp_path: pathlib.Path, sakimori) -> None:
    done = sakimori(*words, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())
