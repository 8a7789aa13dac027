"""The small tree of errors that a person may meet; each says where, what was got, what was expected, how to mend it."""

from dataclasses import dataclass
from typing import Any


class SakimoriError(Exception):
    """Anything Sakimori tells a person instead of a traceback. `exit_code` is what the shell gets."""

    exit_code = 2


@dataclass(frozen=True)
class Place:
    """Where in the user's files something stands: path, line and column (1-based; 0 where unknown)."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


class InputError(SakimoriError):
    """The input cannot be read or is not valid (exit code 2)."""

    def __init__(self, place: Place | str, got: str, expected: str, mend: str) -> None:
        self.place = place if isinstance(place, Place) else Place(place)
        self.got, self.expected, self.mend = got, expected, mend
        super().__init__(f"{self.place}: got {got}; expected {expected}. {mend}")

    def __reduce__(self) -> Any:
        return type(self), (self.place, self.got, self.expected, self.mend)


class RunError(SakimoriError):
    """The run could not be done or continued (exit code 3)."""

    exit_code = 3
