"""The command line: thin commands over `sakimori.api`.

Exit codes: 0 fine, 1 findings of severity error in a readable study, 2 the input cannot be read or is not valid, 3 the
run failed or a result could not be written, 130 interrupted; nothing else.
"""

import os
import sys
import traceback


def main() -> None:
    """Run one command; a mistake in a study ends in one message and an exit code, never in a traceback."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
        getattr(sys, name).reconfigure(errors="backslashreplace")
    try:
        from sakimori.cli.commands import app

        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception:
        traceback.print_exc()
        print("This is a fault of Sakimori, not of your input. Please report it with the lines above.", file=sys.stderr)
        sys.exit(3)
