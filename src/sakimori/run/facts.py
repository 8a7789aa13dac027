"""What the manifest says of a run beside its identity: study and machine, and the work of each command."""

import pathlib
import platform
import subprocess
import time
from dataclasses import dataclass, field
from typing import Any

from sakimori.run.tables import ChunkReport
from sakimori.store import PARTS, RunFolder
from sakimori.study import Study, check


@dataclass
class Tally:
    """The work done by this command."""

    stages: dict[str, dict[str, float]] = field(default_factory=dict)
    done: int = 0

    def add(self, report: ChunkReport) -> None:
        """Count a chunk."""
        self.done += report.futures
        for stage, (wall, cpu) in report.seconds.items():
            total = self.stages.setdefault(stage, {"wall": 0.0, "cpu": 0.0})
            total["wall"] += wall
            total["cpu"] += cpu


def circumstances(study: Study) -> dict[str, Any]:
    """Facts that describe a run without being part of its identity."""
    factors = (*study.factors, *study.threat_factors)
    return {
        "study": study.name,
        "title": study.title,
        "replications": study.replications,
        "factors": {f.path: {"unit": f.unit, "attacker": f.attacker} for f in factors},
        "options": {
            **{name: {"kind": "listed", "measures": list(members)} for name, members in study.options.items()},
            **{p.name: {"kind": p.kind, "measures": list(p.measures)} for p, _ in study.compiled.offer.portfolios},
        },
        "tables": tables_of(study),
        "findings": [{**f.as_dict(), "file": _beside(study, f.place.path)} for f in check(study)],
        "machine": platform.machine(),
        "python": platform.python_version(),
    }


def _beside(study: Study, path: str) -> str:
    """A file of the study by its name from the study's folder on, as a run may be read on another machine."""
    try:
        return pathlib.Path(path).relative_to(pathlib.Path(study.folder).parent).as_posix()
    except ValueError:
        return path


def tables_of(study: Study) -> list[str]:
    """The tables that a run of this study can have rows in."""
    never = set[str]()
    if study.model.architecture.tracking.fidelity != "filter":
        never |= {"filters", "filter_moments", "filter_raids"}
    if not study.compiled.rows:
        never.add("awareness")
    if not study.compiled.offer.portfolios and study.compiled.builder is None:
        never.add("portfolios")
    if not any(option.layers for option in study.compiled.options):
        never.add("engagements")
    return [table for table in PARTS if table not in never]


def finish(folder: RunFolder, tally: Tally, wall: float) -> int:
    """Write what was done into the manifest; the number of failed futures of the run."""
    facts = folder.manifest()
    facts["times"] = [
        *facts.get("times", []),
        {
            "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "futures": tally.done,
            "wall_seconds": round(wall, 3),
            "stage_seconds": tally.stages,
            "peak_memory_mb": _peak_memory(),
            **_commit(),
        },
    ]
    failed = folder.count_failed()
    folder.write_manifest({**facts, "failed_futures": failed})
    return failed


def _peak_memory() -> int | None:
    """Largest resident size [MB] of this process or of one worker; None where the system does not tell (Windows)."""
    try:
        import resource
    except ImportError:
        return None
    sizes = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round(max(sizes) / (1024 if platform.system() == "Linux" else 1024**2))


def _commit() -> dict[str, Any]:
    """Commit and dirty flag where the package runs from a checkout; empty where it does not."""
    here = pathlib.Path(__file__).parent

    def git(*words: str) -> str:
        done = subprocess.run(["git", "-C", str(here), *words], capture_output=True, text=True, timeout=10, check=True)
        return done.stdout.strip()

    try:
        return {"commit": git("rev-parse", "HEAD"), "dirty": bool(git("status", "--porcelain", "--", str(here)))}
    except (OSError, subprocess.SubprocessError):
        return {}
