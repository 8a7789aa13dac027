"""With optimal allocation nothing that is added ever hurts: not a sensor, a round, a channel, or time.

Over 3,000 random architectures (CI takes fewer): the dynamic programme of `engage/optimal.py` on the launch windows of
the raid, with scarce rounds and channels, partners, layers of all sorts, and correlated rounds.
"""

import os
from typing import Any

import numpy as np
import pytest

from sakimori.engage import exact
from sakimori.engage.doctrine import layer_table
from sakimori.engage.magazine import Magazine
from sakimori.engage.optimal import optimum
from sakimori.engage.reach import reach
from sakimori.engage.timeline import windows

pytestmark = pytest.mark.slow
CASES = 3000 if os.environ.get("SAKIMORI_SLOW") == "full" else 600
ROUNDING = 1e-12


class Drawn:
    """A random raid and architecture, and what it comes to with some of it changed."""

    def __init__(self, scenes: Any, number: int) -> None:
        self.scenes = scenes
        random = np.random.default_rng((7, number))
        threats, samples = int(random.integers(1, 3)), int(random.integers(9, 14))
        up = random.uniform(30e3, 150e3, (threats, 1)) * np.linspace(1.0, 0.0, samples)
        aside = random.uniform(-100e3, 100e3, (threats, 1)) * np.linspace(1.0, 0.0, samples)
        self.flown = scenes.flights(up, aside, step=20.0, maneuver=random.uniform(0.0, 3.0))
        self.stores = int(random.integers(1, 3))
        self.layers = [
            {
                "name": f"layer {j}",
                "magazine": int(random.integers(0, self.stores)),
                "range": random.uniform(80e3, 400e3),
                "floor": random.uniform(0.0, 40e3),
                "mean_speed": random.uniform(1000.0, 4000.0),
                "homing_time": random.uniform(5.0, 15.0),
                "divert": random.uniform(500.0, 3000.0),
                "basket": 20e3,
                "decision_delay": random.uniform(0.0, 20.0),
                "assess_delay": random.uniform(0.0, 20.0),
                "looks": int(random.integers(1, 4)),
                "salvo": int(random.integers(1, 3)),
                "channels": int(random.integers(0, 3)),
                "kill_probability": random.uniform(0.1, 0.95),
                "correlation": random.choice([0.0, random.uniform(0.0, 1.0)]),
            }
            for j in range(int(random.integers(1, 3)))
        ]
        self.rounds = random.integers(0, 3, self.stores)
        self.values = random.uniform(0.5, 3.0, threats)
        self.first, self.sigma, self.latency = (
            random.integers(0, 6),
            random.uniform(10.0, 1200.0),
            random.uniform(0, 30),
        )
        self.other = {"first": random.integers(0, 6), "sigma": random.uniform(10.0, 1200.0)}

    def loss(self, rounds: Any = 0, second_sensor: bool = False, skip: int = 0, **changes: Any) -> float:
        """Least expected value that leaks; `changes` are differences of all layers' fields."""
        layers = [{**one, **{k: one[k] + v for k, v in changes.items() if k in one}} for one in self.layers[skip:]]
        for one in layers:
            one["channels"] = 0 if self.layers[0]["channels"] == 0 else one["channels"]
        table = layer_table([self.scenes.layer(**one) for one in layers])
        tracks = self.scenes.tracks(self.flown, sigma=self.sigma, first=self.first - changes.get("sooner", 0), pools=2)
        second = self.scenes.tracks(self.flown, **self.other)
        tracks.usable[1], tracks.spread[1] = second.usable[0], second.spread[0]
        latency = np.array([[self.latency, self.latency if second_sensor else np.inf]])
        found = windows(
            self.flown, tracks, latency, reach(self.flown, table), table, np.ones(len(layers), dtype=np.bool_), 20.0
        )
        return optimum(found, table, self.rounds + rounds, step=20.0, values=self.values).loss


@pytest.mark.parametrize("block", range(3))
def test_nothing_that_is_added_ever_hurts(scenes, block):
    better = 0
    for number in range(block * CASES // 3, (block + 1) * CASES // 3):
        raid = Drawn(scenes, number)
        base = raid.loss()
        added = (
            raid.loss(rounds=1),
            raid.loss(second_sensor=True),
            raid.loss(sooner=2),
            raid.loss(decision_delay=-0.5 * min(one["decision_delay"] for one in raid.layers)),
            raid.loss(assess_delay=-min(one["assess_delay"] for one in raid.layers)),
            raid.loss(looks=1),
        )
        assert max(added) <= base + ROUNDING, (number, base, added)
        assert base <= raid.loss(skip=1) + ROUNDING if len(raid.layers) > 1 else base <= raid.values.sum() + ROUNDING
        better += min(added) < base - 1e-6
    assert better > CASES // 12  # so that the test could fail


def test_no_doctrine_does_better_than_the_best_plan(scenes):
    for number in range(CASES // 10):
        raid = Drawn(scenes, number)
        layers = [scenes.layer(**one) for one in raid.layers]
        known = scenes.tracks(raid.flown, sigma=raid.sigma, first=raid.first)
        played = scenes.play(raid.flown, layers, raid.rounds, tracks=known, replications=2000)
        table = layer_table(layers)
        found = windows(
            raid.flown, known, np.zeros((1, 1)), reach(raid.flown, table), table, np.ones(len(layers), np.bool_), 20.0
        )
        best = optimum(found, table, raid.rounds, step=20.0).loss
        assert best <= played.expected_leakers + 4.0 * np.sqrt(played.leakers_variance / 2000) + ROUNDING


def test_with_rounds_to_spare_the_best_plan_is_the_closed_form(scenes):
    """Where nothing is short, rounds never teach another layer anything: both fire all the looks there are time for."""
    for number in range(CASES // 10):
        raid = Drawn(scenes, number)
        one = {**raid.layers[0], "channels": 0, "looks": 1, "salvo": 2, "magazine": 0}
        table = layer_table([scenes.layer(**one)])
        found = windows(
            raid.flown, scenes.tracks(raid.flown), np.zeros((1, 1)), reach(raid.flown, table), table,
            np.ones(1, np.bool_), 20.0,
        )  # fmt: skip
        expected = exact.independent(found, table, [Magazine(rounds=100)]).leak_probability.sum()
        assert optimum(found, table, [6], step=20.0).loss == pytest.approx(expected, abs=1e-12)
