"""The page on cover files: its keys are those of the program, its examples are the files beside it, and they run."""

import json
import pathlib
import re
import subprocess
import sys

import pytest

from sakimori.study import cover_keys
from sakimori.study.cover_plans import compute, read_cover

DOCS = pathlib.Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "cover-files.md").read_text("utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_every_key_and_column_is_explained() -> None:
    for name in ("CoverFile", "Target", "Grid", "Circle", "Box", "Span", "Passes", "Defended"):
        for key, field in getattr(cover_keys, name).model_fields.items():
            assert re.search(rf"`{field.alias or key}[`:]", PAGE), f"{name}: {key}"
    for key in ("record", "kind", "at", "orbit", "boresight"):
        assert f"`{key}`" in PAGE
    for column in compute(read_cover(DOCS / "examples" / "cover-two-radars.yaml")).columns:
        assert f"`{column}`" in PAGE or column in ("latitude_deg", "longitude_deg"), column


def test_the_blocks_are_the_files() -> None:
    for name in ("cover-rosette", "cover-two-radars", "cover-defended"):
        assert (DOCS / "examples" / f"{name}.yaml").read_text("utf-8") in BLOCKS


def test_the_rosette_is_ballards() -> None:
    command = [sys.executable, "-m", "sakimori", "cover", str(DOCS / "examples" / "cover-rosette.yaml"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["worst_central_angle_deg"] == pytest.approx(60.26, abs=0.02)
    assert told["worst_cases"][0]["proven_within_deg"] < 1e-3


def test_the_study_with_two_more_sensors_runs(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "cover.yaml"
    path.write_text(BLOCKS[-1], "utf-8")
    found = compute(read_cover(path))
    assert {"high-ellipse", "written-out", "shariki-xband"} <= {group.name for group in found.plan.groups}
    assert found.columns["sensors_mean"].max() > 3.0
