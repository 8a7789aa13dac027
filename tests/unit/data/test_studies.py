"""The shipped studies: valid, dated and cited; measures change things and carry no effect size."""

import pathlib

import pytest

from sakimori.study.flight_tables import read_flights, shipped_table
from sakimori.study.loading import load
from sakimori.study.reading import read
from sakimori.study.schema import Architecture, Study, validated

STUDIES = pathlib.Path(__file__).parents[3] / "src" / "sakimori" / "data" / "studies"
NAMES = ("announced-measures", "observed-tests")


def content(name: str, file: str) -> dict:
    return read(STUDIES / name / file).content


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


def test_both_files_are_valid(name):
    document = read(STUDIES / name / "architecture.yaml")
    architecture = validated(Architecture, document.content, document.place)
    assert architecture.date
    assert architecture.title_ja
    study = read(STUDIES / name / "study.yaml")
    whole = validated(Study, {**study.content, "architecture": document.content}, study.place)
    assert whole.title_ja
    assert whole.question


def test_assets_and_layers_name_records_of_the_catalogue_and_their_source(name):
    catalogue = STUDIES.parent / "catalogue"
    records = {r for path in catalogue.glob("*.yaml") for r in read(path).content["records"]}
    architecture, study = content(name, "architecture.yaml"), content(name, "study.yaml")
    added = [change["add"] for m in study["measures"].values() for change in m["change"] if "add" in change]
    for deployed in [*architecture["assets"].values(), *architecture["layers"].values(), *added]:
        assert deployed["record"] in records
        assert deployed["source"]
        assert deployed["owner"] in architecture["partners"]
    for threat in study.get("raid", {}).get("threats", []):
        assert threat["threat"] in records


def test_every_measure_is_dosed_costed_dated_and_cited(name):
    for measure, m in content(name, "study.yaml")["measures"].items():
        assert all(m[key] for key in ("title", "title_ja", "announced", "source")), measure
        assert {"year", "kind", "payer", "basis", "source"} <= set(m["cost"]), measure
        assert sum(m["cost"]["payer"].values()) == pytest.approx(1.0), measure
        assert "uniform" in m["available"], measure
        assert all(m[key] for key in ("quantity", "change")), measure
        for quantity, written in m["quantity"].items():
            assert "choice" in written or "uniform" in written, measure
            assert f"${quantity}" in str(m["change"]), f"{measure}: the quantity {quantity} doses nothing"


def test_no_measure_carries_an_effect_size(name):
    # A dose may be rounds, satellites, seconds, presence on station or what stands at a place; never a probability of
    # killing or detecting.
    for measure, m in content(name, "study.yaml")["measures"].items():
        for change in m["change"]:
            for path in {**change.get("set", {}), **change.get("raise", {})}:
                last = path.rpartition(".")[2]
                at_stake = path.startswith("places.") and last == "value"
                assert at_stake or last in ("rounds", "magazine", "coordinated", "JPN", "USA"), (measure, path)


def test_changes_point_at_what_is_there(name):
    architecture = content(name, "architecture.yaml")
    for measure, m in content(name, "study.yaml")["measures"].items():
        for change in m["change"]:
            for path in {**change.get("set", {}), **change.get("raise", {})}:
                kind, key, *_ = path.split(".")
                there = content(name, "study.yaml") if kind == "places" else architecture
                assert key in there[kind], (measure, path)
            if "add" in change:
                assert change["add"].get("asset", change["add"].get("layer")) not in architecture["assets"]


def test_announced_measures_has_at_least_nine_measures_and_no_more_than_thirteen_options():
    study = content("announced-measures", "study.yaml")
    assert len(study["measures"]) >= 9
    assert len(study["measures"]) + 2 <= 13  # baseline, each alone, all
    assert (study["futures"], study["replications"], study["step"]) == (300, 16, "2 s")
    assert study["raid"]["size"] == {"choice": [4, 8, 12]}
    assert sum(study["raid"]["places"].values()) == pytest.approx(1.0)
    assert sum(threat["share"] for threat in study["raid"]["threats"]) == pytest.approx(1.0)
    assert set(study["raid"]["places"]) == set(study["places"])


def test_coordinates_are_no_finer_than_a_town(name):
    architecture, study = content(name, "architecture.yaml"), content(name, "study.yaml")
    sites = [x["at"] for x in [*architecture["assets"].values(), *architecture["layers"].values()] if "at" in x]
    sites += [place["at"] for place in study.get("places", {}).values()]
    for site in sites:
        for angle in site[:2]:
            assert len(angle.split()[0].partition(".")[2]) <= 2, site


def test_studies_load_by_name_and_their_first_future_can_be_played():
    for shipped, least in (("announced-measures", 11), ("observed-tests", 5)):
        study = load(shipped)
        assert least <= len(study.option_names) <= 13
        assert {"baseline", "all"} <= set(study.option_names)
        case = study.case(0)
        assert [option.name for option in case.options[: len(study.option_names)]] == list(study.option_names)
        assert case.threats


def test_ten_draws_for_each_observed_flight():
    study = load("observed-tests")
    assert study.model.futures == 10 * len(read_flights(shipped_table()))
