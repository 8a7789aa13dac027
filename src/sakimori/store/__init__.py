"""Run folders: where a run's tables stand, what makes it the same run, and how it grows."""

from sakimori.store.folder import PARTS, RunFolder, part_of, schema_of
from sakimori.store.grid import chunk_at, chunks_of
from sakimori.store.identity import IDENTITY, identity, source_hash, versions

__all__ = [
    "IDENTITY",
    "PARTS",
    "RunFolder",
    "chunk_at",
    "chunks_of",
    "identity",
    "part_of",
    "schema_of",
    "source_hash",
    "versions",
]
