"""Flight files: what is wrong is said with its line and a mend; every option reaches the flight."""

import math
import pathlib
import re

import numpy as np
import pytest

from sakimori.base.constants import MEAN_RADIUS
from sakimori.base.errors import InputError, RunError
from sakimori.earth.geodesy import destination, ecef_from_geodetic
from sakimori.flight import BallisticThreat, aim
from sakimori.flight.integrator import Stop
from sakimori.flight.motion import WGS84
from sakimori.study.vehicles import FlightPlan, fly_plan, read_plan

GOOD = """title: A test
vehicle:
  ballistic_coefficient: 5000 kg/m^2
  lift_to_drag: 2.5
start:
  latitude: 10 deg
  longitude: -20 deg
  altitude: 40 km
  speed: 3 km/s
  angle: 0 deg
  heading: 45 deg
environment:
  figure: sphere
controls:
  bank: 20 deg
stop:
  altitude: 20 km
"""


def plan(text: str, folder: pathlib.Path) -> FlightPlan:
    (folder / "flight.yaml").write_text(text, "utf-8")
    return read_plan(folder / "flight.yaml")


def refused(text: str, folder: pathlib.Path) -> InputError:
    with pytest.raises(InputError) as caught:
        plan(text, folder)
    return caught.value


def test_units_become_si(tmp_path: pathlib.Path) -> None:
    found = plan(GOOD, tmp_path)
    assert found.vehicle.area_per_mass == 1.0 / 5000.0
    assert found.environment.radius == MEAN_RADIUS
    assert (found.environment.flattening, found.environment.j2) == (0.0, 0.0)
    assert found.environment.rotation == WGS84.rotation
    assert found.limits.altitude == 20e3
    assert math.isnan(found.limits.speed)
    assert np.linalg.norm(found.start[3:]) == pytest.approx(3000.0, rel=1e-14)
    assert np.linalg.norm(found.start[:3]) == pytest.approx(MEAN_RADIUS + 40e3, rel=1e-14)
    assert fly_plan(found).stop is Stop.CROSSING


def test_a_velocity_may_be_written_in_local_axes(tmp_path: pathlib.Path) -> None:
    level = f"{3000.0 / math.sqrt(2.0)!r} m/s"
    polar = "  speed: 3 km/s\n  angle: 0 deg\n  heading: 45 deg\n"
    local = GOOD.replace(polar, f"  velocity: {{north: {level}, east: {level}}}\n")
    assert plan(local, tmp_path).start == pytest.approx(plan(GOOD, tmp_path).start, rel=1e-13)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("  lift_to_drag: 2.5", "  lift_to_drga: 2.5", 4, "Did you mean 'lift_to_drag'"),
        ("environment:", "enviroment:", 12, "Did you mean 'environment'"),
        ("  altitude: 40 km", "  altitude: 40", 8, "40 km"),
        ("  altitude: 40 km", "  altitude: 40 kms", 8, "Did you mean 'km'"),
        ("  altitude: 40 km", "  altitude: 40 deg", 8, "a length"),
        ("  altitude: 40 km", "  altitude: {uniform: [1 km, 2 km]}", 8, "one value"),
        ("  latitude: 10 deg", "  latitude: 100 deg", 6, "90 deg"),
        ("  heading: 45 deg\n", "", 5, "heading"),
        ("  speed: 3 km/s\n", "  speed: 3 km/s\n  velocity: {up: 1 m/s}\n", 5, "one form"),
        ("  figure: sphere", "  figure: shpere", 13, "sphere"),
        ("  figure: sphere", "  atmosphere: exponential", 12, "ground_density"),
        ("  figure: sphere", "  scale_height: 7 km", 13, "atmosphere"),
        ("  figure: sphere", "  wind: [{altitude: 9 km}, {altitude: 3 km}]", 13, "rising"),
        ("  bank: 20 deg", "  file: nowhere.csv", 15, "nowhere.csv"),
        ("  bank: 20 deg", "  table: [[0 s, 1 deg]]", 15, "angle of attack"),
        ("  bank: 20 deg", "  table: [[0 s, 1 deg, 0 deg], [0 s, 1 deg, 0 deg]]", 15, "one way"),
        ("  bank: 20 deg", "  over: energy\n  table: [[0 s, 1 deg, 0 deg]]", 16, "energy"),
        ("  altitude: 20 km", "  height: 20 km", 17, "Known here"),
        ("  ballistic_coefficient: 5000 kg/m^2\n  lift_to_drag: 2.5", "  mass: 1 kg\n  area: 1 m^2", 2, "drag"),
        ("  ballistic_coefficient: 5000 kg/m^2\n", "", 2, "neither"),
        ("  lift_to_drag: 2.5", "  mass: 3 kg", 2, "both"),
        ("title: A test", "schema: sakimori/9", 1, "sakimori/1"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: pathlib.Path, old: str, new: str, line: int, words: str) -> None:
    assert old in GOOD
    error = refused(GOOD.replace(old, new), tmp_path)
    assert error.place.line == line
    assert words in str(error)
    assert error.mend


COEFFICIENTS = GOOD.replace(
    "  ballistic_coefficient: 5000 kg/m^2\n  lift_to_drag: 2.5",
    "  mass: 900 kg\n  area: 0.5 m^2\n  drag: 0.1\n  lift: @",
)


@pytest.mark.parametrize(
    ("lift", "words"),
    [
        ("{polynomial: [0.1, 0.2]}", "per"),
        ("{constant: 1, per: deg}", "per"),
        ("{constant: 1, polynomial: [1], per: deg}", "one form"),
        ("{mach: [1, 2], angle_of_attack: [0 deg]}", "values"),
        ("{mach: [2, 1], angle_of_attack: [0 deg], values: [[1], [2]]}", "rising"),
        ("{mach: [1, 2], angle_of_attack: [0 deg], values: [[1]]}", "2 Mach"),
        ("{mach: [1], angle_of_attack: [0 deg, 5 deg], values: [[1]]}", "2 angles"),
        ("{mach: [1], angle_of_attack: [2 deg, 5 deg], values: [[1, 2]]}", "2 to 5 deg"),
        ("{polynom: [1], per: deg}", "Did you mean 'polynomial'"),
        ("high", "a coefficient"),
    ],
)
def test_mistakes_in_coefficients(tmp_path: pathlib.Path, lift: str, words: str) -> None:
    assert words in str(refused(COEFFICIENTS.replace("@", lift), tmp_path))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("time_s,angle_of_attack_deg,bank_deg\n0,1,2\n5,x,2\n", 3, "'x'"),
        ("time_s,angle_of_attack_deg,bank_deg\n0,1,2\n5,1\n", 3, "bank_deg"),
        ("time_s,angle_of_attack_deg,bank_deg\n5,1,2\n0,1,2\n", 3, "one way"),
        ("time,angle_of_attack_deg,bank_deg\n0,1,2\n", 1, "time_s"),
        ("time_s,angle_of_atack_deg,bank_deg\n0,1,2\n", 1, "Did you mean 'angle_of_attack_deg'"),
        ("time_s,angle_of_attack_deg,bank_deg\n", 0, "no rows"),
        ("", 1, "no header"),
    ],
)
def test_mistakes_in_a_table_of_controls(tmp_path: pathlib.Path, text: str, line: int, words: str) -> None:
    (tmp_path / "controls.csv").write_text(text, "utf-8")
    error = refused(GOOD.replace("bank: 20 deg", "file: controls.csv"), tmp_path)
    assert pathlib.Path(error.place.path).name == "controls.csv"
    assert error.place.line == line
    assert words in str(error)


def test_controls_from_a_file_and_inline_are_the_same(tmp_path: pathlib.Path) -> None:
    (tmp_path / "c.csv").write_text("note,t_s,bank_deg,alpha_deg\na,0,0,1\nb,100,30,1\n", "utf-8")
    filed = plan(GOOD.replace("bank: 20 deg", "file: c.csv"), tmp_path)
    inline = plan(GOOD.replace("bank: 20 deg", "table: [[0 s, 1 deg, 0 deg], [100 s, 1 deg, 30 deg]]"), tmp_path)
    assert filed.unread == ("note",)
    for a, b in zip(filed.vehicle.programme, inline.vehicle.programme, strict=True):
        assert np.array_equal(a, b)
    assert fly_plan(filed).state.tobytes() == fly_plan(inline).state.tobytes()


def test_density_and_wind_are_felt(tmp_path: pathlib.Path) -> None:
    base = fly_plan(plan(GOOD, tmp_path)).columns
    for option in ("density_factor: 1.2", "wind: [{east: 50 m/s}]", "rotation: 0 rad/s", "j2: 1e-3"):
        other = fly_plan(plan(GOOD.replace("figure: sphere", f"figure: sphere\n  {option}"), tmp_path)).columns
        assert abs(other["longitude_deg"][-1] - base["longitude_deg"][-1]) > 1e-4, option


def test_the_ground_may_be_left_out(tmp_path: pathlib.Path) -> None:
    text = GOOD.replace("  altitude: 20 km", "  ground: false\n  time: 3 min").replace("40 km", "1 km")
    text = text.replace("  lift_to_drag: 2.5\n", "")
    flown = fly_plan(plan(text.replace("angle: 0 deg", "angle: -10 deg"), tmp_path))
    assert flown.stop is Stop.TIME
    assert flown.time[-1] == 180.0
    assert flown.columns["altitude_m"].min() < 0.0


def test_a_path_that_lift_turns_vertical_fails_with_a_reason(tmp_path: pathlib.Path) -> None:
    """Upwards has no direction across a vertical path: lift of hundreds of g holds the vehicle there."""
    with pytest.raises(RunError, match="vertical"):
        fly_plan(plan(GOOD.replace("40 km", "1 km"), tmp_path))


HOT = GOOD.replace("lift_to_drag: 2.5", "lift_to_drag: 2.5\n  heat: {{{}}}")
SHAPE = "front_length: 2 m, length: 3 m, width: 1 m, front_angle: 10 deg, rear_angle: 5 deg, side_angle: 20 deg"


def test_heat_adds_the_columns_it_names_and_moves_nothing(tmp_path: pathlib.Path) -> None:
    bare = fly_plan(plan(GOOD, tmp_path)).columns
    nose = fly_plan(plan(HOT.format("nose_radius: 50 mm"), tmp_path)).columns
    wall = "nose_radius: 50 mm, emissivity: 0.6, wall_angle: 10 deg, wall_distance: 2 m"
    walls = fly_plan(plan(HOT.format(wall), tmp_path)).columns
    whole = fly_plan(plan(HOT.format(f"nose_radius: 50 mm, wedge: {{{SHAPE}}}"), tmp_path)).columns
    assert set(nose) - set(bare) == {"stagnation_flux_W_m2", "nose_temperature_K"}
    assert set(walls) - set(nose) == {"wall_laminar_K", "wall_turbulent_K"}
    sides = [
        f"intensity_{side}_{layer}_W_sr" for side in ("above", "side", "ahead") for layer in ("laminar", "turbulent")
    ]
    assert set(whole) - set(nose) == set(sides)
    for name, column in bare.items():
        assert (whole[name] == column).all()
    density, speed = 2.0 * bare["dynamic_pressure_Pa"] / bare["speed_m_s"] ** 2, bare["speed_m_s"]
    expected = 1.7415e-4 * np.sqrt(density / 0.05) * speed**3  # Sutton and Graves, still air
    assert nose["stagnation_flux_W_m2"] == pytest.approx(expected, rel=1e-9)
    assert (walls["nose_temperature_K"] > nose["nose_temperature_K"]).all()  # a poorer radiator is hotter


def test_heat_follows_the_wind_and_ends_with_the_air(tmp_path: pathlib.Path) -> None:
    still = fly_plan(plan(HOT.format("nose_radius: 50 mm"), tmp_path)).columns["stagnation_flux_W_m2"][0]
    windy = HOT.format("nose_radius: 50 mm") + "step: 1 s\n"
    windy = windy.replace("figure: sphere", "figure: sphere\n  wind: [{north: -100 m/s}]")
    ahead = fly_plan(plan(windy, tmp_path)).columns["stagnation_flux_W_m2"][0]
    into = math.hypot(3000.0 + 100.0 * math.sqrt(0.5), 100.0 * math.sqrt(0.5)) / 3000.0  # heading 45 deg
    assert ahead / still == pytest.approx(into**3, rel=1e-6)
    empty = HOT.format("nose_radius: 50 mm").replace("figure: sphere", "figure: sphere\n  atmosphere: none")
    columns = fly_plan(plan(empty, tmp_path)).columns
    assert not columns["stagnation_flux_W_m2"].any()
    assert not columns["nose_temperature_K"].any()


@pytest.mark.parametrize(
    ("heat", "told"),
    [
        ("emissivity: 0.8", "nose_radius"),
        ("nose_radius: 50 mm, wall_angle: 10 deg", "wall_distance"),
        ("nose_radius: 50 mm, emissivity: 1.2", "1.2"),
        ("nose_radius: 5 s", "length"),
        (f"nose_radius: 3 m, wedge: {{{SHAPE}}}", "nose as large"),
        (f"nose_radius: 50 mm, wedge: {{{SHAPE.replace('length: 3 m', 'length: 1 m')}}}", "front of 2 m"),
        (f"nose_radius: 50 mm, wedge: {{{SHAPE.replace(', width: 1 m', '')}}}", "width"),
    ],
)
def test_heat_that_makes_no_sense_is_refused(heat: str, told: str, tmp_path: pathlib.Path) -> None:
    error = refused(HOT.format(heat), tmp_path)
    assert told in str(error)


ROCKET = """vehicle:
  stages:
    - {propellant: 12.8 t, thrust: 289 kN, burn_time: 109 s, dry_mass: 2.3 t, sea_level_specific_impulse: 226 s}
  payload: 1 t
  drag_area: 0.36 m^2
  rise_time: 8 s
  ballistic_coefficient: 5000 kg/m^2
start: {latitude: 39 deg, longitude: 126 deg, altitude: 0 m}
controls: {kick: 10 deg, heading: 80 deg, cutoff: 2 km/s}
step: 2 s
"""


@pytest.mark.parametrize(
    ("written", "propellant", "impulse"),
    [
        ("propellant: 10 t, specific_impulse: 250 s", 10e3, 250.0),
        ("propellant: 10 t, thrust: 245166.25 N", 10e3, 250.0),
        ("mass_flow: 100 kg/s, specific_impulse: 250 s", 10e3, 250.0),
        ("mass_flow: 100 kg/s, thrust: 245.16625 kN", 10e3, 250.0),
        ("thrust: 245.16625 kN, specific_impulse: 250 s", 10e3, 250.0),
    ],
)
def test_two_of_three_make_a_stage(tmp_path: pathlib.Path, written: str, propellant: float, impulse: float) -> None:
    """F = (mp/tb) Isp g0 with 100 s, 250 s, 9.80665 m/s2."""
    text = ROCKET.replace("propellant: 12.8 t, thrust: 289 kN, burn_time: 109 s", f"{written}, burn_time: 100 s")
    found = plan(text, tmp_path).rocket
    assert found is not None
    assert found.booster.stages[0] == pytest.approx([propellant, 2300.0, 100.0, impulse, 226.0, 0.0])


def test_a_rocket_of_a_file_flies_as_the_threat_that_it_was_aimed_for(tmp_path: pathlib.Path) -> None:
    """Kick, heading and cut-off of a solved threat lead to its aim point: 20 m, the integrators' tolerances apart."""
    found = plan(ROCKET, tmp_path)
    assert found.rocket is not None
    goal = destination(math.radians(39.0), math.radians(126.0), 1.3, 600e3)
    threat = BallisticThreat(
        launch_latitude=math.radians(39.0),
        launch_longitude=math.radians(126.0),
        aim_latitude=goal[0],
        aim_longitude=goal[1],
        launch_time=0.0,
        booster=found.rocket.booster,
        loft=0.7,
        ballistic_coefficient=5000.0,
        radar_cross_section=0.0,
        plume_intensity=0.0,
        body_intensity=0.0,
    )
    solved = aim(threat)
    values = f"kick: {solved.kick!r} rad, heading: {solved.heading!r} rad, cutoff: {solved.speed!r} m/s"
    flown = fly_plan(plan(ROCKET.replace("kick: 10 deg, heading: 80 deg, cutoff: 2 km/s", values), tmp_path))
    assert flown.stop is Stop.ALTITUDE
    assert flown.launched is not None
    assert flown.launched.burnout == pytest.approx(solved.boost_time, abs=1e-3)
    assert flown.time[-1] == pytest.approx(solved.boost_time + solved.duration, abs=0.02)
    end = ecef_from_geodetic(goal[0], goal[1], 0.0, WGS84.radius, WGS84.flattening)
    assert np.linalg.norm(flown.state[-1, :3] - end) < 20.0
    columns = flown.columns
    boosting = columns["phase"] == "boost"
    assert boosting.sum() == math.floor(solved.boost_time / 2.0) + 1
    assert np.all(columns["thrust_m_s2"][boosting] > 10.0)
    assert not columns["thrust_m_s2"][~boosting].any()
    assert flown.apogee == pytest.approx(solved.apogee, abs=10.0)


def test_a_rocket_may_end_in_its_boost_and_coasts_between_stages(tmp_path: pathlib.Path) -> None:
    second = "    - {propellant: 1 t, specific_impulse: 260 s, burn_time: 40 s, dry_mass: 300 kg}\n  payload"
    text = ROCKET.replace("  payload", second, 1).replace("dry_mass: 2.3 t", "dry_mass: 2.3 t, coast: 10 s")
    text = text.replace("kick: 10 deg", "kick: 2 deg").replace(", cutoff: 2 km/s", "")
    flown = fly_plan(plan(text + "stop: {time: 112 s}\n", tmp_path))
    assert flown.stop is Stop.TIME
    columns = flown.columns
    assert set(columns["phase"]) == {"boost"}
    assert columns["thrust_m_s2"][54] > 20.0  # at 108 s
    assert columns["thrust_m_s2"][55] == 0.0  # at 110 s, between the stages
    assert flown.time[-1] == 112.0


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("thrust: 289 kN", "thrust: 289 kN, specific_impulse: 250 s", 3, "3 of them"),
        ("propellant: 12.8 t, ", "", 3, "1 of them"),
        ("289 kN", "289 km", 3, "a force"),
        ("289 kN", "120 kN", 3, "no more impulse at sea level|from 20 to"),
        ("burn_time: 109 s", "burn_time: 30 s", 3, "from 50 to 600|impulse"),
        ("  payload: 1 t\n", "", 2, "no 'payload'"),
        ("  drag_area: 0.36 m^2\n", "  mass: 1 t\n  drag_area: 0.36 m^2\n", 5, "'mass' beside 'stages'"),
        ("kick: 10 deg, ", "", 9, "no 'kick'"),
        ("kick: 10 deg", "kick: 10 deg, bank: 5 deg", 9, "'bank' for a rocket"),
        ("altitude: 0 m", "altitude: 0 m, velocity: {up: 10 m/s}", 8, "a rocket in motion"),
        ("step: 2 s", "stop: {time: 5 s}", 10, "within the vertical rise"),
        ("payload: 1 t", "payload: 40 t", 3, "more thrust than weight"),
    ],
)
def test_mistakes_of_a_rocket(tmp_path: pathlib.Path, old: str, new: str, line: int, words: str) -> None:
    assert old in ROCKET
    error = refused(ROCKET.replace(old, new), tmp_path)
    assert re.search(words, str(error)), error
    assert abs(error.place.line - line) <= 1


def test_a_body_has_no_kick_and_needs_a_velocity(tmp_path: pathlib.Path) -> None:
    assert "'kick' without 'stages'" in str(refused(GOOD.replace("bank: 20 deg", "kick: 20 deg"), tmp_path))
    still = GOOD.replace("  speed: 3 km/s\n  angle: 0 deg\n  heading: 45 deg\n", "")
    assert "no velocity" in str(refused(still, tmp_path))
    assert "'payload' without 'stages'" in str(refused(GOOD.replace("  lift_to_drag: 2.5", "  payload: 1 t"), tmp_path))
