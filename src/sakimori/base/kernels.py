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
    return _compiled(function, inline=False)


def inlined(function: F) -> F:
    """A kernel written into its callers: a loop around a call is not vectorised. For small innermost functions only."""
    return _compiled(function, inline=True)


def _compiled(function: F, inline: bool) -> F:
    package, _, module = function.__module__.partition(".")
    place = compile_cache(module.partition(".")[0] if package == "sakimori" else "")
    numba.config.CACHE_DIR = place  # pyright: ignore
    return numba.njit(cache=bool(place), error_model="numpy", forceinline=inline)(function)  # pyright: ignore
