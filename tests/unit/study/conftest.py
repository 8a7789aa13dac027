"""A small study that every test of this room may copy and change."""

import pathlib
import shutil
from collections.abc import Callable

import pytest

SMALL = pathlib.Path(__file__).parent / "fixtures" / "small"


@pytest.fixture(autouse=True)
def _no_user_catalogue(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.setenv("SAKIMORI_CATALOGUE", str(tmp_path / "no-user-catalogue"))


@pytest.fixture
def small(tmp_path: pathlib.Path) -> pathlib.Path:
    """A writable copy of the small study."""
    return pathlib.Path(shutil.copytree(SMALL, tmp_path / "small"))


@pytest.fixture
def changed(small: pathlib.Path) -> Callable[..., pathlib.Path]:
    """Replace text in a file of the copy; the text must be there once."""

    def change(old: str, new: str, name: str = "study.yaml") -> pathlib.Path:
        path = small / name
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        path.write_text(text.replace(old, new), "utf-8")
        return small

    return change
