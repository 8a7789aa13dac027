"""Every number that the study assumes, with its range, basis and source; the notional ones are counted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

BASES = ("notional", "estimate", "official", "measured")
_SHAPES = ("uniform", "triangular", "loguniform", "normal", "choice")
_UNSAID = "not stated"


@dataclass(frozen=True)
class Assumption:
    """One number of the study, as it is written there."""

    path: str
    value: str
    low: str
    high: str
    basis: str
    source: str
    note: str


def assumptions(study: Mapping[str, Any]) -> tuple[Assumption, ...]:
    """All numbers with a basis or a distribution, notional ones first, then in the order of the study."""
    return tuple(sorted(_walk(study, ""), key=lambda a: BASES.index(a.basis) if a.basis in BASES else len(BASES)))


def counted(found: tuple[Assumption, ...]) -> dict[str, int]:
    """How many assumptions rest on each basis."""
    counts = {basis: sum(a.basis == basis for a in found) for basis in (*BASES, _UNSAID)}
    return {basis: count for basis, count in counts.items() if count}


def _walk(node: Any, path: str) -> Iterator[Assumption]:
    if isinstance(node, Mapping):
        shape = next((s for s in _SHAPES if isinstance(node.get(s), (list, tuple))), "")
        if shape or ("basis" in node and "value" in node):
            yield _assumption(node, path, shape)
            return
        for key, child in node.items():
            yield from _walk(child, f"{path}.{key}" if path else str(key))
    elif isinstance(node, (list, tuple)):
        for index, child in enumerate(node):
            yield from _walk(child, f"{path}[{index}]")


def _assumption(node: Mapping[str, Any], path: str, shape: str) -> Assumption:
    numbers = [str(n) for n in node[shape]] if shape else []
    value, low, high = str(node.get("value", "")), str(node.get("low", "")), str(node.get("high", ""))
    if shape in ("uniform", "loguniform"):
        value, low, high = shape, numbers[0], numbers[-1]
    elif shape == "triangular":
        value, low, high = f"{numbers[1]} (triangular)", numbers[0], numbers[-1]
    elif shape == "normal":
        value, low, high = f"{numbers[0]} (normal)", "", f"sd {numbers[-1]}"
    elif shape == "choice":
        value, low, high = "one of " + ", ".join(numbers), "", ""
    source = str(node.get("source") or _UNSAID) + (f", {node['page']}" if node.get("page") else "")
    return Assumption(path, value, low, high, str(node.get("basis") or _UNSAID), source, str(node.get("note") or ""))
