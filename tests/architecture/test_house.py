"""The house keeps its rules: imports point down, constants stand in one place, sources are alive, sizes stay small."""

import ast
import pathlib
import re
import subprocess
import sys

import pytest
from ruamel.yaml import YAML

ROOT = pathlib.Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "sakimori"
MODULES = sorted(PACKAGE.rglob("*.py"))
DATA = PACKAGE / "data"

# Digits by which a physical constant typed a second time is recognised.
CONSTANTS = re.compile(
    r"6_?378_?137|3\.986\d*e14|298\.257|7\.292\d*e-5|1\.0826\d*e-3|6_?371_?008|9\.80665|1\.380649|1\.43877|5\.67037|299_?792_?458"
)


def test_imports_point_downwards() -> None:
    command = pathlib.Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_physical_constants_are_typed_once() -> None:
    strays = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in MODULES
        if path.name != "constants.py"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if CONSTANTS.search(line)
    ]
    assert not strays


def _keys(node: object, name: str) -> set[str]:
    """Every value written under the key `name`, at any depth."""
    found: set[str] = set()
    if isinstance(node, dict):
        for key, value in node.items():
            if key == name:
                found |= {str(v) for v in (value if isinstance(value, list) else [value])}
            else:
                found |= _keys(value, name)
    elif isinstance(node, list):
        for value in node:
            found |= _keys(value, name)
    return found


def test_every_source_key_is_alive() -> None:
    declared = set(re.findall(r"^@\w+\{([^,\s]+),", (DATA / "sources.bib").read_text("utf-8"), re.MULTILINE))
    used: set[str] = set()
    for path in DATA.rglob("*.yaml"):
        used |= _keys(YAML(typ="safe", pure=True).load(path.read_text("utf-8")), "source")
    tables = "\n".join(p.read_text("utf-8") for p in (DATA / "tables").glob("*.csv"))
    used |= {key for key in declared if re.search(rf"\b{re.escape(key)}\b", tables)}
    assert used <= declared, f"used and not declared: {sorted(used - declared)}"
    assert declared <= used, f"declared and not used: {sorted(declared - used)}"


@pytest.mark.parametrize(
    "page", [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"], ids=str
)
def test_paths_in_documents_exist(page: pathlib.Path) -> None:
    named = re.findall(r"`((?:src|tests|docs|benchmarks)/[\w./-]+)`", page.read_text("utf-8"))
    assert not [path for path in named if not (ROOT / path).exists()]


def test_modules_and_functions_stay_small() -> None:
    long: list[str] = []
    for path in MODULES:
        text = path.read_text("utf-8")
        if text.count("\n") > 400:
            long.append(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                doc = ast.get_docstring(node, clean=False) or ""
                size = (node.end_lineno or 0) - node.lineno - doc.count("\n")
                if size > 80:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {size} lines")
    assert not long
