"""Results for other tools: every table as one CSV or Parquet file, or the flights as GeoJSON."""

import json
import pathlib
from typing import Any

import duckdb
import pyarrow.parquet as pq

from sakimori.base.columns import TABLES
from sakimori.base.errors import InputError
from sakimori.store import Folder, RunFolder


def export_run(run: str | pathlib.Path, format: str, out: pathlib.Path | None = None) -> list[pathlib.Path]:
    """Write the export and return the files written; `out` is a folder, `export` in the run folder by default."""
    folder = RunFolder.open(run)
    if out is None and not isinstance(folder.place, Folder):
        raise InputError(str(folder), "no --out", "a folder of this machine to write into", "Give one with --out.")
    target = out or folder.path / "export"
    if target.exists() and not target.is_dir():
        raise InputError(str(target), "a file", "a folder to write into", "Give another --out.")
    target.mkdir(parents=True, exist_ok=True)
    if format == "geojson":
        return [_write_flights(folder, target / "flights.geojson")]
    return [_write_table(folder, name, format, target / f"{name}.{format}") for name in (*TABLES, "factors")]


def _write_table(folder: RunFolder, name: str, format: str, path: pathlib.Path) -> pathlib.Path:
    table = folder.table(name)
    if format == "parquet":
        pq.write_table(table, path, compression="zstd")
        return path
    with duckdb.connect(config={"threads": 1, "preserve_insertion_order": True}) as connection:
        connection.register("result", table)
        connection.table("result").write_csv(str(path))
    return path


def _write_flights(folder: RunFolder, path: pathlib.Path) -> pathlib.Path:
    rows = folder.table("flights").to_pylist()
    described = [c.name for c in TABLES["flights"] if c.kind != "floats"]
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "geometry": {
                "type": "LineString",
                "coordinates": [
                    list(point)
                    for point in zip(row["path_longitude"], row["path_latitude"], row["path_altitude"], strict=True)
                ],
            },
            "properties": {name: row[name] for name in described},
        }
        for row in rows
        if len(row["path_time"]) > 1
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), "utf-8")
    return path
