"""Numbers as people read them: per cent, kilometres, minutes, millions, with a true minus sign and plain rounding."""

import math

from sakimori.assess.comparison import Difference
from sakimori.assess.metrics import Metric

_MINUS, _THIN, _SPACE = "\u2212", "\u202f", "\u00a0"  # minus, between thousands, before a unit
_FAMILIAR = (
    ("m", 1e4, 1e3, "km"),
    ("rad", math.radians(0.1), math.radians(1.0), "deg"),
    ("rad", 0.0, 1e-3, "mrad"),
    ("USD", 1e9, 1e9, "GUSD"),
    ("USD", 1e6, 1e6, "MUSD"),
    ("JPY", 1e9, 1e9, "GJPY"),
    ("JPY", 1e6, 1e6, "MJPY"),
    ("W/sr", 1e3, 1e3, "kW/sr"),
)
"""SI unit, least size, factor and the unit shown from that size on."""
_MONEY = ((1e9, "GUSD"), (1e6, "MUSD"), (1e3, "kUSD"), (1.0, "USD"))


def plain(value: float, decimals: int, signed: bool = False) -> str:
    """`value` with this many decimals; "none" where it is not a number."""
    if math.isnan(value):
        return "none"
    if math.isinf(value):
        return "+∞" if value > 0 else f"{_MINUS}∞"
    text = f"{abs(value):,.{decimals}f}".replace(",", _THIN)
    zero = not any(digit in text for digit in "123456789")
    sign = "" if zero else _MINUS if value < 0 else "+" if signed else ""
    return sign + text


def scale_of(metric: Metric, size: float) -> tuple[float, str, int]:
    """Divisor, unit and decimals in which values of about this size are shown."""
    if metric.share:
        return 0.01, "%", 1
    if metric.unit == "USD":
        divisor, unit = next(((d, u) for d, u in _MONEY if abs(size) >= d), _MONEY[-1])
        return divisor, unit, 2 if abs(size) / divisor < 10.0 else 1
    if metric.unit == "m" and abs(size) >= 1e4:
        return 1e3, "km", 1
    if metric.unit == "1":
        return 1.0, "", 2
    return 1.0, metric.unit, 0 if abs(size) >= 10.0 else 1


def amount(metric: Metric, value: float, size: float | None = None, unit: bool = True) -> str:
    """A value of a metric with its unit, such as "42.3 %" or "182 s"."""
    divisor, name, decimals = scale_of(metric, value if size is None else size)
    return plain(value / divisor, decimals) + (f"{_SPACE}{name}" if unit and name and not math.isnan(value) else "")


def change(metric: Metric, value: float, size: float | None = None) -> str:
    """A difference with sign and unit; a difference of per cents is in points."""
    divisor, name, decimals = scale_of(metric, value if size is None else size)
    name = "points" if name == "%" else name
    return plain(value / divisor, decimals, signed=True) + (f"{_SPACE}{name}" if name and not math.isnan(value) else "")


def interval(metric: Metric, difference: Difference) -> str:
    """The 95 % interval of a difference, such as "+8.0 to +16.2"."""
    size = max((abs(v) for v in (difference.mean, difference.low, difference.high) if math.isfinite(v)), default=0.0)
    divisor, _, decimals = scale_of(metric, size)
    low, high = (plain(v / divisor, decimals, signed=True) for v in (difference.low, difference.high))
    return f"{low} to {high}"


def share(value: float) -> str:
    """A share as whole per cent; never "0 %" for something that happened, never "100 %" for something that did not."""
    if math.isnan(value):
        return "none"
    if 0.0 < value < 0.005:
        return f"<1{_SPACE}%"
    if 0.995 <= value < 1.0:
        return f">99{_SPACE}%"
    return f"{100.0 * value:.0f}{_SPACE}%"


def many(count: int, noun: str) -> str:
    """A count with its noun, such as "1 future", "3 futures" or "2 trajectories"."""
    plural = f"{noun[:-1]}ies" if noun.endswith("ry") else f"{noun}s"
    return f"{count} {noun if count == 1 else plural}"


def seconds(value: float) -> str:
    """A time as whole seconds."""
    return plain(value, 0) + ("" if math.isnan(value) else f"{_SPACE}s")


def short(value: float, unit: str = "") -> str:
    """Any number in about three digits, with its unit; of SI lengths, angles and money in units that people use."""
    if math.isnan(value):
        return ""
    factor, unit = next(((f, u) for si, least, f, u in _FAMILIAR if si == unit and abs(value) >= least), (1.0, unit))
    value = value / factor
    size = abs(value)
    text = f"{value:.2e}" if size >= 1e7 or 0.0 < size < 1e-3 else f"{value:,.0f}" if size >= 1e3 else f"{value:.3g}"
    text = text.replace(",", _THIN)
    return text.replace("-", _MINUS) + (f"{_SPACE}{unit}" if unit else "")
