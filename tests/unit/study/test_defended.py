"""Defended areas from cover files: what counts as met, mistakes, monotony, and what is written."""

import json
import math
import pathlib
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from sakimori.base.errors import InputError
from sakimori.base.types import Phase
from sakimori.earth.geodesy import positions_ecef
from sakimori.flight import fly
from sakimori.study.cover_plans import Covered, compute, read_cover
from sakimori.study.raids import launched_at

TEXT = """
study: announced-measures
defended: {layers: [kansai-pac-3], decided: 3 min, axes: 2}
grid: {circle: {at: [34.75 deg, 135.4 deg], radius: 110 km}, step: 0.45 deg}
"""


def written(folder: pathlib.Path, text: str) -> pathlib.Path:
    path = folder / "area.yaml"
    path.write_text(text, "utf-8")
    return path


@pytest.fixture(scope="module")
def covered(tmp_path_factory: pytest.TempPathFactory) -> Covered:
    return compute(read_cover(written(tmp_path_factory.mktemp("area"), TEXT)))


def column(folder: pathlib.Path, text: str, name: str = "defended") -> Any:
    return compute(read_cover(written(folder, text))).columns[name]


def met(covered: Covered, group: int, axis: int) -> list[bool]:
    """The cells in which a flight is met, worked out from its samples."""
    plan = covered.plan.defended
    assert plan is not None
    (layer,) = plan.layers
    site = positions_ecef(*(np.array([x]) for x in (layer.latitude, layer.longitude, layer.altitude)))[0]
    found = []
    for place in zip(covered.plan.latitude.tolist(), covered.plan.longitude.tolist(), strict=True):
        flown = fly([launched_at(plan.groups[group], place, plan.axes[axis])], plan.step, plan.air)
        distance = np.linalg.norm(flown.position_ecef[0] - site, axis=1)
        flying = (flown.phase[0] != Phase.WAITING) & (flown.phase[0] != Phase.ENDED)
        reached = flying & (distance <= layer.range)
        reached &= (flown.altitude[0] >= layer.floor) & (flown.altitude[0] <= layer.ceiling)
        last = plan.step * np.arange(distance.size) - layer.launch_delay - distance / layer.mean_speed
        found.append(bool((reached & (last >= plan.decided)).any()))
    return found


def test_the_shares_are_those_of_flights_with_an_intercept_point(covered: Covered) -> None:
    plan, columns = covered.plan.defended, covered.columns
    assert plan is not None
    number = len(plan.axes)
    every = np.array([[met(covered, g, a) for a in range(number)] for g in range(len(plan.groups))])
    weight = np.array([group.share for group in plan.groups])
    assert columns["flown"].tolist() == pytest.approx([1.0] * covered.plan.latitude.size)
    np.testing.assert_allclose(columns["defended"], weight @ every.mean(axis=1) / weight.sum(), atol=1e-12)
    for g, group in enumerate(plan.groups):
        np.testing.assert_allclose(columns[f"defended_against_{group.record}"], every[g].mean(axis=0), atol=1e-12)
    np.testing.assert_array_equal(columns["defended_by_kansai-pac-3"], columns["defended"])
    np.testing.assert_array_equal(columns["defended_by_pac-3-mse-class"], columns["defended"])
    assert 0.0 < columns["defended"].mean() < 1.0


def test_a_point_defence_defends_its_site_and_no_place_far_away(covered: Covered) -> None:
    apart = np.hypot(
        covered.plan.latitude - math.radians(34.75), (covered.plan.longitude - math.radians(135.4)) * math.cos(0.6)
    )
    columns = covered.columns
    assert columns["defended_against_regional-glider"][apart.argmin()] == 1.0
    assert columns["defended"][apart.argmax()] < columns["defended"][apart.argmin()]
    known = np.isfinite(columns["latest_decision_s"])
    assert (columns["latest_decision_s"][known & (columns["defended"] > 0.5)] >= 180.0).all()


def test_a_later_decision_never_defends_more_and_a_layer_more_never_less(
    covered: Covered, tmp_path: pathlib.Path
) -> None:
    usual = covered.columns["defended"]
    late = column(tmp_path, TEXT.replace("3 min", "6 min"))
    more = column(tmp_path, TEXT.replace("[kansai-pac-3]", "[kansai-pac-3, ship-west-sm-3-iia]"))
    assert (late <= usual).all()
    assert (late < usual).any()
    assert (more >= usual).all()
    assert (more > usual).any()


@pytest.mark.parametrize(
    ("old", "new", "line", "got", "mend"),
    [
        ("kansai-pac-3]", "kansai-pac]", 3, "unknown layer 'kansai-pac'", "kansai-pac-3"),
        ("grid:", "#", 3, "'defended' without 'grid'", "Add 'grid:'"),
        ("study: announced-measures", "", 3, "no sensors", "study"),
        ("study: announced-measures", "study: observed-tests", 2, "observed flights", "a raid"),
        ("axes: 2", "axes: 0", 3, "axes 0", ""),
        ("0.45 deg", "0.01 deg", 4, "flights", "fewer axes"),
        ("grid:", "target: {altitude: 1 km}\ngrid:", 3, "both 'target' and 'defended'", "two files"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    tmp_path: pathlib.Path, old: str, new: str, line: int, got: str, mend: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_cover(written(tmp_path, TEXT.replace(old, new)))
    assert caught.value.place.line == line
    assert got in caught.value.got
    assert mend in caught.value.mend


def test_summary_json_table_and_figure(tmp_path: pathlib.Path) -> None:
    path = written(tmp_path, TEXT.replace("0.45 deg", "0.9 deg"))

    def run(*words: str) -> str:
        command = [sys.executable, "-m", "sakimori", "cover", str(path), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    told = json.loads(run("--json", "--out", str(tmp_path / "cells.csv")))
    assert told["layers"] == ["kansai-pac-3"]
    assert told["decided_s"] == 180.0
    assert told["flights_to_each_cell"] == 10
    lines = (tmp_path / "cells.csv").read_text("utf-8").splitlines()
    assert lines[0].split(",") == list(told["cells"][0])
    assert len(lines) == len(told["cells"]) + 1
    assert "a best case" in run("--out", str(tmp_path / "map.svg"))
    drawn = (tmp_path / "map.svg").read_text("utf-8")
    assert "Against regional-glider" in drawn
    assert "By pac-3-mse-class" in drawn
