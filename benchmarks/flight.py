"""Speed and convergence of the flight room: `python benchmarks/flight.py [FLIGHTS]`.

Prints tables: time and position error of one 800 s glide at several tolerances against a reference at 1e-12, beside
SciPy's DOP853 with the same compiled right-hand side and, where it is installed (`pip install heyoka`; not a
dependency), heyoka alone and in batches; one glide to the ground; microseconds per aimed flight and how many of a
random sample of aim points were met; growth over 10, 100 and 1000 flights.
"""

import math
import sys
import time
from collections import Counter
from collections.abc import Callable

import numba
import numpy as np
from scipy.integrate import solve_ivp

from sakimori.base.types import FlightStatus
from sakimori.earth.geodesy import destination
from sakimori.flight import WGS84, BallisticThreat, Body, Environment, GlideThreat, aim, fly
from sakimori.flight.glider import equilibrium_altitude
from sakimori.flight.integrator import NEVER, SILENT, integrate
from sakimori.flight.motion import acceleration, altitude_and_normal

GLIDER = Body(13003.0, 2.6, 0.0, 0.0, 1.0)


def timed(function: Callable[[], object], repeats: int) -> float:
    """Microseconds of one call: the best of three rounds after a warm-up."""
    function()
    rounds = []
    for _ in range(3):
        start = time.perf_counter()
        for _ in range(repeats):
            function()
        rounds.append((time.perf_counter() - start) / repeats)
    return 1e6 * min(rounds)


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
    print(f"  sakimori          {timed(ours, 20):12.0f}   {np.linalg.norm(mine[:3] - exact[:3]):.3f}")
    print(
        f"  SciPy DOP853      {timed(lambda: scipys(1e-8, 1e-3), 2):12.0f}   {np.linalg.norm(peer[:3] - exact[:3]):.3f}"
    )


# The glide that all three can fly: a turning round Earth, exponential air, constant lift-to-drag ratio.
ROUND = Environment(WGS84.mu, 6371e3, 0.0, 0.0, WGS84.rotation, 1.0, 1.225, 7200.0)
LEVEL = np.array([ROUND.radius + 45e3, 0.0, 0.0, 0.0, 5000.0, 1000.0])
SPAN = 800.0  # [s]


@numba.njit
def round_slope(t: float, y: np.ndarray, body: Body, environment: Environment) -> np.ndarray:
    """The right-hand side of that glide as SciPy wants it."""
    ax, ay, az = acceleration(t, y[0], y[1], y[2], y[3], y[4], y[5], body, environment)
    return np.array([y[3], y[4], y[5], ax, ay, az])


def convergence() -> None:
    """Position error after SPAN seconds against a reference at 1e-12, and the time, by tolerance."""
    empty = np.empty((0, 6))

    def peer(rtol: float, atol: float) -> np.ndarray:
        return solve_ivp(round_slope, (0.0, SPAN), LEVEL, "DOP853", rtol=rtol, atol=atol, args=(GLIDER, ROUND)).y[:, -1]

    exact = peer(1e-12, 1e-7)[:3]

    def row(name: str, function: Callable[[], np.ndarray], repeats: int, share: int = 1) -> None:
        error = np.linalg.norm(function()[:3] - exact)
        print(f"  {name:34s}{timed(function, repeats) / share:9.1f}   {error:.2e}")

    def ours(strictness: float) -> Callable[[], np.ndarray]:
        return lambda: integrate(0.0, LEVEL, GLIDER, ROUND, SPAN, -math.inf, NEVER, SILENT, 0, empty, None, strictness)[
            2
        ]

    print(f"one glide of {SPAN:.0f} s                     us each   error [m]")
    for strictness in (0.01, 0.1, 1.0, 10.0, 100.0, 1e4):
        row(f"sakimori, 1 cm/{strictness:g} a step", ours(strictness), 100)
    for rtol, atol in ((1e-6, 0.1), (1e-8, 1e-3), (1e-10, 1e-5)):
        row(f"SciPy DOP853, {rtol:g}", lambda rtol=rtol, atol=atol: peer(rtol, atol), 5)
    try:
        heyoka_rows(row)
    except ImportError:
        print("  heyoka is not installed: left out")


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
    for tolerance in (1e-6, 1e-9, 1e-12):
        single = hy.taylor_adaptive(system, LEVEL.copy(), tol=tolerance, compact_mode=False)

        def alone(single=single) -> np.ndarray:
            single.time = 0.0
            single.state[:] = LEVEL
            single.propagate_until(SPAN)
            return single.state.copy()

        row(f"heyoka, {tolerance:g}", alone, 20)
        lanes = hy.recommended_simd_size()
        batch = hy.taylor_adaptive_batch(system, np.repeat(LEVEL[:, None], lanes, axis=1), tol=tolerance)

        def together(batch=batch, lanes=lanes) -> np.ndarray:
            batch.set_time(0.0)
            batch.state[:] = LEVEL[:, None]
            batch.propagate_until(np.full(lanes, SPAN))
            return batch.state[:, 0].copy()

        row(f"heyoka, {tolerance:g}, {lanes} lanes", together, 20, lanes)


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


def aimed(flights: int) -> None:
    """Time per aimed flight and what became of a random sample."""
    random = np.random.default_rng(20260101)
    samples = {
        "ballistic, loft": [some_ballistic(random, False) for _ in range(flights)],
        "ballistic, apogee": [some_ballistic(random, True) for _ in range(flights)],
        "glide": [some_glide(random) for _ in range(flights)],
    }
    print(f"{flights} aimed flights each    us each   shots   status")
    for name, threats in samples.items():
        aim(threats[0])
        start = time.perf_counter()
        solved = [aim(threat) for threat in threats]
        spent = 1e6 * (time.perf_counter() - start) / flights
        ends = Counter(FlightStatus(s.status).name for s in solved)
        print(f"  {name:20s}{spent:10.0f}   {np.mean([s.shots for s in solved]):5.1f}   {dict(ends)}")


def growth() -> None:
    """Time of whole raids of up to 2000 km, aimed and drawn every 2 s."""
    random = np.random.default_rng(1)
    threats = [some_glide(random) if i % 2 else some_ballistic(random, False, 2000e3) for i in range(1000)]
    fly(threats[:2], 2.0)
    print("raid, half glides      ms   us each")
    for n in (10, 100, 1000):
        start = time.perf_counter()
        fly(threats[:n], 2.0)
        spent = time.perf_counter() - start
        print(f"  {n:5d} flights {1e3 * spent:10.1f} {1e6 * spent / n:9.0f}")


if __name__ == "__main__":
    convergence()
    propagated()
    aimed(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
    growth()
