"""Cost of visibility per flight-sensor-sample, beside the same computation in NumPy, and how it grows.

Run `python benchmarks/visibility.py`. Prints nanoseconds per sample; the answers of both are compared first. Growth is
the exponent of the time in flights, sensors and samples (1 is linear), each grown by itself. Medians of processor time.
"""

import math
import time
from collections.abc import Callable

import numpy as np

from sakimori.base.constants import WGS84_FLATTENING, WGS84_RADIUS
from sakimori.base.types import Codes, Flights, Floats, Phase, Reason, Sightings
from sakimori.earth import geodesy
from sakimori.earth.frames import enu_basis
from sakimori.flight.signature import FACES
from sakimori.sense import visibility
from sakimori.sense.infrared import Infrared
from sakimori.sense.orbits import walker
from sakimori.sense.radar import Radar
from sakimori.sense.tasking import sensor_table
from sakimori.sense.windows import geometry

JULIAN_DATE, STEP = 2461245.5, 2.0


def flights(threats: int, samples: int) -> Flights:
    """Threats that cross the sensors' region on parallel tracks, high and low, half of the clock waiting or ended."""
    along = np.linspace(0.0, 1.0, samples)
    latitude = np.radians(np.linspace(30, 42, threats)[:, None] + 0 * along)
    longitude = np.radians(125 + 20 * along) + 0 * latitude
    altitude = (np.linspace(30e3, 400e3, threats)[:, None]) * (4 * along * (1 - along)) + 100.0
    phase = np.full((threats, samples), Phase.COAST, np.uint8)
    phase[:, : samples // 8], phase[:, -samples // 8 :] = Phase.WAITING, Phase.ENDED
    position = geodesy.positions_ecef(latitude, longitude, altitude)
    zero, one = np.zeros((threats, samples)), np.zeros(threats, np.int64)
    cross_section, faces = np.full(threats, 0.1), np.full((threats, samples, FACES, 3), 1e3)
    return Flights(
        STEP, position, 0 * position, altitude, phase, zero, zero + 1e5, cross_section, one, one, phase[:, 0], faces,
        np.full(threats, 0.5),
    )  # fmt: skip


def sensors(count: int) -> tuple[list[Radar], list[Infrared]]:
    """Half radars along an arc, half infrared sensors of one constellation."""
    radars = [
        Radar(
            name=f"radar {i}",
            key=i,
            owner=0,
            latitude=math.radians(31 + 12 * i / count),
            longitude=math.radians(131 + 12 * i / count),
            altitude=100.0,
            boresight=math.radians(300),
            sector=math.radians(120),
            elevation_min=math.radians(0.5),
            elevation_max=math.radians(80),
            reference_range=800e3,
            maximum_range=1500e3,
            range_sigma=10.0,
            angle_sigma=1e-3,
            beam_width=math.radians(1),
            fence_low=math.radians(1),
            fence_high=math.radians(5),
            fence_interval=5.0,
            fence_load=0.3,
            dwell=0.02,
            track_interval=2.0,
            search_beams_max=50.0,
        )
        for i in range(count - count // 2)
    ]
    infrareds = [
        Infrared(
            name=f"infrared {i}",
            key=1000 + i,
            owner=0,
            orbit=orbit,
            noise_equivalent_irradiance=1e-9,
            threshold=5.0,
            angle_sigma=3e-5,
            revisit=2.0,
            tangent_altitude=20e3,
            looks_down=True,
            clutter_factor=3.0,
        )
        for i, orbit in enumerate(walker(count // 2, 1, 0, math.radians(60), 1200e3))
    ]
    return radars, infrareds


def numpy_radar(case: Flights, sensor: Radar) -> Codes:
    """The reasons (N, K) of one radar, whole arrays at a time."""
    site = geodesy.positions_ecef(sensor.latitude, sensor.longitude, sensor.altitude)
    local = (case.position_ecef - site) @ enu_basis(sensor.latitude, sensor.longitude).T
    level, distance = np.hypot(local[..., 0], local[..., 1]), np.sqrt((local**2).sum(-1))
    ahead = local[..., 0] * math.sin(sensor.boresight) + local[..., 1] * math.cos(sensor.boresight)
    sine, limits = local[..., 2] / distance, visibility._limits(sensor)
    nodes = np.sqrt(np.maximum(case.altitude - sensor.altitude, 0)) / 8.0
    horizon, low, high = (np.interp(nodes, np.arange(len(limits)), limits[:, c]) for c in (0, 1, 2))
    row = visibility._radar_row(sensor)
    signal = row[6] * (case.radar_cross_section[:, None] / row[5]) * (row[4] / distance) ** 4
    return np.select(
        [
            (case.phase == Phase.WAITING) | (case.phase == Phase.ENDED),
            (case.altitude <= sensor.altitude) | (sine < horizon),
            ahead < row[2] * level,
            sine < low,
            sine > high,
            distance > sensor.maximum_range,
            signal <= row[7],
        ],
        [
            Reason.NOT_FLYING,
            Reason.BELOW_HORIZON,
            Reason.OUT_OF_SECTOR,
            Reason.BELOW_ELEVATION,
            Reason.ABOVE_ELEVATION,
            Reason.TOO_FAR,
            Reason.TOO_FAINT,
        ],
        Reason.NONE,
    ).astype(np.uint8)


def numpy_infrared(case: Flights, sensor: Infrared, place: Floats) -> Codes:
    """The reasons (N, K) of one infrared sensor at `place` (K, 3), whole arrays at a time."""
    row = visibility._infrared_row(sensor)
    half = np.array([1.0, 1.0, 1.0 - WGS84_FLATTENING]) * WGS84_RADIUS + row[1]
    line = case.position_ecef - place
    start, way = place / half, line / half
    nearest = np.maximum(-(start * way).sum(-1) / (way**2).sum(-1), 0.0)
    behind = ((start + nearest[..., None] * way) ** 2).sum(-1) < 1.0 - 1e-12
    past = (line * case.position_ecef).sum(-1) > 0.0
    noise = row[0] * np.where(behind, row[2], 1.0)
    with np.errstate(divide="ignore"):
        signal = case.intensity / (line**2).sum(-1) / noise
    return np.select(
        [
            (case.phase == Phase.WAITING) | (case.phase == Phase.ENDED),
            (case.altitude < row[4]) | (behind & (past | (row[2] == 0.0))),
            signal <= row[3],
        ],
        [Reason.NOT_FLYING, Reason.EARTH_IN_THE_WAY, Reason.TOO_FAINT],
        Reason.NONE,
    ).astype(np.uint8)


def median(work: Callable[[], object], repeats: int = 15) -> float:
    """The median processor time [s] of several runs after one that is not counted; other work hardly disturbs it."""
    work()
    times: list[float] = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return sorted(times)[repeats // 2]


def see(case: Flights, radars: list[Radar], infrareds: list[Infrared]) -> Sightings:
    """Visibility with every sensor up."""
    count, samples = len(radars) + len(infrareds), case.phase.shape[1]
    place = visibility.sensor_positions(radars, infrareds, JULIAN_DATE, STEP, samples)
    return visibility.see(case, radars, infrareds, place, np.ones(count, np.bool_))


def main() -> None:
    """Print the comparison and the growth."""
    case, (radars, infrareds) = flights(20, 800), sensors(20)
    seen = see(case, radars, infrareds)
    differ = sum(int((seen.reason[:, s] != numpy_radar(case, r)).sum()) for s, r in enumerate(radars))
    place = visibility.sensor_positions([], infrareds, JULIAN_DATE, STEP, case.phase.shape[1])
    for s, i in enumerate(infrareds):
        differ += int((seen.reason[:, len(radars) + s] != numpy_infrared(case, i, place[s])).sum())
    size = case.phase.size * len(radars)
    print(f"reasons that differ from NumPy's: {differ} of {2 * size}")
    kernel = median(lambda: see(case, radars, [])) / size * 1e9
    vector = median(lambda: [numpy_radar(case, r) for r in radars]) / size * 1e9
    print(f"radars, kernel: {kernel:.1f} ns; NumPy (reasons only): {vector:.1f} ns; {vector / kernel:.0f} times")
    vector = median(lambda: [numpy_infrared(case, i, place[s]) for s, i in enumerate(infrareds)]) / size * 1e9
    alone = median(lambda: visibility.see(case, [], infrareds, place, np.ones(len(infrareds), np.bool_))) / size * 1e9
    print(f"infrared, kernel: {alone:.1f} ns; NumPy (reasons only): {vector:.1f} ns; {vector / alone:.0f} times")
    print(f"infrared sensors, with their orbits: {median(lambda: see(case, [], infrareds)) / size * 1e9:.1f} ns")
    table = sensor_table(radars, infrareds, STEP)
    wall = median(lambda: geometry(seen, case.position_ecef, table)) / (2 * size) * 1e9
    print(f"number, stereo angle and precision of all together: {wall:.1f} ns")
    grow()


def grow() -> None:
    """Print how the time grows with each of the three sizes, from a case and the same eight times as large."""
    small = {"flights": 10, "sensors": 10, "samples": 400}
    for name in small:
        times: list[float] = []
        for factor in (1, 8):
            size = {**small, name: factor * small[name]}
            case, (radars, infrareds) = flights(size["flights"], size["samples"]), sensors(size["sensors"])
            see(case, radars, infrareds)  # fills the limit tables
            place = visibility.sensor_positions(radars, infrareds, JULIAN_DATE, STEP, size["samples"])
            up = np.ones(size["sensors"], np.bool_)
            times.append(median(lambda c=case, r=radars, i=infrareds, p=place, u=up: visibility.see(c, r, i, p, u), 15))
        exponent = math.log(times[1] / times[0]) / math.log(8)
        print(f"8 times the {name}: {times[0] * 1e3:.2f} to {times[1] * 1e3:.2f} ms, exponent {exponent:.2f}")


if __name__ == "__main__":
    main()
