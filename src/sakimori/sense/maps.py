"""Maps of coverage: what a set of sensors makes of a threat at each cell of a grid, standing there and flying off."""

import functools
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sakimori.base.constants import MEAN_RADIUS
from sakimori.base.types import Flags, Flights, Floats, Integers, Phase
from sakimori.earth import geodesy
from sakimori.sense.infrared import Infrared
from sakimori.sense.lone import Rule, watch_alone
from sakimori.sense.radar import Radar
from sakimori.sense.tasking import sensor_table
from sakimori.sense.visibility import see, sensor_positions
from sakimori.sense.windows import Spells, geometry, spells, windows

_CHUNK = 4_000_000  # samples of one threat by one sensor at a time: some 40 MB
_DAY = 86400.0


class Target(NamedTuple):
    """What is looked for at every cell."""

    altitude: float  # [m]
    speed: float  # [m/s] over the ground, level
    heading: float  # [rad] clockwise from north; nan: all round
    radar_cross_section: float  # [m2]
    intensity: float  # [W/sr] in the sensors' band, the same all round


class Span(NamedTuple):
    """When: a target stands at every cell for the whole of it."""

    julian_date: float  # [day UTC] of its start
    length: float  # [s]
    step: float  # [s]


class Passes(NamedTuple):
    """Flights that begin at every cell: at `starts` times spread evenly over the span, to `headings` all round."""

    length: float  # [s]
    step: float  # [s]
    starts: int
    headings: int  # taken for 1 where the target has a heading, or does not move
    confirm: tuple[int, int]  # m detections within n looks
    drop_time: float  # [s]
    seed: int


class CoverMap(NamedTuple):
    """Coverage of C cells. Standing: over the span. Flying: over all passes that begin at the cell."""

    mean_count: Floats  # (C,) sensors that could detect the standing target, mean over the span
    least_count: Integers  # (C,)
    share_twice: Floats  # (C,) of the span in which two sensors or more could
    stereo_mean: Floats  # (C,) [rad] best angle between two lines of sight, mean over the span (0 where below two)
    stereo_best: Floats  # (C,) [rad]
    sigma: Floats  # (C,) [m] worst axis of position from one look of each, median over the span; inf where unmeasured
    spells: Spells  # of at least one sensor
    windows: list[tuple[tuple[float, float], ...]]  # [s after the start of the span] of at least one sensor
    detected: Floats  # (C,) share of passes with a detection
    first_detection: Floats  # (C,) [s] median over all passes; inf where more than half of them have none
    ninth: Floats  # (C,) [s] time within which 9 of 10 passes are detected; inf where more have none
    custody: Floats  # (C,) probability that a track is held, at a moment, of a pass, both taken at random


def pass_count(target: Target, passes: Passes) -> int:
    """How many passes begin at each cell."""
    return passes.starts * _headings(target, passes).size


def sample_count(cells: int, sensors: int, target: Target, span: Span, passes: Passes) -> float:
    """Flight-sensor-samples that a map takes."""
    flown = pass_count(target, passes) * _samples(passes.length, passes.step)
    return float(cells) * sensors * (_samples(span.length, span.step) + flown)


class _Scene(NamedTuple):
    # What every part of a map shares.
    radars: Sequence[Radar]
    infrareds: Sequence[Infrared]
    up: Flags  # (S,)
    target: Target
    span: Span
    passes: Passes
    headings: Floats  # (H,)


def cover(
    latitude: Floats, longitude: Floats, radars: Sequence[Radar], infrareds: Sequence[Infrared],
    target: Target, span: Span, passes: Passes,
) -> CoverMap:  # fmt: skip
    """The map of C cells at `latitude`, `longitude` (C,) [rad].

    A sensor of availability 0 is out of service; otherwise availability is not drawn. Memory is bounded by chunks of
    cells. Errors: InputError from orbits.
    """
    up = np.array([s.availability > 0.0 for s in (*radars, *infrareds)], dtype=np.bool_)
    scene = _Scene(radars, infrareds, up, target, span, passes, _headings(target, passes))
    heavier = max(_samples(span.length, span.step), scene.headings.size * _samples(passes.length, passes.step))
    each = max(1, _CHUNK // (max(1, up.size) * heavier))
    parts = [slice(i, i + each) for i in range(0, latitude.size, each)]
    standing = [_standing(latitude[part], longitude[part], scene) for part in parts]
    flying = _flying(latitude, longitude, parts, scene)
    columns = [np.concatenate(column) for column in zip(*(found for found, _, _ in standing), strict=True)]
    joined = Spells(*(np.concatenate(column) for column in zip(*(found for _, found, _ in standing), strict=True)))
    return CoverMap(*columns, joined, [window for _, _, found in standing for window in found], *flying)  # type: ignore[arg-type]


def _samples(length: float, step: float) -> int:
    return max(1, round(length / step))


def _headings(target: Target, passes: Passes) -> Floats:
    if target.speed == 0.0 or math.isfinite(target.heading):
        return np.array([target.heading if math.isfinite(target.heading) else 0.0])
    return 2.0 * math.pi * np.arange(passes.headings) / passes.headings


@functools.lru_cache(maxsize=4)
def _places(
    radars: tuple[Radar, ...], infrareds: tuple[Infrared, ...], date: float, step: float, samples: int
) -> Floats:
    return sensor_positions(radars, infrareds, date, step, samples)


def _standing(
    latitude: Floats, longitude: Floats, scene: _Scene
) -> tuple[tuple[Floats, ...], Spells, list[tuple[tuple[float, float], ...]]]:
    span, samples = scene.span, _samples(scene.span.length, scene.span.step)
    place = _places(tuple(scene.radars), tuple(scene.infrareds), span.julian_date, span.step, samples)
    here = geodesy.positions_ecef(latitude, longitude, np.full(latitude.size, scene.target.altitude))
    flights = _flights(np.repeat(here[:, None], samples, axis=1), scene.target, span.step)
    sightings = see(flights, scene.radars, scene.infrareds, place, scene.up)
    table = sensor_table(scene.radars, scene.infrareds, span.step)
    number, stereo, sigma = geometry(sightings, flights.position_ecef, table)
    means = number.mean(axis=1), number.min(axis=1), (number >= 2).mean(axis=1)
    angles = stereo.mean(axis=1), stereo.max(axis=1), _quantile(sigma, 0.5)
    return (*means, *angles), spells(number > 0, span.step), windows(number > 0, span.step)


def _flying(
    latitude: Floats, longitude: Floats, parts: list[slice], scene: _Scene
) -> tuple[Floats, Floats, Floats, Floats]:
    target, span, passes, step = scene.target, scene.span, scene.passes, scene.passes.step
    samples, headings = _samples(passes.length, step), scene.headings
    table = sensor_table(scene.radars, scene.infrareds, step)
    rule = Rule(*passes.confirm, int(passes.drop_time / step + 1e-9))
    first = np.empty((latitude.size, passes.starts, headings.size))
    held = np.empty_like(first)
    dates = [span.julian_date + span.length * j / passes.starts / _DAY for j in range(passes.starts)]
    places = [sensor_positions(scene.radars, scene.infrareds, date, step, samples) for date in dates]
    for part in parts:
        flights = _flights(_paths(latitude[part], longitude[part], headings, target, samples, step), target, step)
        for j, place in enumerate(places):
            sightings = see(flights, scene.radars, scene.infrareds, place, scene.up)
            found = watch_alone(sightings, table, rule, passes.seed, j, part.start * headings.size)
            shape = first[part, j].shape
            first[part, j] = np.where(found.first < 0, np.inf, step * found.first).reshape(shape)
            held[part, j] = found.held.reshape(shape) / samples
    flat = first.reshape(latitude.size, -1)
    return np.isfinite(flat).mean(axis=1), _quantile(flat, 0.5), _quantile(flat, 0.9), held.mean(axis=(1, 2))


def _quantile(values: Floats, share: float) -> Floats:
    # The least value that at least this share of the values does not exceed; inf counts as a value.
    return np.sort(values, axis=1)[:, math.ceil(share * values.shape[1] - 1e-9) - 1]


def _paths(latitude: Floats, longitude: Floats, headings: Floats, target: Target, samples: int, step: float) -> Floats:
    # (C * H, K, 3) [m]: great circles of the mean sphere, read as geodetic latitude and longitude, at one altitude.
    angle = target.speed * step * np.arange(samples) / MEAN_RADIUS
    north, east = np.sin(latitude)[:, None, None], longitude[:, None, None]
    level, turn = np.cos(latitude)[:, None, None], headings[None, :, None]
    there = np.arcsin(np.clip(north * np.cos(angle) + level * np.sin(angle) * np.cos(turn), -1.0, 1.0))
    across = np.arctan2(np.sin(turn) * np.sin(angle) * level, np.cos(angle) - north * np.sin(there))
    path = geodesy.positions_ecef(there, east + across, np.full(there.shape, target.altitude))
    return path.reshape(-1, samples, 3)


def _flights(position: Floats, target: Target, step: float) -> Flights:
    # Targets at one altitude that neither begin nor end; only what visibility reads of them means anything.
    number, samples = position.shape[:2]
    zero, none = np.zeros((number, samples)), np.zeros(number, np.int64)
    return Flights(
        step=step,
        position_ecef=position,
        velocity_ecef=np.zeros_like(position),
        altitude=np.full((number, samples), target.altitude),
        phase=np.full((number, samples), int(Phase.COAST), np.uint8),
        maneuver=zero,
        intensity=np.full((number, samples), target.intensity),
        radar_cross_section=np.full(number, target.radar_cross_section),
        launch=none,
        impact=none + samples,
        status=none.astype(np.uint8),
        faces=np.zeros((number, samples, 0, 3)),
        plume_aspect=np.ones(number),
    )
