"""What becomes of a raid under the options of one picture: windows once for all their layers, then option by option."""

from collections.abc import Sequence

import numpy as np

from sakimori.base.types import Flags, Flights
from sakimori.chain.case import Case, Option, Picture
from sakimori.chain.targets import targets
from sakimori.engage import Ground, Result, fought, openings, survey


def fight(case: Case, option: Option, flights: Flights, picture: Picture) -> Result:
    """What becomes of the raid under this option, given what its sensors and links know of it."""
    return fights(case, [option], flights, picture, survey(flights, option.layers, case.seed, case.future))[0]


def fights(case: Case, options: Sequence[Option], flights: Flights, picture: Picture, ground: Ground) -> list[Result]:
    """The same of options that share one picture; `ground` holds at least their layers."""
    ground = ground.part(layer for option in options for layer in option.layers)
    efficiency = 1.0 if case.filters else case.efficiency
    found = openings(
        flights, picture.tracks, picture.deliveries, ground, case.correlation_time, efficiency, _own(case, picture)
    )
    return [
        fought(
            flights, ground, found, option.layers, option.magazines, case.seed, case.future, case.replications,
            option.command, targets(case, option), option.transfers, case.quiet,
        )
        for option in options
    ]  # fmt: skip


def _own(case: Case, picture: Picture) -> Flags:
    """(P, G) the pools that hold no measurement of another partner."""
    owners = np.array([case.sensors[s].owner for s in picture.sensors], dtype=np.int64)
    others = owners[None, :] != np.arange(len(case.partners))[:, None]
    return ~(picture.pools[None] & others[:, None]).any(axis=2)
