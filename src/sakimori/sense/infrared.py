"""Infrared sensors in orbit: what one is, how bright a threat is from there, how likely one look detects it."""

import math
from dataclasses import dataclass

from sakimori.base.kernels import kernel
from sakimori.earth.sightlines import Triple
from sakimori.sense.orbits import AnyOrbit
from sakimori.sense.radar import require_within


@dataclass(frozen=True, kw_only=True)
class Infrared:
    """An infrared sensor on its orbit; it measures angles only, unasked: all it can detect is in its fence.

    It stares or scans, so that it looks at everything once per revisit, or (`step_time`) steps from threat to threat.

    Errors: InputError where a field is outside the range given beside it.
    """

    name: str
    key: int  # draws.key_of(asset id)
    owner: int  # partner index
    orbit: AnyOrbit
    noise_equivalent_irradiance: float  # [W/m2] at the aperture, against cold space, > 0
    threshold: float  # signal-to-noise ratio at which half of the looks detect, > 0
    angle_sigma: float  # [rad] noise of one line of sight, per axis
    revisit: float  # [s] between two looks at one direction
    tangent_altitude: float  # [m] a line of sight that passes lower meets bright air or the Earth, 0 to 200 km
    lowest_altitude: float = 0.0  # [m] below it cloud and moist air hide a threat, 0 to 200 km
    looks_down: bool = False  # may see a threat against the Earth or bright air
    clutter_factor: float = 1.0  # factor on the noise where that is the background, >= 1
    limb_altitude: float = 0.0  # [m] a line of sight that passes lower, but over the tangent altitude, meets the limb
    limb_factor: float = 1.0  # factor on the noise where that is the background, >= 1
    off_nadir_min: float = 0.0  # [rad] field of regard, as an angle from straight down, 0 to pi
    off_nadir_max: float = math.pi  # [rad] from `off_nadir_min` to pi
    step_time: float = 0.0  # [s] to point at one threat and look; 0: all are seen at once
    boresight_sigma: float = 0.0  # [rad] 1 sigma per axis of the drift of its pointing
    boresight_time: float = 300.0  # [s] in which that drift forgets itself (to 1/e)
    dark_in_eclipse: bool = False  # the payload is off in the Earth's shadow
    availability: float = 1.0  # probability that the asset is up, 0 to 1

    def __post_init__(self) -> None:
        for field, low, high in (
            ("noise_equivalent_irradiance", 1e-30, 1e6),
            ("threshold", 1e-6, 1e6),
            ("angle_sigma", 1e-12, math.pi),
            ("revisit", 1e-6, math.inf),
            ("tangent_altitude", 0.0, 2e5),
            ("lowest_altitude", 0.0, 2e5),
            ("clutter_factor", 1.0, 1e9),
            ("limb_altitude", 0.0, 1e6),
            ("limb_factor", 1.0, 1e9),
            ("off_nadir_min", 0.0, self.off_nadir_max),
            ("off_nadir_max", 0.0, math.pi + 1e-9),
            ("step_time", 0.0, 1e4),
            ("boresight_sigma", 0.0, 0.1),
            ("boresight_time", 1e-3, 1e9),
            ("availability", 0.0, 1.0),
        ):
            require_within(f"infrared {self.name}", field, getattr(self, field), low, high)


@kernel
def plume_share(velocity: Triple, direction: Triple, aspect: float) -> float:
    """Intensity of a plume over that from the side, toward a `direction` of length 1; `velocity` in the same axes.

    An ellipsoid of revolution along the flight, seen by its area: sqrt(sin^2 + aspect^2 cos^2) of the angle between,
    from `aspect` (0 to 1) end on to 1 from the side; 1 for a threat at rest.
    """
    square = velocity[0] ** 2 + velocity[1] ** 2 + velocity[2] ** 2
    along = velocity[0] * direction[0] + velocity[1] * direction[1] + velocity[2] * direction[2]
    if square == 0.0:
        return 1.0
    return math.sqrt(max(1.0 - (1.0 - aspect * aspect) * along * along / square, 0.0))


@kernel
def signal(distance: float, intensity: float, noise_equivalent_irradiance: float, noise_factor: float) -> float:
    """Signal-to-noise ratio (of irradiances) of one look: intensity / distance^2 over the noise.

    `distance` [m] > 0, `intensity` [W/sr] >= 0 in the band, `noise_equivalent_irradiance` [W/m2] > 0, `noise_factor`
    >= 1 (1 against cold space). A point source through clear air: no transmission loss, no solar reflection.
    """
    return intensity / (distance * distance) / (noise_equivalent_irradiance * noise_factor)


@kernel
def detection_probability(signal: float, threshold: float) -> float:
    """Probability that one look detects: the normal distribution at `signal - threshold` (unit noise)."""
    return 0.5 * math.erfc((threshold - signal) / math.sqrt(2.0))
