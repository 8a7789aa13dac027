"""The whole chain for one radar, one layer and one ballistic threat, worked out beside it in plain Python.

Only the flight is the package's. Everything else is written anew, in its plainest form: geometry on the ellipsoid, a
Kalman filter with matrices from the defining integral of Singer's model, and a search over launches.
"""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.linalg

from sakimori.chain import Outcome, play
from sakimori.chain.moments import Moments, moments

STEP, RANGE, NOISE, ANGLE, TIME = 2.0, 600e3, 50.0, 2e-3, 20.0
SITE = (36.5, 137.0, 20.0)  # degrees and metres, of the radar
BATTERY = (35.8, 138.5, 0.0)
SPEED, LAUNCH, DECISION, ASSESS, HOMING = 2500.0, 6.0, 25.0, 7.0, 12.0
REACH, FLOOR, CEILING, BASKET, DIVERT, NEEDED, KILL, LATENCY = 600e3, 40e3, 250e3, 3e3, 600.0, 300.0, 0.35, 3.0
REPLICATIONS = 4000


def ecef(latitude: float, longitude: float, altitude: float) -> np.ndarray:
    a, f = 6378137.0, 1 / 298.257223563
    e2, phi, lam = f * (2 - f), math.radians(latitude), math.radians(longitude)
    n = a / math.sqrt(1 - e2 * math.sin(phi) ** 2)
    level = (n + altitude) * math.cos(phi)
    return np.array([level * math.cos(lam), level * math.sin(lam), (n * (1 - e2) + altitude) * math.sin(phi)])


def singer(s: float) -> tuple[np.ndarray, np.ndarray]:
    """F and Q (9, 9) of one step with acceleration s n, n of unit variance (Van Loan 1978)."""
    a = np.array([[0, 1, 0], [0, 0, s], [0, 0, -1 / TIME]])
    drive = np.diag([0, 0, 2 / TIME])
    block = scipy.linalg.expm(np.block([[-a, drive], [np.zeros((3, 3)), a.T]]) * STEP)
    f = block[3:, 3:].T
    return np.kron(f, np.eye(3)), np.kron(f @ block[:3, 3:], np.eye(3))


@pytest.fixture(scope="module")
def outcome(scenes: Any) -> Outcome:
    radar = scenes.radar(
        latitude=math.radians(SITE[0]), longitude=math.radians(SITE[1]), altitude=SITE[2], sector=2 * math.pi,
        fence_high=math.radians(85.0), fence_interval=STEP, track_interval=STEP, reference_range=1e9,
        maximum_range=RANGE, range_sigma=NOISE, angle_sigma=ANGLE,
    )  # fmt: skip
    layer = scenes.layer(
        "layer", 0, BATTERY[0], BATTERY[1], range=REACH, floor=FLOOR, ceiling=CEILING, mean_speed=SPEED,
        launch_delay=LAUNCH, decision_delay=DECISION, assess_delay=ASSESS, homing_time=HOMING, basket=BASKET,
        divert=DIVERT, track_sigma=NEEDED, looks=9, kill_probability=KILL,
    )  # fmt: skip
    option = scenes.option(1, layers=(layer,), magazines=scenes.stock(99.0))
    one = scenes.case((radar,), threats=(scenes.BALLISTIC,), replications=REPLICATIONS, own_latency=LATENCY)
    return play(replace(one, options=(option,)))


def test_detection_track_engagement_and_leak(outcome: Outcome) -> None:
    flights, result, awareness = outcome.flights, outcome.results[0], outcome.pictures[0].awareness
    place, s, end = flights.position_ecef[0], flights.maneuver[0], int(flights.impact[0])
    launch = int(flights.launch[0])

    # Detected at every sample within range: the echo is so strong that no look misses. The threat stands high there.
    radar = ecef(*SITE)
    sight = place - radar
    distance = np.linalg.norm(sight, axis=1)
    up = radar / np.linalg.norm(radar)
    elevation = np.degrees(np.arcsin(sight @ up / distance))
    seen = [k for k in range(launch, end) if distance[k] <= RANGE and 1.0 < elevation[k] < 84.0]
    skipped = [k for k in range(launch, end) if distance[k] <= RANGE and k not in seen]
    assert all(elevation[k] < 1.0 and k > seen[-1] for k in skipped)  # only near the horizon, at the end
    first = seen[0]
    assert awareness.first_detected[0, 0] == first * STEP
    confirmed = first + 1  # the second of two looks in three
    assert awareness.warned[0, 0] == confirmed * STEP + LATENCY
    assert awareness.warning_time[0, 0] == (end - confirmed) * STEP - LATENCY

    # The bound on its error, as a Kalman filter gives it.
    p = np.diag([1e12] * 3 + [9e6] * 3 + [1.0] * 3)
    h = np.hstack([np.eye(3), np.zeros((3, 6))])
    sigma, filtered = np.full(end, np.inf), {}
    for k in range(launch, end):
        if k > launch:
            f, q = singer(s[k - 1])
            p = f @ p @ f.T + q
        if k in seen:
            u = sight[k] / distance[k]
            across = (ANGLE * distance[k]) ** 2
            r = NOISE**2 * np.outer(u, u) + across * (np.eye(3) - np.outer(u, u))
            gain = p @ h.T @ np.linalg.inv(h @ p @ h.T + r)
            p = (np.eye(9) - gain @ h) @ p
        filtered[k] = p
        if k >= confirmed:
            sigma[k] = math.sqrt(np.trace(p[:3, :3]) / 3)
    found = np.sqrt(outcome.pictures[0].tracks.spread[0, 0, confirmed : seen[-1], 0] / 3.0)
    np.testing.assert_allclose(found, sigma[confirmed : seen[-1]], rtol=1e-5)

    # What the shooter knows arrives two samples late (3 s) and is carried on to the moment without what came since.
    late = math.ceil(LATENCY / STEP)
    known = np.full(end, np.inf)
    for k in range(confirmed + late, seen[-1] + late):
        p = filtered[k - late]
        for j in range(k - late, k):
            f, q = singer(s[j])
            p = f @ p @ f.T + q
        known[k] = math.sqrt(np.trace(p[:3, :3]) / 3)
    commit = next(k for k in range(end) if known[k] <= NEEDED) * STEP + DECISION
    assert result.commit[0, 0] == commit

    # Every launch sample and intercept sample that fit: reach, time, basket and divert.
    from_battery = np.linalg.norm(place - ecef(*BATTERY), axis=1)
    pairs = []
    for k in range(end):
        hand = math.floor(k - HOMING / STEP)
        if from_battery[k] > REACH or not FLOOR <= flights.altitude[0, k] <= CEILING or 3 * known[hand] > BASKET:
            continue
        peak = math.sqrt(2) * s[hand : k + 1].max()
        if 3 * known[hand] / HOMING + peak * HOMING / 2 > DIVERT:
            continue
        last = math.floor((k * STEP - LAUNCH - from_battery[k] / SPEED) / STEP)
        pairs += [(i, k) for i in range(math.ceil(commit / STEP), last + 1)]
    assert pairs
    looks, ready, fired = 0, 0, []
    while any(i >= ready for i, _ in pairs):
        intercept = min(k for i, k in pairs if i >= ready)
        fired.append((max(i for i, k in pairs if k == intercept), intercept))
        looks, ready = looks + 1, intercept + math.ceil(ASSESS / STEP)
    assert looks == result.looks[0, 0]
    assert (result.first_launch[0, 0], result.first_intercept[0, 0]) == tuple(STEP * x for x in fired[0])
    assert 2 <= looks < 9

    # The same events, one by one, as the table of engagements has them.
    times = Moments(*(column[0, 0] for column in moments(outcome, 0)))
    assert (times.detected, times.confirmed, times.tracked) == (first * STEP, confirmed * STEP, confirmed * STEP)
    assert times.shared == (confirmed + late) * STEP
    assert (times.fire_control, times.commit) == (commit - DECISION, commit)
    assert (times.first_launch, times.first_intercept) == tuple(STEP * x for x in fired[0])
    assert times.assessed == fired[0][1] * STEP + ASSESS
    assert times.slack == times.last_launch - commit
    assert times.last_launch == pytest.approx(max(k * STEP - LAUNCH - from_battery[k] / SPEED for _, k in pairs))

    leak = (1 - KILL) ** looks
    error = math.sqrt(leak * (1 - leak) / REPLICATIONS)
    assert result.leak_probability[0] == pytest.approx(leak, abs=4 * error)
    rounds = (1 - leak) / KILL
    assert result.rounds[0] == pytest.approx(rounds, abs=4 * looks / math.sqrt(REPLICATIONS))
