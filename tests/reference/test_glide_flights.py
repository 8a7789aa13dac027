"""A boost-glide flight beside what was publicly reported of one. Nothing was fitted to it."""

import math

import numpy as np
import pytest

from sakimori.base.types import FlightStatus, Phase
from sakimori.earth.geodesy import destination
from sakimori.flight import GlideThreat, fly
from sakimori.study.flight_tables import class_parameters


@pytest.mark.parametrize("skip", [0.0, 1.0])
def test_a_medium_range_glider_flies_the_reported_range_in_about_the_reported_time(skip: float) -> None:
    """A test of November 2017 was reported at about 1,400 km in about 11 minutes, gliding near 60 km (Panda 2017).

    25 %: the speed of the class is an estimate within 3.4 to 4.2 km/s (22 %) and the minutes are rounded. The flight
    comes to 8.7 to 9.0 minutes. The altitude is that of its apogee: no glide is carried by its lift at 60 km.
    """
    start = math.radians(40.0), math.radians(100.0)
    goal = destination(*start, math.radians(270.0), 1400e3)
    threat = GlideThreat(
        launch_latitude=start[0],
        launch_longitude=start[1],
        aim_latitude=float(goal[0]),
        aim_longitude=float(goal[1]),
        launch_time=0.0,
        **{**class_parameters("medium-range-glider"), "skip": skip},
    )
    flights = fly([threat], 1.0)
    assert flights.status[0] == FlightStatus.REACHED
    assert (flights.impact[0] - flights.launch[0]) / 60.0 == pytest.approx(11.0, rel=0.25)
    gliding = flights.altitude[0, np.isin(flights.phase[0], (Phase.COAST, Phase.PULL_UP, Phase.GLIDE))]
    assert 55e3 < gliding.max() < 65e3
