"""Radars: what one is, how strong one look is and how well it measures; how likely it detects is in `detection`.

A radar is described by its published or assumed reach against a reference target, or by its power-aperture product,
from which that reach follows: the signal of one look then obeys the fourth-power law.
"""

import math
from dataclasses import dataclass

from sakimori.base.constants import BOLTZMANN
from sakimori.base.errors import InputError
from sakimori.base.kernels import kernel
from sakimori.sense.circuits import Circuit
from sakimori.sense.detection import PULSES_MAX

REFERENCE_SIGNAL = 10.0**1.3  # 13 dB: a steady target at Pd 0.9, Pfa 1e-6 (Albersheim 13.1 dB)
MONOPULSE_SLOPE = 1.6  # usual textbook value of the monopulse error slope; an assumption, not a measured number
STANDARD_TEMPERATURE = 290.0  # [K] IEEE Std 686, standard noise temperature


@dataclass(frozen=True, kw_only=True)
class Radar:
    """A radar at its place, or on an aircraft that circles it.

    Errors: InputError where a field is outside the range given beside it.
    """

    name: str
    key: int  # draws.key_of(asset id)
    owner: int  # partner index
    latitude: float  # [rad] geodetic
    longitude: float  # [rad]
    altitude: float  # [m] of the antenna above the ellipsoid, >= 0
    circuit: Circuit | None = None  # flown round the place; None: it does not move
    boresight: float  # [rad] azimuth of the first face's centre, clockwise from north
    sector: float  # [rad] full width of a face in azimuth, 0 to 2 pi (all round)
    faces: int = 1  # that share its beam time, 1 to 16
    face_spacing: float = 0.0  # [rad] in azimuth from face to face, clockwise; 0: even round the horizon
    face_tilt: float = 0.0  # [rad] elevation of a face's normal, -pi/2 to pi/2
    scan_exponent: float = 0.0  # two-way loss off a face's normal: its cosine to this power, 0 (none) to 10
    wavelength: float = 0.0  # [m] sets the loss in the air, 5.5 mm to 1 m; 0: no such loss
    elevation_min: float  # [rad] apparent elevation; below the sea's horizon, that horizon serves
    elevation_max: float  # [rad] apparent elevation, to pi/2
    reference_range: float = 0.0  # [m] where a pulse at the reference target gives the reference signal; or
    power_aperture: float = 0.0  # [W m2] mean power by the antenna's effective area: one of the two is given
    noise_temperature: float = STANDARD_TEMPERATURE  # [K] of the system, with `power_aperture`
    loss: float = 1.0  # power ratio >= 1 of all losses but those in the air and off boresight, with `power_aperture`
    reference_cross_section: float = 1.0  # [m2]
    reference_signal: float = REFERENCE_SIGNAL  # power ratio of one pulse
    maximum_range: float  # [m] instrumented slant range
    range_sigma: float  # [m] floor of the noise of one range measurement
    range_resolution: float = 0.0  # [m] sets that noise where the signal is weak; 0: it is the floor
    range_rate_sigma: float = 0.0  # [m/s] floor of the noise of one range-rate measurement; 0: it is not measured
    range_rate_resolution: float = 0.0  # [m/s] sets that noise where the signal is weak; 0: it is the floor
    angle_sigma: float  # [rad] floor of the noise of one angle measurement, per axis
    beam_width: float  # [rad] half-power width
    false_alarm: float = 1e-6  # probability of a false alarm per look, 1e-15 to 0.1
    swerling: int = 1  # 0 steady, 1 or 3 fluctuating from look to look, 2 or 4 from pulse to pulse (Swerling 1960)
    pulses: int = 1  # summed after detection in one look, 1 to 256
    range_bias: float = 0.0  # [m] 1 sigma of an error that stays through a future
    angle_bias: float = 0.0  # [rad] 1 sigma per axis of an error of its axes that stays through a future
    refraction_residual: float = 0.0  # 1 sigma of the share of the air's bending left in the elevation, 0 to 1
    fence_low: float  # [rad] lowest apparent elevation searched unasked
    fence_high: float  # [rad] highest apparent elevation searched unasked
    fence_interval: float  # [s] between two looks of the fence at one direction
    fence_load: float  # share of the beam time that the fence takes, 0 to 1
    dwell: float  # [s] beam time of one look
    track_interval: float  # [s] between two looks at a tracked threat
    search_beams_max: float  # most beams that a cued search may take
    false_track_rate: float = 0.0  # [1/s] new tracks of nothing; each is looked at like any other until it is dropped
    availability: float = 1.0  # probability that the asset is up, 0 to 1

    def __post_init__(self) -> None:
        quarter = math.pi / 2 + 1e-12
        for field, low, high in (
            ("latitude", -quarter, quarter),
            ("altitude", 0.0, 2e4),
            ("sector", 0.0, 2 * math.pi + 1e-12),
            ("faces", 1, 16),
            ("face_spacing", 0.0, 2 * math.pi + 1e-12),
            ("face_tilt", -quarter, quarter),
            ("scan_exponent", 0.0, 10.0),
            ("wavelength", 0.0, 1.0),
            ("range_bias", 0.0, 1e6),
            ("angle_bias", 0.0, 0.1),
            ("refraction_residual", 0.0, 1.0),
            ("elevation_min", -quarter, self.elevation_max),
            ("elevation_max", -quarter, quarter),
            ("fence_low", -quarter, self.fence_high),
            ("fence_high", -quarter, quarter),
            ("reference_range", 0.0, 1e9),
            ("power_aperture", 0.0, 1e15),
            ("noise_temperature", 1.0, 1e6),
            ("loss", 1.0, 1e9),
            ("reference_cross_section", 1e-12, 1e12),
            ("reference_signal", 1e-12, 1e12),
            ("maximum_range", 0.0, math.inf),
            ("range_sigma", 1e-6, 1e9),
            ("range_resolution", 0.0, 1e6),
            ("range_rate_sigma", 0.0, 1e5),
            ("range_rate_resolution", 0.0, 1e5),
            ("angle_sigma", 1e-12, math.pi),
            ("beam_width", 1e-9, 2 * math.pi),
            ("false_alarm", 1e-15, 0.1),
            ("fence_interval", 1e-9, math.inf),
            ("fence_load", 0.0, 1.0),
            ("dwell", 1e-12, math.inf),
            ("track_interval", 1e-9, math.inf),
            ("search_beams_max", 0.0, math.inf),
            ("false_track_rate", 0.0, 1e6),
            ("swerling", 0, 4),
            ("pulses", 1, PULSES_MAX),
            ("availability", 0.0, 1.0),
        ):
            require_within(f"radar {self.name}", field, getattr(self, field), low, high)
        if (self.reference_range > 0.0) == (self.power_aperture > 0.0):
            got = f"reference_range {self.reference_range!r} and power_aperture {self.power_aperture!r}"
            raise InputError(f"radar {self.name}", got, "one of the two above 0", "Give one of them.")

    @property
    def face_azimuths(self) -> tuple[float, ...]:
        """Azimuth [rad] of each face's centre."""
        spacing = self.face_spacing or 2 * math.pi / self.faces
        return tuple(self.boresight + i * spacing for i in range(self.faces))

    @property
    def reach(self) -> float:
        """Slant range [m] at which one pulse at the reference target gives the reference signal."""
        if self.reference_range > 0.0:
            return self.reference_range
        return search_range(
            self.power_aperture,
            self.beam_width**2,
            self.dwell / self.pulses,
            self.reference_cross_section,
            self.reference_signal,
            self.noise_temperature,
            self.loss,
        )


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
    """Mean signal-to-noise power ratio of one pulse at `distance` [m] > 0: the radar equation's fourth-power law.

    `cross_section` [m2] >= 0; the three references as in `Radar`. Losses in the air and off boresight are in `losses`.
    """
    ratio = (reference_range / distance) * (reference_range / distance)
    return reference_signal * (cross_section / reference_cross_section) * ratio * ratio


@kernel
def angle_sigma(signal: float, beam_width: float, floor: float) -> float:
    """Noise [rad] of one monopulse angle measurement per axis: max(floor, beam width / (1.6 sqrt(2 signal))).

    `signal` > 0 power ratio of the look (all pulses), `beam_width` and `floor` [rad]. The slope 1.6 is the usual
    textbook value.
    """
    return max(floor, beam_width / (MONOPULSE_SLOPE * math.sqrt(2.0 * signal)))


@kernel
def range_weight(signal: float, resolution: float, floor_weight: float) -> float:
    """Inverse variance [1/m2] of one range measurement of standard deviation max(floor, resolution / sqrt(2 signal)).

    `signal` > 0 power ratio of the look (all pulses), `resolution` [m] (0: the floor alone), `floor_weight` [1/m2] the
    inverse square of the floor. In [m/s] it serves range rates too. G. R. Curry, Radar System Performance Modeling
    (2005), ch. 8.
    """
    return min(floor_weight, 2.0 * signal / (resolution * resolution))


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


def search_range(
    power_aperture: float,
    solid_angle: float,
    search_time: float,
    cross_section: float,
    signal: float,
    temperature: float = STANDARD_TEMPERATURE,
    loss: float = 1.0,
) -> float:
    """Slant range [m] at which a search of `solid_angle` [sr] in `search_time` [s] gives `signal` at every direction.

    `power_aperture` [W m2] mean power by effective area, `cross_section` [m2], `signal` power ratio, `temperature` [K]
    of the system's noise, `loss` >= 1. All > 0. Skolnik, Introduction to Radar Systems (2001), ch. 2: surveillance
    radar equation. One beam of `solid_angle` in one dwell is the same: its gain is 4 pi over its solid angle.
    """
    numerator = power_aperture * cross_section * search_time
    return (numerator / (4 * math.pi * BOLTZMANN * temperature * loss * signal * solid_angle)) ** 0.25
