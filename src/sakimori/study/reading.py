"""Reading a YAML file (1.2) into plain values, with the line of everything in it, and refusing what is no study.

Only nodes are composed, no objects are constructed: tags cannot name types, `NO` and `on` stay text, dates stay text.
"""

import difflib
import pathlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sakimori.base.errors import InputError, Place

LARGEST = 5_000_000  # [bytes] of one file
MOST_ALIASED = 10_000  # values that aliases may repeat
DEEPEST = 40  # levels of nesting
_TAGS = frozenset(("map", "seq", "str", "int", "float", "bool", "null", "timestamp"))

Path = tuple[str | int, ...]


class Problem(InputError):
    """One thing wrong with the input; `finding` is its ID in docs/findings.md."""

    def __init__(self, finding: str, place: Place | str, got: str, expected: str, mend: str) -> None:
        self.finding = finding
        super().__init__(place, got, expected, mend)

    def __reduce__(self) -> Any:
        return type(self), (self.finding, self.place, self.got, self.expected, self.mend)


class Problems(InputError):
    """Several things wrong at once: `problems`, in the order of the file. Reads like the list of them."""

    SHOWN = 10

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        super().__init__(first.place, first.got, first.expected, first.mend)
        lines = [str(problem) for problem in self.problems[: self.SHOWN]]
        if len(self.problems) > self.SHOWN:
            lines.append(f"... and {len(self.problems) - self.SHOWN} more like these")
        self.args = ("\n".join(lines),)

    def __reduce__(self) -> Any:
        return type(self), (self.problems,)


def refuse(problems: list[Problem]) -> None:
    """Raise what was found wrong, if anything."""
    if problems:
        raise problems[0] if len(problems) == 1 else Problems(problems)


def suggestion(word: str, known: Iterable[str]) -> str:
    """A sentence that helps with a word that is not known: the nearest one, or all."""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, 1, 0.6)
    if near:
        return f"Did you mean '{near[0]}'?"
    listed = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f"Known here: {listed}." if names else "None is declared here."


@dataclass(frozen=True)
class Document:
    """A file's content as plain values, and where each stands."""

    path: str
    content: dict[str, Any]
    lines: dict[Path, tuple[int, int]] = field(repr=False)

    def place(self, *where: str | int) -> Place:
        """Place of the value at this path; steps that do not exist in the file are passed over."""
        known: Path = ()
        for step in where:
            if (*known, step) in self.lines:
                known = (*known, step)
        return Place(self.path, *self.lines.get(known, (1, 1)))


def read(path: pathlib.Path) -> Document:
    """The document at `path`. Raises Problem, with the line, for anything that is not one plain YAML mapping."""
    return parse(_text(path), str(path))


def parse(text: str, path: str) -> Document:
    """A document from text; `path` is the name used in messages."""
    if text.startswith("%"):
        raise Problem("READ05", Place(path, 1), "a directive", "plain YAML 1.2", "Remove the line that begins with %.")
    yaml = YAML(typ="safe", pure=True)
    try:
        node = yaml.compose(text)
    except MarkedYAMLError as error:
        raise _syntax(error, text, path) from None
    except YAMLError as error:
        raise Problem("READ05", path, str(error).split("\n")[0], "YAML 1.2", "Correct the text.") from None
    except (RecursionError, ValueError) as error:
        raise _deep(path) if isinstance(error, RecursionError) else _odd(path, str(error)) from None
    if not isinstance(node, MappingNode):
        got = "nothing" if node is None else "a list or a single value"
        raise Problem("READ06", Place(path, 1), got, "keys with values", "Begin with 'schema: sakimori/1'.")
    walk = _Walk(path, text)
    return Document(path, walk.value(node, (), False), walk.lines)


def _text(path: pathlib.Path) -> str:
    name = str(path)
    try:
        size = path.stat().st_size
        if size > LARGEST:
            mend = "Put long tables into a CSV file beside it."
            raise Problem("READ02", name, f"{size / 1e6:.1f} MB", f"at most {LARGEST / 1e6:.0f} MB", mend)
        raw = path.read_bytes()
    except FileNotFoundError:
        raise Problem("READ01", name, "no such file", "a file", "Check the name.") from None
    except OSError as error:
        mend = "Check that it is a file that you may read."
        raise Problem("READ01", name, error.strerror or "an error", "a readable file", mend) from None
    if b"\0" in raw:
        raise Problem("READ03", name, "binary content", "text in UTF-8", "Give a YAML file, saved as UTF-8.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        got = f"the byte 0x{raw[error.start]:02x}, which is not UTF-8"
        raise Problem("READ04", Place(name, line), got, "text in UTF-8", "Save the file as UTF-8.") from None


def _syntax(error: MarkedYAMLError, text: str, path: str) -> Problem:
    unfinished = "stream end" in str(error.problem) or "end of stream" in str(error.problem)
    mark = (error.context_mark if unfinished else None) or error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 0
    rows = text.split("\n")
    row = rows[line - 1] if 0 < line <= len(rows) else ""
    if "\t" in row[: len(row) - len(row.lstrip())] or "'\\t'" in str(error.problem):
        return Problem("READ05", Place(path, line), "a tab", "spaces", "Indent with spaces: YAML allows no tabs.")
    got = f"'{row.strip()[:50]}' ({error.problem})" if row.strip() else str(error.problem)
    return Problem("READ05", Place(path, line), got, "YAML 1.2", "Check brackets, quotes, colons and indentation here.")


def _deep(path: str) -> Problem:
    return Problem("READ05", path, "very deep nesting", f"at most {DEEPEST} levels", "Flatten the file.")


def _odd(path: str, got: str) -> Problem:
    return Problem("READ05", path, got.split("\n")[0], "YAML 1.2", "Correct the text.")


@dataclass
class _Walk:
    """From nodes to values; counts what aliases repeat, so that a few lines cannot become a billion values."""

    path: str
    text: str
    lines: dict[Path, tuple[int, int]] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    aliased: int = 0

    def value(self, node: Node, where: Path, repeated: bool) -> Any:
        self.lines.setdefault(where, self._position(node))
        if len(where) > DEEPEST:
            raise _deep(self.path)
        repeated = repeated or id(node) in self.seen
        self.aliased += repeated
        if self.aliased > MOST_ALIASED:
            got = f"aliases (*) that repeat more than {MOST_ALIASED} values"
            raise Problem("READ07", self._place(node), got, "few aliases", "Write the values out, or fewer of them.")
        self.seen.add(id(node))
        if not str(node.tag).startswith("tag:yaml.org,2002:") or str(node.tag).rpartition(":")[2] not in _TAGS:
            got = f"the tag '{node.tag}'"
            raise Problem("READ05", self._place(node), got, "a plain value", "Remove the tag.")
        if isinstance(node, MappingNode):
            return dict(self._pairs(node, where, repeated))
        if isinstance(node, SequenceNode):
            return [self.value(item, (*where, i), repeated) for i, item in enumerate(node.value)]
        assert isinstance(node, ScalarNode)
        return self._scalar(node)

    def _pairs(self, node: MappingNode, where: Path, repeated: bool) -> Iterator[tuple[str, Any]]:
        first: dict[str, int] = {}
        for key, item in node.value:
            if not isinstance(key, ScalarNode):
                raise Problem("READ06", self._place(key), "a key that is not text", "a name", "Write a plain name.")
            name = str(key.value)
            if name in first:
                got = f"the key '{name}' a second time (first in line {first[name]})"
                raise Problem("READ08", self._place(key), got, "each key once", "Remove or rename one of them.")
            first[name] = key.start_mark.line + 1
            self.lines[(*where, name)] = self._position(key)
            yield name, self.value(item, (*where, name), repeated)

    def _scalar(self, node: ScalarNode) -> Any:
        kind = str(node.tag).rpartition(":")[2]
        text = str(node.value)
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        if kind == "int":
            return self._number(node, text, int)
        if kind == "float":
            return self._number(node, text, float)
        return text

    def _number(self, node: ScalarNode, text: str, kind: type[int] | type[float]) -> int | float | str:
        if len(text) > 40:
            raise Problem("READ05", self._place(node), f"'{text[:20]}...'", "a number of usual length", "Shorten it.")
        try:
            return int(text, 0) if kind is int else float(text)
        except ValueError:
            return text

    def _position(self, node: Node) -> tuple[int, int]:
        return node.start_mark.line + 1, node.start_mark.column + 1

    def _place(self, node: Node) -> Place:
        return Place(self.path, *self._position(node))
