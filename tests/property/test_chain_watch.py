"""More sensors and links never worsen a picture while beam time lasts, whatever the sensors."""

import importlib.util
import pathlib
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sakimori.base.types import Reason, Rule
from sakimori.chain import Case, Picture
from sakimori.engage.timeline import known_variance
from sakimori.sense.visibility import see, sensor_positions
from sakimori.track.singer import CORRELATION_TIME

_PATH = pathlib.Path(__file__).parents[1] / "unit" / "chain" / "scenes.py"
_SPEC = importlib.util.spec_from_file_location("chain_scenes", _PATH)
assert _SPEC is not None
assert _SPEC.loader is not None
scenes: Any = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(scenes)

RAID = scenes.flights(3, 70)


@st.composite
def radars(draw: st.DrawFn) -> Any:
    """Radars with beam time to spare: looks take 0.1 ms of a 2 s sample."""
    name = f"radar {draw(st.integers(0, 10**9))}"
    return scenes.radar(
        name,
        draw(st.integers(0, 1)),
        longitude=np.radians(draw(st.floats(-4.0, 3.0))),
        latitude=np.radians(draw(st.floats(-2.0, 2.0))),
        reference_range=draw(st.floats(3e5, 2e6)),
        fence_high=np.radians(draw(st.floats(0.0, 5.0))),
        fence_interval=draw(st.sampled_from([1.0, 4.0, 10.0])),
        track_interval=draw(st.sampled_from([0.5, 2.0, 6.0])),
        search_beams_max=draw(st.sampled_from([1.0, 30.0, 500.0])),
        beam_width=np.radians(draw(st.floats(0.3, 3.0))),
        swerling=draw(st.sampled_from([0, 1, 2, 3, 4])),
        pulses=draw(st.sampled_from([1, 1, 6])),
        faces=draw(st.sampled_from([1, 3])),
        scan_exponent=draw(st.sampled_from([0.0, 2.5])),
        wavelength=draw(st.sampled_from([0.0, 0.03])),
        range_resolution=draw(st.sampled_from([0.0, 300.0])),
        range_rate_sigma=draw(st.sampled_from([0.0, 0.0, 3.0])),
        false_track_rate=draw(st.sampled_from([0.0, 0.1])),
        availability=draw(st.sampled_from([0.5, 1.0])),
    )


@st.composite
def eyes(draw: st.DrawFn) -> Any:
    return scenes.eye(
        f"eye {draw(st.integers(0, 10**9))}",
        draw(st.integers(0, 1)),
        draw(st.floats(-60.0, 60.0)),
        noise_equivalent_irradiance=draw(st.sampled_from([1e-13, 1e-12, 2e-12])),
        angle_sigma=draw(st.sampled_from([1e-6, 3e-5, 1e-3])),
        revisit=draw(st.sampled_from([1.0, 4.0, 10.0])),
        step_time=draw(st.sampled_from([0.0, 0.0, 1.5])),
        off_nadir_max=draw(st.sampled_from([np.pi, np.radians(7.0)])),
        limb_altitude=1e5,
        limb_factor=draw(st.sampled_from([1.0, 3.0])),
    )


cases = st.builds(
    lambda r, i, seed, drop, confirm: scenes.case(tuple(r), tuple(i), 3, seed=seed, drop_time=drop, confirm=confirm),
    st.lists(radars(), min_size=1, max_size=3),
    st.lists(eyes(), min_size=1, max_size=3),
    st.integers(0, 1000),
    st.sampled_from([4.0, 10.0, 30.0]),
    st.sampled_from([(1, 1), (2, 3), (3, 4)]),
)
RULES = st.sampled_from(list(Rule)).map(int)
rules = st.tuples(RULES, RULES)


def seen_by(one: Case, mask: tuple[bool, ...], shared: tuple[int, int]) -> Picture:
    positions = sensor_positions(one.radars, one.infrareds, one.julian_date, one.step, 70)
    sightings = see(RAID, one.radars, one.infrareds, positions, scenes.sensors_up(one))
    option = scenes.option(len(mask), sensors=mask, given=shared[0], back=shared[1])
    return scenes.picture(one, option, RAID, sightings)


def detections(found: Picture, size: int) -> np.ndarray:
    """(N, all sensors of the case, K)."""
    whole = np.zeros((3, size, 70), bool)
    whole[:, list(found.sensors)] = found.tracks.reason == Reason.NONE
    return whole


def no_worse(less: Picture, more: Picture, size: int, *, as_late: bool = True) -> None:
    """`as_late`: what reaches a partner in both comes as late in both. A track that comes sooner is sooner known to be
    lost, too, so that custody, the share of the time with one in hand, may then be less (docs/equations/partners.md).
    """
    assert not (detections(less, size) & ~detections(more, size)).any()
    for p in range(2):
        for g in np.flatnonzero(np.isfinite(less.deliveries.latency[p])):
            own = {less.sensors[s] for s in np.flatnonzero(less.pools[g])}
            better = [
                h
                for h in np.flatnonzero(more.deliveries.latency[p] <= less.deliveries.latency[p, g])
                if own <= {more.sensors[s] for s in np.flatnonzero(more.pools[h])}
            ]
            assert better
            for h in better:
                assert not (less.tracks.confirmed[g] & ~more.tracks.confirmed[h]).any()
                assert not (less.tracks.usable[g] & ~more.tracks.usable[h]).any()
                # Information under 1e-15 of the sum is rounding; beside a prior of 1e-12 per m2 and eyes of 36 m it is
                # 1e-6 of the variance along a sight. Rounding of the prior's 3e12 m2 is 1e-3 m2.
                wide = less.tracks.spread[g, ..., 0] * (1.0 + 1e-5) + 1e-2
                assert (more.tracks.spread[h, ..., 0] <= wide).all()
    if less.tracks.fused.size:
        latencies = more.deliveries.latency
        known = known_variance(RAID, more.tracks, latencies, CORRELATION_TIME)
        assert (known <= less.tracks.fused * (1.0 + 1e-5) + 1e-2).all()
    for earlier, later in zip(more.awareness[:3], less.awareness[:3], strict=True):
        assert (np.isnan(later) | (earlier <= later)).all()
    if as_late:
        assert (more.awareness.custody >= less.awareness.custody).all()


@settings(max_examples=60, deadline=None)
@given(cases, rules, st.integers(0, 5))
def test_an_additional_sensor_never_worsens_the_picture(one: Case, shared: tuple[int, int], which: int) -> None:
    size = len(one.sensors)
    mask = tuple(s != which % size for s in range(size))
    no_worse(seen_by(one, mask, shared), seen_by(one, (True,) * size, shared), size)


@settings(max_examples=40, deadline=None)
@given(cases, rules, rules)
def test_more_sharing_never_worsens_the_picture(one: Case, some: tuple[int, int], other: tuple[int, int]) -> None:
    size = len(one.sensors)
    most = (max(some[0], other[0]), max(some[1], other[1]))
    less, more = seen_by(one, (True,) * size, some), seen_by(one, (True,) * size, most)
    no_worse(less, more, size, as_late=Rule.TRACK not in (*some, *most))  # a `track` passes pools on, later


@settings(max_examples=40, deadline=None)
@given(cases, rules, st.sampled_from([0.01, 0.3, 3.0]))
def test_beam_time_is_never_exceeded(one: Case, shared: tuple[int, int], dwell: float) -> None:
    busy = replace(one, radars=tuple(replace(r, dwell=dwell) for r in one.radars))
    found = seen_by(busy, (True,) * len(one.sensors), shared)
    assert (found.tracks.beam_load <= 1.0 + 1e-9).all()
    visible = found.tracks.reason >= Reason.NOT_TASKED
    flying = (np.arange(70) >= RAID.launch[:, None]) & (np.arange(70) < RAID.impact[:, None])
    assert not (visible & ~flying[:, None]).any()
