"""Speed and convergence of the flight room: `python benchmarks/flight.py [FLIGHTS]`.

Prints tables: time and position error of one 800 s glide at several tolerances against a reference at 1e-12, by the
integrator, by lanes of a vector (`propagate`), by SciPy's DOP853 with the same compiled right-hand side and, where it
is installed (`pip install heyoka`; not a dependency), by heyoka alone and in batches, with the ratios at 1 m and 5 mm;
one glide to the ground; growth from 1e2 to 1e6 flights in chunks, and on all processors; microseconds per aimed flight
and how many of a random sample of aim points were met; raids. Times are medians of the processor time of one
call, except where all processors work.
"""

import math
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numba
import numpy as np
from scipy.integrate import solve_ivp

from sakimori.base.types import FlightStatus
from sakimori.earth.geodesy import destination
from sakimori.flight import (
    WGS84,
    BallisticThreat,
    Body,
    Environment,
    GlideThreat,
    QuasiBallisticThreat,
    aim,
    fly,
    propagate,
)
from sakimori.flight.glider import equilibrium_altitude
from sakimori.flight.integrator import NEVER, SILENT, integrate
from sakimori.flight.motion import acceleration, altitude_and_normal

GLIDER = Body(13003.0, 2.6, 0.0, 0.0, 1.0)


def timed(function: Callable[[], object], seconds: float = 0.4) -> float:
    """Microseconds of processor time of one call: the median of as many as fit into the time, at least three.

    Not the least: the clock of a shared machine now and then shows less than was spent, and a least of thousands of
    short calls finds just those.
    """
    function()
    spent, begin = [], time.perf_counter()
    while len(spent) < 3 or time.perf_counter() - begin < seconds:
        start = time.process_time()
        function()
        spent.append(time.process_time() - start)
    return 1e6 * float(np.median(spent))


@numba.njit
def slope(t: float, y: np.ndarray) -> np.ndarray:
    """The right-hand side as SciPy wants it."""
    ax, ay, az = acceleration(t, y[0], y[1], y[2], y[3], y[4], y[5], GLIDER, WGS84)
    return np.array([y[3], y[4], y[5], ax, ay, az])


@numba.njit
def altitude(t: float, y: np.ndarray) -> float:
    """The event that ends the flight."""
    return altitude_and_normal(y[0], y[1], y[2], WGS84.radius, WGS84.flattening)[0]


def propagated() -> None:
    """One 5.5 km/s glide to the ground, ours and SciPy's, at the tolerance that gives both about 0.1 m."""
    height = equilibrium_altitude(5500.0, 2.6, 13003.0, WGS84.radius, 9.8)
    start = np.array([WGS84.radius + height, 0.0, 0.0, 0.0, 5500.0, 0.0])
    empty = np.empty((0, 6))

    def ours() -> tuple[int, float, np.ndarray, float, int]:
        return integrate(0.0, start, GLIDER, WGS84, 7200.0, 0.0, NEVER, SILENT, 0, empty)

    def event(t: float, y: np.ndarray) -> float:
        return altitude(t, y)

    event.terminal = True

    def scipys(rtol: float, atol: float):
        return solve_ivp(slope, (0.0, 7200.0), start, "DOP853", events=event, rtol=rtol, atol=atol)

    exact = scipys(1e-13, 1e-6).y[:, -1]
    mine, peer = ours()[2], scipys(1e-8, 1e-3).y[:, -1]
    print(f"one glide of {ours()[1]:.0f} s          us     error at impact [m]")
    print(f"  sakimori          {timed(ours):12.0f}   {np.linalg.norm(mine[:3] - exact[:3]):.3f}")
    print(f"  SciPy DOP853      {timed(lambda: scipys(1e-8, 1e-3)):12.0f}   {np.linalg.norm(peer[:3] - exact[:3]):.3f}")


# The glide that all three can fly: a turning round Earth, exponential air, constant lift-to-drag ratio.
ROUND = Environment(WGS84.mu, 6371e3, 0.0, 0.0, WGS84.rotation, 1.0, 1.225, 7200.0)
LEVEL = np.array([ROUND.radius + 45e3, 0.0, 0.0, 0.0, 5000.0, 1000.0])
SPAN = 800.0  # [s]


@numba.njit
def round_slope(t: float, y: np.ndarray, body: Body, environment: Environment) -> np.ndarray:
    """The right-hand side of that glide as SciPy wants it."""
    ax, ay, az = acceleration(t, y[0], y[1], y[2], y[3], y[4], y[5], body, environment)
    return np.array([y[3], y[4], y[5], ax, ay, az])


BATCH = 512  # flights that lanes fly in one call


def convergence() -> None:
    """Position error after SPAN seconds against a reference at 1e-12, and the time, by method and tolerance."""
    empty = np.empty((0, 6))

    def peer(rtol: float, atol: float) -> np.ndarray:
        return solve_ivp(round_slope, (0.0, SPAN), LEVEL, "DOP853", rtol=rtol, atol=atol, args=(GLIDER, ROUND)).y[:, -1]

    exact = peer(1e-12, 1e-7)[:3]
    rows: dict[str, list[tuple[float, float]]] = {}

    def row(method: str, setting: str, function: Callable[[], np.ndarray], share: int = 1) -> None:
        error, spent = float(np.linalg.norm(function()[:3] - exact)), timed(function) / share
        rows.setdefault(method, []).append((error, spent))
        print(f"  {method + ', ' + setting:42s}{spent:9.1f}   {error:.2e}")

    def ours(strictness: float) -> Callable[[], np.ndarray]:
        options = -math.inf, NEVER, SILENT, 0, empty, None, strictness
        return lambda: integrate(0.0, LEVEL, GLIDER, ROUND, SPAN, *options)[2]

    def lanes(strictness: float) -> Callable[[], np.ndarray]:
        starts, body = np.repeat(LEVEL[None], BATCH, axis=0), (GLIDER.ballistic_coefficient, GLIDER.lift_to_drag)
        options = {"stop_time": SPAN, "stop_altitude": -1e9, "environment": ROUND, "strictness": strictness}
        return lambda: propagate(starts, *body, **options).state[0]

    print(f"one glide of {SPAN:.0f} s                             us each   error [m]")
    for strictness in (1e-3, 1e-2, 1.0, 100.0):
        row("sakimori", f"1 cm/{strictness:g} a step", ours(strictness))
    for strictness in (1e-3, 1e-2, 1.0, 100.0):
        row("sakimori lanes", f"1 cm/{strictness:g} a step", lanes(strictness), BATCH)
    for rtol, atol in ((3e-7, 0.03), (1e-8, 1e-3), (1e-10, 1e-5)):
        row("SciPy DOP853", f"{rtol:g}", lambda rtol=rtol, atol=atol: peer(rtol, atol))
    try:
        heyoka_rows(row)
    except ImportError:
        print("  heyoka is not installed: left out")
    for bound in (1.0, 5e-3):
        least = {m: min((t for e, t in found if e <= bound), default=math.nan) for m, found in rows.items()}
        print(f"  within {bound:g} m: " + ", ".join(f"{method} {spent:.1f} us" for method, spent in least.items()))
        for mine, other in (
            ("sakimori", "SciPy DOP853"),
            ("sakimori", "heyoka"),
            ("sakimori lanes", "SciPy DOP853"),
            ("sakimori lanes", "heyoka batch"),
        ):
            if other in least:
                print(f"    time of {mine} over {other}: {least[mine] / least[other]:.3g}")


def heyoka_rows(row: Callable[..., None]) -> None:
    """The same glide by heyoka's Taylor series, alone and in batches of as many lanes as the processor has."""
    import heyoka as hy

    x, y, z, vx, vy, vz = hy.make_vars("x", "y", "z", "vx", "vy", "vz")
    w, r = ROUND.rotation, hy.sqrt(x * x + y * y + z * z)
    speed = hy.sqrt(vx * vx + vy * vy + vz * vz)
    drag = 0.5 * ROUND.ground_density * hy.exp((ROUND.radius - r) / ROUND.scale_height) * speed
    drag = drag * (1.0 / GLIDER.ballistic_coefficient)  # over the speed, since it multiplies the velocity
    n = [x / r, y / r, z / r]
    climb = (n[0] * vx + n[1] * vy + n[2] * vz) / speed
    level = hy.sqrt(1.0 - climb * climb)
    lift = GLIDER.lift_to_drag * drag * speed / level
    pull = -ROUND.mu / (r * r * r)
    turning = [w * (2.0 * vy + w * x), w * (w * y - 2.0 * vx), 0.0]
    place, way = [x, y, z], [vx, vy, vz]
    force = [
        pull * p + t - drag * v + lift * (up - climb * v / speed)
        for p, v, t, up in zip(place, way, turning, n, strict=True)
    ]
    system = [*zip(place, way, strict=True), *zip(way, force, strict=True)]
    for tolerance in (3e-7, 1e-9, 1e-12):
        single = hy.taylor_adaptive(system, LEVEL.copy(), tol=tolerance, compact_mode=False)

        def alone(single=single) -> np.ndarray:
            single.time = 0.0
            single.state[:] = LEVEL
            single.propagate_until(SPAN)
            return single.state.copy()

        row("heyoka", f"{tolerance:g}", alone)
        lanes = hy.recommended_simd_size()
        batch = hy.taylor_adaptive_batch(system, np.repeat(LEVEL[:, None], lanes, axis=1), tol=tolerance)

        def together(batch=batch, lanes=lanes) -> np.ndarray:
            batch.set_time(0.0)
            batch.state[:] = LEVEL[:, None]
            batch.propagate_until(np.full(lanes, SPAN))
            return batch.state[:, 0].copy()

        row("heyoka batch", f"{tolerance:g}, {lanes} lanes", together, lanes)


def some_ballistic(random: np.random.Generator, lofted: bool, furthest: float = 12000e3) -> BallisticThreat:
    """A ballistic threat of 150 km to `furthest` [m] anywhere; lofted up to 6000 km apogee."""
    distance = math.exp(random.uniform(math.log(150e3), math.log(furthest)))
    place = random.uniform(-1.3, 1.3), random.uniform(-math.pi, math.pi)
    goal = destination(*place, random.uniform(0.0, 2.0 * math.pi), distance)
    best = 0.25 * (math.pi - distance / 6371e3)
    low, high = math.log(max(60e3, 0.12 * distance)), math.log(6e6)
    apogee = math.exp(random.uniform(low, high))
    burnout = random.uniform(20e3, 60e3) if distance < 2e6 else random.uniform(60e3, 300e3)
    return BallisticThreat(
        launch_latitude=place[0],
        launch_longitude=place[1],
        aim_latitude=goal[0],
        aim_longitude=goal[1],
        launch_time=0.0,
        loft=math.nan if lofted else random.uniform(0.6 * best, 0.5 * (best + 0.5 * math.pi)),
        apogee=apogee if lofted else math.nan,
        burnout_altitude=burnout,
        boost_time=100.0,
        ballistic_coefficient=math.exp(random.uniform(math.log(1500.0), math.log(15000.0))),
        radar_cross_section=1.0,
        plume_intensity=1e6,
        body_intensity=1e3,
    )


def some_glide(random: np.random.Generator) -> GlideThreat:
    """A glide threat of 300 to 2000 km anywhere, with a speed that can reach about so far."""
    distance = random.uniform(300e3, 2000e3)
    place = random.uniform(-1.3, 1.3), random.uniform(-math.pi, math.pi)
    goal = destination(*place, random.uniform(0.0, 2.0 * math.pi), distance)
    speed = 0.9 * math.sqrt(2.0 * 9.8 * distance * random.uniform(0.8, 2.0) / 2.6)
    return GlideThreat(
        launch_latitude=place[0],
        launch_longitude=place[1],
        aim_latitude=goal[0],
        aim_longitude=goal[1],
        launch_time=0.0,
        boost_time=100.0,
        boost_range=min(150e3, 0.1 * distance),
        burnout_altitude=random.uniform(25e3, 50e3),
        entry_speed=min(6500.0, max(1500.0, speed)),
        apogee=random.uniform(45e3, 90e3),
        lift_to_drag=random.uniform(2.0, 3.5),
        ballistic_coefficient=random.uniform(3000.0, 14000.0),
        load_limit=random.uniform(30.0, 150.0),
        skip=random.uniform(0.0, 1.0),
        bank_programme=random.uniform(0.0, 3.0),
        bank_amplitude=random.uniform(0.0, 0.9),
        bank_period=random.uniform(60.0, 400.0),
        bank_start=random.uniform(0.0, 300.0),
        dive_angle=random.uniform(0.3, 1.4),
        dive_load_limit=random.uniform(50.0, 300.0),
        radar_cross_section=0.1,
        plume_intensity=1e6,
        signature=0.5,
    )


def some_quasi_ballistic(random: np.random.Generator) -> QuasiBallisticThreat:
    """A quasi-ballistic threat of 150 to 900 km with an apogee of 20 to 60 km."""
    distance = random.uniform(150e3, 900e3)
    place = random.uniform(-1.3, 1.3), random.uniform(-math.pi, math.pi)
    goal = destination(*place, random.uniform(0.0, 2.0 * math.pi), distance)
    return QuasiBallisticThreat(
        launch_latitude=place[0],
        launch_longitude=place[1],
        aim_latitude=goal[0],
        aim_longitude=goal[1],
        launch_time=0.0,
        apogee=random.uniform(20e3, 60e3),
        speed_limit=4000.0,
        burnout_altitude=20e3,
        boost_time=60.0,
        ballistic_coefficient=random.uniform(3000.0, 8000.0),
        lift_to_drag=random.uniform(1.0, 2.5),
        load_limit=150.0,
        pull_up_pressure=20e3,
        dive_speed=1200.0,
        dive_angle=1.0,
        radar_cross_section=0.1,
        plume_intensity=1e6,
        body_intensity=1e3,
    )


def aimed(flights: int) -> None:
    """Time per aimed flight (median of three passes over the sample) and what became of a random sample."""
    random = np.random.default_rng(20260101)
    samples = {
        "ballistic, loft": [some_ballistic(random, False) for _ in range(flights)],
        "ballistic, apogee": [some_ballistic(random, True) for _ in range(flights)],
        "glide": [some_glide(random) for _ in range(flights)],
        "quasi-ballistic": [some_quasi_ballistic(random) for _ in range(flights)],
    }
    print(f"{flights} aimed flights each    us each   shots   status")
    for name, threats in samples.items():
        spent = timed(lambda threats=threats: [aim(t) for t in threats], 0.0) / flights
        solved = [aim(threat) for threat in threats]
        ends = Counter(FlightStatus(s.status).name for s in solved)
        print(f"  {name:20s}{spent:10.0f}   {np.mean([s.shots for s in solved]):5.1f}   {dict(ends)}")


CHUNK = 10_000  # flights in memory at once


def glides(first: int, count: int) -> int:
    """Fly glides of SPAN s with starts of their own, within 1 m; how many ended by time comes back."""
    random = np.random.default_rng(first)
    starts = np.repeat(LEVEL[None], count, axis=0)
    starts[:, 3:] *= random.uniform(0.9, 1.1, (count, 1))
    body = GLIDER.ballistic_coefficient, GLIDER.lift_to_drag
    ends = propagate(starts, *body, stop_time=SPAN, environment=ROUND, strictness=1e-3)
    return int((ends.stop == 0).sum())


def many() -> None:
    """Growth of such glides in chunks of CHUNK, with the greatest memory of the process; then on every processor."""
    glides(0, 100)
    print(f"glides of {SPAN:.0f} s, 1 m  core s   us each   peak memory MB")
    for count in (100, 1000, 10_000, 100_000, 1_000_000):
        start = time.process_time()
        for first in range(0, count, CHUNK):
            glides(first, min(CHUNK, count))
        spent = time.process_time() - start
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"  {count:9d} {spent:15.3f} {1e6 * spent / count:9.2f} {memory:9.0f}")
    workers, chunks = os.cpu_count() or 1, 100
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        list(pool.map(glides, range(workers), [1000] * workers))  # the processes start
        start = time.perf_counter()
        flown = sum(pool.map(glides, range(chunks), [CHUNK] * chunks))
        spent = time.perf_counter() - start
    print(f"  {workers} processes: {flown} flights in {spent:.1f} s, {flown / spent:.0f} a second")


def raids() -> None:
    """Time of whole raids of up to 2000 km, aimed and drawn every 2 s."""
    random = np.random.default_rng(1)
    threats = [some_glide(random) if i % 2 else some_ballistic(random, False, 2000e3) for i in range(1000)]
    fly(threats[:2], 2.0)
    print("raid, half glides      ms   us each")
    for n in (10, 100, 1000):
        spent = timed(lambda n=n: fly(threats[:n], 2.0), 0.0)
        print(f"  {n:5d} flights {1e-3 * spent:10.1f} {spent / n:9.0f}")


if __name__ == "__main__":
    convergence()
    propagated()
    many()
    aimed(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
    raids()
