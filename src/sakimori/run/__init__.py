"""Executing a study: futures in fixed chunks, by one process or several, into a run folder."""

from sakimori.run.job import Watch
from sakimori.run.runner import execute

__all__ = ["Watch", "execute"]
