"""The study, architecture and catalogue files as pydantic models: unknown keys and wrong units are refused."""

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import Discriminator, PrivateAttr, Tag, ValidationError, create_model, model_validator
from pydantic import Field as Key

from sakimori.study.carriers import AddedCarrier, Carrier, Condition
from sakimori.study.fields import COMMAND, DEPLOYMENT, SENSORS
from sakimori.study.option_keys import Portfolios, Prices, Sampling, Stop
from sakimori.study.orbit_keys import Orbits
from sakimori.study.quantities import ANY, Amount, AmountError, amount, fixed
from sakimori.study.raid_keys import Raid
from sakimori.study.reading import Document, Problem, refuse
from sakimori.study.shapes import Date, Identifier, Partner, Site, Strict, Titled, fault, parameters, plain, quantity
from sakimori.study.stock_keys import Store, Transfer

SCHEMA = "sakimori/1"
M = TypeVar("M", bound=Strict)
RuleName = Literal["none", "warning", "cue", "track", "fire-control"]
ModelName = Literal["constant-velocity", "singer", "glide"]  # of track.models.MODELS (tested)
FamilyName = Literal["ballistic", "quasi-ballistic", "glide", "cruise"]
_SEED_HIGH = 2**32 - 1
_ONE, _NEVER = fixed(1.0, "number", 1), fixed(0.0, "number", 0)


class _Asset(Titled):
    """A sensor asset: a radar at a site or infrared sensors on orbits."""

    record: Identifier
    owner: Partner
    at: Site | None = None
    orbit: Orbits | None = None
    carrier: Identifier | None = None
    boresight: Annotated[Amount, quantity(DEPLOYMENT["boresight"])] | None = None
    availability: Annotated[Amount, quantity(DEPLOYMENT["availability"])] = _ONE
    needs: list[Identifier] = []
    source: str = ""


class _Layer(Titled):
    """A defensive layer: interceptors at a site."""

    record: Identifier
    owner: Partner
    at: Site | None = None
    carrier: Identifier | None = None
    rounds: Annotated[Amount, quantity(DEPLOYMENT["rounds"])]
    magazine: Identifier | None = None
    cells_per_round: Annotated[Amount, quantity(DEPLOYMENT["cells_per_round"])] = _ONE
    availability: Annotated[Amount, quantity(DEPLOYMENT["availability"])] = _ONE
    needs: list[Identifier] = []
    source: str = ""


if TYPE_CHECKING:
    Asset = _Asset
    Layer = _Layer

    class AddedAsset(_Asset):
        """An asset that a measure adds."""

        asset: str

    class AddedLayer(_Layer):
        """A layer that a measure adds."""

        layer: str

else:
    Asset = create_model("Asset", __base__=_Asset, __doc__=_Asset.__doc__, **parameters(*SENSORS))
    Layer = create_model("Layer", __base__=_Layer, __doc__=_Layer.__doc__, **parameters("interceptor"))
    AddedAsset = create_model("AddedAsset", __base__=Asset, __doc__=_Asset.__doc__, asset=(Identifier, ...))
    AddedLayer = create_model("AddedLayer", __base__=Layer, __doc__=_Layer.__doc__, layer=(Identifier, ...))


class Share(Strict):
    """A sharing rule: what one partner gives another of its sensors' tracks."""

    from_: Partner = Key(alias="from")
    to: Partner
    rule: RuleName
    latency: Annotated[Amount, quantity(COMMAND["latency"])] = fixed(0.0, "time", "0 s")
    needs: list[Identifier] = []
    source: str = ""


class Command(Strict):
    """Command: who decides how fast, and whether partners coordinate their fire."""

    coordinated: bool = True
    hold_probability: Annotated[Amount, quantity(COMMAND["hold_probability"])] = _NEVER
    decision_delay: dict[Partner, Annotated[Amount, quantity(COMMAND["decision_delay"])]] = {}
    own_latency: Annotated[Amount, quantity(COMMAND["own_latency"])] = fixed(2.0, "time", "2 s")
    priority: Literal["order", "value"] = "order"
    assignment: Literal["first-come", "greedy", "best"] = "first-come"
    defends: dict[Partner, list[Identifier]] = {}
    engages: dict[Partner, list[FamilyName]] = {}


class Tracking(Strict):
    """Tracking: bounds or filters, errors over the bound, when a track is confirmed and lost, what radars look at."""

    fidelity: Literal["bound", "filter"] = "bound"
    models: list[ModelName] = Key(default=["constant-velocity", "singer", "glide"], min_length=1)
    efficiency: Annotated[Amount, quantity(COMMAND["efficiency"])] = fixed(1.3, "number", 1.3)
    confirm: list[int] = [2, 3]
    drop_time: Annotated[Amount, quantity(COMMAND["drop_time"])] = fixed(30.0, "time", "30 s")
    beam_priority: list[Literal["tracked", "value", "time-to-go", "waiting"]] = ["tracked", "waiting"]

    @model_validator(mode="after")
    def _m_of_n(self) -> "Tracking":
        if len(set(self.beam_priority)) < len(self.beam_priority):
            got, mend = f"beam_priority {self.beam_priority}", "Name each at most once."
            raise fault("SHAPE03", got, "different criteria, the first one first", mend, ("beam_priority",))
        if len(self.confirm) != 2 or not 1 <= self.confirm[0] <= self.confirm[1] <= 32:
            got = f"confirm {self.confirm}"
            raise fault("SHAPE03", got, "[m, n]: m detections within n looks", "Write [2, 3].", ("confirm",))
        if len(set(self.models)) < len(self.models):
            got = f"models {', '.join(self.models)}"
            raise fault("SHAPE03", got, "each model once", "Remove the second one.", ("models",))
        return self


class Architecture(Titled):
    """An architecture: all assets, layers, sharing rules and doctrine of one state of the world."""

    schema_: str = Key(SCHEMA, alias="schema")
    date: Date
    partners: dict[Partner, str] = Key(min_length=1)
    conditions: dict[Identifier, Condition] = {}
    carriers: dict[Identifier, Carrier] = {}
    assets: dict[Identifier, Asset] = {}
    layers: dict[Identifier, Layer] = {}
    magazines: dict[Identifier, Store] = {}
    transfers: dict[Identifier, Transfer] = {}
    sharing: list[Share] = []
    command: Command = Command()
    tracking: Tracking = Tracking()


class DefendedPlace(Titled):
    """A defended place."""

    at: Site
    value: Annotated[Amount, plain("number", 0.0, 1e12)] = _ONE
    partner: Partner
    source: str = ""


class Wind(Strict):
    """The air's speed over the ground at an altitude; linear between the altitudes given, constant beyond."""

    altitude: Annotated[Amount, plain("length", -500.0, 2e5)] = fixed(0.0, "length", "0 m")
    east: Annotated[Amount, plain("speed", -300.0, 300.0)] = fixed(0.0, "speed", "0 m/s")
    north: Annotated[Amount, plain("speed", -300.0, 300.0)] = fixed(0.0, "speed", "0 m/s")


class Air(Strict):
    """How the air in which threats fly differs from the standard atmosphere at rest."""

    density_factor: Annotated[Amount, plain("number", 0.5, 2.0)] = _ONE
    wind: list[Wind] = []

    @model_validator(mode="after")
    def _rising(self) -> "Air":
        heights = [row.altitude.middle for row in self.wind]
        for number, (below, above) in enumerate(itertools.pairwise(heights), 1):
            if not below < above:
                got, mend = f"{above:g} m above {below:g} m", "Sort them."
                raise fault("SHAPE03", got, "rising altitudes", mend, ("wind", number, "altitude"))
        return self


class Cost(Strict):
    """A cost: an amount of US dollars or yen with base year, kind and who pays."""

    value: Any = None
    low: Any = None
    high: Any = None
    uniform: Any = None
    loguniform: Any = None
    triangular: Any = None
    normal: Any = None
    choice: Any = None
    basis: str | None = None
    source: str | None = None
    page: str | None = None
    note: str | None = None
    year: int | None = Key(None, ge=1980, le=2100)
    kind: Literal["acquisition", "life-cycle"] | None = None
    payer: dict[Partner, Annotated[float, Key(ge=0.0)]] = {}
    per: Identifier | None = None
    _amount: Amount = PrivateAttr()

    @property
    def amount(self) -> Amount:
        """The amount itself, in US dollars or yen."""
        return self._amount

    @model_validator(mode="after")
    def _read(self) -> "Cost":
        own = {"year", "kind", "payer", "per"}
        law = {k: getattr(self, k) for k in type(self).model_fields if k not in own and getattr(self, k) is not None}
        try:
            self._amount = amount(law, ANY, 0.0)
        except AmountError as error:
            raise fault(error.finding, error.got, error.expected, error.mend, error.at) from None
        if self._amount.dimension not in ("money", "yen"):
            mend = "Write for example 3.5 GUSD or 140 GJPY."
            raise fault("UNIT02", f"a cost that is no money ({law})", "US dollars or yen", mend)
        if self.payer and abs(sum(self.payer.values()) - 1.0) > 1e-6:
            got = f"payer shares that sum to {sum(self.payer.values()):.6g}"
            raise fault("RAID02", got, "shares that sum to 1", "Correct the shares.", ("payer",))
        return self


def _added_kind(data: Any) -> str:
    for kind in ("layer", "asset", "carrier"):  # an asset or layer may name the carrier that it is aboard
        if (isinstance(data, Mapping) and kind in data) or hasattr(data, kind):
            return kind
    return "asset"


class Change(Strict):
    """A change of a measure: exactly one of add, set, raise, share."""

    add: (
        Annotated[
            Annotated[AddedAsset, Tag("asset")]
            | Annotated[AddedLayer, Tag("layer")]
            | Annotated[AddedCarrier, Tag("carrier")],
            Discriminator(_added_kind),
        ]
        | None
    ) = None
    set: dict[str, Any] | None = None
    raise_: dict[str, Any] | None = Key(None, alias="raise")
    share: Share | None = None

    @model_validator(mode="after")
    def _one(self) -> "Change":
        given = [name for name in type(self).model_fields if getattr(self, name)]
        if len(given) != 1:
            raise fault("SHAPE03", f"{len(given)} changes in one item", "one of add, set, raise, share", "Split it.")
        return self


class Measure(Titled):
    """A measure: a dosed, costed and dated change to the architecture."""

    announced: Date | None = None
    source: str = ""
    quantity: dict[Identifier, Annotated[Amount, plain(ANY)]] = {}
    cost: Cost | None = None
    available: Annotated[Amount, plain("number", 1980.0, 2100.0)] | None = None
    requires: list[Identifier] = []
    excludes: list[Identifier] = []
    change: list[Change] = []


class Waiver(Strict):
    """A waiver: a finding that somebody accepts, with reason, name and date."""

    finding: str
    path: str = ""
    reason: str = Key(min_length=5)
    name: str = Key(min_length=1)
    date: Date


class Record(Titled):
    """A catalogue record: a cited set of parameters of a kind of system."""

    booster: Identifier | None = None
    parameters: dict[str, Any]
    source: str = ""


class Study(Titled):
    """A study: question, architecture, raid or observed flights, measures, metrics."""

    schema_: str = Key(SCHEMA, alias="schema")
    question: str = ""
    question_ja: str = ""
    architecture: Architecture
    seed: int = Key(1, ge=0, le=_SEED_HIGH)
    futures: int = Key(200, ge=1, le=1_000_000)
    replications: int = Key(200, ge=1, le=100_000)
    step: Annotated[Amount, plain("time", 0.05, 60.0)] = fixed(2.0, "time", "2 s")
    vary: Literal["none", "notional", "all"] = "notional"
    sampling: Sampling = Sampling()
    stop: Stop | None = None
    exchange_rate: Annotated[Amount, plain("exchange rate", 1.0, 1e4)] = amount(
        {"uniform": ["130 JPY/USD", "160 JPY/USD"], "basis": "notional", "source": "none-public"}, "exchange rate"
    )
    prices: Prices = Prices()
    places: dict[Identifier, DefendedPlace] = {}
    raid: Raid | None = None
    flights: str | list[dict[str, str]] | None = None
    air: Air = Air()
    measures: dict[Identifier, Measure] = {}
    options: dict[Identifier, list[Identifier]] = {}
    portfolios: Portfolios = Portfolios()
    metrics: list[str] = []
    goals: dict[str, Annotated[Amount, plain(ANY)]] = {}
    records: dict[str, dict[Identifier, Record]] = {}
    sources: dict[str, str] = {}
    waivers: list[Waiver] = []

    @model_validator(mode="after")
    def _raid_or_flights(self) -> "Study":
        if (self.raid is None) == (self.flights is None):
            got = "neither raid nor flights" if self.raid is None else "both raid and flights"
            raise fault("RAID01", got, "one of the two", "Say what flies: a raid, or a table of observed flights.")
        return self


class CatalogueFile(Strict):
    """A catalogue file: records of one kind."""

    schema_: str = Key(SCHEMA, alias="schema")
    kind: Literal["radar", "infrared", "interceptor", "ballistic", "quasi-ballistic", "glide", "cruise", "booster"]
    note: str = ""
    records: dict[Identifier, Record]


def check_version(document: Document) -> None:
    """Refuse a file that does not begin with a schema version that this program reads."""
    found = document.content.get("schema")
    if found != SCHEMA:
        got = "no schema version" if found is None else f"schema {found}"
        mend = f"Begin the file with 'schema: {SCHEMA}'."
        if isinstance(found, str) and found.startswith("sakimori/") and found[9:].isdigit() and int(found[9:]) > 1:
            mend = "Install a newer sakimori to read it."
        raise Problem("SHAPE04", document.place("schema"), got, f"schema {SCHEMA}", mend)


def validated(model: type[M], content: Mapping[str, Any], place: Any) -> M:
    """The content as a model. `place(*path)` finds lines. Raises Problem or Problems, in the order of the lines."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        found = [_problem(item, place) for item in error.errors(include_url=False)]
    refuse(sorted(found, key=lambda p: (p.place.path, p.place.line)))
    raise AssertionError("a validation error without errors")


_PLAIN = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "list_type": "a list",
    "int_from_float": "a whole number",
}


def _problem(error: Any, place: Any) -> Problem:
    where, context, kind = tuple(error["loc"]), error.get("ctx", {}), error["type"]
    if kind == "sakimori":
        at = place(*where, *context["at"])
        return Problem(context["finding"], at, context["got"], context["expected"], context["mend"])
    name = next((str(step) for step in reversed(where) if isinstance(step, str)), "file")
    if kind == "missing":
        mend = f"Add '{where[-1]}:'."
        return Problem("SHAPE01", place(*where), f"no '{where[-1]}'", f"the key '{where[-1]}'", mend)
    got = repr(error["input"]) if not isinstance(error["input"], dict | list) else f"the {_shape(error['input'])}"
    if kind == "literal_error":
        expected = str(context["expected"]).replace("'", "")
    elif kind in _PLAIN:
        expected = _PLAIN[kind]
    else:
        expected = str(error["msg"]).removeprefix("Input should be ").removeprefix("Value should be ")
    mend = "Write true or false: YAML 1.2 has no yes and no." if kind == "bool_type" else f"Correct '{name}'."
    if kind == "string_type":
        mend = "Put it in quotes if it is meant as text."
    finding = "UNIT03" if kind.startswith(("greater", "less")) else "SHAPE03"
    return Problem(finding, place(*where), f"{name} {got[:80]}", expected, mend)


def _shape(value: Any) -> str:
    return f"mapping with {len(value)} keys" if isinstance(value, dict) else f"list of {len(value)} values"
