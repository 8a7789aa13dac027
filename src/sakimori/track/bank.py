"""Interacting multiple models: a bank of extended Kalman filters that share what they know at every step.

H. A. P. Blom, Y. Bar-Shalom, IEEE Trans. AC-33 (1988) 780. A bank of one model is a plain extended Kalman filter. The
kernels below change the caller's own bank; nothing else.
"""

import math
from typing import NamedTuple

import numpy as np

from sakimori.base.kernels import kernel
from sakimori.base.types import Floats
from sakimori.track.kalman import STATES, Work, predict, room, update
from sakimori.track.measurements import Look
from sakimori.track.motions import carries, sojourn_of


class Bank(NamedTuple):
    """The estimates of M models of one target."""

    mean: Floats  # (M, 9)
    covariance: Floats  # (M, 9, 9)
    weight: Floats  # (M,) probability of each model; their sum is 1


class Desk(NamedTuple):
    """Room for `advance` and `absorb`, made once; what it holds means nothing between calls."""

    before: Bank
    likelihood: Floats  # (M,)
    work: Work


@kernel
def empty_bank(models: int) -> Bank:
    """A bank of so many models, all equally likely, with zeros."""
    weight = np.full(models, 1.0 / models)
    return Bank(np.zeros((models, STATES)), np.zeros((models, STATES, STATES)), weight)


@kernel
def desk(models: int) -> Desk:
    """Room for a bank of so many models."""
    return Desk(empty_bank(models), np.zeros(models), room())


@kernel
def copy_bank(source: Bank, target: Bank) -> None:
    """Write one bank into the caller's other one of the same size."""
    for j in range(target.weight.size):
        target.weight[j] = source.weight[j]
        for a in range(STATES):
            target.mean[j, a] = source.mean[j, a]
            for b in range(STATES):
                target.covariance[j, a, b] = source.covariance[j, a, b]


@kernel
def start_bank(mean: Floats, covariance: Floats, models: Floats, bank: Bank) -> None:
    """Fill the caller's bank with one estimate (9,), (9, 9); a model without acceleration drops that part."""
    for j in range(models.shape[0]):
        bank.weight[j] = 1.0 / models.shape[0]
        bank.mean[j] = mean
        bank.covariance[j] = covariance
        if not carries(models[j]):
            _forget_acceleration(bank.mean[j], bank.covariance[j])


@kernel
def _forget_acceleration(mean: Floats, covariance: Floats) -> None:
    """Set the acceleration of the caller's own estimate to 0, known."""
    for i in range(6, STATES):
        mean[i] = 0.0
        for j in range(STATES):
            covariance[i, j] = covariance[j, i] = 0.0


@kernel
def switching(gap: float, models: Floats) -> Floats:
    """Chance (M, M) that model i (row) has become model j a gap [s] later.

    Model i stays with e^(-gap/sojourn) and leaves to the others in equal shares.
    """
    count = models.shape[0]
    chance = np.eye(count)
    if count == 1:
        return chance
    for i in range(count):
        stays = math.exp(-gap / sojourn_of(models[i]))
        for j in range(count):
            chance[i, j] = stays if i == j else (1.0 - stays) / (count - 1)
    return chance


@kernel
def advance(bank: Bank, gap: float, models: Floats, room: Desk) -> None:
    """Mix the models of the caller's bank and carry each a gap [s] >= 0 on. `models` (M, 6) from `motions.table`."""
    if gap <= 0.0:
        return
    if bank.weight.size > 1:
        copy_bank(bank, room.before)
        _mix(room.before, switching(gap, models), models, bank)
    for j in range(bank.weight.size):
        predict(bank.mean[j], bank.covariance[j], gap, models[j], room.work)


@kernel
def _mix(before: Bank, chance: Floats, models: Floats, bank: Bank) -> None:
    """Write into `bank` what each model starts from: means and covariances of `before`, weighted by the switching.

    A model that has no acceleration cannot tell one that has: there it brings the latter's own, uncorrelated with the
    rest (after Granstrom, Willett, Bar-Shalom, IEEE Trans. AES 2015), not a zero known exactly.
    """
    count = before.weight.size
    for j in range(count):
        total = 0.0
        for i in range(count):
            total += chance[i, j] * before.weight[i]
        bank.weight[j] = total
        size = STATES if carries(models[j]) else 6
        mean = bank.mean[j]
        for a in range(size):
            middle = 0.0
            for i in range(count):
                source = j if a >= 6 and not carries(models[i]) else i
                middle += chance[i, j] * before.weight[i] * before.mean[source, a]
            mean[a] = middle / total
        for a in range(STATES):
            for b in range(a, STATES):
                bank.covariance[j, a, b] = 0.0
        for i in range(count):
            share = chance[i, j] * before.weight[i] / total
            if share > 0.0:
                _add_spread(before, i, j, share, size if carries(models[i]) else 6, size, bank)
        for a in range(STATES):
            for b in range(a):
                bank.covariance[j, a, b] = bank.covariance[j, b, a]


@kernel
def _add_spread(before: Bank, i: int, j: int, share: float, told: int, size: int, bank: Bank) -> None:
    """Add model i's share of the upper half of model j's mixed covariance; i tells `told` of `size` states."""
    source, own, mean, out = before.covariance[i], before.covariance[j], bank.mean[j], bank.covariance[j]
    for a in range(told):
        off = share * (before.mean[i, a] - mean[a])
        for b in range(a, told):
            out[a, b] += share * source[a, b] + off * (before.mean[i, b] - mean[b])
        for b in range(told, size):
            out[a, b] += off * (before.mean[j, b] - mean[b])
    for a in range(told, size):
        off = share * (before.mean[j, a] - mean[a])
        for b in range(a, size):
            out[a, b] += share * own[a, b] + off * (before.mean[j, b] - mean[b])


@kernel
def absorb(bank: Bank, look: Look, room: Desk) -> tuple[float, float, int]:
    """Take a measurement up in every model of the caller's bank, and weigh the models by it.

    Returns the NIS (weighted over the models), the log-likelihood of the measurement, and how many numbers it held.
    """
    most, size, distance = -math.inf, 0, 0.0
    for j in range(bank.weight.size):
        nis, likelihood, size = update(bank.mean[j], bank.covariance[j], look, room.work)
        room.likelihood[j] = likelihood
        distance += bank.weight[j] * nis
        most = max(most, likelihood)
    total = 0.0
    for j in range(bank.weight.size):
        bank.weight[j] *= math.exp(room.likelihood[j] - most)
        total += bank.weight[j]
    for j in range(bank.weight.size):
        bank.weight[j] /= total
    return distance, most + math.log(total), size


@kernel
def combined(bank: Bank) -> tuple[Floats, Floats]:
    """Mean (9,) and covariance (9, 9) of the bank as one estimate."""
    mean, covariance = np.zeros(STATES), np.zeros((STATES, STATES))
    for j in range(bank.weight.size):
        for a in range(STATES):
            mean[a] += bank.weight[j] * bank.mean[j, a]
    for j in range(bank.weight.size):
        w = bank.weight[j]
        for a in range(STATES):
            off = w * (bank.mean[j, a] - mean[a])
            for b in range(a, STATES):
                covariance[a, b] += w * bank.covariance[j, a, b] + off * (bank.mean[j, b] - mean[b])
    for a in range(STATES):
        for b in range(a):
            covariance[a, b] = covariance[b, a]
    return mean, covariance
