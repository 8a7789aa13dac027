"""What a defensive layer is, how layers share their work, and how likely the next round is to kill."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sakimori.base.errors import InputError
from sakimori.base.kernels import inlined
from sakimori.base.types import Flags, Floats, Integers
from sakimori.earth.geodesy import positions_ecef

MOST_SALVO = 63  # rounds of one look: what the launch order (engage/raid.py) has room for
MOST_SHOTS = 4096  # rounds of one layer at one threat: what the key of a shot (base/draws.py) has room for


ASSIGNMENTS = ("first-come", "greedy", "best")


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One launching site with its interceptors: a published envelope, a divert budget and assumed probabilities.

    Raises InputError where a value lies outside the range given here. Nothing in it describes guidance: what the
    interceptor can reach, and how well the threat must be known, is all that the model asks.
    """

    name: str
    key: int  # base.draws.key_of(asset id): the word that keys this layer's draws
    owner: int  # index of the partner that decides to fire
    latitude: float  # [rad] geodetic
    longitude: float  # [rad]
    altitude: float = 0.0  # [m]
    range: float  # [m] greatest slant distance from the site to an intercept, > 0
    floor: float  # [m] lowest altitude of an intercept
    ceiling: float  # [m] highest altitude of an intercept, > floor
    mean_speed: float  # [m/s] to any point in reach, > 0; not used where fly_out is given
    fly_out: tuple[tuple[float, float], ...] = ()  # (time [s], slant distance [m]) pairs, both rising
    burnout_speed: float = 0.0  # [m/s] in place of the mean speed: burn, then coast (engage/flyout.py); 0: not given
    burn_time: float = 0.0  # [s] to that speed
    drag_length: float = (
        0.0  # [m] of way in the air over which it loses all but 1/e of its speed; 0: coasts above the air
    )
    crossing_angle: float = math.pi  # [rad] greatest angle between the threat's way and the line from it to the site
    launch_delay: float = 0.0  # [s] from the decision to launch until the interceptor moves
    homing_time: float  # [s] from hand-over to intercept, > 0
    basket: float  # [m] radius that the interceptor's own sensor searches at hand-over
    divert: float  # [m/s] velocity change left at hand-over
    track_sigma: float  # [m] position error per axis (1 sigma) of the track needed to commit
    decision_delay: float = 0.0  # [s] from a good enough track to the permission to launch
    assess_delay: float = 0.0  # [s] from intercept to the knowledge of its result
    salvo: int = 1  # rounds per look, 1..63
    later_salvo: int = 0  # rounds per look after the first, 0..63; 0: as in the first
    looks: int = 1  # most looks at one threat, >= 1
    channels: int = 0  # threats engaged at the same time; 0: no limit
    magazine: int  # index of the magazine that the rounds come from
    kill_probability: float  # of one round against an intact threat, 0..1
    margin_loss: float = 0.0  # share of it that is lost where basket or divert are used up, 0..1; in proportion below
    correlation: float = 0.0  # rho: intra-class correlation of the rounds of this layer at one threat, 0..1
    availability: float = 1.0  # probability that the layer works in a future, drawn once per future
    reserve: int = 0  # rounds of its magazine that it leaves there
    reserve_value: float = math.inf  # value of a place from which on it draws on that reserve too
    hand_over: bool = False  # it leaves a threat to a later layer that can engage it and has rounds
    launch_on_remote: bool = True  # a track with partners' measurements in it is enough to launch
    engage_on_remote: bool = True  # and, where it is, to steer by until hand-over; else that takes an own track
    designation: float = 1.0  # probability that it tells a threat from other objects; else it picks one at random
    false_kill: float = 0.0  # probability that a look that did not kill is taken for a kill
    false_miss: float = 0.0  # probability that a kill is not noticed
    false_shot_rate: float = 0.0  # [1/s] tracks of nothing at which it fires the salvo of one look

    def __post_init__(self) -> None:
        """Refuse values that no layer can have."""
        for fine, field, expected in (
            (self.range > 0.0, "range", "more than 0 m"),
            (self.floor < self.ceiling, "floor", "an altitude below the ceiling"),
            (bool(self.fly_out) or self.mean_speed > 0.0, "mean_speed", "more than 0 m/s"),
            (min(self.burnout_speed, self.burn_time, self.drag_length) >= 0.0, "burnout_speed", "0 or more, times too"),
            (0.0 < self.crossing_angle <= math.pi, "crossing_angle", "more than 0 deg, at most 180 deg"),
            (0.0 <= self.margin_loss <= 1.0, "margin_loss", "0 to 1"),
            (_rises(self.fly_out), "fly_out", "pairs of time and distance, both rising from 0 or more"),
            (self.homing_time > 0.0, "homing_time", "more than 0 s"),
            (min(self.launch_delay, self.decision_delay, self.assess_delay) >= 0.0, "delays", "0 s or more"),
            (1 <= self.salvo <= MOST_SALVO, "salvo", f"1 to {MOST_SALVO} rounds"),
            (0 <= self.later_salvo <= MOST_SALVO, "later_salvo", f"0 to {MOST_SALVO} rounds"),
            (
                self.looks >= 1 and self.looks * max(self.salvo, self.later_salvo) <= MOST_SHOTS,
                "looks",
                f"1 or more, at most {MOST_SHOTS} rounds in all",
            ),
            (self.channels >= 0, "channels", "0 (no limit) or more"),
            (self.magazine >= 0, "magazine", "the index of a magazine"),
            (0.0 <= self.kill_probability <= 1.0, "kill_probability", "0 to 1"),
            (0.0 <= self.correlation <= 1.0, "correlation", "0 to 1"),
            (0.0 <= self.availability <= 1.0, "availability", "0 to 1"),
            (self.reserve >= 0, "reserve", "0 rounds or more"),
            (0.0 <= self.designation <= 1.0, "designation", "0 to 1"),
            (0.0 <= self.false_kill <= 1.0, "false_kill", "0 to 1"),
            (0.0 <= self.false_miss <= 1.0, "false_miss", "0 to 1"),
            (0.0 <= self.false_shot_rate < math.inf, "false_shot_rate", "0 or more per second"),
        ):
            if not fine:
                got = str(getattr(self, field, "a negative delay"))
                raise InputError(f"layer {self.name}, {field}", got, expected, "Correct the value in the study.")


@dataclass(frozen=True, kw_only=True)
class Command:
    """How the layers of one option fire together. Errors: InputError where a value lies outside its range."""

    coordinated: bool = True  # partners share one picture of results and do not duplicate
    hold_probability: float = 0.0  # that an uncoordinated layer leaves a threat to another partner
    result_latency: tuple[tuple[float, ...], ...] = ()  # (P, P) [s] of results, [giver][receiver]; (): none
    by_value: bool = False  # of launches at one sample, those at threats to places of more value come first
    assignment: str = "first-come"  # or "greedy" or "best": rounds set aside for each threat beforehand

    def __post_init__(self) -> None:
        """Refuse what no command can have."""
        if not 0.0 <= self.hold_probability <= 1.0:
            got = str(self.hold_probability)
            raise InputError("hold_probability", got, "0 to 1", "Correct the value in the study.")
        if self.assignment not in ASSIGNMENTS:
            raise InputError("assignment", self.assignment, f"one of {', '.join(ASSIGNMENTS)}", "Correct it.")


class Targets(NamedTuple):
    """What the defence is up against, beside the flights."""

    value: Floats  # (N,) of the place aimed at
    heavy_objects: Floats  # (N,) objects beside the threat that fall as it does, to the ground
    light_objects: Floats  # (N,) objects that the air strips off
    strip_altitude: Floats  # (N,) [m] below it there are no light objects
    permitted: Flags  # (N, L) the rules of the layer's partner let it fire at the threat
    exposed: Flags  # (N, L) the layer stands where the threat comes down
    loss_probability: float = 0.0  # that a leaker destroys an exposed layer


def lone_targets(threats: int, layers: int) -> Targets:
    """Targets of value 1 without objects, at which everybody may fire."""
    none, never = np.zeros(threats), np.zeros((threats, layers), dtype=np.bool_)
    return Targets(np.ones(threats), none, none, none, ~never, never)


def _rises(pairs: tuple[tuple[float, float], ...]) -> bool:
    """Whether times and distances both rise strictly, from 0 or more."""
    grid = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    return bool((grid >= 0.0).all() and (np.diff(grid, axis=0) > 0.0).all())


class LayerTable(NamedTuple):
    """The layers as arrays, one row each, for the kernels."""

    site_ecef: Floats  # (L, 3) [m]
    range: Floats  # (L,) [m]
    floor: Floats  # (L,) [m]
    ceiling: Floats  # (L,) [m]
    fly_time: Floats  # (L, M) [s] since the interceptor moved, rising; the last pair repeats
    fly_distance: Floats  # (L, M) [m] slant distance at that time
    burnout_speed: Floats  # (L,) [m/s] 0: the table above holds
    burn_time: Floats  # (L,) [s]
    drag_length: Floats  # (L,) [m]
    crossing_angle: Floats  # (L,) [rad]
    margin_loss: Floats  # (L,)
    launch_delay: Floats  # (L,) [s]
    homing_time: Floats  # (L,) [s]
    basket: Floats  # (L,) [m]
    divert: Floats  # (L,) [m/s]
    track_sigma: Floats  # (L,) [m]
    decision_delay: Floats  # (L,) [s]
    assess_delay: Floats  # (L,) [s]
    kill_probability: Floats  # (L,)
    correlation: Floats  # (L,)
    key: Integers  # (L,)
    owner: Integers  # (L,)
    salvo: Integers  # (L,)
    looks: Integers  # (L,)
    channels: Integers  # (L,)
    magazine: Integers  # (L,)
    later_salvo: Integers  # (L,)
    reserve: Integers  # (L,)
    reserve_value: Floats  # (L,)
    hand_over: Integers  # (L,) 0 or 1
    launch_on_remote: Integers  # (L,) 0 or 1
    engage_on_remote: Integers  # (L,) 0 or 1
    designation: Floats  # (L,)
    false_kill: Floats  # (L,)
    false_miss: Floats  # (L,)
    false_shot_rate: Floats  # (L,) [1/s]


def layer_table(layers: Sequence[Layer]) -> LayerTable:
    """Arrays of the layers' fields; a mean speed becomes a fly-out table of two pairs."""
    pairs = [_fly_out(layer) for layer in layers]
    longest = max((len(rows) for rows in pairs), default=2)
    table = np.array([[*rows, *[rows[-1]] * (longest - len(rows))] for rows in pairs]).reshape(-1, longest, 2)
    site = positions_ecef(*(np.array([getattr(x, f) for x in layers]) for f in ("latitude", "longitude", "altitude")))
    given: dict[str, Any] = {
        "site_ecef": site,
        "fly_time": table[:, :, 0].copy(),
        "fly_distance": table[:, :, 1].copy(),
    }
    for field, kind in LayerTable.__annotations__.items():
        if field not in given:
            dtype = np.int64 if kind is Integers else np.float64
            given[field] = np.array([getattr(layer, field) for layer in layers], dtype=dtype)
    return LayerTable(**given)


def _fly_out(layer: Layer) -> list[tuple[float, float]]:
    """(time [s], distance [m]) from the launcher on."""
    if not layer.fly_out:
        return [(0.0, 0.0), (layer.range / layer.mean_speed, layer.range)]
    start = [] if layer.fly_out[0][1] == 0.0 else [(0.0, 0.0)]
    return [*start, *layer.fly_out]


@inlined
def next_kill_probability(kill_probability: float, correlation: float, failures: int) -> float:
    """Probability that the next round kills, after `failures` rounds of the same layer failed at the same threat.

    Beta-binomial of mean p and intra-class correlation rho: p (1 - rho) / (1 + (m - 1) rho) after m failures, that is
    the mean of the Beta posterior (Skellam 1948). rho 0: independent rounds; rho 1: the first round decides.
    """
    if failures == 0:
        return kill_probability
    return kill_probability * (1.0 - correlation) / (1.0 + (failures - 1) * correlation)
