"""All threats of a raid on one clock: the table of families, and `fly`."""

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from sakimori.base.errors import InputError
from sakimori.base.types import Flights, FlightStatus
from sakimori.flight import ballistic, glide, quasiballistic
from sakimori.flight.ballistic import BallisticThreat
from sakimori.flight.glide import GlideThreat
from sakimori.flight.motion import WGS84, Environment, plain
from sakimori.flight.quasiballistic import QuasiBallisticThreat
from sakimori.flight.threat import Aim, Record

AnyThreat: TypeAlias = BallisticThreat | QuasiBallisticThreat | GlideThreat


class Family(NamedTuple):
    """What a family of threats brings: its inputs for kernels, its solver, and its drawing."""

    case_of: Callable[..., Any]  # (threat, environment) -> Case
    solve: Callable[..., Aim]  # kernel: (Case, environment) -> Aim
    draw: Callable[..., None]  # kernel: (Case, Aim, step, impact, environment, Record)


FAMILIES: dict[type, Family] = {
    BallisticThreat: Family(ballistic.case_of, ballistic.solve, ballistic.draw),
    QuasiBallisticThreat: Family(quasiballistic.case_of, quasiballistic.solve, quasiballistic.draw),
    GlideThreat: Family(glide.case_of, glide.solve, glide.draw),
}


def aim(threat: AnyThreat, environment: Environment = WGS84) -> Aim:
    """Solve how a threat starts its unpowered flight so as to come down at its aim point; see Aim.

    A case without solution is an answer (Aim.status), not an error.
    """
    family, environment = FAMILIES[type(threat)], plain(environment)
    return family.solve(family.case_of(threat, environment), environment)


def _end_sample(threat: AnyThreat, solved: Aim, step: float) -> int:
    """The first sample at or after the impact."""
    return max(0, math.ceil((threat.launch_time + solved.boost_time + solved.duration) / step))


def fly(threats: Sequence[AnyThreat], step: float, environment: Environment = WGS84) -> Flights:
    """Fly every threat of a raid, sampled every `step` [s] from 0 to the last impact (its sample included).

    A threat with a status other than REACHED never leaves its pad: phase WAITING, launch = impact = K. Each flight has
    the same bits alone and in any raid. Raises InputError where there are no threats or step is not above 0.
    """
    if not threats or not (0.0 < step < math.inf):
        got = f"{len(threats)} threats, step {step}"
        raise InputError("raid", got, "one or more threats, step above 0", "Give a step in seconds.")
    environment, step, n = plain(environment), float(step), len(threats)
    families = [FAMILIES[type(threat)] for threat in threats]
    cases = [family.case_of(threat, environment) for family, threat in zip(families, threats, strict=True)]
    aims = [family.solve(case, environment) for family, case in zip(families, cases, strict=True)]
    status = np.array([solved.status for solved in aims], dtype=np.uint8)
    flown = status == int(FlightStatus.REACHED)
    ends = [_end_sample(t, a, step) if ok else 0 for t, a, ok in zip(threats, aims, flown, strict=True)]
    samples = max(ends) + 1
    position, velocity = (np.empty((n, samples, 3)) for _ in range(2))
    states = np.empty((samples, 6))
    altitude, maneuver, intensity = (np.empty((n, samples)) for _ in range(3))
    phase = np.empty((n, samples), dtype=np.uint8)
    launch = np.full(n, samples, dtype=np.int64)
    impact = np.full(n, samples, dtype=np.int64)
    for i, (family, case, solved) in enumerate(zip(families, cases, aims, strict=True)):
        record = Record(states, altitude[i], phase[i], maneuver[i], intensity[i])
        if flown[i]:
            impact[i] = ends[i]
            launch[i] = min(max(0, math.ceil(threats[i].launch_time / step)), ends[i])
        family.draw(case, solved, step, int(ends[i]), environment, record)
        position[i], velocity[i] = states[:, :3], states[:, 3:]
    return Flights(
        step,
        position,
        velocity,
        altitude,
        phase,
        maneuver,
        intensity,
        np.array([float(threat.radar_cross_section) for threat in threats]),
        launch,
        impact,
        status,
    )
