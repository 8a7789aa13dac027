"""The bootstrap: futures drawn again with keyed draws, so that the same table gives the same interval to the bit."""

from collections.abc import Iterator

import numpy as np

from sakimori.base.draws import Stream
from sakimori.base.types import Floats, Integers

SAMPLES = 200  # resamples behind an interval: its ends then err by about a tenth of its width
_STREAM = int(Stream.BOOTSTRAP)


def _picks(sample: int, count: int) -> Integers:
    """Of `count` things, `count` drawn with replacement, by index: the raw words of a counter-based generator."""
    words = np.random.Philox(key=[_STREAM, sample]).random_raw(count)
    return ((words >> np.uint64(11)) * (2.0**-53 * count)).astype(np.int64)


def weights(futures: int, draws: Integers | None = None, samples: int = SAMPLES) -> Iterator[Floats]:
    """For each resample, how often each of F futures is in it, (F,); futures of one draw of the factors stay together.

    Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 6; of clusters: section 8.
    """
    group = np.arange(futures) if draws is None else np.unique(draws, return_inverse=True)[1].ravel()
    count = int(group.max()) + 1 if futures else 0
    for sample in range(samples if count else 0):
        yield np.bincount(_picks(sample, count), minlength=count)[group].astype(np.float64)
