"""What `import sakimori` offers: the same steps as the command line, for scripts and notebooks."""

from sakimori.base.errors import InputError, RunError, SakimoriError
from sakimori.report.opening import open_view, write_report
from sakimori.report.view import RunView
from sakimori.run import Watch, execute
from sakimori.store import RunFolder
from sakimori.study import Study, load
from sakimori.study.checks import Finding, check

open_run = RunFolder.open

__all__ = [
    "Finding",
    "InputError",
    "RunError",
    "RunFolder",
    "RunView",
    "SakimoriError",
    "Study",
    "Watch",
    "check",
    "execute",
    "load",
    "open_run",
    "open_view",
    "write_report",
]
