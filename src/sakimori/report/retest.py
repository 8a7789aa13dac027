"""The leaders of a run on futures that had no part in choosing them: how much of their lead was luck."""

import io
import pathlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML

from sakimori.assess.comparison import Difference, Effect, paired_difference, tie_confidence
from sakimori.assess.metrics import BASELINE, Metric
from sakimori.base.errors import RunError
from sakimori.report.decision import Decision
from sakimori.report.opening import open_view
from sakimori.report.portfolios import Sets
from sakimori.report.summary import Summary, summarise
from sakimori.report.view import RunView
from sakimori.run import Watch, execute
from sakimori.study import load

LEADERS = 5  # that are played again


@dataclass(frozen=True)
class Leader:
    """A set of measures that did best in a run, as it was picked and on fresh futures."""

    title: str
    measures: tuple[str, ...]
    picked: float  # [unit of the metric] mean change against the baseline on the futures that chose it
    fresh: Difference  # the same on fresh futures
    tied: bool  # on those the first choice is not resolvedly better

    @property
    def shrink(self) -> float:
        """By how much the change is smaller on fresh futures, with the sign of the change."""
        return self.picked - self.fresh.mean


@dataclass(frozen=True)
class Retest:
    """The leaders of a run, first choice first, on fresh futures."""

    metric: Metric
    sample: str  # of the fresh futures
    leaders: tuple[Leader, ...]


def retest(
    run: str | pathlib.Path,
    out: str | pathlib.Path,
    futures: int | None = None,
    workers: int | None = None,
    watch: Watch | None = None,
) -> Retest:
    """Play the leaders of `run` and the baseline on fresh futures, into the run folder `out`.

    The fresh run has the study of the old one, but only its single measures and the leaders as options, and the next
    seed, so that no draw is shared. `futures` defaults to as many as the old run has. Raises RunError where the old run
    has no leader; else as `execute` and `open_view` do.
    """
    view = open_view(run)
    summary = summarise(view)
    picked = _leaders(summary)
    if not picked:
        raise RunError(f"{run} has no option that does better than the baseline: there is nothing to play again.")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / f"{view.manifest.get('study', 'study')}-retest.yaml"
        path.write_text(_study(view, tuple(picked)), "utf-8")
        count = futures or int(view.manifest["futures"])
        execute(load(path), out, futures=count, workers=workers, watch=watch)
    return _judged(view, picked, summarise(open_view(out)))


def _leaders(summary: Summary) -> dict[frozenset[str], float]:
    """The sets that did best and how they were picked: portfolios by half of the futures, listed options by all."""
    sets = Sets(summary)
    if best := sets.best:
        return {sets.members[choice.option]: choice.picked for choice in best[:LEADERS]}
    changes, chosen = summary.differences[summary.metric.name], Decision(summary).helping[:LEADERS]
    return {frozenset(summary.view.measures_of(option)): changes[option].mean for option in chosen}


def _study(view: RunView, sets: tuple[frozenset[str], ...]) -> str:
    """The study of a run with these sets as its options, without portfolios, from the next seed."""
    listed: Mapping[str, Any] = view.study.get("options") or {}
    options = {f"leader-{i}": sorted(members) for i, members in enumerate(sets, 1) if len(members) > 1}
    if "all" in listed:
        options["all"] = listed["all"]
    seed = (int(view.manifest.get("seed", view.study.get("seed", 1))) + 1) % 2**32
    left = ("portfolios", "stop", "options", "seed")
    content = {**{key: value for key, value in view.study.items() if key not in left}, "seed": seed}
    if options:
        content["options"] = options
    stream = io.StringIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.sort_base_mapping_type_on_output = False  # pyright: ignore[reportAttributeAccessIssue]
    yaml.allow_unicode = True
    yaml.dump(content, stream)
    return stream.getvalue()


def _judged(view: RunView, picked: Mapping[frozenset[str], float], fresh: Summary) -> Retest:
    panel = fresh.panel
    named = {frozenset(fresh.view.measures_of(option)): option for option in reversed(panel.options)}
    first, level = named[next(iter(picked))], tie_confidence(len(picked))
    found = []
    for members, change in picked.items():
        option = named[members]
        lead = paired_difference(panel, option, first, level).effect
        tied = option != first and lead in (Effect.UNRESOLVED, Effect.NONE)
        title = view.title(next(iter(members))) if len(members) == 1 else view.set_title(members)
        change_now = paired_difference(panel, option, BASELINE)
        found.append(Leader(title, tuple(sorted(members)), change, change_now, tied))
    return Retest(fresh.metric, fresh.sample, tuple(found))
