"""The page as text: complete, stable to the byte, offline, and safe against what a study writes."""

import dataclasses
import html.parser
import re
from xml.etree import ElementTree

import numpy as np
import pytest

from sakimori.report import RunView, build, leaks
from sakimori.report.document import compose
from sakimori.report.summary import summarise

SECTIONS = (
    "answer", "comparison", "robustness", "change", "cost", "choice", "dose", "raid", "causes", "groups", "chain",
    "map", "assumptions", "findings", "provenance", "reading",
)  # fmt: skip


class Reader(html.parser.HTMLParser):
    """Notes headings, references, identifiers and pictures, and whether every element is closed."""

    def __init__(self):
        super().__init__()
        self.headings, self.references, self.ids, self.pictures, self.open = [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.references += [v for k, v in attrs if k in ("src", "href", "xlink:href", "srcset", "data", "action")]
        self.ids += [found["id"]] if "id" in found else []
        if found.get("role") == "img":
            self.pictures.append(found.get("aria-label", ""))
        if tag not in ("meta", "link", "br", "img", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page(view):
    return build(view)


@pytest.fixture(scope="module")
def read(page):
    reader = Reader()
    reader.feed(page)
    return reader


def test_equal_runs_give_equal_bytes(view, page):
    assert build(view) == page


def test_every_section_stands_in_order(read):
    assert [i for i in read.ids if i in SECTIONS] == list(SECTIONS)
    assert read.open == []


def test_identifiers_are_unique(read):
    assert len(read.ids) == len(set(read.ids))


def test_nothing_is_fetched_and_nothing_runs(page, read):
    assert "<script" not in page
    assert not re.search(r"\bon\w+=", page)
    assert all(r.startswith(("#", "data:")) for r in read.references)
    addresses = set(re.findall(r"https?://[^\s\"'<]+", page))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_headings_do_not_skip_and_pictures_have_words(read):
    assert read.headings[0] == 1
    assert read.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(read.headings, read.headings[1:], strict=False))
    assert len(read.pictures) == 9
    assert all(len(words) > 30 for words in read.pictures)


def test_the_answer_comes_first_with_its_interval(page):
    start = page[page.index('id="answer"') : page.index('id="comparison"')]
    assert "Shared LEO tracking of gliders helps most." in start
    assert "95 % interval" in start
    assert "2 futures failed" in start
    assert "3 of 9 inputs are notional" in start
    assert "低軌道衛星による共同追尾" in start


def test_languages_are_marked(page):
    assert '<html lang="en">' in page
    assert page.count('lang="ja"') > 20


def test_what_failed_and_what_was_found_is_said(page):
    end = page[page.index('id="findings"') :]
    for words in ("S201", "study.yaml:12", "no flight reaches the place: 2 futures", "as announced", "A. Analyst"):
        assert words in end


def test_a_studys_words_cannot_become_markup(view):
    nasty = dict(view.study, title="<script>alert(1)</script>", question='"><img src=x onerror=alert(1)>')
    page = build(dataclasses.replace(view, study=nasty))
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_numbers_agree_with_the_tables(view, page):
    outcomes = view.tables["outcomes"]
    keep = (outcomes["option"] == "leo-tracking") & ~outcomes["failed"]
    mean = 100.0 * outcomes["no_leaker"][keep].mean()
    assert f"to {mean:.1f}\u00a0%" in page


def test_a_run_without_costs_sizes_or_factors_still_reads(view):
    tables = dict(view.tables)
    tables["outcomes"] = {k: v for k, v in tables["outcomes"].items() if k != "cost"}
    tables["outcomes"]["raid_size"] = np.full(len(tables["outcomes"]["future"]), 5)
    tables["factors"] = {"future": tables["factors"]["future"]}
    page = build(dataclasses.replace(view, tables=tables, manifest={}))
    assert 'id="cost"' not in page
    assert 'id="raid"' not in page
    assert "its robustness is not known" in page


def test_a_run_where_every_future_failed_says_so(synthetic, view):
    tables = synthetic.tables(6, failed=6)
    page = build(RunView(synthetic.manifest(6), synthetic.study(), tables, view.land))
    assert "Not resolved" in page
    assert "6 futures failed" in page
    assert "too few futures" in page


def test_a_detection_study_answers_who_saw_what(watched):
    page = build(watched)
    reader = Reader()
    reader.feed(page)
    assert "would have seen 6 of 6 flights" in page
    assert [i for i in reader.ids if i in ("answer", "sensors", "flights", "reported", "flown", "map")] == [
        "answer", "sensors", "flights", "reported", "flown", "map",
    ]  # fmt: skip
    assert "ship and coast radars, per Japan" in page
    assert 'id="causes"' not in page
    assert "leo-layer" in page


def test_what_could_not_be_flown_and_what_stands_in_is_said(synthetic, watched):
    flights = dict(watched.tables["flights"])
    names = flights["record"].astype(str)
    never, once = names == "nk-2016-02-a", np.flatnonzero(names == "nk-2017-03-a")[0]
    status = flights["status"].copy()
    status[never], status[once] = "TOO_NEAR", "NOT_BALLISTIC"
    outcomes = {k: v.copy() for k, v in watched.tables["outcomes"].items()}
    bad = np.isin(outcomes["future"], flights["future"][status != "REACHED"])
    outcomes["failed"], outcomes["fault"][bad] = bad, "threat 0 has no flight: the aim point lies too near"
    listed = [dict(row, manoeuvre="none", apogee_km="100") for row in watched.study["flights"]]
    listed[0] |= {"manoeuvre": "pull-up", "duration_min": "9", "record": "short-range-quasi-ballistic"}
    tables = dict(watched.tables, flights=flights | {"status": status}, outcomes=outcomes)
    page = build(dataclasses.replace(watched, study=dict(watched.study, flights=listed), tables=tables))
    assert "Listed: 6 flights; 1 could not be flown; 1 flew in some draws only; 1 pull-up flown by a generic" in page
    assert "nk-2016-02-a: TOO_NEAR, the aim point lies too near (5 of 5 draws)." in page
    assert "nk-2017-03-a: NOT_BALLISTIC, the aim point lies too near (1 of 5 draws)." in page
    assert "Flight time was announced for 1 of the flights flown" in page


def test_what_binds_and_what_is_lost_where_are_told_of_every_option(view):
    causes, groups = (next(s for s in _leaks(summarise(view)) if s.id == name) for name in ("causes", "groups"))
    (bound,) = [b for b in causes.blocks if b.kind == "table" and b.caption.startswith("What binds each option")]
    assert [row[0].text for row in bound.rows] == [view.title(o) for o in view.options]
    (said,) = [b.text for b in causes.blocks if b.kind == "text" and b.text.startswith("No leaker of any option")]
    assert "sharing" in said
    assert " time," not in said
    (value,) = [b for b in groups.blocks if b.kind == "table" and b.caption.startswith("Value at risk by place")]
    assert value.head == ("Option", "All places", "Kansai", "Kanto", "Okinawa")
    threats, futures = view.tables["threats"], summarise(view).panel.futures
    mine = (threats["option"] == "baseline") & np.isin(threats["future"], futures)
    aimed = threats["value"][mine & (threats["place"] == "kansai")].sum() / len(futures)
    assert value.rows[0][2].text == f"{aimed:.2f}"
    lost = (threats["value"] * threats["leak_probability"])[mine].sum() / len(futures)
    assert value.rows[1][1].text == f"{lost:.2f}"


def _leaks(summary):
    return leaks.leak_causes(summary), leaks.groups(summary)


def test_an_unfinished_run_says_so_first(view):
    manifest = dict(view.manifest, futures=100)
    page = build(dataclasses.replace(view, manifest=manifest))
    start = page[page.index('id="answer"') :]
    assert start.index("Unfinished run: 60 of 100 futures are there.") < start.index("raises the probability")
    assert "40 futures are missing" in page


def test_how_sure_names_what_the_numbers_rest_on(page):
    sure = page[page.index('id="robustness"') : page.index('id="map"')]
    for words in (
        "58 of 60 planned, seed 20260401",
        "Failed futures",
        "Monte Carlo error",
        "Spread over factors",
        "3 of 9",
    ):
        assert words in sure


def test_figures_are_files_too_and_the_same_twice(view, page):
    one, two = compose(view), compose(view)
    assert one.figures == two.figures
    assert sorted(one.figures) == [
        "causes", "chain", "changes", "cost", "map-layers", "map-sensors", "raid", "slack", "spread",
    ]  # fmt: skip
    for name, drawing in one.figures.items():
        root = ElementTree.fromstring(drawing)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert len(root[0].text) > 30  # the title: what the figure shows
        assert f"{name}.svg" in page
        assert "href" not in drawing
