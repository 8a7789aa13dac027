"""Executing a study: futures in fixed chunks, by one process or several, into a run folder."""

from sakimori.run.runner import Watch, execute

__all__ = ["Watch", "execute"]
