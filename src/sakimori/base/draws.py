"""Keyed random draws: Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011, doi 10.1145/2063384.2063405).

A draw is a pure function of (seed, stream, future, a, b, c): adding an asset never shifts another's draws, and two
options that ask for the same draw get the same number (common random numbers). Tested on the published vectors.
"""

import math
from enum import IntEnum

import numpy as np

from sakimori.base.kernels import kernel

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW, _SHIFT = np.uint64(0xFFFFFFFF), np.uint64(32)


class Stream(IntEnum):
    """What a draw is for; draws of different streams are independent."""

    FACTOR = 1  # (factor key, 0, 0)
    AVAILABILITY = 2  # (asset key, 0, 0): common causes, once per future
    DETECTION = 3  # (threat, sensor key, sample)
    SHOT = 4  # (threat, layer key, 4096 * replication + shot)
    COORDINATION = 5  # (threat, layer key, replication)
    BOOTSTRAP = 6  # (sample, 0, 0)
    BIAS = 7  # (sensor key, component, 2 * sample and the next): standing and drifting errors of a sensor
    ASSESSMENT = 8  # (threat, layer key, 4096 * replication + look): errors of the assessment of a kill
    DESIGNATION = 9  # (threat, layer key, 4096 * replication + look): which of several objects is shot at
    LOSS = 10  # (threat, layer key, replication): whether a leaker destroys a layer
    MEASUREMENT = 11  # (threat, sensor key, 2 * millisecond + half): noise of a look
    FALSE_SHOT = 12  # (layer key, number of the false track, replication)


@kernel
def philox4x32(
    c0: int, c1: int, c2: int, c3: int, k0: int, k1: int
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Ten rounds of Philox4x32 on counter (c0..c3) and key (k0, k1), all 32-bit words; four 32-bit words back."""
    x0, x1 = np.uint64(c0) & _LOW, np.uint64(c1) & _LOW
    x2, x3 = np.uint64(c2) & _LOW, np.uint64(c3) & _LOW
    y0, y1 = np.uint64(k0) & _LOW, np.uint64(k1) & _LOW
    for _ in range(10):
        p0, p1 = _M0 * x0, _M1 * x2
        x0, x1, x2, x3 = (p1 >> _SHIFT) ^ x1 ^ y0, p1 & _LOW, (p0 >> _SHIFT) ^ x3 ^ y1, p0 & _LOW
        y0, y1 = (y0 + _W0) & _LOW, (y1 + _W1) & _LOW
    return x0, x1, x2, x3


@kernel
def uniform(seed: int, stream: int, future: int, a: int, b: int, c: int) -> float:
    """The uniform draw on (0, 1) of this key: 52 bits, never 0 or 1. Integers are taken modulo 2^32."""
    x0, x1, _, _ = philox4x32(future, a, b, c, seed, stream)
    bits = (x0 << np.uint64(20)) ^ (x1 >> np.uint64(12))
    return (np.float64(bits) + 0.5) * 2.220446049250313e-16


@kernel
def normals(seed: int, stream: int, future: int, a: int, b: int, c: int) -> tuple[float, float]:
    """Two independent standard normal draws of this key (Box and Muller 1958), at most 8.5 sigma. Keys as `uniform`."""
    x0, x1, x2, x3 = philox4x32(future, a, b, c, seed, stream)
    first = (np.float64((x0 << np.uint64(20)) ^ (x1 >> np.uint64(12))) + 0.5) * 2.220446049250313e-16
    second = (np.float64((x2 << np.uint64(20)) ^ (x3 >> np.uint64(12))) + 0.5) * 2.220446049250313e-16
    size, angle = math.sqrt(-2.0 * math.log(first)), 2.0 * math.pi * second
    return size * math.cos(angle), size * math.sin(angle)


def key_of(name: str) -> int:
    """A stable 32-bit word for a name (FNV-1a), so that a draw belongs to an asset and not to its place in a list."""
    word = 0x811C9DC5
    for byte in name.encode():
        word = ((word ^ byte) * 0x01000193) & 0xFFFFFFFF
    return word
