"""What `fly` shows and writes."""

import csv
import json
import pathlib

import numpy as np
import pyarrow.parquet as pq
import pytest

from sakimori.base.errors import InputError
from sakimori.cli.flying import fly_file, plot

FILE = """title: A sphere
vehicle:
  mass: 14 kg
  area: 0.02 m^2
  drag: {mach: [0.5, 0.9], angle_of_attack: [-1 deg, 1 deg], values: [[0.1, 0.1], [0.2, 0.2]]}
start: {latitude: 0 deg, longitude: 179.9 deg, altitude: 0 m, speed: 700 m/s, angle: 60 deg, heading: 90 deg}
stop: {speed: 1 m/s, time: 30 s}
step: 0.5 s
"""


@pytest.fixture
def file(tmp_path: pathlib.Path) -> pathlib.Path:
    (tmp_path / "sphere.yaml").write_text(FILE, "utf-8")
    return tmp_path / "sphere.yaml"


def test_the_table_holds_every_number_as_it_is(file: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    for out in ("a.csv", "a.parquet"):
        fly_file(file, file.parent / out, True)
    told = json.loads(capsys.readouterr().out.split("\n}\n")[0] + "\n}")
    with (file.parent / "a.csv").open(encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    table = pq.read_table(file.parent / "a.parquet").to_pylist()
    assert len(rows) == len(table) == 61
    for row, other in zip(rows, table, strict=True):
        assert {k: float(v) for k, v in row.items()} == other
    final = told["final"]
    assert final["altitude_m"] == table[-1]["altitude_m"]
    assert final["position_ecef_m"] == [table[-1][k] for k in ("x_m", "y_m", "z_m")]
    assert final["velocity_ecef_m_s"] == [table[-1][k] for k in ("vx_m_s", "vy_m_s", "vz_m_s")]
    assert -180.0 < final["longitude_deg"] < 180.0


def test_the_summary_says_what_a_reader_should_know(file: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    fly_file(file, None, False)
    out = capsys.readouterr().out
    assert "A sphere" in out
    assert "ended by time after 30.000 s" in out
    assert "was not reached in time" in out
    assert "the table of drag covers 0.5 to 0.9" in out
    assert "altitude km over time s" in out


@pytest.mark.parametrize(("name", "words"), [("a.txt", ".txt"), ("a", "no ending"), ("no/a.csv", "No such file")])
def test_a_file_that_cannot_be_written_is_refused(file: pathlib.Path, name: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        fly_file(file, file.parent / name, False)


def test_a_plot_goes_from_its_lowest_to_its_highest() -> None:
    x = np.linspace(0.0, 10.0, 200)
    lines = plot(x, x * x, "square")
    assert len(lines) == 12
    assert lines[1].lstrip().startswith("100 ")
    assert lines[-2].lstrip().startswith("0 ")
    assert lines[1][-1] != "\u2800"  # the highest at the right
    assert lines[1][10] == "\u2800"
    assert len(plot(np.array([3.0]), np.array([2.0]), "one point")) == 12
