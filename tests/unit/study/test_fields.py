"""The table of parameters, the dataclasses that they fill, the JSON Schema and the documents agree."""

import dataclasses
import json
import pathlib
import re

import pytest

from sakimori.base.units import DIMENSIONS
from sakimori.engage import Layer
from sakimori.flight import BallisticThreat, CruiseThreat, GlideThreat, QuasiBallisticThreat, boost
from sakimori.sense.infrared import Infrared
from sakimori.sense.radar import Radar
from sakimori.study import FINDINGS, check, load
from sakimori.study.catalogue import DATA, load_catalogue
from sakimori.study.fields import KINDS, MOST_STAGES, STAGE
from sakimori.study.jsonschema import schema_document, schema_text
from sakimori.study.loading import STUDIES
from sakimori.study.measures import ALL, BASELINE
from sakimori.study.plans import required
from sakimori.study.reading import read

DOCS = pathlib.Path(__file__).parents[3] / "docs"
DEPLOYED = {"name", "key", "owner", "latitude", "longitude", "altitude", "availability"}
ELSEWHERE = {  # fields that belong to the deployment, the raid or the doctrine, not to the kind of system
    "radar": DEPLOYED | {"boresight", "circuit"},
    "infrared": DEPLOYED | {"orbit"},
    "interceptor": DEPLOYED | {"magazine", "decision_delay", "fly_out"},
    "ballistic": {"apogee", "booster", "boost_range"},
    "quasi-ballistic": {"booster", "boost_range"},
    "glide": {"booster"},
    "cruise": {"booster", "burnout_altitude"},
}
AIMED = {"launch_latitude", "launch_longitude", "aim_latitude", "aim_longitude", "launch_time"}
CLASSES = {
    "radar": Radar,
    "infrared": Infrared,
    "interceptor": Layer,
    "ballistic": BallisticThreat,
    "quasi-ballistic": QuasiBallisticThreat,
    "glide": GlideThreat,
    "cruise": CruiseThreat,
}
NOT_FIELDS = {"unit_cost"}  # money stays outside the chain


@pytest.mark.parametrize("kind", CLASSES)
def test_parameter_names_are_the_fields_of_the_dataclasses(kind: str) -> None:
    fields = {field.name for field in dataclasses.fields(CLASSES[kind])}
    assert set(KINDS[kind]) - NOT_FIELDS == fields - ELSEWHERE[kind] - AIMED


@pytest.mark.parametrize("kind", KINDS)
def test_dimensions_exist_and_every_parameter_says_what_it_means(kind: str) -> None:
    for field in KINDS[kind].values():
        assert field.dimension in (*DIMENSIONS, "flag")
        assert field.meaning
        assert field.low < field.high


def test_columns_of_a_stage_are_those_of_the_booster() -> None:
    named = {name: getattr(boost, name) for name in ("PROPELLANT", "DRY", "BURN", "IMPULSE", "SEA_IMPULSE", "COAST")}
    words = ("propellant_mass", "dry_mass", "burn_time", "specific_impulse", "sea_level_specific_impulse", "coast")
    assert list(STAGE) == [word for _, word in sorted(zip(named.values(), words, strict=True))]
    assert boost.MOST_STAGES == MOST_STAGES


def test_required_fields_are_those_without_a_default() -> None:
    assert "maximum_range" in required("radar")
    assert "false_alarm" not in required("radar")
    assert "kill_probability" in required("interceptor")


def test_json_schema_is_current() -> None:
    committed = (DATA / "study.schema.json").read_text("utf-8")
    message = "run: python -c 'from sakimori.study.jsonschema import write_schema; write_schema()'"
    assert committed == schema_text(), message


def _resolves(node: object, definitions: dict[str, object]) -> None:
    if isinstance(node, dict):
        if "$ref" in node:
            assert str(node["$ref"]).removeprefix("#/$defs/") in definitions
        for value in node.values():
            _resolves(value, definitions)
    elif isinstance(node, list):
        for value in node:
            _resolves(value, definitions)


def test_json_schema_is_closed_and_complete() -> None:
    document = schema_document()
    _resolves(document, document["$defs"])
    assert "x-amount" not in json.dumps(document)
    for name in (
        "Study",
        "Architecture",
        "Asset",
        "Layer",
        "Measure",
        "Raid",
        "ThreatGroup",
        "CatalogueFile",
        "Factor",
    ):
        assert document["$defs"][name]["additionalProperties"] is False
    assert "beam_width" in document["$defs"]["Asset"]["properties"]


def test_json_schema_accepts_the_small_study_and_refuses_a_typing_mistake(small: pathlib.Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(schema_document())
    for path in (small / "study.yaml", small / "architecture.yaml", *sorted((small / "catalogue").glob("*.yaml"))):
        content = read(path).content
        assert validator.is_valid(content), path
        assert not validator.is_valid({**content, "titel": "x"})


def test_findings_document_lists_every_finding_with_its_severity() -> None:
    text = (DOCS / "findings.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([A-Z]+\d+)` \| (\w+) \|", text, re.MULTILINE))
    assert rows == {name: kind.severity for name, kind in FINDINGS.items()}
    for name, kind in FINDINGS.items():
        assert f"| `{name}` | {kind.severity} | {kind.meaning} | {kind.mend} |" in text


def test_study_document_names_every_key() -> None:
    text = (DOCS / "study-files.md").read_text("utf-8")
    definitions = schema_document()["$defs"]
    for model in (
        "Study",
        "Architecture",
        "Raid",
        "Measure",
        "Cost",
        "Command",
        "Tracking",
        "Waiver",
        "Walker",
        "Share",
        "Carrier",
        "Circuit",
        "Store",
        "Wave",
        "Loss",
        "Transfer",
    ):
        for key in definitions[model]["properties"]:
            assert f"`{key}`" in text or f"`{key}:" in text, f"{model}.{key} is not in docs/study-files.md"
    for kind, fields in KINDS.items():
        for key in fields:
            assert f"`{key}`" in text, f"{kind}.{key}"


def test_ten_line_example_of_the_document_loads(tmp_path: pathlib.Path) -> None:
    text = (DOCS / "study-files.md").read_text("utf-8")
    example = re.search(r"```yaml\n# study\.yaml\n(.*?)```", text, re.DOTALL)
    assert example
    rows = [row for row in example[1].split("\n") if row.strip()]
    assert len(rows) <= 10
    (tmp_path / "study.yaml").write_text(example[1], "utf-8")
    study = load(tmp_path)
    assert study.option_names == (BASELINE,)
    assert len(study.case(0).threats) >= 1


def test_every_shipped_record_reads() -> None:
    catalogue = load_catalogue()
    for kind in KINDS:
        names = catalogue.names(kind)
        assert names
        for name in names:
            entry = catalogue.get(name, kind)
            assert entry is not None
            for parameter in entry.parameters.values():
                assert parameter.basis in ("measured", "official", "estimate", "notional")
                assert parameter.source


@pytest.mark.parametrize("path", sorted(STUDIES.glob("*/study.yaml")), ids=lambda path: path.parent.name)
def test_shipped_study_loads_checks_clean_and_makes_cases(path: pathlib.Path) -> None:
    study = load(path.parent.name)
    errors = [finding for finding in check(study) if finding.severity == "error"]
    assert not errors
    for future in (0, 1, 7):
        case, labels = study.case(future), study.labels(future)
        assert case.options[0].name == BASELINE
        assert len(labels.records) == len(case.threats)
        assert set(labels.option_costs) == set(study.option_names)
    assert ALL in study.option_names
