"""The bootstrap: futures drawn again with keyed draws, so that the same table gives the same interval to the bit."""

from collections.abc import Iterator

import numpy as np

from sakimori.base.draws import Stream, uniform
from sakimori.base.kernels import kernel
from sakimori.base.types import Floats, Integers

SAMPLES = 200  # resamples behind an interval: its ends then err by about a tenth of its width
_STREAM = int(Stream.BOOTSTRAP)


@kernel
def _picks(sample: int, count: int) -> np.ndarray:
    """Of `count` things, `count` drawn with replacement, by index."""
    picks = np.empty(count, dtype=np.int64)
    for index in range(count):
        picks[index] = int(uniform(0, _STREAM, index, sample, 0, 0) * count)
    return picks


def weights(futures: int, draws: Integers | None = None, samples: int = SAMPLES) -> Iterator[Floats]:
    """For each resample, how often each of F futures is in it, (F,); futures of one draw of the factors stay together.

    Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 6; of clusters: section 8.
    """
    group = np.arange(futures) if draws is None else np.unique(draws, return_inverse=True)[1].ravel()
    count = int(group.max()) + 1 if futures else 0
    for sample in range(samples):
        yield np.bincount(_picks(sample, count), minlength=count)[group].astype(np.float64)
