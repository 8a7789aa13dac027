"""`sakimori check`: what in a readable study looks wrong, doubtful or unsupported, and how to mend it."""

from collections.abc import Callable, Iterator

from sakimori.study.checks import deployment, engagement, evidence, links, numbers, sensing, statistics, structure
from sakimori.study.checks.common import View
from sakimori.study.findings import FINDINGS, Finding
from sakimori.study.study import Study

CHECKS: tuple[Callable[[View], Iterator[Finding]], ...] = (
    *numbers.CHECKS,
    *structure.CHECKS,
    *deployment.CHECKS,
    *sensing.CHECKS,
    *links.CHECKS,
    *engagement.CHECKS,
    *statistics.CHECKS,
    *evidence.CHECKS,
)
_ORDER = {"error": 0, "warning": 1, "note": 2}


def check(study: Study) -> list[Finding]:
    """All findings, the gravest first; those that a waiver of the study covers are marked, not left out."""
    view = View(study)
    found = list(dict.fromkeys(finding for one in CHECKS for finding in one(view)))
    found = [_waived(finding, study) for finding in found]
    for i, waiver in enumerate(study.model.waivers):
        if not any(_covers(waiver, finding) for finding in found):
            got = f"a waiver of {waiver.finding} at '{waiver.path}'"
            found.append(view.finding("WAIVE01", ("waivers", i), got, "a finding that it covers"))
    return sorted(found, key=lambda f: (_ORDER[f.severity], f.place.path, f.place.line, f.id))


def _waived(finding: Finding, study: Study) -> Finding:
    for waiver in study.model.waivers:
        if _covers(waiver, finding):
            values = {**vars(finding), "waived": True, "waiver": f"{waiver.reason} ({waiver.name}, {waiver.date})"}
            return Finding(**values)
    return finding


def _covers(waiver: object, finding: Finding) -> bool:
    path = getattr(waiver, "path", "")
    inside = not path or finding.path == path or finding.path.startswith(f"{path}.")
    return getattr(waiver, "finding", "") == finding.id and inside


__all__ = ["CHECKS", "FINDINGS", "Finding", "check"]
