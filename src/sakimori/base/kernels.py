"""The one mark under which a function is compiled.

Arithmetic is strict (no fast-math) and serial: the same inputs give the same bits in every process. Compiled code is
cached only where `sakimori.compile_cache` found a folder for it.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numba

from sakimori import compile_cache

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile `function` with numba: strict float64, no parallel loops, cached across processes."""
    return _compiled(function)


def lean(function: F) -> F:
    """A kernel that counts no references to arrays: for what is called at every sample with many of them.

    Each count costs as much as some ten additions. It cannot make an array (numba refuses) and must not be given one
    back by another kernel (it would never be freed); views of its arguments are fine.
    """
    return _compiled(function, _nrt=False)


def inlined(function: F) -> F:
    """A lean kernel written into its callers: a loop around a call is not vectorised. For small innermost functions."""
    return _compiled(function, _nrt=False, forceinline=True)


def _compiled(function: F, **options: bool) -> F:
    package, _, module = function.__module__.partition(".")
    place = compile_cache(module.partition(".")[0] if package == "sakimori" else "")
    numba.config.CACHE_DIR = place  # pyright: ignore
    return numba.njit(cache=bool(place), error_model="numpy", **options)(function)  # pyright: ignore
