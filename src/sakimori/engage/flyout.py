"""How long an interceptor takes to a point, from burnout speed and burn time: a straight burn and a coast, no guidance.

The burn is even: speed grows linearly to burnout over the burn time, straight toward the point. Above the air the coast
is a parabola under constant gravity (of the height half-way), aimed so that it meets the point. In the air the speed
decays with the way, v = v_b exp(-s / L): drag in proportion to the square of the speed at a mean density, with
L = 2 m / (rho CD S). Ranges: burnout speeds of 0.3 to 5 km/s, distances to 1,500 km (the parabola's Earth is flat).
"""

import math

from sakimori.base.constants import WGS84_MU, WGS84_RADIUS
from sakimori.base.kernels import inlined


@inlined
def burn_way(burnout_speed: float, burn_time: float) -> float:
    """Way [m] of the burn."""
    return 0.5 * burnout_speed * burn_time


@inlined
def burn_passed(distance: float, burnout_speed: float, burn_time: float) -> float:
    """Time [s] to a distance [m] within the burn."""
    return math.sqrt(2.0 * distance * burn_time / burnout_speed)


@inlined
def time_above_the_air(distance: float, rise: float, burnout_speed: float, burn_time: float) -> float:
    """Time [s] to a point at a slant distance [m] that lies `rise` [m] above the site's horizontal; inf out of reach.

    After the burn |r|^2 + g t^2 y + g^2 t^4 / 4 = v^2 t^2, of which the smaller root is the direct flight.
    """
    way = burn_way(burnout_speed, burn_time)
    if distance <= way:
        return burn_passed(distance, burnout_speed, burn_time)
    left = distance - way
    up = rise * left / distance
    middle = WGS84_RADIUS + max(0.5 * rise, 0.0)
    gravity = WGS84_MU / (middle * middle)
    energy = burnout_speed * burnout_speed - gravity * up
    inside = energy * energy - (gravity * left) ** 2
    if energy <= 0.0 or inside < 0.0:
        return math.inf
    return burn_time + math.sqrt(2.0 * left * left / (energy + math.sqrt(inside)))


@inlined
def time_in_the_air(distance: float, burnout_speed: float, burn_time: float, drag_length: float) -> float:
    """Time [s] to a slant distance [m]: after the burn (L / v) (exp(s / L) - 1)."""
    way = burn_way(burnout_speed, burn_time)
    if distance <= way:
        return burn_passed(distance, burnout_speed, burn_time)
    return burn_time + drag_length / burnout_speed * math.expm1((distance - way) / drag_length)
