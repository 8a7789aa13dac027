"""The made-up raids of scenes.py, as a fixture."""

import importlib.util
import pathlib
from typing import Any

import pytest


@pytest.fixture(scope="session")
def scenes() -> Any:
    """The module scenes.py beside this file."""
    spec = importlib.util.spec_from_file_location("chain_scenes", pathlib.Path(__file__).with_name("scenes.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
