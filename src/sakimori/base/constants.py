"""Physical constants, each with its source. No other module types one of these numbers."""

from typing import Final

WGS84_MU: Final = 3.986004418e14  # [m3/s2] NGA.STND.0036 (WGS 84), table 3.1
WGS84_RADIUS: Final = 6378137.0  # [m] equatorial radius, NGA.STND.0036, table 3.1
WGS84_FLATTENING: Final = 1.0 / 298.257223563  # NGA.STND.0036, table 3.1
WGS84_ROTATION: Final = 7.292115e-5  # [rad/s] NGA.STND.0036, table 3.1
WGS84_J2: Final = 1.08262982e-3  # NASA/TM-2015-218675 (unnormalised, from WGS 84 C20)
MEAN_RADIUS: Final = 6371008.8  # [m] IUGG mean radius, Moritz 2000

STANDARD_GRAVITY: Final = 9.80665  # [m/s2] CGPM 1901
BOLTZMANN: Final = 1.380649e-23  # [J/K] SI 2019, exact
STEFAN_BOLTZMANN: Final = 5.670374419e-8  # [W/(m2 K4)] SI 2019, from exact constants, to ten digits
SECOND_RADIATION: Final = 1.438776877e-2  # [m K] h c/k of Planck's law, SI 2019, from exact constants, to ten digits
LIGHT_SPEED: Final = 299792458.0  # [m/s] SI, exact

FOOT: Final = 0.3048  # [m] exact, international foot of 1959
POUND: Final = 0.45359237  # [kg] exact, international pound of 1959
SLUG: Final = POUND * STANDARD_GRAVITY / FOOT  # [kg] 1 lbf s2/ft
