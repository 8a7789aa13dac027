"""When detections make a track, and when a track is lost: m detections out of n looks, and a drop time."""

from sakimori.base.kernels import kernel

NEVER = -(10**9)  # sample number that stands for "not yet"


@kernel
def confirms(sample: int, oldest: int, every: int, n: int) -> bool:
    """Whether a detection at `sample` confirms: the m-th last (`oldest`, this one counted) lies within n looks.

    `every` >= 1 is the number of samples between looks. Time counts, not looks, so an additional look that misses
    cannot undo a confirmation. One sample counts as one detection, however many looks it holds.
    """
    return sample - oldest <= (n - 1) * every


@kernel
def held(sample: int, last: int, drop: int) -> bool:
    """Whether a track last fed at sample `last` is still held at `sample`: `drop` samples may go without detection."""
    return sample - last <= drop
