"""The JSON Schema of study, architecture and catalogue files, for editors; committed as data/study.schema.json."""

import json
from typing import Any

from pydantic.json_schema import models_json_schema

from sakimori.study.catalogue import DATA
from sakimori.study.quantities import BASES
from sakimori.study.schema import SCHEMA, Architecture, CatalogueFile, Study

_REF = "#/$defs/"
_VALUE: dict[str, Any] = {"type": ["string", "number"]}
_EVIDENCE: dict[str, Any] = {
    "basis": {"enum": list(BASES)},
    "source": {"type": "string", "description": "a key of sources.bib, or none-public"},
    "page": {"type": ["string", "number"]},
    "note": {"type": "string"},
}


def _values(least: int, most: int | None) -> dict[str, Any]:
    bounds = {"minItems": least} | ({"maxItems": most} if most else {})
    return {"type": "array", "items": {"$ref": _REF + "Value"}, **bounds}


_AMOUNTS: dict[str, Any] = {
    "Value": _VALUE,
    "Factor": {
        "type": "object",
        "description": "a law over values: exactly one of uniform, loguniform, triangular, normal, choice",
        "properties": {
            "uniform": _values(2, 2),
            "loguniform": _values(2, 2),
            "triangular": _values(3, 3),
            "normal": _values(2, 2),
            "choice": _values(1, None),
            **_EVIDENCE,
        },
        "additionalProperties": False,
    },
    "CitedValue": {
        "type": "object",
        "required": ["value"],
        "properties": {
            "value": {"type": ["string", "number", "boolean"]},
            "low": {"$ref": _REF + "Value"},
            "high": {"$ref": _REF + "Value"},
            **_EVIDENCE,
        },
        "additionalProperties": False,
    },
}


def schema_document() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12): one of the three kinds of file."""
    _, whole = models_json_schema([(model, "validation") for model in (Study, Architecture, CatalogueFile)])
    definitions = _expanded(whole["$defs"]) | _AMOUNTS
    study = definitions["Study"]["properties"]
    study["architecture"] = {"anyOf": [{"type": "string"}, {"$ref": _REF + "Architecture"}]}
    parameter = {"anyOf": [{"$ref": _REF + "CitedValue"}, {"$ref": _REF + "Factor"}, _VALUE, {"type": "boolean"}]}
    definitions["Record"]["properties"]["parameters"] = {"type": "object", "additionalProperties": parameter}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Files of Sakimori, {SCHEMA}",
        "anyOf": [{"$ref": _REF + name} for name in ("Study", "Architecture", "CatalogueFile")],
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> str:
    """The document as it is committed."""
    return json.dumps(schema_document(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def write_schema() -> None:
    """Write the committed document anew, after a change of the models."""
    (DATA / "study.schema.json").write_text(schema_text(), "utf-8")


def _expanded(node: Any) -> Any:
    if isinstance(node, dict):
        if "x-amount" in node:
            kinds: list[Any] = (
                [{"type": "boolean"}] if node["x-amount"] == "flag" else [_VALUE, {"$ref": _REF + "Factor"}]
            )
            return {"description": node["description"], "anyOf": [*kinds, {"$ref": _REF + "CitedValue"}]}
        return {key: _expanded(value) for key, value in node.items() if key != "default" or not _opaque(value)}
    return [_expanded(item) for item in node] if isinstance(node, list) else node


def _opaque(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("Amount(")
