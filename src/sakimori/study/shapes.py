"""How amounts, sites and names look to pydantic: validators that keep got, expected and mend apart, and JSON Schema."""

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from sakimori.base.units import DIMENSIONS
from sakimori.study.fields import KINDS, SITE, Field
from sakimori.study.quantities import ANY, Amount, AmountError, amount
from sakimori.study.reading import suggestion


def fault(finding: str, got: str, expected: str, mend: str, at: tuple[str | int, ...] = ()) -> PydanticCustomError:
    """A validation error that carries the parts of a Problem; `at` leads from the value to the fault inside it."""
    context = {"finding": finding, "got": got, "expected": expected, "mend": mend, "at": list(at)}
    return PydanticCustomError("sakimori", "{got}", context)


@dataclass(frozen=True)
class Quantity:
    """Marks a pydantic field as an amount of this dimension and range (SI)."""

    field: Field

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        del source, handler
        return core_schema.no_info_plain_validator_function(
            self.validate, serialization=core_schema.plain_serializer_function_ser_schema(lambda a: a.written)
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        del schema, handler
        return json_schema_of(self.field)

    def validate(self, written: Any) -> Amount:
        """The amount, or a fault."""
        if isinstance(written, Amount):
            return written
        try:
            return amount(written, self.field.dimension, self.field.low, self.field.high)
        except AmountError as error:
            raise fault(error.finding, error.got, error.expected, error.mend, error.at) from None


def quantity(field: Field) -> Quantity:
    """Marks an amount of this dimension and range."""
    return Quantity(field)


def plain(dimension: str, low: float = -math.inf, high: float = math.inf) -> Quantity:
    """Marks an amount of this dimension within [low, high] (SI)."""
    return Quantity(Field(dimension, low, high))


@dataclass(frozen=True)
class _Single(Quantity):
    """An amount that is one value: flight and cover files have no factors."""

    def validate(self, written: Any) -> Amount:
        """The amount, or a fault."""
        found = super().validate(written)
        if found.law != "fixed":
            raise fault("SHAPE03", "a factor", "one value", "Give one value: only studies draw from ranges.")
        return found


def one(dimension: str, low: float = -math.inf, high: float = math.inf) -> Quantity:
    """Marks an amount of this dimension within [low, high] (SI) that is one value, no factor."""
    return _Single(Field(dimension, low, high))


def json_schema_of(field: Field) -> dict[str, Any]:
    """JSON Schema of an amount, still to be expanded."""
    kind = "flag" if field.dimension == "flag" else "quantity"
    if field.dimension == "flag":
        words = "true or false"
    elif field.dimension == ANY:
        words = "a quantity, for example 45 s"
    else:
        words = f"{DIMENSIONS[field.dimension].article}, for example {DIMENSIONS[field.dimension].example}"
    meaning = f"{field.meaning} ({words})" if field.meaning else words
    return {"description": meaning, "x-amount": kind}  # expanded by study/jsonschema.py


@dataclass(frozen=True)
class Site:
    """Where something stands: [latitude, longitude] or [latitude, longitude, altitude]."""

    latitude: Amount
    longitude: Amount
    altitude: Amount
    written: tuple[Any, ...]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        del source, handler
        return core_schema.no_info_plain_validator_function(
            cls.validate, serialization=core_schema.plain_serializer_function_ser_schema(lambda s: list(s.written))
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        del schema, handler
        items = [json_schema_of(SITE[name]) for name in SITE]
        return {"type": "array", "prefixItems": items, "minItems": 2, "maxItems": 3}

    @classmethod
    def validate(cls, written: Any) -> "Site":
        """The site, or a fault."""
        if isinstance(written, Site):
            return written
        if not isinstance(written, list | tuple) or len(written) not in (2, 3):
            expected = "[latitude, longitude] or [latitude, longitude, altitude]"
            raise fault("SHAPE03", f"'{written}'", expected, "Write for example [40.9 deg, 140.3 deg, 20 m].")
        items = [*written, "0 m"][:3]
        amounts: list[Amount] = []
        for i, (item, name) in enumerate(zip(items, SITE, strict=True)):
            field = SITE[name]
            try:
                amounts.append(amount(item, field.dimension, field.low, field.high))
            except AmountError as error:
                mend = error.mend
                if name == "latitude" and error.finding == "UNIT03":
                    mend = "Latitude stands first, then longitude."
                raise fault(error.finding, f"{error.got} as {name}", error.expected, mend, (i, *error.at)) from None
        return cls(*amounts, written=tuple(items))


class Strict(BaseModel):
    """A mapping in a study: no unknown keys, nothing coerced."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, populate_by_name=True, arbitrary_types_allowed=True
    )

    @model_validator(mode="before")
    @classmethod
    def _only_known_keys(cls, data: Any) -> Any:
        if isinstance(data, Mapping):
            known = {field.alias or name for name, field in cls.model_fields.items()}
            for key in data:
                if key not in known and key not in cls.model_fields:
                    what = cls.__doc__.split(":")[0].rstrip(".").lower() if cls.__doc__ else "this"
                    raise fault(
                        "SHAPE02", f"the unknown key '{key}'", f"a key of {what}", suggestion(key, known), (key,)
                    )
        return data


class Titled(Strict):
    """What people read: a title in English and, where wanted, Japanese, and a note."""

    title: str = ""
    title_ja: str = ""
    note: str = ""


def _trigraph(name: str) -> str:
    if len(name) != 3 or not (name.isascii() and name.isalpha() and name.isupper()):
        raise fault("SHAPE03", f"the partner '{name}'", "three capital letters", "Use ISO 3166 codes, for example JPN.")
    return name


def _identifier(name: str) -> str:
    fine = name and name[0].isalnum() and all(c.isalnum() or c in "-_" for c in name)
    if not (fine and name.isascii() and len(name) <= 60):
        raise fault(
            "SHAPE03", f"the name '{name[:60]}'", "letters, digits, - and _", "Rename it, without spaces or dots."
        )
    return name


def _date(text: str) -> str:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        raise fault("SHAPE03", f"'{text[:40]}'", "a date", "Write it like 2026-04-01.") from None
    return text


Partner = Annotated[str, AfterValidator(_trigraph)]
Identifier = Annotated[str, AfterValidator(_identifier)]
Date = Annotated[str, AfterValidator(_date)]


def parameters(*kinds: str) -> dict[str, Any]:
    """Optional pydantic fields for every parameter of these kinds of record."""
    merged: dict[str, Field] = {}
    for kind in kinds:
        for name, field in KINDS[kind].items():
            before = merged.get(name, field)
            merged[name] = field._replace(low=min(before.low, field.low), high=max(before.high, field.high))
    types: dict[str, Any] = {name: Annotated[Amount, quantity(field)] for name, field in merged.items()}
    return {name: (kind | None, None) for name, kind in types.items()}
