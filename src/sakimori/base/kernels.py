"""The one mark under which a function is compiled.

Arithmetic is strict (no fast-math) and serial: the same inputs give the same bits in every process. Compiled code is
cached only where `sakimori/__init__.py` found a folder for it.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numba

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile `function` with numba: strict float64, no parallel loops, cached across processes."""
    return numba.njit(cache=bool(numba.config.CACHE_DIR), error_model="numpy")(function)  # pyright: ignore


def inlined(function: F) -> F:
    """A kernel written into its callers: a loop around a call is not vectorised. For small innermost functions only."""
    return numba.njit(cache=bool(numba.config.CACHE_DIR), error_model="numpy", forceinline=True)(function)  # pyright: ignore
