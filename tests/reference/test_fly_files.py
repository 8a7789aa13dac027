"""Flight files against published numbers: NESC cases, the Shuttle's entry, Allen and Eggers."""

import csv
import itertools
import math
import pathlib

import numpy as np
import pytest

from sakimori.base.constants import FOOT
from sakimori.flight.integrator import Stop
from sakimori.study.vehicles import FlownPlan, fly_plan, read_plan

# NASA/TM-2015-218675: the sphere of one slug, its environment, and the round Earth of case 4.
SPHERE = "vehicle: {mass: 1 slug, area: 0.1963495 ft^2, drag: 0.1}\n"
EARTH = "environment: {mu: 1.407644e16 ft^3/s^2, j2: 1.08262982e-3, rotation: 7.292115e-5 rad/s, atmosphere: @}\n"
ROUND = "environment: {figure: sphere, radius: 20902255.199 ft, mu: 1.407644e16 ft^3/s^2, rotation: 0 rad/s, j2: 0}\n"
DROP = "start: {latitude: 0 deg, longitude: 0 deg, altitude: 30000 ft, velocity: {up: 0 ft/s}}\n"
THROW = "start: {latitude: 0 deg, longitude: 0 deg, altitude: 0 ft, velocity: {east: 1000 ft/s, up: 1000 ft/s}}\n"
END = "stop: {time: 30 s}\nstep: 1 s\n"
NESC = {
    1: SPHERE + EARTH.replace("@", "none") + DROP + END,
    4: SPHERE + ROUND + DROP + END,
    6: SPHERE + EARTH.replace("@", "ussa76") + DROP + END,
    9: SPHERE + EARTH.replace("@", "ussa76") + THROW + END,
}


def flown(text: str, folder: pathlib.Path) -> FlownPlan:
    (folder / "flight.yaml").write_text(text, "utf-8")
    return fly_plan(read_plan(folder / "flight.yaml"))


@pytest.mark.parametrize("case", NESC)
@pytest.mark.parametrize("tool", ["04", "05"])
def test_nesc_check_case(shared_data: pathlib.Path, tmp_path: pathlib.Path, case: int, tool: str) -> None:
    """0.05 ft and 1e-7 deg at every second: the tools' own spread (see test_flight)."""
    columns = flown(NESC[case], tmp_path).columns
    with (shared_data / "nesc" / f"Atmos_0{case}_sim_{tool}.csv").open() as file:
        rows = list(csv.DictReader(file))
    times = np.array([float(row["time"]) for row in rows])
    rows = [rows[int(np.argmin(np.abs(times - time)))] for time in columns["time_s"]]
    assert len(rows) == 31
    feet = [float(row["altitudeMsl_ft"]) for row in rows]
    assert columns["altitude_m"] / FOOT == pytest.approx(feet, abs=0.05)
    for name in ("longitude_deg", "latitude_deg"):
        assert columns[name] == pytest.approx([float(row[name]) for row in rows], abs=1e-7)


SHUTTLE = """
vehicle:
  mass: 6309.4424 slug
  area: 2690 ft^2
  lift: {polynomial: [-0.20704, 0.029244], per: deg}
  drag: {polynomial: [0.07854, -0.61592e-2, 0.621408e-3], per: deg}
start: {latitude: 0 deg, longitude: 0 deg, altitude: 260000 ft, speed: 25600 ft/s, angle: -1 deg, heading: 90 deg}
environment:
  {figure: sphere, radius: 20902900 ft, mu: 0.14076539e17 ft^3/s^2, rotation: 0 rad/s, atmosphere: exponential,
   ground_density: 0.002378 slug/ft^3, scale_height: 23800 ft}
controls: {file: controls.csv}
stop: {time: 2008.588120 s}
"""


def test_shuttle_entry(shared_data: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """Betts 2010: 50 ft, 1 ft/s, 0.01 deg and 0.001 deg of latitude at the end, from nodes and mid-points.

    On the way the solution itself is a polynomial between nodes 10 s apart: 0.1 % of altitude, 3 ft/s.
    """
    with (shared_data / "flights" / "shuttle_entry_free.csv").open() as file:
        nodes = [{k: float(v) if v else math.nan for k, v in row.items()} for row in csv.DictReader(file)]
    rows = [(n["t_s"], n["alpha_deg"], n["bank_deg"]) for n in nodes]
    rows += [(0.5 * (a["t_s"] + b["t_s"]), a["alpha_mid_deg"], a["bank_mid_deg"]) for a, b in itertools.pairwise(nodes)]
    lines = ["t_s,alpha_deg,bank_deg", *(",".join(repr(v) for v in row) for row in sorted(rows))]
    (tmp_path / "controls.csv").write_text("\n".join(lines), "utf-8")
    flight = flown(SHUTTLE, tmp_path)
    columns = flight.columns
    assert columns["altitude_m"][-1] / FOOT == pytest.approx(80000.0, abs=50.0)
    assert columns["speed_m_s"][-1] / FOOT == pytest.approx(2500.0, abs=1.0)
    assert columns["angle_deg"][-1] == pytest.approx(-5.0, abs=0.01)
    assert columns["latitude_deg"][-1] == pytest.approx(34.1412, abs=1e-3)
    times = [n["t_s"] for n in nodes]
    altitude = np.interp(times, flight.time, columns["altitude_m"]) / FOOT
    speed = np.interp(times, flight.time, columns["speed_m_s"]) / FOOT
    assert altitude == pytest.approx([n["h_ft"] for n in nodes], rel=1e-3)
    assert speed == pytest.approx([n["v_ft_s"] for n in nodes], abs=3.0)


# Allen and Eggers 1958: no gravity, flat Earth (a ball of 1e12 m: 0.02 m over the flight), exponential air.
ALLEN_EGGERS = """
vehicle: {{ballistic_coefficient: {beta} kg/m^2}}
start: {{latitude: 0 deg, longitude: 0 deg, altitude: 125 km, speed: {speed} m/s, angle: {angle} deg, heading: 90 deg}}
environment:
  {{figure: sphere, radius: 1e12 m, mu: 0 m^3/s^2, rotation: 0 rad/s, atmosphere: exponential,
   ground_density: 1.225 kg/m^3, scale_height: 7200 m}}
stop: {{time: 100 s}}
step: 0.002 s
"""


@pytest.mark.parametrize(
    ("speed", "angle", "beta", "peak", "height", "impact"),
    [(7200.0, -30.0, 10000.0, 662.183, 4086.6, 2980.47), (3000.0, -45.0, 5000.0, 162.581, 6582.0, 861.81)],
)
def test_allen_eggers(
    tmp_path: pathlib.Path, speed: float, angle: float, beta: float, peak: float, height: float, impact: float
) -> None:
    """1e-5 of the closed forms, of which the numbers are rounded values: peak v2 sin/(2 e H), v exp(-B e^(-h/H))."""
    flight = flown(ALLEN_EGGERS.format(speed=speed, angle=angle, beta=beta), tmp_path)
    columns = flight.columns
    sine = math.sin(-math.radians(angle))
    depth = 1.225 * 7200.0 / (2.0 * beta * sine)
    assert flight.stop is Stop.ALTITUDE
    assert columns["speed_m_s"][-1] == pytest.approx(speed * math.exp(-depth), rel=1e-5)
    assert columns["speed_m_s"][-1] == pytest.approx(impact, abs=0.02)
    drag = columns["drag_m_s2"]
    assert drag.max() == pytest.approx(speed**2 * sine / (2.0 * math.e * 7200.0), rel=1e-5)
    assert drag.max() == pytest.approx(peak, rel=1e-5)
    assert columns["altitude_m"][drag.argmax()] == pytest.approx(7200.0 * math.log(2.0 * depth), abs=10.0)
    assert columns["altitude_m"][drag.argmax()] == pytest.approx(height, abs=10.0)
