"""A run for the tests of the report, made once."""

import importlib.util
import pathlib
from types import ModuleType

import pytest

import sakimori
from sakimori.report import RunView

HERE = pathlib.Path(__file__).parent
LAND = pathlib.Path(sakimori.__file__).parent / "data" / "geo" / "land-50m.json"


@pytest.fixture(scope="session")
def synthetic() -> ModuleType:
    spec = importlib.util.spec_from_file_location("synthetic_run", HERE / "synthetic.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def view(synthetic: ModuleType) -> RunView:
    return RunView(synthetic.manifest(60), synthetic.study(), synthetic.tables(60), LAND)


@pytest.fixture(scope="session")
def watched(synthetic: ModuleType) -> RunView:
    document, tables = synthetic.watched()
    return RunView(synthetic.manifest(30), document, tables, LAND)
