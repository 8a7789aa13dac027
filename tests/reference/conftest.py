"""The one setting through which tests read reference data that the project may not ship."""

import os
import pathlib

import pytest


@pytest.fixture(scope="session")
def shared_data() -> pathlib.Path:
    """Folder of reference data: $SAKIMORI_REFERENCE_DATA, else `shared/data` beside the checkout; skip where absent."""
    beside = pathlib.Path(__file__).resolve().parents[3] / "shared" / "data"
    folder = pathlib.Path(os.environ.get("SAKIMORI_REFERENCE_DATA", beside))
    if not folder.is_dir():
        pytest.skip(f"reference data not found at {folder}; set SAKIMORI_REFERENCE_DATA")
    return folder
