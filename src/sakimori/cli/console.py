"""What the console shows: messages on stderr, results on stdout, a progress bar for long work."""

import json
import os
import sys
from types import TracebackType
from typing import IO, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from sakimori.base.errors import InputError, SakimoriError

MOST_PLACES = 10  # of one message


def silence(stream: IO[str]) -> None:
    """Drop what is still written to `stream`: nobody reads it, or it cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Whoever read it has had enough (`| head`); the exit code still tells how the command ended."""
        silence(self.file)


OUT = _Console(soft_wrap=False, highlight=False)
ERR = _Console(stderr=True, highlight=False)


def complain(error: SakimoriError) -> None:
    """One message: where, what was got, what was expected, how to mend it."""
    if isinstance(error, InputError):
        ERR.print(f"[bold red]error[/] {escape(str(error.place))}", soft_wrap=True)
        for label, text in (("got", error.got), ("expected", error.expected), ("mend", error.mend)):
            ERR.print(f"  {label + ':':10}{escape(text)}", soft_wrap=True)
        more = [f"{p.place} ({p.got})" for p in getattr(error, "problems", ())[1:]]
        for told in [*more[:MOST_PLACES], *([f"{len(more) - MOST_PLACES} others"] if len(more) > MOST_PLACES else [])]:
            ERR.print(f"  {'also:':10}{escape(told)}", soft_wrap=True)
    else:
        ERR.print(f"[bold red]error[/] {escape(str(error))}", soft_wrap=True)


def print_json(value: Any) -> None:
    """Write `value` to stdout as JSON, for scripts."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    try:
        print(json.dumps(value, ensure_ascii=not unicode, indent=1, allow_nan=False), flush=True)
    except BrokenPipeError:
        silence(sys.stdout)


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f} futures/s" if task.speed else "", style="cyan")


class ConsoleWatch:
    """A `Watch` that draws a bar with rate and remaining time; quiet where stderr is not a terminal."""

    def __init__(self, total: int) -> None:
        columns = (TextColumn("futures"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=ERR, disable=not ERR.is_terminal)
        self._task = self._progress.add_task("futures", total=total)

    def __enter__(self) -> "ConsoleWatch":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def say(self, message: str) -> None:
        """Show one line above the bar."""
        ERR.print(escape(message), soft_wrap=True)

    def advance(self, done: int, total: int) -> None:
        """Move the bar to `done` of `total`."""
        self._progress.update(self._task, completed=done, total=total)
