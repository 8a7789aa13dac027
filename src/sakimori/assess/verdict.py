"""The answer in one object: which option leads, or why that is not resolved and which factor decides."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import special

from sakimori.assess.comparison import Difference, Effect, paired_difference, rank, tie_confidence
from sakimori.assess.metrics import BASELINE, Panel, Table
from sakimori.assess.robustness import Part, Split, Stability, splits, telling


class Why(StrEnum):
    """The reason behind a verdict."""

    LEADS = "leads"  # resolved: one leader, in every part of every factor or within the error there
    EQUAL = "equal"  # resolved: several options with the very same effect lead
    NO_EFFECT = "no effect"  # resolved: no measure changes the metric in any future
    NONE_HELPS = "none helps"  # resolved: nothing is better than the baseline
    TIED = "tied"  # not resolved: the leader's lead is within the Monte Carlo error
    FLIPS = "flips"  # not resolved: another option leads within the stated range of a factor
    TOO_FEW = "too few"  # not resolved: fewer than two draws of the factors


@dataclass(frozen=True)
class Verdict:
    """Resolved or not, who leads, why, and the factor that decides (if one is known)."""

    resolved: bool
    why: Why
    leaders: tuple[str, ...]  # the leader first, then those tied with it
    rival: str  # who is tied with the leader, or overtakes it; empty where none
    factor: str  # the factor that decides; empty where none is known; never the attacker's
    part: Part | None  # where in that factor's range the rival leads
    futures_needed: int  # about how many futures would resolve a tie; 0 where that does not apply
    groups: tuple[tuple[str, ...], ...]  # ranking with ties, the baseline included
    splits: tuple[Split, ...]  # robustness by factor


def contenders(options: Collection[str], measures: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """The options that may lead: all but those that hold every measure (they contain their rivals)."""
    everything = {m for option in options for m in measures.get(option, ())}
    complete = [o for o in options if set(measures.get(o, ())) == everything and len(everything) > 1]
    rest = tuple(o for o in options if o not in complete)
    return rest if any(o != BASELINE for o in rest) else tuple(options)


def verdict(panel: Panel, factors: Table, candidates: tuple[str, ...], averaged: Collection[str]) -> Verdict:
    """Who leads among `candidates` (the baseline among them), and whether that holds over the factors' ranges."""
    groups = rank(panel, candidates)
    leader, tied = groups[0][0], groups[0][1:]
    by_factor = splits(panel, factors, candidates, averaged)

    def say(why: Why, resolved: bool, rival: str = "", split: Split | None = None, needed: int = 0) -> Verdict:
        part = _where(split, rival) if split else None
        leaders = (leader,) if why is Why.FLIPS else groups[0]
        return Verdict(resolved, why, leaders, rival, split.factor if split else "", part, needed, groups, by_factor)

    if panel.independent < 2:
        return say(Why.TOO_FEW, False)
    level = tie_confidence(len(candidates))
    leads = {option: paired_difference(panel, option, leader, level) for option in tied}
    if len(tied) == len(candidates) - 1 and all(d.effect is Effect.NONE for d in leads.values()):
        return say(Why.NO_EFFECT, True)
    close = [option for option in tied if leads[option].effect is not Effect.NONE]
    if close:
        rival = close[0]
        return say(Why.TIED, False, rival, _deciding(panel, by_factor, leader, rival), _needed(leads[rival], level))
    if leader == BASELINE or BASELINE in tied:
        return say(Why.NONE_HELPS, True)
    flip = next((s for s in by_factor if s.stability is Stability.FLIPS), None)
    if flip:
        return say(Why.FLIPS, False, _overtaker(flip, leader), flip)
    return say(Why.EQUAL if tied else Why.LEADS, True)


def _where(split: Split, rival: str) -> Part | None:
    """The part in which the rival leads: beyond the error if there is such a part."""
    parts = [p for p in split.parts if p.leader == rival]
    return next((p for p in parts if p.lead.effect is Effect.HELPS), parts[0] if parts else None)


def _overtaker(split: Split, leader: str) -> str:
    return next(p.leader for p in split.parts if p.leader != leader and p.lead.effect is Effect.HELPS)


def _deciding(panel: Panel, by_factor: tuple[Split, ...], leader: str, rival: str) -> Split | None:
    """The factor that explains most of the lead, if that is more than chance (F test, Bonferroni over factors)."""
    flips = [s for s in by_factor if s.stability is Stability.FLIPS]
    there = int(np.sum(np.isfinite(panel.of(leader) - panel.of(rival))))
    found = flips or telling(by_factor, there)
    return found[0] if found else None


def _needed(lead: Difference, level: float) -> int:
    """Futures at which the interval of a lead of this size would just leave zero out; 0 where the lead is zero."""
    if not np.isfinite(lead.error) or lead.mean == 0.0 or lead.draws < 2:
        return 0
    reach = float(special.stdtrit(lead.draws - 1, 0.5 + 0.5 * level))
    return int(np.ceil(lead.futures * (reach * lead.error / lead.mean) ** 2))
