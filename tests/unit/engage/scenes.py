"""Raids made by hand: straight or standing threats above a site on the equator, so that answers can be worked out."""

from typing import Any

import numpy as np

from sakimori.base.constants import WGS84_RADIUS
from sakimori.base.draws import key_of
from sakimori.base.types import Deliveries, Flights, Phase, Reason, Tracks
from sakimori.engage import Command, Layer, Magazine, Result, engage


def flights(
    up: Any, east: Any = 0.0, north: Any = 0.0, *, altitude: Any = None, step: float = 1.0, maneuver: Any = 0.0
):
    """Threats (N, K) at these distances [m] from latitude 0, longitude 0; altitude is `up` unless it is given."""
    up, east, north = np.broadcast_arrays(*(np.atleast_2d(np.asarray(x, dtype=float)) for x in (up, east, north)))
    shape = up.shape
    position = np.stack([WGS84_RADIUS + up, east, north], axis=-1)
    return Flights(
        step=step,
        position_ecef=position,
        velocity_ecef=np.gradient(position, step, axis=1) if shape[1] > 1 else np.zeros_like(position),
        altitude=np.array(np.broadcast_to(up if altitude is None else altitude, shape), dtype=float),
        phase=np.full(shape, int(Phase.COAST), dtype=np.uint8),
        maneuver=np.array(np.broadcast_to(maneuver, shape), dtype=float),
        intensity=np.zeros(shape),
        radar_cross_section=np.ones(shape[0]),
        launch=np.zeros(shape[0], dtype=np.int64),
        impact=np.full(shape[0], shape[1], dtype=np.int64),
        status=np.zeros(shape[0], dtype=np.uint8),
        faces=np.zeros((*shape, 0, 3)),
        plume_aspect=np.ones(shape[0]),
    )


def standing(threats: int, samples: int, distance: float = 10e3, step: float = 1.0) -> Flights:
    """Threats that stay straight above the site, always in reach."""
    return flights(np.full((threats, samples), distance), step=step)


def tracks(flown: Flights, sigma: float = 0.0, first: Any = 0, last: Any = None, pools: int = 1) -> Tracks:
    """One sensor and `pools` pools that know every threat from sample `first` to `last` to `sigma` [m] per axis."""
    threats, samples = flown.altitude.shape
    k = np.arange(samples)
    begin = np.broadcast_to(np.asarray(first), threats)[:, None]
    end = np.broadcast_to(np.asarray(samples if last is None else last), threats)[:, None]
    seen = (k >= begin) & (k < end)
    spread = np.zeros((pools, threats, samples, 6))
    spread[..., 0] = 3.0 * sigma**2
    reason = np.where(seen, int(Reason.NONE), int(Reason.TOO_FAR)).astype(np.uint8)[:, None, :]
    return Tracks(
        reason,
        np.repeat(seen[None], pools, axis=0),
        spread,
        np.zeros((1, samples)),
        np.repeat(seen[None], pools, axis=0),
    )


def deliveries(latency: Any = 0.0) -> Deliveries:
    """Latencies [s] (P, G) of all three kinds alike."""
    latency = np.atleast_2d(np.asarray(latency, dtype=float))
    return Deliveries(latency, latency, latency)


def layer(name: str = "layer", **changes: Any) -> Layer:
    """A layer at the site that reaches everything in 10 s from 10 km, knows enough at once and kills half the time."""
    fields: dict[str, Any] = {
        "owner": 0,
        "latitude": 0.0,
        "longitude": 0.0,
        "range": 1e6,
        "floor": -1e3,
        "ceiling": 1e7,
        "mean_speed": 1e3,
        "homing_time": 1.0,
        "basket": 1e4,
        "divert": 500.0,
        "track_sigma": 1e3,
        "magazine": 0,
        "kill_probability": 0.5,
    }
    return Layer(name=name, key=key_of(name), **(fields | changes))


def play(flown: Flights, layers: list[Layer], magazines: Any = (10_000_000,), **changes: Any) -> Result:
    """Engage with perfect tracks for everybody, unless `tracks` or `deliveries` say otherwise."""
    partners = max((one.owner for one in layers), default=0) + 1
    known = changes.pop("tracks", tracks(flown))
    given = changes.pop("deliveries", deliveries(np.zeros((partners, 1))))
    orders = {name: changes.pop(name) for name in Command.__dataclass_fields__ if name in changes}
    settings: dict[str, Any] = {"seed": 1, "future": 0, "replications": 1, "command": Command(**orders)} | changes
    stock = [one if isinstance(one, Magazine) else Magazine(rounds=one) for one in magazines]
    return engage(flown, known, given, layers, stock, **settings)
