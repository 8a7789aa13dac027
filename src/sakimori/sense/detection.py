"""How likely a radar's look detects: steady and fluctuating targets, one pulse or n pulses summed after detection.

A look sums the powers of its n pulses and compares the sum with a threshold. Given the target's power, the sum is a
mixture of Erlang laws with Poisson weights; over the fluctuation of the target the weights become negative binomial
(shape 1, n, 2, 2 n for Swerling's cases 1 to 4), so that one sum of positive terms serves all cases. Marcum 1947;
Swerling, IRE Trans. IT-6 (1960) 269; for one pulse their closed forms are used.
"""

import math

from sakimori.base.kernels import kernel

PULSES_MAX = 256  # beyond it the first terms of the sums would underflow


@kernel
def _erlang_tail(count: int, threshold: float) -> float:
    """Probability that noise of `count` >= 1 pulses sums to more than `threshold` (each of mean 1)."""
    term = total = math.exp(-threshold)
    for j in range(1, count):
        term *= threshold / j
        total += term
    return total


@kernel
def threshold_of(false_alarm: float, pulses: int) -> float:
    """Threshold, in units of the mean noise power of one pulse, at which noise alone detects with `false_alarm`.

    `false_alarm` 1e-15 to 0.1, `pulses` 1 to 256. For one pulse -ln Pfa; else by bisection to rounding.
    """
    if pulses == 1:
        return -math.log(false_alarm)
    low, high = 0.0, 700.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if _erlang_tail(pulses, middle) > false_alarm:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


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
def _summed_probability(total_signal: float, shape: float, threshold: float, pulses: int) -> float:
    # `shape` of the gamma law of the summed target power, 0 for a steady target; `total_signal` its mean.
    if shape == 0.0:
        if math.sqrt(2.0 * total_signal) - math.sqrt(2.0 * threshold) > 9.0:
            return 1.0
        weight, ratio = math.exp(-total_signal), total_signal
    else:
        weight = (1.0 + total_signal / shape) ** -shape
        ratio = total_signal / (total_signal + shape)
    term = math.exp(-threshold)  # of the Erlang tail: T^(n - 1 + k) / (n - 1 + k)! exp(-T)
    tail = term
    for j in range(1, pulses):
        term *= threshold / j
        tail += term
    found, used, k = 0.0, 0.0, 0
    while True:
        found += weight * tail
        used += weight
        if k > total_signal and weight <= 1e-17 * found:
            break
        k += 1
        weight *= ratio / k if shape == 0.0 else ratio * (shape + k - 1.0) / k
        term *= threshold / (pulses - 1 + k)
        tail += term
        if term < 1e-17 and pulses + k > threshold:  # all further tails are 1
            found += max(1.0 - used, 0.0)
            break
    return min(found, 1.0)


@kernel
def probability(signal: float, threshold: float, swerling: int, pulses: int) -> float:
    """Probability that a look of `pulses` pulses detects a target of mean power ratio `signal` >= 0 at each.

    `threshold` from `threshold_of`, `pulses` 1 to 256. `swerling` 0: steady; 1 and 3: one cross section per look, of
    many scatterers or with a dominant one; 2 and 4: the same laws anew for each pulse. Any other gives NaN.
    """
    if swerling < 0 or swerling > 4:
        return math.nan
    if pulses == 1:
        if swerling == 0:
            return _steady_probability(signal, threshold)
        if swerling <= 2:
            return math.exp(-threshold / (1.0 + signal))
        wide = 2.0 + signal
        return (1.0 + 2.0 * threshold * signal / (wide * wide)) * math.exp(-2.0 * threshold / wide)
    shape = 0.5 * (swerling + 1) if swerling % 2 == 1 else 0.5 * swerling * pulses
    return _summed_probability(pulses * signal, shape, threshold, pulses)


@kernel
def required_signal(detection: float, false_alarm: float, swerling: int, pulses: int = 1) -> float:
    """The mean power ratio of one pulse at which `probability` equals `detection` < 1 (bisection to 1e-12 relative).

    0 where `detection` <= `false_alarm`: noise alone does as well.
    """
    if detection <= false_alarm:
        return 0.0
    threshold, low, high = threshold_of(false_alarm, pulses), 1e-9, 1e9
    for _ in range(100):
        middle = math.sqrt(low * high)
        if probability(middle, threshold, swerling, pulses) < detection:
            low = middle
        else:
            high = middle
    return high


def albersheim(detection: float, false_alarm: float, pulses: int = 1) -> float:
    """Albersheim's estimate [power ratio per pulse] of the signal needed against a steady target.

    Valid for `detection` 0.1 to 0.9, `false_alarm` 1e-7 to 1e-3 within 0.2 dB, `pulses` 1 to 8096, summed after
    detection. W. J. Albersheim, Proc. IEEE 69 (1981) 839.
    """
    a = math.log(0.62 / false_alarm)
    b = math.log(detection / (1.0 - detection))
    width = 6.2 + 4.54 / math.sqrt(pulses + 0.44)
    decibels = -5 * math.log10(pulses) + width * math.log10(a + 0.12 * a * b + 1.7 * b)
    return 10.0 ** (decibels / 10.0)


def swerling1_required_signal(detection: float, false_alarm: float) -> float:
    """Mean power ratio that a Swerling 1 target needs: ln Pfa / ln Pd - 1 (Swerling 1960). Both strictly in 0 to 1."""
    return math.log(false_alarm) / math.log(detection) - 1.0
