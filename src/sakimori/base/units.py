"""The border where units become SI, and SI becomes units: used by the study files and by the report, nowhere else.

Unlike in SI, an angle is a dimension of its own here, so that "30 deg" is refused where a probability is expected; US
dollars and yen are dimensions too, so that money never mixes without a stated exchange rate.
"""

import difflib
import functools
import math
import re
from typing import Any, Final, NamedTuple

import pint

from sakimori.base.constants import FOOT, POUND, SLUG, STANDARD_GRAVITY

_PREFIXES: Final = {"nano": ("1e-9", "n"), "micro": ("1e-6", "u"), "milli": ("1e-3", "m"), "kilo": ("1e3", "k")} | {
    "mega": ("1e6", "M"),
    "giga": ("1e9", "G"),
}
_UNITS: Final = (
    "meter = [length] = m",
    "second = [time] = s",
    "kilogram = [mass] = kg",
    "radian = [angle] = rad",
    "steradian = [solid_angle] = sr",
    "count = []",
    "usd = [usd] = USD",
    "jpy = [jpy] = JPY",
    "gram = 1e-3 * kilogram = g",
    "tonne = 1e3 * kilogram = t",
    "minute = 60 * second = min",
    "hour = 3600 * second = h",
    "day = 86400 * second = d",
    f"degree = {math.pi / 180.0!r} * radian = deg",
    "percent = 0.01 * count = pct",
    f"foot = {FOOT!r} * meter = ft",
    "nautical_mile = 1852 * meter = nmi",
    f"pound = {POUND!r} * kilogram = lb",
    f"slug = {SLUG!r} * kilogram",
    "knot = nautical_mile / hour = kn",
    "newton = kilogram * meter / second ** 2 = N",
    "pascal = kilogram / meter / second ** 2 = Pa",
    "kelvin = [temperature] = K",
    "joule = kilogram * meter ** 2 / second ** 2 = J",
    "watt = kilogram * meter ** 2 / second ** 3 = W",
    f"standard_gravity = {STANDARD_GRAVITY!r} * meter / second ** 2 = g0",
)


class Dimension(NamedTuple):
    """A kind of quantity: what it is called, its unit inside the program, an example and the unit shown to people."""

    name: str
    article: str  # with its article, for messages
    si: str
    example: str
    shown: str


DIMENSIONS: Final[dict[str, Dimension]] = {
    d.name: d
    for d in (
        Dimension("length", "a length", "m", "1200 km", "km"),
        Dimension("area", "an area", "m^2", "0.1 m^2", "m^2"),
        Dimension("time", "a time", "s", "45 s", "s"),
        Dimension("speed", "a speed", "m/s", "2.5 km/s", "m/s"),
        Dimension("acceleration", "an acceleration", "m/s^2", "20 m/s^2", "m/s^2"),
        Dimension("angle", "an angle", "rad", "30 deg", "deg"),
        Dimension("angular rate", "an angular rate", "rad/s", "2 deg/s", "deg/s"),
        Dimension("mass", "a mass", "kg", "900 kg", "kg"),
        Dimension("mass flow", "a mass per time", "kg/s", "58 kg/s", "kg/s"),
        Dimension("force", "a force", "N", "130 kN", "kN"),
        Dimension("areal density", "a mass per area", "kg/m^2", "5000 kg/m^2", "kg/m^2"),
        Dimension("pressure", "a pressure", "Pa", "20 kPa", "kPa"),
        Dimension("density", "a density", "kg/m^3", "1.225 kg/m^3", "kg/m^3"),
        Dimension("specific energy", "an energy per mass", "m^2/s^2", "20 MJ/kg", "MJ/kg"),
        Dimension("gravitational parameter", "a gravitational parameter", "m^3/s^2", "4e14 m^3/s^2", "m^3/s^2"),
        Dimension("irradiance", "an irradiance", "W/m^2", "1e-11 W/m^2", "W/m^2"),
        Dimension("intensity", "a radiant intensity", "W/sr", "80 kW/sr", "kW/sr"),
        Dimension("money", "an amount of US dollars", "USD", "3.5 GUSD", "MUSD"),
        Dimension("yen", "an amount of yen", "JPY", "132.4 GJPY", "GJPY"),
        Dimension("exchange rate", "yen per US dollar", "JPY/USD", "150 JPY/USD", "JPY/USD"),
        Dimension("temperature", "a temperature", "K", "290 K", "K"),
        Dimension("power aperture", "a power-aperture product", "W*m^2", "3 MW*m^2", "MW*m^2"),
        Dimension("rate", "a rate", "1/s", "0.1 1/s", "1/s"),
        Dimension("number", "a plain number", "", "0.7", ""),
    )
}
_LOGARITHMIC: Final = {"dB": "number", "dBsm": "area"}  # dBsm: decibels over one square metre
_QUANTITY: Final = re.compile(r"\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*?)\s*\Z", re.DOTALL)
_POWER: Final = r"(?:%|g0|[A-Za-z_]+)(?:(?:\^|\*\*)?-?[1-4])?"  # a unit with a small exponent: m, m^2, m2, s^-1
_UNIT: Final = re.compile(rf"(?:1\s*/\s*)?{_POWER}(?:\s*[*/ ]\s*{_POWER}){{0,4}}\Z")
_FAMILIAR: Final = [
    "m",
    "km",
    "mm",
    "ft",
    "nmi",
    "m^2",
    "s",
    "ms",
    "min",
    "h",
    "d",
    "day",
    "m/s",
    "km/s",
    "km/h",
    "kn",
    "m/s^2",
    "g0",
    "rad",
    "mrad",
    "urad",
    "deg",
    "deg/s",
    "kg",
    "g",
    "t",
    "lb",
    "slug",
    "kg/s",
    "N",
    "kN",
    "kg/m^2",
    "kg/m^3",
    "slug/ft^3",
    "MJ/kg",
    "Pa",
    "kPa",
    "W/m^2",
    "W/sr",
    "kW/sr",
    "MW/sr",
    "USD",
    "MUSD",
    "GUSD",
    "JPY",
    "MJPY",
    "GJPY",
    "JPY/USD",
    "dB",
    "dBsm",
    "%",
]


class UnitError(ValueError):
    """A quantity that cannot be read; says what was got, what was expected and how to mend it."""

    mismatch = False  # whether the unit is known, but of another kind

    def __init__(self, got: str, expected: str, mend: str) -> None:
        super().__init__(f"got {got}; expected {expected}. {mend}")
        self.got, self.expected, self.mend = got, expected, mend


class DimensionError(UnitError):
    """A quantity whose unit is of another kind than expected."""

    mismatch = True


@functools.cache
def _registry() -> Any:
    make: Any = pint.UnitRegistry
    registry: Any = make(None)  # none of pint's own thousand units: these few load in milliseconds
    for name, (factor, symbol) in _PREFIXES.items():
        registry.define(f"{name}- = {factor} = {symbol}-")
    for line in _UNITS:
        registry.define(line)
    return registry


@functools.cache
def _unit(text: str) -> tuple[float, str]:
    """Factor to SI and name of the dimension of a unit. Raises UnitError where it is not known."""
    if not _UNIT.match(text):
        raise _unknown(text)
    spelled = re.sub(r"([A-Za-z])(-?[1-4])", r"\1**\2", text.replace("%", "percent").replace("^", "**"))  # m2: m**2
    try:
        si = _registry().Quantity(spelled).to_base_units()
    except (pint.errors.PintError, AttributeError, SyntaxError, TypeError, ValueError, ArithmeticError, RecursionError):
        raise _unknown(text) from None
    for dimension in DIMENSIONS.values():
        if si.dimensionality == _dimensionality(dimension.name):
            return float(si.magnitude), dimension.name
    raise UnitError(f"the unit '{text}'", "a unit of a kind used in studies", "See docs/study-files.md for the list.")


@functools.cache
def _dimensionality(name: str) -> object:
    return _registry().parse_expression(DIMENSIONS[name].si or "count").dimensionality


def _unknown(text: str) -> UnitError:
    near = [text[:-1]] if text[:-1] in _FAMILIAR else difflib.get_close_matches(text, _FAMILIAR, 1, 0.5)
    hint = f"Did you mean '{near[0]}'?" if near else "See docs/study-files.md for the list."
    return UnitError(f"the unknown unit '{text[:40]}'", f"a unit such as {', '.join(_FAMILIAR[:5])}", hint)


def parse(text: str) -> tuple[float, str]:
    """Value in SI and dimension name of a written quantity such as "1200 km", "5 %", "13 dB" or "0.7".

    Raises UnitError where it is not a finite number followed by a known unit.
    """
    match = _QUANTITY.match(text)
    if not match:
        raise UnitError(f"'{text[:60]}'", "a number with a unit", "Write it like 1200 km, 30 deg or 45 s.")
    number, unit = float(match[1]), match[2]
    if unit[:1] == ",":
        raise UnitError(f"'{text[:60]}'", "a number without commas", "Write 1200 km, not 1,200 km.")
    if unit in _LOGARITHMIC:
        return _finite(10.0 ** (number / 10.0) if abs(number) < 3000.0 else math.inf, text), _LOGARITHMIC[unit]
    if not unit:
        return _finite(number, text), "number"
    factor, dimension = _unit(unit)
    return _finite(number * factor, text), dimension


def _finite(value: float, text: str) -> float:
    if not math.isfinite(value):
        raise UnitError(f"'{text[:60]}'", "a finite number", "Write a number that a double can hold.")
    return value


def to_si(quantity: str | float, dimension: str) -> float:
    """SI value (angles in radians) of a written quantity of this dimension; a plain number only where none is needed.

    Raises UnitError with a mend where the unit is missing, unknown or of another dimension.
    """
    wanted = DIMENSIONS[dimension]
    text = quantity if isinstance(quantity, str) else repr(quantity)
    value, found = parse(text)
    if found == dimension:
        return value
    expected = f"{wanted.article}, for example {wanted.example}"
    if found == "number":
        unit = "km" if dimension == "length" else wanted.shown
        raise UnitError(f"'{text}' without a unit", expected, f"Write the unit: '{text} {unit}'.")
    got = f"'{text}', {DIMENSIONS[found].article}"
    raise DimensionError(got, expected, f"Write {wanted.article} here.")


def from_si(value: float, unit: str) -> float:
    """The SI `value` in `unit` (a unit of the same kind; "dB" and "dBsm" included), for showing it to people."""
    if unit in _LOGARITHMIC:
        return 10.0 * math.log10(value)
    return value / (_unit(unit)[0] if unit else 1.0)
