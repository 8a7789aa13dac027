"""Raids in a study file: what flies, in which waves, what flies beside it, and what its leakers may destroy."""

from typing import TYPE_CHECKING, Annotated

from pydantic import Field as Key
from pydantic import create_model

from sakimori.study.fields import COMPANY, THREATS
from sakimori.study.quantities import Amount, amount, fixed
from sakimori.study.shapes import Identifier, Strict, Titled, parameters, plain, quantity

_ONE, _NONE = fixed(1.0, "number", 1), fixed(0.0, "number", 0)
_SIZE, _LONGEST = plain("number", 1.0, 500.0), 30 * 86400.0


class _Threat(Titled):
    """A group of threats in the raid: a record, its share, and the axis it comes from."""

    threat: Identifier
    share: float = Key(ge=0.0)
    bearing: Annotated[Amount, plain("angle", -6.2832, 6.2832)]
    range: Annotated[Amount, plain("length", 1e4, 2e7)]
    heavy_objects: Annotated[Amount, quantity(COMPANY["heavy_objects"])] | None = None
    light_objects: Annotated[Amount, quantity(COMPANY["light_objects"])] | None = None
    strip_altitude: Annotated[Amount, quantity(COMPANY["strip_altitude"])] | None = None
    source: str = ""


if TYPE_CHECKING:
    ThreatGroup = _Threat
else:
    ThreatGroup = create_model("ThreatGroup", __base__=_Threat, __doc__=_Threat.__doc__, **parameters(*THREATS))


class Wave(Strict):
    """A further wave: how long after the one before, how many threats, and of what and at what where that differs."""

    pause: Annotated[Amount, plain("time", 0.0, _LONGEST)]
    size: Annotated[Amount, _SIZE] | None = None
    places: dict[Identifier, Annotated[float, Key(ge=0.0)]] | None = None
    threats: list[ThreatGroup] | None = None


class Loss(Strict):
    """A loss: how near to a leaker's impact a layer may be destroyed, and how probably."""

    radius: Annotated[Amount, plain("length", 0.0, 1e5)]
    probability: Annotated[Amount, plain("number", 0.0, 1.0)]
    source: str = ""


class Raid(Strict):
    """A raid: how many threats, within what time, at which places, from where."""

    size: Annotated[Amount, _SIZE]
    reliability: Annotated[Amount, plain("number", 0.0, 1.0)] = _ONE
    reliability_correlation: Annotated[Amount, plain("number", 0.0, 1.0)] = _NONE
    waves: list[Wave] = []
    loss: Loss | None = None
    arrival_spread: Annotated[Amount, plain("time", 0.0, 86400.0)] = fixed(0.0, "time", "0 s")
    time_of_day: Annotated[Amount, plain("time", 0.0, 86400.0)] = amount({"uniform": ["0 h", "24 h"]}, "time")
    places: dict[Identifier, Annotated[float, Key(ge=0.0)]]
    threats: list[ThreatGroup]
