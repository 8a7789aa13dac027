"""The keys of a cover file, which `sakimori cover` reads, as pydantic models (docs/cover-files.md)."""

import math
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field as Key
from pydantic import create_model, model_validator

from sakimori.study.fields import DEPLOYMENT, SENSORS
from sakimori.study.orbit_keys import Orbits
from sakimori.study.quantities import Amount, fixed
from sakimori.study.schema import SCHEMA, Titled
from sakimori.study.shapes import Date, Identifier, Site, Strict, fault, one, parameters, quantity

_RIGHT, _TURN = 0.5 * math.pi + 1e-9, 2.0 * math.pi + 1e-9
_DAY = 86400.0
Time = Annotated[Amount, one("time", 1e-3, 366.0 * _DAY)]
Latitude = Annotated[Amount, one("angle", -_RIGHT, _RIGHT)]
Longitude = Annotated[Amount, one("angle", -2.0 * _TURN, 2.0 * _TURN)]  # a box may run past 360 deg


class _Sensor(Titled):
    """A sensor: a catalogue record or a kind with all its parameters, and where it stands or flies."""

    record: Identifier | None = None
    kind: Literal["radar", "infrared"] | None = None
    at: Site | None = None
    orbit: Orbits | None = None
    boresight: Annotated[Amount, quantity(DEPLOYMENT["boresight"])] | None = None
    source: str = ""

    @model_validator(mode="after")
    def _record_or_kind(self) -> "_Sensor":
        if self.record is not None and self.kind is not None:
            got, expected = "both 'record' and 'kind'", "one of them"
            raise fault("SHAPE02", got, expected, "Remove 'kind': the record has one.", ("kind",))
        if self.record is None and self.kind is None and (self.orbit is None or self.at is not None):
            mend = "Name a record, or give kind: radar and all its parameters."
            raise fault("SHAPE01", "a sensor without 'record' or 'kind'", "one of them, or an orbit alone", mend)
        return self


if TYPE_CHECKING:
    Sensor = _Sensor
else:
    Sensor = create_model("Sensor", __base__=_Sensor, __doc__=_Sensor.__doc__, **parameters(*SENSORS))


class Target(Strict):
    """A target: where it flies, how fast, and how strongly it shows."""

    altitude: Annotated[Amount, one("length", 0.0, 2e6)]
    speed: Annotated[Amount, one("speed", 0.0, 2e4)] = fixed(0.0, "speed", "0 m/s")
    heading: Annotated[Amount, one("angle", -_TURN, _TURN)] | None = None
    radar_cross_section: Annotated[Amount, one("area", 0.0, 1e6)] | None = None
    intensity: Annotated[Amount, one("intensity", 0.0, 1e9)] | None = None


class Circle(Strict):
    """A circle: all cells whose middle lies within a distance of a place."""

    at: Site
    radius: Annotated[Amount, one("length", 1e3, 2.1e7)]


class Box(Strict):
    """A box: all cells between two latitudes and two longitudes."""

    south: Latitude
    north: Latitude
    west: Longitude
    east: Longitude

    @model_validator(mode="after")
    def _right_way_round(self) -> "Box":
        for low, high in (("south", "north"), ("west", "east")):
            if not getattr(self, low).numbers[0] < getattr(self, high).numbers[0]:
                got, expected = f"'{high}' that is not above '{low}'", f"{low} < {high}"
                mend = "Across the date line write for example west: 170 deg, east: 200 deg."
                raise fault("UNIT05", got, expected, mend, (high,))
        if self.east.numbers[0] - self.west.numbers[0] > _TURN:
            raise fault("UNIT03", "a box of more than 360 deg", "at most 360 deg", "Shorten it.", ("east",))
        return self


class Grid(Strict):
    """A grid: cells of equal steps in latitude and longitude, in a box or a circle."""

    box: Box | None = None
    circle: Circle | None = None
    step: Annotated[Amount, one("angle", 1e-4, 1.0)]

    @model_validator(mode="after")
    def _one_form(self) -> "Grid":
        forms = (self.box is not None) + (self.circle is not None)
        if forms != 1:
            expected, mend = "one of box, circle", "Write for example circle: {at: [36 deg, 138 deg], radius: 1500 km}."
            raise fault("SHAPE03", f"{forms} forms of a grid", expected, mend)
        return self


class Span(Strict):
    """A time: when the map begins, how long it lasts, how finely it is sampled."""

    date: Date | None = None
    hour: Annotated[Amount, one("time", 0.0, _DAY)] = fixed(0.0, "time", "0 h")
    length: Time = fixed(_DAY, "time", "24 h")
    step: Time = fixed(60.0, "time", "60 s")


class Passes(Strict):
    """Passes: the flights that begin at every cell, and the rule by which they are tracked."""

    length: Time = fixed(300.0, "time", "5 min")
    step: Time = fixed(2.0, "time", "2 s")
    starts: int = Key(default=12, ge=1, le=10_000)
    headings: int = Key(default=8, ge=1, le=360)
    confirm: list[int] = [2, 3]
    drop_time: Annotated[Amount, one("time", 0.0, _DAY)] = fixed(30.0, "time", "30 s")

    @model_validator(mode="after")
    def _m_of_n(self) -> "Passes":
        if len(self.confirm) != 2 or not 1 <= self.confirm[0] <= self.confirm[1] <= 32:
            got = f"confirm {self.confirm}"
            raise fault("SHAPE03", got, "[m, n]: m detections within n looks", "Write [2, 3].", ("confirm",))
        if self.step.numbers[0] > self.length.numbers[0]:
            raise fault("UNIT03", "a step longer than the pass", "at most its length", "Shorten the step.", ("step",))
        return self


class Defended(Strict):
    """A defended area: whose launches count, decided how long after launch, from how many axes."""

    layers: list[Identifier] = []
    decided: Annotated[Amount, one("time", 0.0, _DAY)] = fixed(120.0, "time", "2 min")
    axes: int = Key(default=6, ge=1, le=1000)
    step: Annotated[Amount, one("time", 0.1, 60.0)] = fixed(2.0, "time", "2 s")


class CoverFile(Titled):
    """A cover file: sensors, and where and when they are asked about which target."""

    schema_: str = Key(SCHEMA, alias="schema")
    source: str = ""
    study: str | None = None
    option: str = "baseline"
    sensors: dict[Identifier, Sensor] = {}
    target: Target | None = None
    defended: Defended | None = None
    grid: Grid | None = None
    time: Span = Span()
    passes: Passes = Passes()
    folds: list[Annotated[int, Key(ge=1, le=3)]] = Key(default=[1], min_length=1)
    seed: int = Key(default=1, ge=0, le=2**32 - 1)

    @model_validator(mode="after")
    def _complete(self) -> "CoverFile":
        if not self.sensors and self.study is None:
            mend = "Add 'sensors:', or 'study:' with the name of one."
            raise fault("SHAPE01", "no sensors", "the key 'sensors' or 'study'", mend)
        if self.study is None and self.option != "baseline":
            raise fault("SHAPE02", "'option' without 'study'", "a study", "Remove it, or name a study.", ("option",))
        self._one_question()
        if self.grid is not None:
            for name, sensor in self.sensors.items():
                if sensor.record is None and sensor.kind is None:
                    got, expected = f"'{name}' without 'record' or 'kind'", "what it can see, for a map"
                    mend = "Name a record, or remove 'grid' and 'target'."
                    raise fault("SHAPE01", got, expected, mend, ("sensors", name))
        return self

    def _one_question(self) -> None:
        """A grid needs something to ask of each cell: what sensors make of a target, or which layers defend it."""
        asked = "target" if self.defended is None else "defended"
        if (self.grid is None) != (self.target is None and self.defended is None):
            missing, there = ("grid", asked) if self.grid is None else ("target", "grid")
            raise fault(
                "SHAPE01", f"'{there}' without '{missing}'", f"the key '{missing}'", f"Add '{missing}:'.", (there,)
            )
        if self.defended is not None and self.target is not None:
            got, mend = "both 'target' and 'defended'", "Ask in two files."
            raise fault("SHAPE02", got, "one of them", mend, ("defended",))
        if self.defended is not None and (self.study is None or self.sensors):
            got = "'defended' without 'study'" if self.study is None else "'defended' with 'sensors'"
            mend = "Name the study whose layers and raid are meant, and no sensors: geometry alone is asked."
            raise fault("SHAPE02", got, "a study alone", mend, ("defended",))
