"""Radars: what one is, how strong one look is, how likely it detects and how well it measures.

A radar is described by its published or assumed reach against a reference target, not by its parts: the signal of
one look follows from the fourth-power law. `radar_range` gives that reach where the parts are known.
"""

import math
from dataclasses import dataclass

from sakimori.base.constants import BOLTZMANN
from sakimori.base.errors import InputError
from sakimori.base.kernels import kernel

REFERENCE_SIGNAL = 10.0**1.3  # 13 dB: a steady target at Pd 0.9, Pfa 1e-6 (Albersheim 13.1 dB)
MONOPULSE_SLOPE = 1.6  # usual textbook value of the monopulse error slope; an assumption, not a measured number
STANDARD_TEMPERATURE = 290.0  # [K] IEEE Std 686, standard noise temperature


@dataclass(frozen=True, kw_only=True)
class Radar:
    """A ground or ship radar at its place. Errors: InputError where a field is outside the range given beside it."""

    name: str
    key: int  # draws.key_of(asset id)
    owner: int  # partner index
    latitude: float  # [rad] geodetic
    longitude: float  # [rad]
    altitude: float  # [m] of the antenna above the ellipsoid, >= 0
    boresight: float  # [rad] azimuth of the sector's centre, clockwise from north
    sector: float  # [rad] full width in azimuth, 0 to 2 pi (all round)
    elevation_min: float  # [rad] apparent elevation; below the sea's horizon, that horizon serves
    elevation_max: float  # [rad] apparent elevation, to pi/2
    reference_range: float  # [m] where one look at the reference target gives the reference signal
    reference_cross_section: float = 1.0  # [m2]
    reference_signal: float = REFERENCE_SIGNAL  # power ratio
    maximum_range: float  # [m] instrumented slant range
    range_sigma: float  # [m] noise of one range measurement
    angle_sigma: float  # [rad] floor of the noise of one angle measurement, per axis
    beam_width: float  # [rad] half-power width
    false_alarm: float = 1e-6  # probability of a false alarm per look, 1e-15 to 0.1
    swerling: int = 1  # 0 steady, 1 or 3 fluctuating from look to look (Swerling 1960)
    fence_low: float  # [rad] lowest apparent elevation searched unasked
    fence_high: float  # [rad] highest apparent elevation searched unasked
    fence_interval: float  # [s] between two looks of the fence at one direction
    fence_load: float  # share of the beam time that the fence takes, 0 to 1
    dwell: float  # [s] beam time of one look
    track_interval: float  # [s] between two looks at a tracked threat
    search_beams_max: float  # most beams that a cued search may take
    availability: float = 1.0  # probability that the asset is up, 0 to 1

    def __post_init__(self) -> None:
        quarter = math.pi / 2 + 1e-12
        for field, low, high in (
            ("latitude", -quarter, quarter),
            ("altitude", 0.0, 2e4),
            ("sector", 0.0, 2 * math.pi + 1e-12),
            ("elevation_min", -quarter, self.elevation_max),
            ("elevation_max", -quarter, quarter),
            ("fence_low", -quarter, self.fence_high),
            ("fence_high", -quarter, quarter),
            ("reference_range", 1.0, 1e9),
            ("reference_cross_section", 1e-12, 1e12),
            ("reference_signal", 1e-12, 1e12),
            ("maximum_range", 0.0, math.inf),
            ("range_sigma", 1e-6, 1e9),
            ("angle_sigma", 1e-12, math.pi),
            ("beam_width", 1e-9, 2 * math.pi),
            ("false_alarm", 1e-15, 0.1),
            ("fence_interval", 1e-9, math.inf),
            ("fence_load", 0.0, 1.0),
            ("dwell", 1e-12, math.inf),
            ("track_interval", 1e-9, math.inf),
            ("search_beams_max", 0.0, math.inf),
            ("availability", 0.0, 1.0),
        ):
            require_within(f"radar {self.name}", field, getattr(self, field), low, high)
        if self.swerling not in (0, 1, 3):
            raise InputError(f"radar {self.name}", f"swerling {self.swerling}", "0, 1 or 3", "Choose one of the three.")


def require_within(place: str, field: str, value: float, low: float, high: float) -> None:
    """Raise InputError unless `low <= value <= high` (NaN fails)."""
    if not low <= value <= high:
        raise InputError(place, f"{field} {value!r}", f"{low:.6g} to {high:.6g} (SI, radians)", f"Change {field}.")


@kernel
def signal(
    distance: float,
    cross_section: float,
    reference_range: float,
    reference_cross_section: float,
    reference_signal: float,
) -> float:
    """Mean signal-to-noise power ratio of one look at `distance` [m] > 0: the radar equation's fourth-power law.

    `cross_section` [m2] >= 0; the three references as in `Radar`. No loss off boresight, no weather, no clutter.
    """
    ratio = (reference_range / distance) * (reference_range / distance)
    return reference_signal * (cross_section / reference_cross_section) * ratio * ratio


@kernel
def _steady_probability(mean: float, threshold: float) -> float:
    # Marcum's Q1(sqrt(2 S), sqrt(2 T)) as a Poisson mixture of Erlang tails; all terms positive, so no cancellation.
    gap = math.sqrt(2.0 * mean) - math.sqrt(2.0 * threshold)
    if gap > 9.0:  # 1 - Pd < 1e-18
        return 1.0
    weight, term = math.exp(-mean), math.exp(-threshold)
    tail, total, k = term, 0.0, 0
    while k < 4000:
        part = weight * tail
        total += part
        if k > mean and weight < 1e-17:
            break
        k += 1
        weight *= mean / k
        term *= threshold / k
        tail += term
    return min(total, 1.0)


@kernel
def detection_probability(signal: float, false_alarm: float, swerling: int) -> float:
    """Probability that one look detects a target of mean power ratio `signal` >= 0.

    `false_alarm` 1e-15 to 0.1; `swerling` 0 (Marcum 1947, exact), 1 or 3 (Swerling 1960, one pulse, closed forms). Any
    other `swerling` gives NaN.
    """
    threshold = -math.log(false_alarm)
    if swerling == 1:
        return math.exp(-threshold / (1.0 + signal))
    if swerling == 3:
        wide = 2.0 + signal
        return (1.0 + 2.0 * threshold * signal / (wide * wide)) * math.exp(-2.0 * threshold / wide)
    if swerling == 0:
        return _steady_probability(signal, threshold)
    return math.nan


@kernel
def required_signal(probability: float, false_alarm: float, swerling: int) -> float:
    """The mean power ratio at which `detection_probability` equals `probability` < 1 (bisection to 1e-12 relative).

    0 where `probability` <= `false_alarm`: noise alone does as well.
    """
    if probability <= false_alarm:
        return 0.0
    low, high = 1e-9, 1e9
    for _ in range(100):
        middle = math.sqrt(low * high)
        if detection_probability(middle, false_alarm, swerling) < probability:
            low = middle
        else:
            high = middle
    return high


@kernel
def angle_sigma(signal: float, beam_width: float, floor: float) -> float:
    """Noise [rad] of one monopulse angle measurement per axis: max(floor, beam width / (1.6 sqrt(2 signal))).

    `signal` > 0 power ratio, `beam_width` and `floor` [rad]. The slope 1.6 is the usual textbook value.
    """
    return max(floor, beam_width / (MONOPULSE_SLOPE * math.sqrt(2.0 * signal)))


def albersheim(probability: float, false_alarm: float, looks: int = 1) -> float:
    """Albersheim's estimate [power ratio per look] of the signal needed against a steady target.

    Valid for `probability` 0.1 to 0.9, `false_alarm` 1e-7 to 1e-3 within 0.2 dB, `looks` 1 to 8096, summed after
    detection. W. J. Albersheim, Proc. IEEE 69 (1981) 839.
    """
    a = math.log(0.62 / false_alarm)
    b = math.log(probability / (1.0 - probability))
    decibels = -5 * math.log10(looks) + (6.2 + 4.54 / math.sqrt(looks + 0.44)) * math.log10(a + 0.12 * a * b + 1.7 * b)
    return 10.0 ** (decibels / 10.0)


def swerling1_required_signal(probability: float, false_alarm: float) -> float:
    """Mean power ratio that a Swerling 1 target needs: ln Pfa / ln Pd - 1 (Swerling 1960). Both strictly in 0 to 1."""
    return math.log(false_alarm) / math.log(probability) - 1.0


def radar_range(
    power: float,
    gain: float,
    wavelength: float,
    cross_section: float,
    duration: float,
    signal: float,
    temperature: float = STANDARD_TEMPERATURE,
    loss: float = 1.0,
) -> float:
    """Slant range [m] at which one pulse gives `signal`: the radar equation for one antenna and a matched receiver.

    `power` [W] peak, `gain` power ratio, `wavelength` [m], `cross_section` [m2], `duration` [s] of the pulse (or the
    coherent dwell with average power), `signal` power ratio, `temperature` [K] of the noise, `loss` >= 1. All > 0.
    Skolnik, Introduction to Radar Systems (2001), ch. 2.
    """
    numerator = power * duration * gain**2 * wavelength**2 * cross_section
    return (numerator / ((4 * math.pi) ** 3 * BOLTZMANN * temperature * loss * signal)) ** 0.25
