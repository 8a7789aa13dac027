"""Where in the unit cube of all factors each draw lies: Monte Carlo, scrambled Sobol points, Latin hypercubes, or the
designs of Saltelli and Morris.

Sobol points and hypercubes come in randomised replicates: points of one replicate depend on each other, replicates do
not, so the interval of a mean rests on the replicates. All is keyed by a factor's path: another factor shifts none.

The designs of Saltelli et al. (2010, doi 10.1016/j.cpc.2009.09.018) and of Morris (1991, doi
10.1080/00401706.1991.10484804) come in blocks of draws that differ in the factors that are asked. All else, the
attacker's choices and luck included, is that of one Monte Carlo draw (`base`): one more factor of the design, over
which the answer is averaged.
"""

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from sakimori.base.draws import Stream, uniform

METHODS = ("monte-carlo", "sobol", "latin-hypercube", "saltelli", "morris")
NESTED = ("saltelli", "morris")  # designs in blocks that ask single factors
REPLICATES = 8  # where a study asks for Sobol points or hypercubes and does not say how many
SLOTS = 1024  # Sobol dimensions among which the factors are spread
_FACTOR = int(Stream.FACTOR)
_PLAIN, _SCRAMBLE, _ORDER, _TURN = 0, 1, 2, 4
"""Last word of a key: the draw itself, rows of a scramble, order of a hypercube, turn of a factor in a trajectory."""
_BITS, _UNSCRAMBLED = 52, 30  # of a scrambled point; of the direction numbers
_NORMAL = NormalDist()
_EDGE = 2.0**-53


@dataclass(frozen=True)
class Design:
    """How draws are spread over the unit cube."""

    method: str = METHODS[0]
    replicates: int = 1
    size: int = 1  # draws in one hypercube
    asked: tuple[str, ...] = ()  # paths of the factors that a nested design asks

    @property
    def nested(self) -> bool:
        """Whether its draws come in blocks that ask single factors."""
        return self.method in NESTED

    @property
    def block(self) -> int:
        """Draws of one block of a nested design: its base and one for each factor; Saltelli's has a second base."""
        return len(self.asked) + (2 if self.method == "saltelli" else 1)

    def base(self, draw: int) -> int:
        """The Monte Carlo draw that all but the asked factors have in a draw; of a design without blocks the draw."""
        if not self.nested:
            return draw
        block, row = divmod(draw, self.block)
        return block if self.method == "morris" else 2 * block + (row == self.block - 1)

    def replicate(self, draw: int) -> int:
        """The replicate that a draw (from 0) belongs to; with Monte Carlo every draw is its own.

        Sobol draws go to the replicates in turn, so that more draws are the next points of each. Hypercubes and blocks
        are filled one after the other, so that more draws are further ones.
        """
        if self.nested:
            return draw // self.block
        if self.method == "sobol":
            return draw % self.replicates
        return draw // self.size if self.method == "latin-hypercube" else draw

    def point(self, keys: Mapping[str, int], seed: int, draw: int) -> dict[str, float]:
        """A number in (0, 1) for each factor, from the factors' keys."""
        if self.method == "sobol":
            slots = slots_of(tuple(sorted(keys.values())))
            replicate, index = self.replicate(draw), draw // self.replicates
            return {path: _sobol(seed, key, replicate, slots[key], index) for path, key in keys.items()}
        if self.method == "latin-hypercube":
            block, index = divmod(draw, self.size)
            return {
                path: (_order(seed, key, block, self.size)[index] + uniform(seed, _FACTOR, draw, key, 0, _PLAIN))
                / self.size
                for path, key in keys.items()
            }
        point = {path: uniform(seed, _FACTOR, self.base(draw), key, 0, _PLAIN) for path, key in keys.items()}
        if self.nested:
            self._turn(point, keys, seed, *divmod(draw, self.block))
        return point

    def _turn(self, point: dict[str, float], keys: Mapping[str, int], seed: int, block: int, row: int) -> None:
        """Move the asked factors of a block's base to where its row has them.

        Rows are in the order of SALib. Saltelli: one factor from the second base. Morris: row after row one factor
        more, in random order, is moved by half of its distribution, so that every draw is uniform by itself.
        """
        if self.method == "saltelli":
            for path in self.asked[row - 1 : row] if row else ():
                point[path] = uniform(seed, _FACTOR, 2 * block + 1, keys[path], 0, _PLAIN)
        else:
            for path in sorted(self.asked, key=lambda p: uniform(seed, _FACTOR, block, keys[p], 0, _TURN))[:row]:
                point[path] = (point[path] + 0.5) % 1.0


def design(method: str, replicates: int | None, draws: int, asked: Sequence[str] = ()) -> Design:
    """The design of a study that asks for so many draws of its factors; `asked` by a design in blocks."""
    if method == METHODS[0]:
        return Design()
    if method in NESTED:
        return Design(method, asked=tuple(asked))
    replicates = replicates or REPLICATES
    return Design(method, replicates, math.ceil(draws / replicates))


@functools.lru_cache(maxsize=8)
def slots_of(keys: tuple[int, ...]) -> dict[int, int]:
    """The Sobol dimension of each factor, by its key: that of its key, or the next free one where it is taken."""
    taken: dict[int, int] = {}
    for key in keys:
        slot = key % SLOTS
        while slot in taken and len(taken) < SLOTS:
            slot = (slot + 1) % SLOTS
        taken[slot] = key
    return {key: slot for slot, key in taken.items()}


@functools.cache
def _directions(columns: int) -> np.ndarray:
    """(columns, SLOTS) direction numbers of 30 bits (Joe and Kuo 2008, doi 10.1137/070709359), as SciPy has them.

    Point n of the sequence is the exclusive or of the numbers at the set bits of n's Gray code.
    """
    from scipy.stats import qmc

    engine, at, rows = qmc.Sobol(SLOTS, scramble=False, bits=_UNSCRAMBLED), 0, []
    for column in range(columns):
        target = 2 ** (column + 1) - 1  # its Gray code has one bit
        engine.fast_forward(target - at)
        rows.append(np.round(engine.random(1)[0] * 2.0**_UNSCRAMBLED).astype(np.int64))
        at = target + 1
    return np.array(rows)


@functools.lru_cache(maxsize=1 << 16)
def _scrambled(seed: int, key: int, replicate: int, slot: int, columns: int) -> tuple[int, ...]:
    """Shift, then direction numbers, of one factor in one replicate, scrambled: integers of 52 bits.

    A random lower triangular matrix of bits and a random shift (Matousek 1998, doi 10.1006/jcom.1998.0489): the
    variance of a mean is that of Owen's nested scrambling (Owen 2003, doi 10.1145/945511.945518).
    """
    words = [int(uniform(seed, _FACTOR, replicate, key, row, _SCRAMBLE) * 2.0**_BITS) for row in range(_BITS + 1)]
    masks = [(words[row] >> (_BITS - row) << (_BITS - row)) | (1 << (_BITS - 1 - row)) for row in range(_BITS)]
    numbers = [int(v) << (_BITS - _UNSCRAMBLED) for v in _directions(columns)[:, slot]]
    mixed = [sum(((mask & v).bit_count() & 1) << (_BITS - 1 - row) for row, mask in enumerate(masks)) for v in numbers]
    return words[_BITS], *mixed


def _sobol(seed: int, key: int, replicate: int, slot: int, index: int) -> float:
    gray = index ^ (index >> 1)
    shift, *numbers = _scrambled(seed, key, replicate, slot, max(8, -(-gray.bit_length() // 4) * 4))
    for column, number in enumerate(numbers):
        if gray >> column & 1:
            shift ^= number
    return (shift + 0.5) * 2.0**-_BITS


@functools.lru_cache(maxsize=4096)
def _order(seed: int, key: int, block: int, size: int) -> np.ndarray:
    """(size,) the strata of one factor in one hypercube, in random order."""
    return np.argsort([uniform(seed, _FACTOR, block, key, i, _ORDER) for i in range(size)], kind="stable")


@dataclass(frozen=True)
class Copula:
    """Factors that are drawn together: a Gaussian copula with stated rank correlations.

    `paths` (C,) are the factors, the first of which keeps its draws; `root` (C, C) is the Cholesky factor of the
    correlation of the normals behind them.
    """

    paths: tuple[str, ...] = ()
    root: tuple[tuple[float, ...], ...] = ()

    def join(self, point: dict[str, float]) -> None:
        """Replace the numbers of the joined factors by correlated ones, each uniform on (0, 1) as before."""
        normals = [_NORMAL.inv_cdf(point[path]) for path in self.paths]
        for path, row in zip(self.paths, self.root, strict=True):
            mixed = sum(weight * normal for weight, normal in zip(row, normals, strict=True))
            point[path] = min(max(_NORMAL.cdf(mixed), _EDGE), 1.0 - _EDGE)


def copula(pairs: Sequence[tuple[str, str, float]]) -> Copula | None:
    """The copula with these rank correlations, all others 0; None where no joint distribution has them.

    Spearman's rank correlation r of two normals with correlation c is 6/pi asin(c/2) (Pearson 1907), so
    c = 2 sin(pi r / 6).
    """
    paths = tuple(dict.fromkeys(path for one, other, _ in pairs for path in (one, other)))
    matrix = np.eye(len(paths))
    for one, other, rank in pairs:
        i, j = paths.index(one), paths.index(other)
        matrix[i, j] = matrix[j, i] = 2.0 * math.sin(math.pi * rank / 6.0)
    try:
        root = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return None
    return Copula(paths, tuple(tuple(row) for row in root.tolist()))
