"""A run's tables for other tools: lazily by SQL, whole as pandas frames, as cubes by xarray, each with units."""

import pathlib

import numpy as np
import pyarrow as pa
import pytest

import sakimori
from sakimori.base.columns import TABLES
from sakimori.store import PARTS
from sakimori.store.reading import plain

SMALL = pathlib.Path(__file__).parents[1] / "study" / "fixtures" / "small"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> sakimori.Run:
    """Grown across a cut chunk, so that every accessor meets one."""
    study, out = sakimori.load(SMALL), tmp_path_factory.mktemp("reading") / "run"
    study.run(out, futures=12, workers=1)
    return study.run(out, futures=25, workers=1)


@pytest.mark.parametrize("name", PARTS)
def test_sql_gives_the_rows_of_the_table_in_their_order(run: sakimori.Run, name: str) -> None:
    table, answer = run.table(name), run.sql(f"FROM {name}").arrow().read_all()
    assert answer.column_names == table.column_names
    assert answer["future"].to_pylist() == table["future"].to_pylist()
    assert run.to_pandas(name).equals(answer.to_pandas())


def test_outcomes_are_read_when_they_are_asked_for(run: sakimori.Run) -> None:
    columns = run.columns("outcomes")
    baseline = columns["no_leaker"][columns["option"] == "baseline"]
    asked = run.outcomes.filter("option = 'baseline'").aggregate("avg(no_leaker), count(*)").fetchall()
    assert asked == [(pytest.approx(baseline.mean(), abs=1e-12), 25)]
    joined = run.sql("SELECT count(*) FROM threats JOIN outcomes USING (future, option)").fetchall()
    assert joined == [(len(run.columns("threats")["future"]),)]


def test_a_cube_holds_every_outcome_where_it_belongs(run: sakimori.Run) -> None:
    cube, columns = run.to_xarray(), run.columns("outcomes")
    assert dict(cube.sizes) == {"future": 25, "option": 6}
    for row in range(0, len(columns["future"]), 7):
        there = cube.sel(future=columns["future"][row], option=columns["option"][row])
        assert float(there["expected_leakers"]) == columns["expected_leakers"][row]
    assert cube["warning_time"].attrs["units"] == "s"
    factors = run.columns("factors")
    delay = next(name for name in factors if name.endswith("latency"))
    assert np.array_equal(cube[delay].values, factors[delay])
    assert cube[delay].attrs["units"] == "s"


def test_every_table_states_its_units(run: sakimori.Run) -> None:
    for name, columns in TABLES.items():
        fields = run.table(name).schema
        assert {c.name: c.unit for c in columns} == {f.name: f.metadata[b"unit"].decode() for f in fields}
        assert run.to_pandas(name).attrs["units"] == {c.name: c.unit for c in columns if c.unit}
    study, units = sakimori.load(SMALL), run.to_pandas("factors").attrs["units"]
    assert units == {factor.path: factor.unit for factor in study.factors if factor.unit}


def test_a_run_compares_its_options_and_itself_with_another(run: sakimori.Run) -> None:
    table = run.compare().set_index(["metric", "option"])
    columns = run.columns("outcomes")
    mean = {o: columns["no_leaker"][columns["option"] == o].mean() for o in ("baseline", "all")}
    assert table.loc[("no_leaker", "all"), "mean"] == pytest.approx(mean["all"])
    assert table.loc[("no_leaker", "all"), "difference_mean"] == pytest.approx(mean["all"] - mean["baseline"])
    assert table.loc[("no_leaker", "all"), "effect"] == "helps"
    assert (run.compare(run)["difference"] == 0.0).all()


def test_a_run_explains_and_reports(run: sakimori.Run, tmp_path: pathlib.Path) -> None:
    assert run.explain(0, 0)
    assert run.report(tmp_path / "page.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def test_a_study_runs_where_the_command_would(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = sakimori.load(SMALL).run(futures=1, workers=1)
    assert isinstance(run, sakimori.Run)
    assert run.path == pathlib.Path("runs") / "small"


def test_columns_are_read_when_they_are_asked_for(run: sakimori.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []
    table = sakimori.Run.table
    monkeypatch.setattr(
        sakimori.Run, "table", lambda run, name, columns: (asked.append((name, columns)), table(run, name, columns))[1]
    )
    flights = run.lazy("flights")
    assert "path_time" in flights
    assert "nonsense" not in flights
    assert len(flights) == len(list(flights)) == len(TABLES["flights"]) - 4
    assert asked == []
    assert (flights["range"] > 0.0).all()
    assert flights["family"][0] is flights["family"][np.flatnonzero(flights["family"] == flights["family"][0])[-1]]
    paths = flights["path_time"]
    assert [columns for _, columns in asked] == [tuple(flights), ("path_time",)]
    whole = table(run, "flights")["path_time"].to_pylist()
    assert len(paths) == len(whole) == len(flights["range"])
    assert all(paths[row].tolist() == whole[row] for row in (0, 7, len(whole) - 1))
    with pytest.raises(KeyError):
        flights["nonsense"]


def test_empty_numbers_are_nan_and_empty_text_is_none() -> None:
    assert np.isnan(plain(pa.chunked_array([[1.0], [None]], pa.float64()))[1])
    assert plain(pa.chunked_array([["a"], [None, "a"]], pa.string())).tolist() == ["a", None, "a"]
    assert plain(pa.chunked_array([], pa.string())).tolist() == []
