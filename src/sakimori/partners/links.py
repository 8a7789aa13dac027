"""Links between partners: who gives whom what, and how late."""

import math
from dataclasses import dataclass

from sakimori.base.errors import InputError
from sakimori.base.types import Rule


@dataclass(frozen=True)
class Links:
    """The sharing rules of one architecture; [giver][receiver] of partner indices.

    `rules` of `base.types.Rule`; `latency` [s] >= 0 from a giver's track to the receiver's; `own_latency` [s] >= 0 from
    a partner's sensors to its own shooters. The diagonal is not read: a partner always has its own FIRE_CONTROL track.
    Errors: InputError where the tables are uneven, a rule is unknown, or a latency is negative or infinite.
    """

    rules: tuple[tuple[int, ...], ...]
    latency: tuple[tuple[float, ...], ...]
    own_latency: float

    def __post_init__(self) -> None:
        size = len(self.rules)
        for name, table in (("rules", self.rules), ("latency", self.latency)):
            if any(len(row) != size for row in table) or len(table) != size:
                raise InputError("sharing", f"an uneven table of {name}", f"{size} rows of {size}", "Give every pair.")
        for rule in (value for row in self.rules for value in row):
            if rule not in set(Rule):
                raise InputError(
                    "sharing", f"rule {rule}", "none, warning, cue, track or fire-control", "Change the rule."
                )
        for delay in (self.own_latency, *(value for row in self.latency for value in row)):
            if not 0.0 <= delay < math.inf:
                raise InputError("sharing", f"latency {delay} s", "a finite time, 0 s or more", "Change the latency.")

    def rule(self, giver: int, receiver: int) -> int:
        """What `giver` gives `receiver`; itself everything."""
        return int(Rule.FIRE_CONTROL) if giver == receiver else int(self.rules[giver][receiver])

    def delay(self, giver: int, receiver: int) -> float:
        """How late it arrives [s], the giver's own latency not counted; 0 to itself."""
        return 0.0 if giver == receiver else float(self.latency[giver][receiver])
