"""What a flight file asks about heat and light, and the columns that answer it."""

import math
from dataclasses import dataclass

import numpy as np

from sakimori.base.types import Floats
from sakimori.earth.atmosphere import temperature
from sakimori.flight.heating import SPECIFIC_HEAT, laminar_wall, stagnation_flux, turbulent_wall, wall_temperature
from sakimori.flight.motion import Environment, air_density
from sakimori.flight.signature import Wedge, from_ahead, glow
from sakimori.study import vehicle_keys as keys
from sakimori.study.vehicle_keys import value


@dataclass(frozen=True)
class Heat:
    """What a flight file asks about heat, in SI."""

    nose_radius: float  # [m]
    emissivity: float
    wall: tuple[float, float] | None  # angle of a plate against the flow [rad], distance along it [m]
    wedge: Wedge | None


def heat_columns(
    heat: Heat | None, altitudes: Floats, pressures: Floats, environment: Environment
) -> dict[str, Floats]:
    """Columns of heat at altitudes (K,) [m] and dynamic pressures (K,) [Pa], which give the speed through the air."""
    if heat is None:
        return {}
    rows: list[dict[str, float]] = []
    emissivity = heat.emissivity
    for altitude, pressure in zip(altitudes.tolist(), pressures.tolist(), strict=True):
        rho, air = air_density(altitude, environment), temperature(altitude)
        speed = math.sqrt(2.0 * pressure / rho) if rho > 0.0 else 0.0
        flux = stagnation_flux(rho, speed, heat.nose_radius)
        nose = wall_temperature(flux, speed, air, emissivity, SPECIFIC_HEAT)
        row = {"stagnation_flux_W_m2": flux, "nose_temperature_K": nose}
        if heat.wall is not None:
            row["wall_laminar_K"] = laminar_wall(rho, speed, *heat.wall, air, emissivity)
            row["wall_turbulent_K"] = turbulent_wall(rho, speed, *heat.wall, air, emissivity)
        if heat.wedge is not None:
            for layer, turbulent in (("laminar", False), ("turbulent", True)):
                seen = glow(heat.wedge, rho, speed, air, turbulent)
                row[f"intensity_above_{layer}_W_sr"], row[f"intensity_side_{layer}_W_sr"] = seen.above, seen.side
                ahead = from_ahead(seen, heat.wedge.front_angle, heat.wedge.side_angle)
                row[f"intensity_ahead_{layer}_W_sr"] = ahead
        rows.append(row)
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def heat_of(of: keys.Heat | None) -> Heat | None:
    """What the file says, in SI."""
    if of is None:
        return None
    radius, emissivity, wall, wedge = value(of.nose_radius), value(of.emissivity), None, None
    if of.wall_angle is not None:
        wall = value(of.wall_angle), value(of.wall_distance)
    if of.wedge is not None:
        sizes = (of.wedge.front_length, of.wedge.length, of.wedge.width)
        angles = (of.wedge.front_angle, of.wedge.rear_angle, of.wedge.side_angle)
        wedge = Wedge(radius, *(value(amount) for amount in (*sizes, *angles)), emissivity=emissivity)
    return Heat(radius, emissivity, wall, wedge)
