"""The log of a run, in its folder: one JSON object per line, the last of which says how it ended."""

import contextlib
import json
import logging
import math
import time
from collections.abc import Iterator

from sakimori.store import RunFolder

LOG = logging.getLogger("sakimori.run")


def _line(record: logging.LogRecord) -> str:
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
    facts = {"time": moment, "level": record.levelname, "event": record.getMessage(), **getattr(record, "facts", {})}
    return json.dumps(facts, ensure_ascii=False) + "\n"


class _LogLines(logging.Handler):
    def __init__(self, folder: RunFolder) -> None:
        super().__init__()
        self._place, self._lines, self._added = folder.place, "", -math.inf

    def emit(self, record: logging.LogRecord) -> None:
        self._lines += _line(record)
        if time.monotonic() - self._added >= self._place.patience:
            self.add()

    def add(self) -> None:
        """Add what was said to the file; what cannot be written stops the run."""
        lines, self._lines = self._lines, ""
        if lines:
            self._place.append("log.jsonl", lines)
            self._added = time.monotonic()


@contextlib.contextmanager
def log_to(folder: RunFolder) -> Iterator[None]:
    """Keep the run's log in its folder; why it stopped is the last line."""
    handler = _LogLines(folder)
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
    try:
        yield
        handler.add()
    except BaseException as reason:
        with contextlib.suppress(OSError):
            LOG.error("stopped", extra={"facts": {"reason": f"{type(reason).__name__}: {reason}".removesuffix(": ")}})
            handler.add()
        raise
    finally:
        LOG.removeHandler(handler)
