"""The kill chain of every threat and layer in times: what passes from the first detection to the last assessment."""

from typing import NamedTuple

import numpy as np

from sakimori.base.types import Floats, Reason
from sakimori.chain.case import Outcome


class Moments(NamedTuple):
    """Times [s] on the raid clock, (N, L) each, nan where never: each not before the one above it."""

    detected: Floats  # first detection by any sensor of the option
    confirmed: Floats  # first confirmed track in any pool
    tracked: Floats  # first track in any pool that is of use to a shooter
    shared: Floats  # first such track in the hands of the layer's owner, for fire control
    fire_control: Floats  # first in its hands that is as good as the layer needs
    commit: Floats  # permission to launch, after the decision delay
    assigned: Floats  # a round and a channel are the layer's own, and it waits for no other's result
    first_launch: Floats  # this, the two beside it and the next: mean over the replications in which the layer fired
    first_intercept: Floats
    assessed: Floats  # its result is known
    last_launch: Floats  # latest launch that is of use, or would be in reach
    slack: Floats  # [s] from the permission to that launch: below 0 it came too late


def moments(outcome: Outcome, option: int) -> Moments:
    """Of one option."""
    picture, result = outcome.pictures[outcome.picture_of[option]], outcome.results[option]
    layers, tracks = outcome.case.options[option].layers, picture.tracks
    step, shape = outcome.flights.step, result.commit.shape

    def in_every_column(times: Floats) -> Floats:
        return np.broadcast_to(times[:, None], shape)

    owners = np.array([layer.owner for layer in layers], dtype=np.int64)
    decide = np.array([layer.decision_delay for layer in layers])
    assess = np.array([layer.assess_delay for layer in layers])
    return Moments(
        detected=in_every_column(_first((tracks.reason == Reason.NONE).any(axis=1)) * step),
        confirmed=in_every_column(_first(np.logical_or.reduce(tracks.confirmed, axis=0)) * step),
        tracked=in_every_column(_first(np.logical_or.reduce(tracks.usable, axis=0)) * step),
        shared=picture.awareness.confirmed[owners].T if len(layers) else np.empty(shape),
        fire_control=result.commit - decide,
        commit=result.commit,
        assigned=result.assigned,
        first_launch=result.first_launch,
        first_intercept=result.first_intercept,
        assessed=result.first_intercept + assess,
        last_launch=result.last_launch,
        slack=result.last_launch - result.commit,
    )


def _first(flags: np.ndarray) -> Floats:
    """Number of the first set flag along the last axis; nan where none is."""
    return np.where(flags.any(axis=-1), flags.argmax(axis=-1), np.nan)
