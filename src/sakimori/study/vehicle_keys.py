"""The keys of a flight file, which `sakimori fly` reads, as pydantic models (docs/fly-files.md)."""

import itertools
import math
from typing import Annotated, Any, Literal

from pydantic import Field as Key
from pydantic import model_validator

from sakimori.flight.profile import STRICT
from sakimori.study.quantities import Amount, fixed
from sakimori.study.schema import SCHEMA, Titled
from sakimori.study.shapes import Strict, fault, one

_RIGHT, _TURN = 0.5 * math.pi + 1e-12, 2.0 * math.pi + 1e-12
LONGEST_FLIGHT = 86400.0  # [s]
_FORMS = "Write 0.1, {polynomial: [0.08, 0.001], per: deg} or {mach, angle_of_attack, values}."

Angle = Annotated[Amount, one("angle", -100.0, 100.0)]
Length = Annotated[Amount, one("length", -1e5, 1e9)]
Speed = Annotated[Amount, one("speed", -2e4, 2e4)]
Time = Annotated[Amount, one("time", 1e-6, LONGEST_FLIGHT)]
Number = Annotated[Amount, one("number")]


class Coefficient(Strict):
    """A coefficient: one number, a polynomial, or a table over Mach and angle of attack."""

    constant: float | None = None
    polynomial: list[float] | None = Key(default=None, min_length=1)
    per: Literal["deg", "rad"] | None = None
    mach: list[Annotated[float, Key(ge=0.0)]] | None = Key(default=None, min_length=1)
    angle_of_attack: list[Angle] | None = Key(default=None, min_length=1)
    values: list[list[float]] | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_number(cls, data: Any) -> Any:
        if isinstance(data, int | float) and not isinstance(data, bool):
            return {"constant": float(data)}
        if not isinstance(data, dict | Coefficient):
            raise fault("SHAPE03", f"'{str(data)[:40]}'", "a coefficient", _FORMS)
        return data

    @model_validator(mode="after")
    def _one_form(self) -> "Coefficient":
        table = [self.mach, self.angle_of_attack, self.values]
        forms = (self.constant is not None) + (self.polynomial is not None) + any(part is not None for part in table)
        if forms != 1:
            raise fault("SHAPE03", f"{forms} forms of a coefficient", "one form", _FORMS)
        if (self.polynomial is None) != (self.per is None):
            got, expected = "a polynomial without its unit of angle", "per: deg or per: rad beside the polynomial"
            if self.per is not None:
                got = "'per' without a polynomial"
            raise fault("SHAPE03", got, expected, _FORMS, ("per",) if self.per else ("polynomial",))
        if any(part is not None for part in table):
            self._check_table()
        return self

    def _check_table(self) -> None:
        for name in ("mach", "angle_of_attack", "values"):
            if getattr(self, name) is None:
                raise fault("SHAPE01", f"a table without '{name}'", f"the key '{name}'", f"Add '{name}:'.")
        assert self.mach is not None
        assert self.angle_of_attack is not None
        assert self.values is not None
        angles = [angle.numbers[0] for angle in self.angle_of_attack]
        for name, axis in (("mach", self.mach), ("angle_of_attack", angles)):
            if any(b <= a for a, b in itertools.pairwise(axis)):
                raise fault("SHAPE03", f"'{name}' out of order", "rising values", "Sort the table.", (name,))
        if len(self.values) != len(self.mach):
            got, expected = f"{len(self.values)} rows", f"one row for each of {len(self.mach)} Mach numbers"
            raise fault("SHAPE03", got, expected, "Complete 'values'.", ("values",))
        for i, row in enumerate(self.values):
            if len(row) != len(angles):
                got, expected = f"a row of {len(row)} values", f"one for each of {len(angles)} angles of attack"
                raise fault("SHAPE03", got, expected, "Complete the row.", ("values", i))


_SIZE = one("length", 1e-4, 1e3)
_INCLINE = one("angle", 1e-4, _RIGHT - 1e-4)


class Wedge(Strict):
    """A shape that shines: a triangular front and a rear of one width, as the published study vehicle."""

    front_length: Annotated[Amount, _SIZE]
    length: Annotated[Amount, _SIZE]
    width: Annotated[Amount, _SIZE]
    front_angle: Annotated[Amount, _INCLINE]
    rear_angle: Annotated[Amount, _INCLINE]
    side_angle: Annotated[Amount, _INCLINE]

    @model_validator(mode="after")
    def _in_order(self) -> "Wedge":
        front, whole = self.front_length.numbers[0], self.length.numbers[0]
        if front > whole:
            got, expected = f"a front of {front:g} m", f"at most the length, {whole:g} m"
            raise fault("SHAPE03", got, expected, "The length counts from the nose.", ("front_length",))
        return self


class Heat(Strict):
    """What is to be said of heat: at the nose, at one place along a plate, and the infrared intensity of a wedge."""

    nose_radius: Annotated[Amount, _SIZE]
    emissivity: Annotated[Amount, one("number", 1e-3, 1.0)] = fixed(0.85, "number", 0.85)
    wall_angle: Annotated[Amount, _INCLINE] | None = None
    wall_distance: Annotated[Amount, _SIZE] | None = None
    wedge: Wedge | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> "Heat":
        pair = ("wall_angle", "wall_distance")
        missing = [name for name in pair if getattr(self, name) is None]
        if len(missing) == 1:
            raise fault("SHAPE01", f"no '{missing[0]}'", f"{pair[0]} and {pair[1]}", f"Add '{missing[0]}:'.")
        if self.wedge is not None and self.nose_radius.numbers[0] >= self.wedge.front_length.numbers[0]:
            got, expected = "a nose as large as the front", "a nose_radius below the front_length"
            raise fault("SHAPE03", got, expected, "Correct one of them.", ("nose_radius",))
        return self


class Stage(Strict):
    """A stage of a rocket: burn_time, dry_mass, and two of propellant (or mass_flow), thrust and specific_impulse."""

    propellant: Annotated[Amount, one("mass", 1e-3, 1e7)] | None = None
    mass_flow: Annotated[Amount, one("mass flow", 1e-6, 1e6)] | None = None
    thrust: Annotated[Amount, one("force", 1e-3, 1e9)] | None = None
    specific_impulse: Annotated[Amount, one("time", 1.0, 1e4)] | None = None
    sea_level_specific_impulse: Annotated[Amount, one("time", 1.0, 1e4)] | None = None
    dry_mass: Annotated[Amount, one("mass", 0.0, 1e7)]
    burn_time: Time
    coast: Annotated[Amount, one("time", 0.0, 1e4)] = fixed(0.0, "time", "0 s")

    @model_validator(mode="after")
    def _two_of_three(self) -> "Stage":
        flows = (self.propellant is not None) + (self.mass_flow is not None)
        given = flows + (self.thrust is not None) + (self.specific_impulse is not None)
        if flows > 1 or given != 2:
            expected = "two of propellant (or mass_flow), thrust and specific_impulse"
            raise fault("SHAPE01", f"{given} of them", expected, "The third follows from thrust = flow * impulse * g0.")
        return self


class Vehicle(Strict):
    """A vehicle: ballistic_coefficient and lift_to_drag; mass, area, drag and lift; or stages; what is said of heat."""

    ballistic_coefficient: Annotated[Amount, one("areal density", 1e-3, 1e9)] | None = None
    lift_to_drag: Annotated[Amount, one("number", -100.0, 100.0)] | None = None
    mass: Annotated[Amount, one("mass", 1e-6, 1e9)] | None = None
    area: Annotated[Amount, one("area", 0.0, 1e6)] | None = None
    drag: Coefficient | None = None
    lift: Coefficient | None = None
    heat: Heat | None = None
    stages: list[Stage] | None = Key(default=None, min_length=1, max_length=4)
    payload: Annotated[Amount, one("mass", 0.0, 1e7)] | None = None
    drag_area: Annotated[Amount, one("area", 0.0, 1e4)] | None = None
    rise_time: Annotated[Amount, one("time", 0.5, 1e3)] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> "Vehicle":
        if self.stages is not None:
            return self._rocket()
        for name in ("payload", "drag_area", "rise_time"):
            if getattr(self, name) is not None:
                raise fault("SHAPE02", f"'{name}' without 'stages'", "the stages of a rocket", "Add them.", (name,))
        short = self.ballistic_coefficient is not None
        if short == (self.mass is not None):
            got = "both 'ballistic_coefficient' and 'mass'" if short else "neither 'ballistic_coefficient' nor 'mass'"
            raise fault("SHAPE01", got, "one of them", "Give ballistic_coefficient, or mass, area and drag.")
        wrong = ("area", "drag", "lift") if short else ("lift_to_drag",)
        for name in wrong:
            if getattr(self, name) is not None:
                other = "ballistic_coefficient" if short else "mass"
                raise fault("SHAPE02", f"'{name}' beside '{other}'", "keys of one form", f"Remove '{name}'.", (name,))
        for name in () if short else ("area", "drag"):
            if getattr(self, name) is None:
                raise fault("SHAPE01", f"no '{name}'", f"the key '{name}'", f"Add '{name}:'.")
        return self

    def _rocket(self) -> "Vehicle":
        for name in ("payload", "drag_area", "ballistic_coefficient"):
            if getattr(self, name) is None:
                raise fault("SHAPE01", f"no '{name}'", f"the key '{name}' beside 'stages'", f"Add '{name}:'.")
        for name in ("mass", "area", "drag", "lift", "lift_to_drag"):
            if getattr(self, name) is not None:
                raise fault("SHAPE02", f"'{name}' beside 'stages'", "keys of one form", f"Remove '{name}'.", (name,))
        return self


class Velocity(Strict):
    """A velocity in local axes, relative to the turning Earth."""

    north: Speed = fixed(0.0, "speed", "0 m/s")
    east: Speed = fixed(0.0, "speed", "0 m/s")
    up: Speed = fixed(0.0, "speed", "0 m/s")


class Start(Strict):
    """A start: a geodetic position and a velocity relative to the turning Earth."""

    latitude: Annotated[Amount, one("angle", -_RIGHT, _RIGHT)]
    longitude: Annotated[Amount, one("angle", -_TURN, _TURN)]
    altitude: Length
    velocity: Velocity | None = None
    speed: Annotated[Amount, one("speed", 0.0, 2e4)] | None = None
    angle: Annotated[Amount, one("angle", -_RIGHT, _RIGHT)] | None = None
    heading: Annotated[Amount, one("angle", -_TURN, _TURN)] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> "Start":
        polar = [name for name in ("speed", "angle", "heading") if getattr(self, name) is not None]
        example = "Give velocity: {north, east, up}, or speed, angle and heading."
        if self.velocity is not None and polar:
            got = f"both 'velocity' and '{polar[0]}'"
            raise fault("SHAPE01", got, "a velocity in one form", example)
        if polar and len(polar) < 3:
            missing = next(name for name in ("speed", "angle", "heading") if name not in polar)
            raise fault("SHAPE01", f"no '{missing}'", f"the key '{missing}'", example)
        return self

    @property
    def rests(self) -> bool:
        """Whether no velocity is given, or none but zero."""
        if self.velocity is None:
            return self.speed is None or self.speed.numbers[0] == 0.0
        return not any(getattr(self.velocity, name).numbers[0] for name in ("north", "east", "up"))


class Wind(Strict):
    """A row of the wind: how fast the air moves to east and north at an altitude."""

    altitude: Length | None = None
    east: Speed = fixed(0.0, "speed", "0 m/s")
    north: Speed = fixed(0.0, "speed", "0 m/s")


class Surroundings(Strict):
    """An environment: figure, gravity and rotation of the Earth, and its air."""

    figure: Literal["wgs84", "sphere"] = "wgs84"
    radius: Annotated[Amount, one("length", 1e3, 1e13)] | None = None
    mu: Annotated[Amount, one("gravitational parameter", 0.0, 1e20)] | None = None
    j2: Annotated[Amount, one("number", -0.1, 0.1)] | None = None
    rotation: Annotated[Amount, one("angular rate", -1.0, 1.0)] | None = None
    atmosphere: Literal["ussa76", "exponential", "none"] = "ussa76"
    ground_density: Annotated[Amount, one("density", 0.0, 1e3)] | None = None
    scale_height: Annotated[Amount, one("length", 1.0, 1e6)] | None = None
    density_factor: Annotated[Amount, one("number", 0.0, 1e3)] = fixed(1.0, "number", 1)
    wind: list[Wind] = []

    @model_validator(mode="after")
    def _fits_together(self) -> "Surroundings":
        for name in ("ground_density", "scale_height"):
            given, needed = getattr(self, name) is not None, self.atmosphere == "exponential"
            if needed and not given:
                raise fault("SHAPE01", f"no '{name}'", f"the key '{name}'", f"Add '{name}:'.")
            if given and not needed:
                got, expected = f"'{name}' with atmosphere {self.atmosphere}", "atmosphere: exponential"
                raise fault("SHAPE02", got, expected, f"Remove '{name}', or change the atmosphere.", (name,))
        if len(self.wind) > 1:
            heights = [row.altitude.numbers[0] if row.altitude else math.nan for row in self.wind]
            for i, (low, high) in enumerate(itertools.pairwise(heights)):
                if not high > low:
                    expected = "rows with rising altitudes"
                    raise fault("SHAPE03", "a wind out of order", expected, "Sort the rows.", ("wind", i + 1))
        return self


class Controls(Strict):
    """Controls: a constant attitude, a table, or a CSV file; of a rocket kick, heading and cutoff."""

    angle_of_attack: Angle | None = None
    bank: Angle | None = None
    over: Literal["time", "energy"] = "time"
    table: list[list[Any]] | None = Key(default=None, min_length=1)
    file: str | None = None
    kick: Annotated[Amount, one("angle", 0.0, 1.5)] | None = None
    heading: Annotated[Amount, one("angle", -_TURN, _TURN)] | None = None
    cutoff: Annotated[Amount, one("speed", 1.0, 2e4)] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> "Controls":
        constant = self.angle_of_attack is not None or self.bank is not None
        if constant + (self.table is not None) + (self.file is not None) > 1:
            expected = "a constant attitude, a table or a file"
            raise fault("SHAPE03", "several forms of controls", expected, "Keep one of them.")
        return self


class StopAt(Strict):
    """What ends the flight: the first of these that happens."""

    time: Time | None = None
    altitude: Length | None = None
    speed: Annotated[Amount, one("speed", 0.0, 2e4)] | None = None
    ground: bool = True


class FlightFile(Titled):
    """A flight file: one vehicle, one start, one environment."""

    schema_: str = Key(SCHEMA, alias="schema")
    source: str = ""
    vehicle: Vehicle
    start: Start
    environment: Surroundings = Surroundings()
    controls: Controls = Controls()
    stop: StopAt = StopAt()
    step: Time = fixed(1.0, "time", "1 s")
    strictness: Annotated[Amount, one("number", 1e-3, 1e6)] = fixed(STRICT, "number", STRICT)

    @model_validator(mode="after")
    def _rocket_or_body(self) -> "FlightFile":
        for name in ("kick", "heading", "cutoff"):
            given, rocket = getattr(self.controls, name) is not None, self.vehicle.stages is not None
            if given and not rocket:
                got, expected = f"'{name}' without 'stages'", "a rocket"
                raise fault("SHAPE02", got, expected, f"Remove '{name}'.", ("controls", name))
            if rocket and not given and name != "cutoff":
                raise fault(
                    "SHAPE01", f"no '{name}'", f"the key '{name}' for a rocket", f"Add '{name}:'.", ("controls",)
                )
        if self.vehicle.stages is None:
            if self.start.velocity is None and self.start.speed is None:
                mend = "Give velocity: {north, east, up}, or speed, angle and heading."
                raise fault("SHAPE01", "no velocity", "a velocity in one form", mend, ("start",))
            return self
        for name in ("angle_of_attack", "bank", "table", "file"):
            if getattr(self.controls, name) is not None:
                got, expected = f"'{name}' for a rocket", "kick and heading"
                raise fault("SHAPE02", got, expected, f"Remove '{name}'.", ("controls", name))
        if not self.start.rests:
            raise fault("UNIT03", "a rocket in motion", "a start at rest", "Leave the velocity out.", ("start",))
        return self


def value(written: Amount | None, missing: float = math.nan) -> float:
    """The SI value of an amount that does not vary, or what stands for one that is missing."""
    return missing if written is None else written.numbers[0]
