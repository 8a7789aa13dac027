"""Singer's model of motion: an acceleration that no tracker can foresee, correlated over a time.

R. A. Singer, IEEE Trans. AES-6 (1970) 473: per axis the acceleration is a first-order Markov process of standard
deviation s and correlation time T. The state per axis is (position, velocity, acceleration); axes are independent.
"""

import math

from sakimori.base.kernels import kernel

CORRELATION_TIME = 20.0  # [s] Singer 1970: about 20 s for an evasive turn, 60 s for a lazy one
_TERMS = 20  # of the power series below x = 1: the next is under 1e-15 of the sum


@kernel
def _remainder(a: float, b: float, c: float, start: int, x: float) -> float:
    """a e^-2x - b x e^-x + c e^-x without the terms of its power series below x^start (they cancel in Singer's Q)."""
    total = 0.0 if x < 1.0 else -a * math.exp(-2.0 * x) + (b * x - c) * math.exp(-x)
    power, double = 1.0, 1.0  # (-x)^m / m!, 2^m
    for m in range(start + _TERMS if x < 1.0 else start):
        if m >= start or x >= 1.0:
            total += (a * double + b * m + c) * power
        power *= -x / (m + 1)
        double *= 2.0
    return total if x < 1.0 else -total


@kernel
def transition(gap: float, correlation_time: float) -> tuple[float, float, float, float]:
    """What `gap` [s] >= 0 makes of (p, v, a): p + f1 v + f2 a, v + f3 a, f4 a; returns (f1, f2, f3, f4). Singer (1970).

    `correlation_time` [s] > 0.
    """
    x = gap / correlation_time
    position = correlation_time * correlation_time * _remainder(0.0, 0.0, 1.0, 2, x)
    return gap, position, -correlation_time * math.expm1(-x), math.exp(-x)


@kernel
def unit_noise(gap: float, correlation_time: float) -> tuple[float, float, float, float, float, float]:
    """Covariance (pp, pv, pa, vv, va, aa) per axis that acceleration of unit variance adds over `gap` [s] >= 0.

    The caller multiplies by the variance [m2/s4]. Exact (Singer 1970), also for gaps far below `correlation_time` > 0.
    """
    t, x = correlation_time, gap / correlation_time
    pp = t**4 * _remainder(-1.0, 4.0, 0.0, 5, x)
    pv = t**3 * _remainder(1.0, -2.0, -2.0, 4, x)
    pa = t**2 * _remainder(-1.0, 2.0, 0.0, 3, x)
    vv = t**2 * _remainder(-1.0, 0.0, 4.0, 3, x)
    va = t * math.expm1(-x) ** 2
    return pp, pv, pa, vv, va, -math.expm1(-2.0 * x)
