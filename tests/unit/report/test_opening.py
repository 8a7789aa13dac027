"""A run folder with a damaged study is named, never a traceback."""

import pathlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sakimori.base.columns import FORMAT_VERSION, TABLES
from sakimori.base.errors import InputError
from sakimori.report.opening import open_view


@pytest.mark.parametrize("damage", [None, b"\xff\xfe\x00", b"a: [", b"- 1\n"])
def test_a_damaged_resolved_study_is_named(damage: bytes | None, tmp_path: pathlib.Path) -> None:
    (tmp_path / "manifest.json").write_text(f'{{"format_version": {FORMAT_VERSION}}}')
    for table in (*TABLES, "factors"):
        (tmp_path / table).mkdir()
        rows = {c.name: [] for c in TABLES.get(table, [])} or {"future": []}
        pq.write_table(pa.table(rows), tmp_path / table / "part-00000.parquet")
    if damage is not None:
        (tmp_path / "study.resolved.yaml").write_bytes(damage)
    with pytest.raises(InputError, match=r"study\.resolved\.yaml"):
        open_view(tmp_path)
