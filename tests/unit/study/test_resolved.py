"""The resolved study: complete, self-contained, and the same study when it is read again."""

import pathlib

import pytest

from sakimori.base.errors import InputError
from sakimori.study import load
from sakimori.study.reading import parse
from sakimori.study.shipped import copy_shipped, shipped_names


def test_resolved_study_is_the_same_study(small: pathlib.Path, tmp_path: pathlib.Path) -> None:
    study = load(small)
    alone = tmp_path / "elsewhere"
    alone.mkdir()
    (alone / "study.resolved.yaml").write_text(study.resolved_yaml(), "utf-8")
    again = load(alone / "study.resolved.yaml")
    assert again.resolved_yaml() == study.resolved_yaml()
    assert [again.case(future) for future in range(3)] == [study.case(future) for future in range(3)]
    assert again.options == study.options


def test_resolved_study_fills_defaults_and_names_sources(small: pathlib.Path) -> None:
    content = parse(load(small).resolved_yaml(), "resolved").content
    assert content["schema"] == "sakimori/1"
    assert content["step"] == "2 s"
    assert content["vary"] == "notional"
    assert content["architecture"]["command"]["own_latency"] == "2 s"
    assert content["architecture"]["assets"]["warning-satellite"]["availability"] == 1
    assert set(content["records"]) == {"radar", "infrared", "interceptor", "ballistic", "glide"}
    assert content["sources"]["test-source"].startswith("Nobody. A source for tests. 2026")
    assert content["options"]["all"] == ["tracking-satellites", "fire-control", "more-rounds"]


def test_comments_and_order_of_keys_do_not_change_the_resolved_study(small: pathlib.Path) -> None:
    before = load(small).resolved_yaml()
    path = small / "study.yaml"
    text = path.read_text("utf-8")
    path.write_text("# a comment\n" + text.replace("seed: 7\n", "").replace("futures: 40\n", "futures: 40\nseed: 7\n"))
    assert load(small).resolved_yaml() == before


def test_a_changed_record_changes_the_resolved_study(small: pathlib.Path) -> None:
    before = load(small).resolved_yaml()
    path = small / "catalogue" / "radar.yaml"
    path.write_text(path.read_text("utf-8").replace("range_sigma: 15 m", "range_sigma: 16 m"))
    assert load(small).resolved_yaml() != before


@pytest.mark.parametrize("name", shipped_names())
def test_shipped_studies_can_be_copied_and_resolved(name: str, tmp_path: pathlib.Path) -> None:
    folder = copy_shipped(name, tmp_path / "mine")
    study = load(folder)
    assert study.name == "mine"
    assert study.resolved_yaml() == load(name).resolved_yaml()
    (tmp_path / "again.yaml").write_text(study.resolved_yaml(), "utf-8")
    assert load(tmp_path / "again.yaml").case(1) == study.case(1)
    with pytest.raises(InputError, match="taken"):
        copy_shipped(name, folder)


def test_copy_of_what_is_not_shipped(tmp_path: pathlib.Path) -> None:
    with pytest.raises(InputError, match="Did you mean 'observed-tests'"):
        copy_shipped("observed-test", tmp_path / "x")
