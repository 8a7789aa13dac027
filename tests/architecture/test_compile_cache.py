"""The compile-cache trap: a constant changed in any file changes the result of the next run.

numba's own cache notices an edit in a kernel's own file only. Here the edit is made in another file than the kernel's.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tomllib

import pytest

import sakimori

PACKAGE = pathlib.Path(__file__).parents[2] / "src" / "sakimori"
MODULES = sorted(p.relative_to(PACKAGE).as_posix() for p in PACKAGE.rglob("*.py"))

KINDS = {folder for line in sakimori.KERNELS for folder in line}

# file, text there, text instead, and an expression of a kernel in ANOTHER file whose value must follow
TRAPS = [
    ("base/constants.py", "STANDARD_GRAVITY: Final = 9.80665", "STANDARD_GRAVITY: Final = 9.9",
     "sakimori.earth.atmosphere", "density(20e3)"),
    ("base/constants.py", "BOLTZMANN: Final = 1.380649e-23", "BOLTZMANN: Final = 1.5e-23",
     "sakimori.sense.radar", "radar_range(1e6, 100.0, 0.03, 1.0, 1e-5, 4.0)"),
    ("base/draws.py", "for _ in range(10):", "for _ in range(9):",
     "sakimori.base.draws", "uniform(1, 2, 3, 4, 5, 6)"),
]  # fmt: skip


@pytest.fixture
def house(tmp_path: pathlib.Path) -> pathlib.Path:
    """A copy of the package, to be edited; its cache goes to tmp_path/cache."""
    shutil.copytree(PACKAGE, tmp_path / "src" / "sakimori", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def python(house: pathlib.Path, code: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(house / "src"), "XDG_CACHE_HOME": str(house / "cache")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def edit(house: pathlib.Path, file: str, old: str, new: str) -> None:
    path = house / "src" / "sakimori" / file
    text = path.read_text("utf-8")
    assert old in text, f"{old!r} is no longer in {file}: mend this test"
    path.write_text(text.replace(old, new), "utf-8")


FOLDER = "import sakimori; print(sakimori.compile_cache('base'))"


def test_every_source_file_that_a_kernel_can_reach_names_its_cache(house: pathlib.Path) -> None:
    code = """
import pathlib, sakimori
root = pathlib.Path(sakimori.__file__).parent
def places():
    sakimori._digest.cache_clear(), sakimori.compile_cache.cache_clear()
    return {folder: sakimori.compile_cache(folder) for line in sakimori.KERNELS for folder in line}
levels = {folder: level for level, line in enumerate(sakimori.KERNELS) for folder in line}
before, counted = places(), 0
for path in sorted(root.rglob('*.py')):
    text, home = path.read_bytes(), path.relative_to(root).parts[0]
    path.write_bytes(text + b'#')
    changed = {folder for folder, place in places().items() if place != before[folder]}
    own = levels.get(home, 99)
    assert changed == {f for f, level in levels.items() if f == home or level > own}, (path, changed)
    path.write_bytes(text)
    counted += 1
assert places() == before
print(counted)
"""
    assert int(python(house, code)) == len(MODULES)


def test_the_folders_of_kernels_are_in_the_order_that_imports_are_held_to() -> None:
    contract = tomllib.loads((PACKAGE.parents[1] / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    lines = [{w.strip(" ()") for w in line.split("|")} for line in contract["contracts"][0]["layers"]]
    held = [{f for f in line if f in KINDS} for line in reversed(lines)]
    assert [line for line in held if line] == [set(line) for line in sakimori.KERNELS]
    marked = {p.relative_to(PACKAGE).parts[0] for p in PACKAGE.rglob("*.py") if "import kernel" in p.read_text("utf-8")}
    assert marked <= KINDS


@pytest.mark.parametrize(("file", "old", "new", "module", "expression"), TRAPS, ids=[t[3] for t in TRAPS])
def test_a_changed_constant_changes_the_next_result(
    house: pathlib.Path, file: str, old: str, new: str, module: str, expression: str
) -> None:
    code = f"from {module} import *\nfrom {module} import {expression.split('(')[0]}\nprint(repr({expression}))"
    before = python(house, code)
    assert python(house, code) == before
    edit(house, file, old, new)
    assert python(house, code) != before


def test_an_unchanged_package_compiles_once(house: pathlib.Path) -> None:
    code = "from sakimori.base.draws import uniform\nprint(uniform(1, 2, 3, 4, 5, 6))"
    python(house, code)
    compiled = {p: p.stat().st_mtime_ns for p in (house / "cache").rglob("*.nbc")}
    assert compiled
    python(house, code)
    assert {p: p.stat().st_mtime_ns for p in (house / "cache").rglob("*.nbc")} == compiled


def test_where_nothing_can_be_written_nothing_is_cached(house: pathlib.Path) -> None:
    (house / "cache").write_text("a file, so that no folder can be made here")
    assert python(house, FOLDER) == ""
    assert float(python(house, "from sakimori.base.draws import uniform\nprint(uniform(1, 2, 3, 4, 5, 6))")) > 0
