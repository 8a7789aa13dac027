"""The command line: thin commands over `sakimori.api`.

Exit codes: 0 fine, 1 findings of severity error in a readable study, 2 the input cannot be read or is not valid, 3 the
run failed, 130 interrupted; nothing else.
"""

import os
import sys

from sakimori.base.errors import SakimoriError


def main() -> None:
    """Run one command; a mistake in a study ends in one message and an exit code, never in a traceback."""
    from sakimori.cli.commands import app
    from sakimori.cli.console import complain

    try:
        app(standalone_mode=True)
    except SakimoriError as error:
        complain(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
