"""The hand-made raids of unit/engage/scenes.py, as a fixture for all tests of engagements."""

import importlib.util
import pathlib
from typing import Any

import pytest


@pytest.fixture(scope="session")
def scenes() -> Any:
    """The module unit/engage/scenes.py."""
    spec = importlib.util.spec_from_file_location(
        "scenes", pathlib.Path(__file__).parent / "unit" / "engage" / "scenes.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
