"""How a command may end: one message on stderr, and one of the five exit codes."""

import contextlib
import sys
from typing import Any

from typer.core import TyperGroup

from sakimori.base.errors import RunError, SakimoriError
from sakimori.cli.console import complain, silence


class Endings(TyperGroup):
    """A group of commands in which a mistake of the user or of the machine never ends in a traceback."""

    def main(self, *words: Any, **options: Any) -> Any:
        """Run the command. Output is flushed here, where a full disk can still be told."""
        try:
            try:
                return super().main(*words, **options)
            finally:
                sys.stdout.flush()
        except SakimoriError as error:
            _end(error)
        except BrokenPipeError:
            silence(sys.stdout)
            sys.exit(0)
        except OSError as error:
            with contextlib.suppress(OSError):  # it may be stdout itself that cannot be written
                silence(sys.stdout)
            _end(RunError(f"{error.filename or 'the output'}: {error.strerror or error}."))


def _end(error: SakimoriError) -> None:
    try:
        complain(error)
    except OSError:
        silence(sys.stderr)
    sys.exit(error.exit_code)
