"""Run folders: whole parts or none, the same run resumed, another refused, one process at a time."""

import json
import pathlib

import numpy as np
import pyarrow.parquet as pq
import pytest

from sakimori.base.columns import TABLES
from sakimori.base.errors import InputError, RunError
from sakimori.store import CHUNK, RunFolder, chunks_of, identity

FACTS = identity("title: x\n", seed=1, futures=25)

SAMPLE = {"int32": 3, "float64": np.nan, "bool": False, "text": "a", "floats": [1.0, 2.0]}


def rows(table: str, count: int = 2) -> dict[str, list[object]]:
    return {c.name: [SAMPLE[c.kind]] * count for c in TABLES[table]}


def test_chunks_are_fixed_by_number_alone() -> None:
    assert chunks_of(25) == [range(0, 10), range(10, 20), range(20, 25)]
    assert chunks_of(1000)[:2] == chunks_of(20)
    assert CHUNK == 10


def test_a_part_keeps_units_and_reads_back(tmp_path: pathlib.Path) -> None:
    with RunFolder.claim(tmp_path / "run", FACTS, "title: x\n") as folder:
        folder.write_chunk(1, {name: rows(name) for name in TABLES})
        folder.write_chunk(0, {name: rows(name) for name in TABLES})
    schema = pq.read_schema(folder.part("flights", 0))
    assert schema.field("apogee").metadata[b"unit"] == b"m"
    columns = RunFolder.open(tmp_path / "run").columns("engagements")
    assert list(columns["future"]) == [3, 3, 3, 3]
    assert np.isnan(columns["commit"]).all()
    assert folder.missing(range(3)) == [2]


def test_the_same_run_resumes_and_another_is_refused(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "run"
    with RunFolder.claim(path, FACTS, "title: x\n") as folder:
        (path / "outcomes").mkdir()
        (path / "outcomes" / ".part-00000.parquet.99.partial").write_bytes(b"half")
    with RunFolder.claim(path, FACTS, "title: x\n"):
        assert not list(path.rglob("*.partial"))
    with (
        pytest.raises(RunError, match="differs in seed"),
        RunFolder.claim(path, identity("title: x\n", 2, 25), "title: x\n"),
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
            folder.write_chunk(0, {"flights": broken})
        assert not list((tmp_path / "run").rglob("*part-*"))


def test_reading_what_is_not_a_run(tmp_path: pathlib.Path) -> None:
    with pytest.raises(InputError, match=r"no manifest\.json"):
        RunFolder.open(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({"format_version": 99}))
    with pytest.raises(InputError, match="format_version 99"):
        RunFolder.open(tmp_path)
    (tmp_path / "manifest.json").write_bytes(b"\xff{")
    with pytest.raises(InputError, match="unreadable JSON"):
        RunFolder.open(tmp_path)
