"""Speed and convergence of the flight room: `python benchmarks/flight.py [FLIGHTS]`.

Prints a table: microseconds per aimed flight and per propagated flight, SciPy's DOP853 with the same compiled
right-hand side on the same glide in the same run, growth over 10, 100 and 1000 flights, and how many of a random
sample of aim points were met.
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
from sakimori.flight import WGS84, BallisticThreat, Body, GlideThreat, aim, fly
from sakimori.flight.glide import equilibrium_altitude
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
    """A glide threat of 100 to 2000 km anywhere, with a speed that can reach about so far."""
    distance = random.uniform(100e3, 2000e3)
    place = random.uniform(-1.3, 1.3), random.uniform(-math.pi, math.pi)
    goal = destination(*place, random.uniform(0.0, 2.0 * math.pi), distance)
    speed = 0.9 * math.sqrt(2.0 * 9.8 * distance * random.uniform(0.8, 2.0) / 2.6)
    return GlideThreat(
        launch_latitude=place[0],
        launch_longitude=place[1],
        aim_latitude=goal[0],
        aim_longitude=goal[1],
        launch_time=0.0,
        entry_speed=min(6500.0, max(1500.0, speed)),
        lift_to_drag=random.uniform(2.0, 3.5),
        ballistic_coefficient=random.uniform(3000.0, 14000.0),
        bank_amplitude=random.uniform(0.0, 0.9),
        bank_period=random.uniform(60.0, 400.0),
        boost_time=100.0,
        boost_range=min(400e3, 0.25 * distance),
        dive_angle=random.uniform(0.3, 1.4),
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
    propagated()
    aimed(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
    growth()
