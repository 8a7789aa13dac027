"""Run folders: whole parts or none, the same run resumed, another refused, one process at a time."""

import itertools
import json
import pathlib

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sakimori.base.columns import TABLES
from sakimori.base.errors import InputError, RunError
from sakimori.store import HEAVY, IDENTITY, LIGHT, PARTS, Grid, RunFolder, grid_for, identity, part_of

FACTS = identity("title: x\n", seed=1)

SAMPLE = {"int32": 3, "float64": np.nan, "bool": False, "text": "a", "floats": [1.0, 2.0]}


def rows(table: str, count: int = 2) -> dict[str, list[object]]:
    return {c.name: [SAMPLE[c.kind]] * count for c in TABLES[table]} if table in TABLES else {"future": [3] * count}


def test_chunks_are_fixed_by_number_alone() -> None:
    chunks_of = Grid(HEAVY).chunks
    assert chunks_of(25) == [range(0, 10), range(10, 20), range(20, 25)]
    assert chunks_of(0) == []
    assert chunks_of(1000)[:2] == chunks_of(20)
    assert chunks_of(100_250)[-3:] == [range(99_800, 99_900), range(99_900, 100_000), range(100_000, 100_250)]
    assert len(chunks_of(1_000_000)) == 100 + 990 + 900
    assert len(Grid(LIGHT).chunks(1_000_000)) == 100 + 990


@given(st.sampled_from([HEAVY, LIGHT]), st.integers(1, 300_000))
def test_chunks_hold_every_future_once_and_are_small_beside_what_came_before(size: int, futures: int) -> None:
    grid = Grid(size)
    chunks = grid.chunks(futures)
    assert all(one.stop == after.start for one, after in itertools.pairwise(chunks))
    assert (chunks[0].start, chunks[-1].stop) == (0, futures)
    last = grid.chunk(len(chunks) - 1)
    assert last.start == chunks[-1].start
    assert len(last) <= max(size, last.start / 10)
    assert grid.cut(futures) == (None if last.stop == futures else len(chunks) - 1)


def test_only_light_studies_have_large_chunks() -> None:
    assert [grid_for(weight).size for weight in (1.0, 4.0, 4.1, 200.0)] == [LIGHT, LIGHT, HEAVY, HEAVY]


def test_a_part_keeps_units_and_reads_back(tmp_path: pathlib.Path) -> None:
    with RunFolder.claim(tmp_path / "run", FACTS, "title: x\n") as folder:
        folder.write_parts(folder.parts_of(1, {name: rows(name) for name in PARTS}))
        folder.write_parts(folder.parts_of(0, {name: rows(name) for name in PARTS}))
    schema = pq.read_schema(folder.path / part_of("flights", 0))
    assert schema.field("apogee").metadata[b"unit"] == b"m"
    columns = RunFolder.open(tmp_path / "run").columns("engagements")
    assert list(columns["future"]) == [3, 3, 3, 3]
    assert np.isnan(columns["commit"]).all()
    assert [chunk for chunk, _ in folder.todo(25)] == [2]


def test_the_same_run_resumes_and_another_is_refused(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "run"
    with RunFolder.claim(path, FACTS, "title: x\n") as folder:
        (path / "outcomes").mkdir()
        (path / "outcomes" / ".part-00000.parquet.99.partial").write_bytes(b"half")
    with RunFolder.claim(path, FACTS, "title: x\n"):
        assert not list(path.rglob("*.partial"))
    with (
        pytest.raises(RunError, match="differs in seed"),
        RunFolder.claim(path, identity("title: x\n", 2), "title: x\n"),
    ):
        pass
    assert folder.manifest()["seed"] == 1


def test_cut_off_before_the_manifest_still_resumes(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "run"
    path.mkdir()
    (path / "study.resolved.yaml").write_text("tit")
    with RunFolder.claim(path, FACTS, "title: x\n"):
        assert (path / "study.resolved.yaml").read_text() == "title: x\n"


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: pathlib.Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(RunError, match="not a run folder"), RunFolder.claim(tmp_path, FACTS, ""):
        pass
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_two_processes_cannot_hold_one_run(tmp_path: pathlib.Path) -> None:
    with (
        RunFolder.claim(tmp_path / "run", FACTS, ""),
        pytest.raises(RunError, match="in use"),
        RunFolder.claim(tmp_path / "run", FACTS, ""),
    ):
        pass


def test_a_failed_write_leaves_nothing(tmp_path: pathlib.Path) -> None:
    with RunFolder.claim(tmp_path / "run", FACTS, "") as folder:
        broken = {**rows("flights"), "apogee": ["high", "low"]}
        with pytest.raises(Exception, match=r"float64|double|convert"):
            folder.write_parts(folder.parts_of(0, {"flights": broken}))
        assert not list((tmp_path / "run").rglob("*part-*"))


def test_reading_what_is_not_a_run(tmp_path: pathlib.Path) -> None:
    with pytest.raises(InputError, match=r"no manifest\.json"):
        RunFolder.open(tmp_path)
    for other in (2, 99):  # 2: a run with a part of every table, empty or not
        (tmp_path / "manifest.json").write_text(json.dumps({"format_version": other}))
        with pytest.raises(InputError, match=f"format_version {other}"):
            RunFolder.open(tmp_path)
    (tmp_path / "manifest.json").write_bytes(b"\xff{")
    with pytest.raises(InputError, match="unreadable JSON"):
        RunFolder.open(tmp_path)


def finished(path: pathlib.Path, chunks: tuple[int, ...]) -> RunFolder:
    """A run of 25 futures of which these chunks are done."""
    with RunFolder.claim(path, FACTS, "title: x\n") as folder:
        folder.grow(25)
        for chunk in chunks:
            folder.write_parts(folder.parts_of(chunk, {name: rows(name) for name in PARTS}))
    return folder


def test_identity_is_described_whole() -> None:
    assert set(IDENTITY) == set(FACTS) - {"identity"}


def test_what_differs_is_named_in_words_and_circumstances_are_not(tmp_path: pathlib.Path) -> None:
    with RunFolder.claim(tmp_path / "run", {**FACTS, "machine": "a"}, ""):
        pass
    other = {**identity("title: y\n", seed=2), "machine": "b"}
    with (
        pytest.raises(RunError, match=r"\(differs in study, seed\)"),
        RunFolder.claim(tmp_path / "run", other, ""),
    ):
        pass


def test_an_unfinished_run_knows_what_it_has_not(tmp_path: pathlib.Path) -> None:
    folder = finished(tmp_path / "run", (0, 2))
    assert folder.missing_futures() == list(range(10, 20))
    assert len(folder.columns("outcomes")["future"]) == 4
    assert finished(tmp_path / "whole", (0, 1, 2)).missing_futures() == []


def test_parts_of_a_chunk_cut_off_in_the_middle_are_not_read(tmp_path: pathlib.Path) -> None:
    folder = finished(tmp_path / "run", (0, 1))
    (folder.path / part_of("outcomes", 1)).unlink()
    assert len(folder.columns("flights")["future"]) == 2
    assert [chunk for chunk, _ in folder.todo(25)] == [1, 2]


@pytest.mark.parametrize("table", PARTS)
@pytest.mark.parametrize("damage", ["cut", "garbage", "empty", "gone"])
def test_a_damaged_part_is_named_and_made_anew_once_it_is_removed(
    table: str, damage: str, tmp_path: pathlib.Path
) -> None:
    folder = finished(tmp_path / "run", (0, 1, 2))
    part = folder.path / part_of(table, 1)
    whole = part.read_bytes()
    part.unlink()
    if damage != "gone":
        part.write_bytes({"cut": whole[: len(whole) // 2], "garbage": b"garbage", "empty": b""}[damage])
        with pytest.raises(InputError) as caught:
            folder.columns(table)
        assert caught.value.place.path == str(part)
        assert "run the same study again" in caught.value.mend
        part.unlink()
    assert folder.todo(25) == [(1, range(10, 20))]


@pytest.mark.parametrize("text", ["", "[", "[]", "null", "3", '"text"'])
def test_a_manifest_that_is_none(text: str, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "run"
    finished(path, (0,))
    (path / "manifest.json").write_text(text)
    with pytest.raises(InputError, match="Remove the folder"):
        RunFolder.open(path)
    with pytest.raises(InputError, match="Remove the folder"), RunFolder.claim(path, FACTS, ""):
        pass


@pytest.mark.parametrize("name", ["nothing", "a-file", "a-file/run", "x" * 5000])
def test_a_name_that_is_no_run(name: str, tmp_path: pathlib.Path) -> None:
    (tmp_path / "a-file").write_text("x")
    with pytest.raises(InputError) as caught:
        RunFolder.open(tmp_path / name)
    assert len(str(caught.value)) < 500 + len(str(tmp_path))


def test_a_folder_cannot_be_overwritten_by_a_file(tmp_path: pathlib.Path) -> None:
    with pytest.raises(InputError, match="a folder"):
        RunFolder.at(tmp_path.parent).write_text(tmp_path.name, "text")
    with pytest.raises(InputError, match="a folder"):
        RunFolder.at(tmp_path).write_text("", "text")
