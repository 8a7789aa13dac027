"""A study as one self-contained file: architecture, records, flights and sources in place, defaults filled."""

import io
import pathlib
import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ruamel.yaml import YAML

from sakimori.study import schema
from sakimori.study.catalogue import Catalogue, bibliographies
from sakimori.study.measures import ALL
from sakimori.study.walking import sources_of

_FIELD = re.compile(r"^\s*(author|title|howpublished|year|date|url|note)\s*=\s*[{\"](.*?)[}\"]\s*,?\s*$", re.MULTILINE)


class Resolvable(Protocol):
    """What of a study the text repeats."""

    @property
    def model(self) -> schema.Study: ...
    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def options(self) -> Mapping[str, Sequence[str]]: ...
    @property
    def rows(self) -> Sequence[Mapping[str, str]] | None: ...
    @property
    def folder(self) -> str: ...


def resolved_text(study: Resolvable) -> str:
    """YAML that `load` reads back as the same study."""
    model = study.model
    content = _plain(model.model_dump(by_alias=True, exclude_none=True))
    content["records"] = {}
    for entry in study.catalogue.used():
        content["records"].setdefault(entry.kind, {})[entry.id] = _plain(entry.record.model_dump(exclude_none=True))
    if ALL in study.options:
        content.setdefault("options", {})[ALL] = list(study.options[ALL])
    if study.rows is not None:
        content["flights"] = study.rows
    content["sources"] = _sources(study)
    content = {"schema": content.pop("schema"), **content}
    stream = io.StringIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style, yaml.width, yaml.allow_unicode = None, 140, True
    yaml.sort_base_mapping_type_on_output = False  # pyright: ignore[reportAttributeAccessIssue]
    yaml.dump(content, stream)
    return stream.getvalue()


def _plain(value: Any) -> Any:
    """Without what is empty: nothing is lost, as all defaults of that kind are empty too."""
    if isinstance(value, dict):
        return {k: p for k, v in value.items() if (p := _plain(v)) not in ("", {}, [])}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _sources(study: Resolvable) -> dict[str, str]:
    used = {key for _, key in sources_of(study.model)}
    for entry in study.catalogue.used():
        used |= {a.source for a in entry.parameters.values() if a.source} | ({entry.record.source} - {""})
    for row in study.rows or ():
        used |= {key.strip() for key in row.get("source", "").split(";") if key.strip()}
    texts = {**_bibliography(study.folder), **study.model.sources}
    return {key: texts[key] for key in sorted(used) if key in texts}


def _bibliography(folder: str) -> dict[str, str]:
    """One line of text per source key."""
    found: dict[str, str] = {}
    for path in bibliographies(pathlib.Path(folder)):
        for item in re.split(r"^\s*@", path.read_text("utf-8", errors="replace"), flags=re.MULTILINE)[1:]:
            key = item.partition("{")[2].partition(",")[0].strip()
            fields = {name: text.strip("{}") for name, text in _FIELD.findall(item)}
            order = ("author", "title", "howpublished", "year", "date", "note", "url")
            found[key] = ". ".join(fields[name].rstrip(".") for name in order if name in fields)
    return found
