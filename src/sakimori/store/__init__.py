"""Run folders: where a run's tables stand, what makes it the same run, and how it grows."""

from sakimori.store.folder import STUDY, RunFolder
from sakimori.store.grid import HEAVY, LIGHT, Grid, grid_for
from sakimori.store.identity import IDENTITY, identity, source_hash, versions
from sakimori.store.parts import PARTS, part_of, schema_of
from sakimori.store.places import Folder

__all__ = [
    "HEAVY",
    "IDENTITY",
    "LIGHT",
    "PARTS",
    "STUDY",
    "Folder",
    "Grid",
    "RunFolder",
    "grid_for",
    "identity",
    "part_of",
    "schema_of",
    "source_hash",
    "versions",
]
