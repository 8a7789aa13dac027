"""The frozen tracking cases stay what was published, and their scripts run."""

import csv
import importlib.util
import pathlib
import subprocess
import sys
from types import ModuleType

import numpy as np
import pytest

FOLDER = pathlib.Path(__file__).parents[2] / "benchmarks" / "tracking"


@pytest.fixture(scope="module")
def cases() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tracking_cases", FOLDER / "cases.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_truth_is_frozen(cases: ModuleType) -> None:
    """Start, middle and end of each flight to 0.1 m and 0.01 m/s, and the number of looks: frozen.csv has 0.1 mm."""
    with (FOLDER / "frozen.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["flight"] for row in rows} == set(cases.FLIGHTS)
    for name, make in cases.FLIGHTS.items():
        flight = make()
        mine = [row for row in rows if row["flight"] == name]
        assert [len(cases.plan(flight, s).looks.time) for s in cases.SENSORS] == [
            int(mine[0][s]) for s in cases.SENSORS
        ]
        for row in mine:
            assert len(flight.time) == int(row["samples"])
            k = round(float(row["time"]) / cases.STEP)
            assert flight.time[k] == float(row["time"])
            state = np.array([float(row[c]) for c in ("x", "y", "z", "vx", "vy", "vz")])
            np.testing.assert_allclose(flight.state[k, :3], state[:3], atol=0.1)
            np.testing.assert_allclose(flight.state[k, 3:], state[3:], atol=0.01)


def test_scripts_write_and_score(tmp_path: pathlib.Path) -> None:
    """Tables of one case, and a file of estimates that says the truth, with 1 m and 1 m/s as its errors."""
    command = [sys.executable, str(FOLDER / "generate.py"), "dive/two-radars", "--runs", "2", "--out", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    with (tmp_path / "truth.csv").open(encoding="utf-8") as file:
        truth = {float(row["time"]): row for row in csv.DictReader(file)}
    with (tmp_path / "looks.csv").open(encoding="utf-8") as file:
        looks = list(csv.DictReader(file))
    with (tmp_path / "measured.csv").open(encoding="utf-8") as file:
        assert {row["run"] for row in csv.DictReader(file)} == {"0", "1"}
    estimates = tmp_path / "mine.csv"
    upper = [f"p{a}{b}" for a in range(6) for b in range(a, 6)]
    with estimates.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["run", "look", "time", "x", "y", "z", "vx", "vy", "vz", *upper])
        for look in looks:
            row = truth[float(look["time"])]
            there = [float(row["x"]) + 3.0, *(row[c] for c in ("y", "z", "vx", "vy", "vz"))]
            spread = [1.0 if name[1] == name[2] else 0.0 for name in upper]
            writer.writerow([0, look["look"], look["time"], *there, *spread])
    command = [sys.executable, str(FOLDER / "score.py"), "--case", "dive/two-radars", "--estimates", str(estimates)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert [float(said[2]), float(said[3]), float(said[4])] == pytest.approx([3.0, 3.0, 9.0])
    assert "100.0%" in said
