"""A finished run grows: what is there is kept, what is added is what a fresh run of that size would have."""

import hashlib
import os
import pathlib
import shutil

import pytest

import sakimori
from sakimori.run import runner
from sakimori.store import RunFolder, part_of
from sakimori.study import load

SMALL = pathlib.Path(__file__).parents[1] / "study" / "fixtures" / "small"


class Told:
    """A Watch that remembers."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, message: str) -> None:
        self.said.append(message)

    def advance(self, done: int, total: int) -> None:
        del done, total


def _run(out: pathlib.Path, futures: int | None, study: pathlib.Path = SMALL) -> list[str]:
    told = Told()
    sakimori.execute(load(study), out, futures=futures, workers=1, watch=told)
    return told.said


def _bytes(out: pathlib.Path) -> dict[str, str]:
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*.parquet")
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A fresh run of 60 futures."""
    out = tmp_path_factory.mktemp("whole") / "run"
    _run(out, 60)
    return _bytes(out)


@pytest.mark.slow
def test_twice_the_futures_are_a_fresh_run_of_as_many(tmp_path: pathlib.Path) -> None:
    half = 500 if os.environ.get("SAKIMORI_SLOW") == "full" else 25
    for out, sizes in (("grown", (half, 2 * half)), ("fresh", (2 * half,))):
        for futures in sizes:
            sakimori.execute(load(SMALL), tmp_path / out, futures=futures, workers=2)
    assert _bytes(tmp_path / "grown") == _bytes(tmp_path / "fresh")


@pytest.mark.parametrize("before", [30, 42, 5, 59])
def test_an_extended_run_is_a_fresh_one_and_plays_nothing_twice(
    before: int, whole: dict[str, str], tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, played = tmp_path / "run", []
    _run(out, before)
    evaluate = runner.Job.play
    monkeypatch.setattr(
        runner.Job,
        "play",
        lambda job, todo: (played.extend(n for _, some in todo for n in some), evaluate(job, todo))[1],
    )
    said = _run(out, 60)
    assert said[0] == f"extending: {before} of 60 futures are already done"
    assert played == list(range(before, 60))
    assert _bytes(out) == whole
    assert RunFolder.open(out).manifest()["futures"] == 60
    assert RunFolder.open(out).missing_futures() == []


def test_grown_again_and_again(whole: dict[str, str], tmp_path: pathlib.Path) -> None:
    for futures in (3, 7, 23, 28, 60):
        _run(tmp_path / "run", futures)
    assert _bytes(tmp_path / "run") == whole


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> tuple[pathlib.Path, pathlib.Path]:
    """A run of 42 futures, and the same grown to 60."""
    out = tmp_path_factory.mktemp("grown")
    _run(out / "half", 42)
    shutil.copytree(out / "half", out / "full")
    _run(out / "full", 60)
    return out / "half", out / "full"


TABLES = ("engagements", "factors", "flights", "threats", "tracks")  # in this order, and outcomes last


@pytest.mark.parametrize("written", range(1, len(TABLES) + 1))
def test_killed_while_a_cut_chunk_is_filled(
    written: int, whole: dict[str, str], grown: tuple[pathlib.Path, pathlib.Path], tmp_path: pathlib.Path
) -> None:
    """Parts of a cut chunk are replaced one by one; a kill in between leaves some with rows that are not yet done."""
    out, full = pathlib.Path(shutil.copytree(grown[0], tmp_path / "run")), grown[1]
    for table in TABLES[:written]:
        shutil.copy(full / part_of(table, 4), out / part_of(table, 4))
    shutil.copy(full / "manifest.json", out / "manifest.json")
    folder = RunFolder.open(out)
    assert set(folder.parts) == {*TABLES, "outcomes"}
    assert folder.missing_futures() == list(range(42, 60))
    for table in TABLES:
        assert set(folder.columns(table)["future"]) in (set(), set(range(42)))
    assert folder.columns("outcomes")["future"].max() == 41
    if written in (1, len(TABLES)):
        _run(out, 60)
        assert _bytes(out) == whole


def test_fewer_futures_are_refused_with_the_reason_and_change_nothing(tmp_path: pathlib.Path) -> None:
    out = tmp_path / "run"
    _run(out, 20)
    before = _bytes(out)
    with pytest.raises(sakimori.RunError, match=r"was asked for 20 futures, and a run only grows.*Give --futures 20"):
        _run(out, 10)
    assert _bytes(out) == before


def test_the_study_may_ask_for_more_or_fewer_in_its_file(tmp_path: pathlib.Path) -> None:
    study, out = pathlib.Path(shutil.copytree(SMALL, tmp_path / "study")), tmp_path / "run"
    text = (study / "study.yaml").read_text("utf-8")
    assert "futures: 40" in text
    (study / "study.yaml").write_text(text.replace("futures: 40", "futures: 12"), "utf-8")
    _run(out, None, study)
    (study / "study.yaml").write_text(text.replace("futures: 40", "futures: 15"), "utf-8")
    assert _run(out, None, study)[0] == "extending: 12 of 15 futures are already done"
    assert "futures: 15" in (out / "study.resolved.yaml").read_text("utf-8")
    (study / "study.yaml").write_text(text.replace("futures: 40", "futures: 9"), "utf-8")
    said = _run(out, None, study)
    assert said[0].endswith("was asked for 15 futures, which stands; the study asks for 9")
    assert RunFolder.open(out).missing_futures() == []


def test_failed_futures_are_counted_anew(tmp_path: pathlib.Path) -> None:
    study, out = pathlib.Path(shutil.copytree(SMALL, tmp_path / "study")), tmp_path / "run"
    text = (study / "study.yaml").read_text("utf-8")
    far = text.replace("bearing: 300 deg, range: 900 km", "bearing: 300 deg, range: 19000 km")
    (study / "study.yaml").write_text(far, "utf-8")
    _run(out, 2, study)
    few = RunFolder.open(out).manifest()["failed_futures"]
    _run(out, 30, study)
    folder = RunFolder.open(out)
    assert folder.manifest()["failed_futures"] == folder.count_failed() > few
