"""Speed of the raid: threat-option-replications per second, beside the same raid in plain Python and NumPy.

    python benchmarks/engagement.py [--full]

The peer plays the same doctrine (coordinated shoot-look-shoot by layers of one range, one magazine each) from the same
launch windows with a sorted event list and numpy.random, and must find the same expected leakers within luck.
"""

import heapq
import pathlib
import runpy
import sys
import time
from typing import Any

import numpy as np

from sakimori.base.types import Floats
from sakimori.chain import play
from sakimori.chain.targets import targets
from sakimori.engage import Layer, Magazine, engage
from sakimori.study import load

SCENES: Any = runpy.run_path(
    str(pathlib.Path(__file__).parents[1] / "tests" / "unit" / "engage" / "scenes.py"), run_name="scenes"
)


def scene(threats: int, layers: int, samples: int = 300) -> tuple[Any, ...]:
    """Threats that come down from 200 km over 600 s, and layers of growing range that fire twice each."""
    up = np.repeat(np.linspace(200e3, 0.0, samples)[None], threats, axis=0)
    flown = SCENES["flights"](up, np.linspace(-20e3, 20e3, threats)[:, None], step=2.0)
    stock = [
        SCENES["layer"](
            f"layer {j}",
            range=30e3 + 15e3 * j,
            looks=2,
            magazine=j,
            assess_delay=4.0,
            mean_speed=1500.0,
            kill_probability=0.15,
        )
        for j in range(layers)
    ]
    return flown, SCENES["tracks"](flown), SCENES["deliveries"](0.0), stock, [Magazine(rounds=2.0 * threats)] * layers


def plain(
    flown: Any, stock: list[Layer], magazines: list[Magazine], replications: int, random: np.random.Generator
) -> float:
    """Mean leakers of the same raid in plain Python, geometry in NumPy."""
    threats, samples = flown.altitude.shape
    latest: list[list[Floats]] = []
    for n in range(threats):
        distance = np.linalg.norm(flown.position_ecef[n] - SITE, axis=1)
        spare = [np.where(distance <= x.range, np.arange(samples) * 2.0 - distance / x.mean_speed, -1.0) for x in stock]
        latest.append([np.floor(s / 2.0 + 1e-9) for s in spare])
    earliest = [[[-1] * samples for _ in stock] for _ in range(threats)]
    looks = [[[0] * (samples + 9) for _ in stock] for _ in range(threats)]
    for n in range(threats):
        for j in range(len(stock)):
            first = earliest[n][j]
            for k in range(samples - 1, -1, -1):
                if latest[n][j][k] >= 0:
                    first[int(latest[n][j][k])] = k
            for i in range(samples - 1, -1, -1):
                if i + 1 < samples and first[i + 1] >= 0 and (first[i] < 0 or first[i + 1] < first[i]):
                    first[i] = first[i + 1]
                looks[n][j][i] = 1 + looks[n][j][first[i] + 2] if first[i] >= 0 else 0
    total = 0
    for _ in range(replications):
        rounds, dead, pending = [int(m.rounds) for m in magazines], [samples * 9] * threats, [0] * threats
        used = [[0] * len(stock) for _ in range(threats)]
        queue: list[tuple[int, int, int]] = []

        def put(n: int, j: int, ready: int, queue: list[tuple[int, int, int]] = queue) -> None:
            if ready < samples and earliest[n][j][ready] >= 0:
                heapq.heappush(queue, (int(latest[n][j][earliest[n][j][ready]]), n, j))

        for n in range(threats):
            for j in range(len(stock)):
                put(n, j, 0)
        while queue:
            i, n, j = heapq.heappop(queue)
            if dead[n] + 2 <= i or rounds[j] == 0:
                continue
            left = 2 - used[n][j]
            if pending[n] > i and min(left, looks[n][j][min(pending[n], samples)]) >= min(left, looks[n][j][i]):
                put(n, j, pending[n])
                continue
            rounds[j] -= 1
            used[n][j] += 1
            hit = earliest[n][j][i]
            pending[n] = max(pending[n], hit + 2)
            if random.random() < stock[j].kill_probability:
                dead[n] = min(dead[n], hit)
            elif used[n][j] < 2:
                put(n, j, max(hit + 2, i + 1))
        total += sum(d == samples * 9 for d in dead)
    return total / replications


SITE = SCENES["flights"](0.0).position_ecef[0, 0]


def rate(threats: int, layers: int, replications: int) -> tuple[float, float]:
    """Threat-option-replications per second of `engage`, best of three, and the expected leakers."""
    given, best, leakers = scene(threats, layers), np.inf, 0.0
    for _ in range(4):
        start = time.perf_counter()
        leakers = engage(*given, seed=1, future=0, replications=replications).expected_leakers
        best = min(best, time.perf_counter() - start)
    return threats * replications / best, leakers


def announced(futures: int, replications: int) -> tuple[float, float]:
    """Threat-option-replications per second of `engage` over the options of announced-measures; and in windows alone.

    Flights and tracks are given: played once beforehand, and not timed. Processor time. The second number is the share
    of the time that one replication takes: reach, windows and reasons, which further replications share.
    """
    study, seconds, once, count = load("announced-measures"), 0.0, 0.0, 0
    for future in range(futures):
        outcome = play(study.case(future))
        case = outcome.case
        for option, number in zip(case.options, outcome.picture_of, strict=True):
            picture = outcome.pictures[number]
            settings = {
                "seed": case.seed, "future": future, "command": option.command, "targets": targets(case, option),
                "correlation_time": case.correlation_time, "efficiency": case.efficiency,
            }  # fmt: skip
            given = outcome.flights, picture.tracks, picture.deliveries, option.layers, option.magazines
            for runs in (1, replications):
                start = time.process_time()
                engage(*given, replications=runs, **settings)
                taken = time.process_time() - start
                seconds, once = (seconds + taken, once) if runs > 1 else (seconds, once + taken)
            count += len(case.threats) * replications
    return count / seconds, once / seconds


def main() -> None:
    """Print the comparison and how the speed grows with threats, layers and replications."""
    for replications in (16, 200):
        found, share = announced(30 if "--full" in sys.argv else 6, replications)
        print(
            f"announced-measures, {replications} replications: {found:.3g} threat-option-replications/s on one core; "
            f"{share:.0%} of it in reach and windows"
        )
    rate(2, 2, 2)  # compile
    flown, _, _, stock, magazines = scene(12, 8)
    start = time.perf_counter()
    count = 300 if "--full" in sys.argv else 60
    slow = plain(flown, stock, magazines, count, np.random.default_rng(1))
    peer = 12 * count / (time.perf_counter() - start)
    ours, leakers = rate(12, 8, 1000)
    print(
        f"12 threats, 8 layers: engage {ours:.3g}/s (1000 replications), plain Python {peer:.3g}/s: {ours / peer:.0f} x"
    )
    print(f"expected leakers: engage {leakers:.4f}, plain Python {slow:.4f}")
    for title, cases in (
        ("threats", [(n, 8, 200) for n in (3, 12, 48, 192)]),
        ("layers", [(12, n, 200) for n in (2, 8, 32)]),
        ("replications", [(12, 8, n) for n in (1, 20, 200, 2000)]),
    ):
        for case in cases:
            sizes = "threats {:4d} layers {:3d} replications {:5d}".format(*case)
            print(f"{title:>13}: {sizes}: {rate(*case)[0]:.3g}/s")


if __name__ == "__main__":
    main()
