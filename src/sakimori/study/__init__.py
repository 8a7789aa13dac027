"""Study files: read, checked and compiled into cases of the chain. Here units become SI."""

from sakimori.study.checks import check
from sakimori.study.findings import FINDINGS, Finding, findings_of
from sakimori.study.loading import load
from sakimori.study.sampling import Factor
from sakimori.study.study import Labels, Named, Study

__all__ = ["FINDINGS", "Factor", "Finding", "Labels", "Named", "Study", "check", "findings_of", "load"]
