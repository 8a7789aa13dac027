"""Carriers and conditions in a study file: what gives several assets and layers one place or one fate."""

from typing import Annotated

from pydantic import model_validator

from sakimori.study.fields import CIRCUIT, DEPLOYMENT
from sakimori.study.quantities import Amount, amount, fixed
from sakimori.study.shapes import Identifier, Site, Strict, Titled, fault, quantity


class Circuit(Strict):
    """A circuit: the racetrack or circle that an aircraft flies round its place."""

    leg: Annotated[Amount, quantity(CIRCUIT["leg"])] = fixed(0.0, "length", "0 m")
    radius: Annotated[Amount, quantity(CIRCUIT["radius"])]
    bearing: Annotated[Amount, quantity(CIRCUIT["bearing"])] = fixed(0.0, "angle", "0 deg")
    speed: Annotated[Amount, quantity(CIRCUIT["speed"])]
    phase: Annotated[Amount, quantity(CIRCUIT["phase"])] = amount({"uniform": [0, 1]}, "number")


class Condition(Titled):
    """What several things need at once: a network, weather. Whether it holds is drawn once per future."""

    availability: Annotated[Amount, quantity(DEPLOYMENT["availability"])]
    source: str = ""


class Carrier(Titled):
    """A carrier: a ship, aircraft or ground system whose place or fate several assets and layers share."""

    at: Site | None = None
    circuit: Circuit | None = None
    availability: Annotated[Amount, quantity(DEPLOYMENT["availability"])] = fixed(1.0, "number", 1)
    cells: Annotated[Amount, quantity(DEPLOYMENT["cells"])] | None = None
    needs: list[Identifier] = []
    source: str = ""

    @model_validator(mode="after")
    def _placed(self) -> "Carrier":
        if self.circuit is not None and self.at is None:
            raise fault("SHAPE01", "a circuit without a place", "the place that it is flown round", "Add 'at:'.")
        return self


class AddedCarrier(Carrier):
    """A carrier that a measure adds."""

    carrier: Identifier
