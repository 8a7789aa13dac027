"""Findings of `check`, for a console."""

from collections import Counter
from collections.abc import Sequence

from rich.markup import escape

from sakimori.cli.console import OUT
from sakimori.study.findings import Finding

_STYLES = {"refused": "bold red", "error": "red", "warning": "yellow", "note": "dim"}


def print_findings(findings: Sequence[Finding]) -> None:
    """One block for each finding, the count last."""
    for finding in findings:
        style = _STYLES[finding.severity]
        waived = f" [dim](waived: {escape(finding.waiver)})[/]" if finding.waived else ""
        OUT.print(f"[{style}]{finding.severity} {finding.id}[/] {escape(str(finding.place))}{waived}", soft_wrap=True)
        for label, text in (("got", finding.got), ("expected", finding.expected), ("mend", finding.mend)):
            OUT.print(f"  {label + ':':10}{escape(text)}", soft_wrap=True)
    counts = Counter(f.severity for f in findings if not f.waived)
    waived = sum(f.waived for f in findings)
    told = [f"{counts[s]} {s}{'s' if counts[s] != 1 else ''}" for s in ("error", "warning", "note") if counts[s]]
    OUT.print(", ".join([*told, *([f"{waived} waived"] if waived else [])]) or "no findings")
