"""An exo-atmospheric layer gets no credit in glide, whatever else is changed: in no option, by no measure."""

import numpy as np
import pytest

from sakimori.base.types import Phase, Reason
from sakimori.chain import play
from sakimori.engage.doctrine import layer_table
from sakimori.engage.reach import reach
from sakimori.study import load

FUTURES = 4


@pytest.mark.slow
@pytest.mark.parametrize("future", range(FUTURES))
def test_no_option_of_the_announced_measures_gives_an_exo_layer_a_glide(future):
    """Every sample of a glide below a layer's floor is out of its reach, and so is every threat that stays below it."""
    outcome = play(load("announced-measures").case(future))
    flights, met = outcome.flights, 0
    gliding = (flights.phase == int(Phase.GLIDE)) | (flights.phase == int(Phase.PULL_UP))
    for option, result in zip(outcome.case.options, outcome.results, strict=True):
        floor = np.array([layer.floor for layer in option.layers])
        reached = reach(flights, layer_table(option.layers)).reason == int(Reason.NONE)
        for j in np.flatnonzero(floor >= 60e3):
            assert not (reached[:, j] & gliding & (flights.altitude < floor[j])).any()
            flying = (flights.phase != int(Phase.WAITING)) & (flights.phase != int(Phase.ENDED))
            low = np.where(flying, flights.altitude, 0.0).max(axis=1) < floor[j]
            assert (result.shots[low, j] == 0.0).all()
            assert np.isnan(result.first_intercept[low, j]).all()
            met += int(low.sum())
    assert met > 0 or not gliding.any()
