"""Stopping at fixed checkpoints: the same place for any number of workers, by the interval that is stated."""

import pathlib
import shutil

import numpy as np
import pytest
from scipy import stats

import sakimori
from sakimori.run import stopping
from sakimori.run.stopping import checkpoints, until_of
from sakimori.store import RunFolder

SMALL = pathlib.Path(__file__).parents[1] / "study" / "fixtures" / "small"


def test_checkpoints_are_fixed_and_few() -> None:
    assert checkpoints(1_050) == [100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1050]
    assert checkpoints(40) == [40]
    assert checkpoints(100) == [100]
    assert checkpoints(1_000_000)[-3:] == [800_000, 900_000, 1_000_000]
    assert len(checkpoints(1_000_000)) == 10 + 3 * 9
    assert checkpoints(60, (20, 40)) == [20, 40, 60]
    assert checkpoints(30, (20, 40)) == [20, 30]


@pytest.mark.parametrize(
    "text",
    ["no_leaker", "no_leaker 0.1 x", "no_leakers 0.1", "no_leaker 0", "no_leaker -1", "no_leaker x", "no_leaker inf"],
)
def test_what_is_no_rule_is_told(text: str) -> None:
    with pytest.raises(sakimori.InputError, match=r'--until: .*like --until "no_leaker 0.02"'):
        until_of(text)


def _half_width(folder: RunFolder, futures: int) -> float:
    columns = folder.columns("outcomes")
    there = columns["future"] < futures
    widths = []
    for option in set(columns["option"]):
        values = columns["expected_leakers"][there & (columns["option"] == option)]
        widths.append(stats.t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values)))
    return max(widths)


def test_a_run_stops_where_the_interval_is_narrow_whoever_plays_it(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "FIRST_CHECK", 10)
    study = sakimori.load(SMALL)
    whole = study.run(tmp_path / "whole", futures=60, workers=1)
    widths = {n: _half_width(whole, n) for n in checkpoints(60)}
    wanted = widths[30]
    assert min(widths[10], widths[20]) > wanted > widths[60], "the draws no longer suit this test"
    for name, workers in (("one", 1), ("two", 2)):
        run = study.run(tmp_path / name, futures=60, workers=workers, until=f"expected_leakers {wanted * 1.000001}")
        assert run.futures == 30
        assert run.missing_futures() == []
    assert (
        study.run(tmp_path / "one", futures=60, workers=1, until=f"expected_leakers {wanted * 1.000001}").futures == 30
    )
    assert study.run(tmp_path / "one", futures=60, workers=1, until="expected_leakers 1e-9").futures == 60
    assert _half_width(sakimori.open_run(tmp_path / "one"), 60) == widths[60]
    assert study.run(tmp_path / "one", futures=60, workers=1, until="expected_leakers 10").futures == 60


def test_a_study_may_say_when_to_stop_and_the_command_overrules_it(tmp_path: pathlib.Path) -> None:
    folder = pathlib.Path(shutil.copytree(SMALL, tmp_path / "small"))
    text = (folder / "study.yaml").read_text("utf-8")
    asked = "seed: 7\nstop: {metric: expected_leakers, half_width: 10, checkpoints: [8, 12]}"
    (folder / "study.yaml").write_text(text.replace("seed: 7", asked), "utf-8")
    study = sakimori.load(folder)
    assert study.run(tmp_path / "study", futures=12, workers=1).futures == 8
    assert study.run(tmp_path / "command", futures=12, workers=1, until="expected_leakers 1e-9").futures == 12
