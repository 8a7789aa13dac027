"""The parts below the page: numbers in words, sentences, assumptions, sites, coast and labels."""

import dataclasses
import json
import math
import re

import altair as alt
import numpy as np
import pytest
from rich.console import Console

from sakimori.assess import METRICS
from sakimori.assess.breakdown import CONSTRAINTS
from sakimori.base.constants import MEAN_RADIUS
from sakimori.report import RunView, beams, scoreboard, scoreboard_json
from sakimori.report.assumptions import assumptions, counted
from sakimori.report.chart_map import gathered, place_labels
from sakimori.report.drawing import FAMILIES, degrees, svg
from sakimori.report.geo import Box, arc, clip, land_in, land_rings, sector, unwrap
from sakimori.report.numbers import amount, change, many, plain, share, short
from sakimori.report.sentences import headline, reasons, round_up
from sakimori.report.sites import Site, ends_of, orbiting, quantity, sites
from sakimori.report.summary import eased, relaxed_by, summarise, why_no_effect
from sakimori.report.watching import watches
from sakimori.study.fields import COMMAND, DEPLOYMENT, KINDS, MAGAZINE, THREATS


def test_numbers_as_people_read_them():
    assert plain(-1234.5, 1) == "\u22121\u202f234.5"
    assert plain(-0.001, 1, signed=True) == "0.0"
    assert plain(math.nan, 1) == "none"
    assert amount(METRICS["no_leaker"], 0.4236) == "42.4\u00a0%"
    assert amount(METRICS["rounds_cost"], 3.5e9) == "3.50\u00a0GUSD"
    assert amount(METRICS["warning_time"], 181.6) == "182\u00a0s"
    assert change(METRICS["no_leaker"], 0.1) == "+10.0\u00a0points"
    assert (share(0.001), share(0.999), share(0.0), share(1.0)) == ("<1\u00a0%", ">99\u00a0%", "0\u00a0%", "100\u00a0%")
    assert short(1.5e-9, "W") == "1.50e\u221209\u00a0W"
    assert (many(1, "future"), many(3, "future")) == ("1 future", "3 futures")
    assert round_up(1234).replace("\u202f", "") == "1300"


@pytest.mark.parametrize(
    ("options", "head", "inside"),
    [
        ({}, "helps most", "in every part of the range of all 3 factors"),
        ({"futures": 240, "flip": True}, "overtakes it within the stated ranges", "command.decision_delay.JPN"),
        ({"close": True}, "cannot be told apart", "layers.sea-exo.kill_probability"),
        ({"gain": 0.0}, "No single measure changes", "rounds, which never bound"),
    ],
)
def test_each_verdict_has_its_words(synthetic, view, options, head, inside):
    tables = synthetic.tables(**options)
    summary = summarise(RunView(synthetic.manifest(60), synthetic.study(), tables, view.land))
    assert head in headline(summary)
    assert inside in " ".join(reasons(summary))
    assert "raid.arrival_spread" not in " ".join(reasons(summary))


def test_a_measure_without_effect_names_what_never_bound(view):
    summary = summarise(view)
    assert relaxed_by(view, "more-sm3") == (("rounds",), ())
    assert relaxed_by(view, "leo-tracking") == (("detection", "track quality"), ())
    said = why_no_effect(summary, "more-sm3")
    assert "it eases rounds, which never bound: no leak changes with it" in said
    assert "in the baseline no threat usually met empty magazines at sea-exo" in said
    assert "the commonest cause of leakers is" in said  # no cause has most of them


def test_whatever_a_measure_changes_eases_a_constraint():
    """But for what a round costs, which stops nothing."""
    layers = {f"layers.x.{n}" for n in ("rounds", "availability", "magazine", "owner", "record", *KINDS["interceptor"])}
    command = {f"command.{n}" for n in ("coordinated", "hold_probability", "priority", "assignment", "engages.JPN")}
    others = {"command.decision_delay.JPN", "sharing.USA.JPN.rule", "sharing.USA.JPN.latency"}
    others |= {f"magazines.x.{n}" for n in MAGAZINE} | {f"assets.x.{n}" for n in KINDS["radar"]}
    others |= {f"carriers.x.{n}" for n in DEPLOYMENT if n not in ("rounds", "cells_per_round", "boresight")}
    assert "decision_delay" in COMMAND
    assert {path for path in layers | command | others if not eased(path)} == {"layers.x.unit_cost"}
    assert {c for path in layers | command | others for c in eased(path)} == set(CONSTRAINTS)
    assert eased("layers.hold-range-channels.rounds") == ("rounds",)  # by the value's name, not the layer's


def test_a_constraint_that_was_met_but_cost_no_leaker_did_bind(synthetic, view):
    tables = synthetic.tables()
    tables["engagements"]["reason"][:] = "MAGAZINE_EMPTY"
    summary = summarise(RunView(synthetic.manifest(60), synthetic.study(), tables, view.land))
    said = why_no_effect(summary, "more-sm3")
    assert "it eases rounds, but no leaker of the baseline was due to empty magazines (100\u00a0% of" in said
    tables["threats"]["cause"][:] = "MAGAZINE_EMPTY"
    said = why_no_effect(summary, "more-sm3")
    assert "only 100\u00a0% of leakers were due to empty magazines, none of which it stops" in said
    assert "most leakers of the baseline were empty magazines" in said


def test_a_measure_that_spares_leakers_but_no_raid_does_not_claim_that_nothing_bound(synthetic, view):
    tables = synthetic.tables()
    threats = tables["threats"]
    mine = (threats["option"] == "more-sm3") & (threats["threat"] == 0)
    spared = 0.01 * np.count_nonzero(mine & np.isin(threats["future"], summarise(view).panel.futures))
    threats["leak_probability"] = threats["leak_probability"] - 0.01 * mine
    summary = summarise(RunView(synthetic.manifest(60), synthetic.study(), tables, view.land))
    said = why_no_effect(summary, "more-sm3")
    assert "never bound" not in said
    change = plain(-spared / len(summary.panel.futures), 3, signed=True)
    assert f"it eases rounds, which bound at times: leakers per raid change by {change}, in raids from which" in said


def test_a_measure_that_changes_the_value_of_places_says_what_it_saves(synthetic, view):
    document, tables = synthetic.study(), synthetic.tables()
    document["measures"]["more-sm3"]["change"] = [{"set": {"places.kanto.value": 0.5}}]
    mine = tables["outcomes"]["option"] == "more-sm3"
    tables["outcomes"]["value_lost"] = tables["outcomes"]["value_lost"] * np.where(mine, 0.6, 1.0)
    said = why_no_effect(summarise(RunView(synthetic.manifest(60), document, tables, view.land)), "more-sm3")
    assert said.startswith("it changes what a leaker costs, not whether it leaks: value lost per raid goes from")
    assert "(40\u00a0% less)" in said


def test_an_idle_layer_says_what_stood_in_its_way(synthetic, view):
    document = synthetic.study()
    document["measures"]["more-sm3"]["change"] = [{"add": {"layer": "sea-exo", "rounds": 8, "availability": 1}}]
    tables = synthetic.tables()
    only = tables["engagements"]["layer"] == "sea-exo"
    tables["engagements"]["reason"] = np.where(only, "BELOW_FLOOR", tables["engagements"]["reason"])
    summary = summarise(RunView(synthetic.manifest(60), document, tables, view.land))
    assert relaxed_by(summary.view, "more-sm3") == ((), ("sea-exo",))
    assert "below the layer's floor (100\u00a0% of threats)" in why_no_effect(summary, "more-sm3")


def test_the_scoreboard_prints_and_its_json_has_no_nan(view):
    console = Console(width=160, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(scoreboard(view))
    text = console.export_text()
    assert "RESOLVED: Shared LEO tracking of gliders helps most." in text
    assert "2 FUTURES FAILED" in text
    assert "3 of 9 inputs are notional" in text
    data = json.loads(json.dumps(scoreboard_json(view), allow_nan=False))
    assert data["verdict"]["leaders"] == ["leo-tracking"]
    assert data["metrics"]["no_leaker"]["options"]["leo-tracking"]["change"]["effect"] == "helps"
    assert "change" not in data["metrics"]["no_leaker"]["options"]["baseline"]


def test_assumptions_are_all_found_and_the_notional_counted(synthetic):
    found = assumptions(synthetic.study())
    assert counted(found) == {"notional": 3, "estimate": 1, "official": 1, "not stated": 4}
    first = found[0]
    assert (first.path, first.low, first.high) == ("architecture.assets.shariki-xband.availability", "0.85", "0.98")
    assert any(a.source == "nas-2012, p. 4" for a in found)


def test_sites_stand_where_the_study_says(view):
    found = {s.name: s for s in sites(view)}
    radar = found["shariki-xband"]
    assert (radar.kind, radar.owner, radar.title) == ("sensor", "USA", "Forward-based X-band radar")
    assert (radar.latitude, radar.longitude) == pytest.approx((40.88, 140.34))
    assert (radar.reach, radar.sector) == pytest.approx((1e6, math.radians(120.0)))
    assert found["terminal-kanto"].reach == pytest.approx(60e3)
    assert orbiting(view) == ("geo-warning", "leo-layer")
    assert quantity({"uniform": ["100 km", "300 km"]}, "length", 0.0) == pytest.approx(200e3)
    assert quantity({"triangular": ["$x"]}, "length", 7.0) == 7.0
    assert ends_of({"uniform": [2027, 2031], "basis": "notional"}) == (2027.0, 2031.0)
    assert ends_of("when ready") is None


def test_topojson_is_decoded(tmp_path):
    # Two arcs of quantised differences close a ring; the second is walked backwards.
    topology = {
        "type": "Topology", "transform": {"scale": [0.5, 1.0], "translate": [10.0, 20.0]},
        "arcs": [[[0, 0], [4, 0], [0, 2]], [[0, 0], [0, 2], [4, 0]]],
        "objects": {"land": {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "arcs": [[0, -2]]}]}},
    }  # fmt: skip
    path = tmp_path / "land.json"
    path.write_text(json.dumps(topology))
    (ring,) = land_rings(path)
    assert ring.tolist() == [[10, 20], [12, 20], [12, 22], [10, 22], [10, 20]]


def test_the_shipped_coast_has_japan_and_stays_in_its_box(view):
    box = Box(128.0, 146.0, 30.0, 46.0)
    pieces = land_in(view.land, box)
    points = np.concatenate(pieces)
    assert np.all(points.min(axis=0) >= np.array([box.west, box.south]) - 1e-9)
    assert np.all(points.max(axis=0) <= np.array([box.east, box.north]) + 1e-9)
    assert any(p[:, 0].min() > 129 and p[:, 0].max() < 142 and p[:, 1].max() > 40 for p in pieces)  # Honshu


def test_clipping_cuts_at_the_edge_and_drops_what_is_outside():
    square = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]])
    cut = clip(square, Box(1.0, 3.0, -1.0, 3.0))
    assert sorted(map(tuple, np.unique(cut, axis=0))) == [(1.0, 0.0), (1.0, 2.0), (2.0, 0.0), (2.0, 2.0)]
    assert len(clip(square, Box(5.0, 6.0, 5.0, 6.0))) == 0


def test_a_circle_keeps_its_distance():
    lat, lon = arc(40.0, 140.0, 1e6, np.linspace(0.0, 2.0 * math.pi, 9))
    a, b, turn = np.radians(lat), math.radians(40.0), np.radians(lon - 140.0)
    central = np.arccos(np.sin(a) * math.sin(b) + np.cos(a) * math.cos(b) * np.cos(turn))
    np.testing.assert_allclose(central * MEAN_RADIUS, 1e6, rtol=1e-9)
    lat, lon = sector(40.0, 140.0, 1e6, math.radians(270.0), math.radians(60.0))
    assert (lat[0], lon[0], lat[-1], lon[-1]) == (40.0, 140.0, 40.0, 140.0)
    assert lon.max() == 140.0  # the sector looks west
    assert unwrap(np.array([-179.0]), 170.0)[0] == 181.0


def test_labels_overlap_neither_each_other_nor_marks():
    draw = np.random.default_rng(4)
    crowd = [
        Site(f"site-{i}", f"Site {i}", "sensor", "JPN", 35 + draw.normal(0, 1), 138 + draw.normal(0, 1), 0, 0, 1, "")
        for i in range(30)
    ]
    box = Box(130.0, 146.0, 30.0, 40.0)
    placed = list(place_labels(crowd, box, 800, 600))
    assert 5 < len(placed) < 30
    rooms = []
    for label in placed:
        x, y, long = (label["x"] - 130) * 50, (40 - label["y"]) * 60, 6.3 * len(label["label"])
        left = x - {"left": 0, "right": long, "center": long / 2}[label["align"]]
        rooms.append((left, y - 7, left + long, y + 7))
    apart = [
        a[2] <= b[0] or a[0] >= b[2] or a[3] <= b[1] or a[1] >= b[3] for i, a in enumerate(rooms) for b in rooms[:i]
    ]
    assert all(apart)


def test_watches_count_a_sensor_where_it_first_appears(watched):
    found = watches(watched)
    assert {w.added_by for w in found if w.sensor == "leo-layer"} == {"leo-tracking"}
    assert {w.added_by for w in found if w.sensor == "geo-warning"} == {""}
    assert len({(w.flight, w.sensor) for w in found}) == len(found) == 6 * 4
    assert all(0.0 <= w.share <= 1.0 and (math.isnan(w.first) or w.first <= w.last) for w in found)


def test_an_option_holds_what_its_measures_require(synthetic, view):
    document = synthetic.study()
    document["measures"]["more-sm3"]["requires"] = ["leo-tracking"]
    document["options"] = {"all": ["leo-tracking", "more-sm3"]}
    found = dataclasses.replace(view, study=document)
    assert found.measures_of("more-sm3") == ("leo-tracking", "more-sm3")
    assert found.measures_of("baseline") == ()
    assert found.title("more-sm3") == "More SM-3 IIA rounds"


def test_the_attackers_factors_are_known_without_the_manifest(view):
    assert dataclasses.replace(view, manifest={}).attacker == {"raid.arrival_spread"}
    assert view.unit_of("command.decision_delay.JPN") == "s"


def test_sites_at_one_point_share_a_name():
    here = [
        Site(name, name, "layer", "JPN", 38.3, 135.5, 0, 0, 1, "") for name in ("ship-sm-3-ib", "ship-sm-3-iia", "gpi")
    ]
    (one,) = gathered(here)
    assert one.name == "ship-sm-3-ib, …iia, …gpi"
    assert len(gathered([*here, dataclasses.replace(here[0], latitude=39.0)])) == 2


def test_an_unfinished_run_is_told_by_the_scoreboard(view):
    console = Console(width=80, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(scoreboard(dataclasses.replace(view, manifest=dict(view.manifest, futures=61))))
    lines = console.export_text().splitlines()
    assert lines[1].startswith("Unfinished run: 60 of 61 futures are there.")
    assert "UNFINISHED: 1 futures are missing" in " ".join(lines)
    assert scoreboard_json(dataclasses.replace(view, manifest=dict(view.manifest, futures=61)))["missing"] == 1


def test_what_a_measure_costs_decides_nothing_about_its_effect(synthetic, view):
    tables = synthetic.tables()
    tables["factors"] |= {"measures.more-sm3.cost": tables["factors"]["measures.leo-tracking.quantity.satellites"]}
    found = summarise(RunView(synthetic.manifest(60), synthetic.study(), tables, view.land))
    assert "measures.more-sm3.cost" not in [s.factor for s in found.verdict.splits]


def test_flights_that_share_a_draw_are_not_counted_as_independent(watched):
    assert watched.draws(np.arange(30)) is not None
    table = {name: np.repeat(column[:5], 6) for name, column in watched.tables["factors"].items()} | {
        "future": np.arange(30)
    }
    found = summarise(dataclasses.replace(watched, tables=dict(watched.tables, factors=table)))
    assert found.panel.independent == 5
    assert found.sample == "30 futures (5 draws of the factors for each flight)"
    assert {s.stability.value for s in found.verdict.splits} == {"too few"}


def test_what_radars_dropped_is_told_by_radar_and_family(synthetic, view):
    (said,) = beams.section(summarise(view)).blocks
    assert "every radar had time" in said.text
    tables = synthetic.tables(60)
    tracks = {name: column.copy() for name, column in tables["tracks"].items()}
    asset = str(tracks["asset"][0])
    mine = (tracks["asset"].astype(str) == asset) & (tracks["picture"].astype(int) == 0)
    tracks["dropped_time"] = np.where(mine, 0.25 * tracks["visible_time"].astype(float), 0.0)
    short_of_time = RunView(view.manifest, view.study, {**tables, "tracks": tracks}, view.land)
    said, table = beams.section(summarise(short_of_time)).blocks
    assert "in this order: threats that it tracks" in said.text
    (row,) = table.rows
    assert row[0].text.endswith(asset)
    assert (row[2].text, row[3].text) == (share(1.0), share(0.25))


def test_every_family_of_threats_has_one_colour():
    assert set(FAMILIES) == set(THREATS)
    assert len(set(FAMILIES.values())) == len(FAMILIES)


def test_every_face_of_a_radar_is_drawn(view):
    (one, *_) = [s for s in sites(view) if s.kind == "sensor"]
    three = dataclasses.replace(one, boresight=0.5, faces=3)
    assert three.azimuths == pytest.approx((0.5, 0.5 + 2 * math.pi / 3, 0.5 + 4 * math.pi / 3))
    assert dataclasses.replace(three, face_spacing=0.4).azimuths == pytest.approx((0.5, 0.9, 1.3))


@pytest.mark.parametrize(
    ("side", "values", "labels"),
    [("E", [-180, -150, 0, 122.5, 180, 200], ["180°", "150°W", "0°", "122.5°E", "180°", "160°W"]),
     ("N", [-90, -30, 0, 45], ["90°S", "30°S", "0°", "45°N"])],
)  # fmt: skip
def test_maps_label_degrees_as_atlases_do(side: str, values: list[float], labels: list[str]) -> None:
    axis = alt.Axis(values=values, labelExpr=degrees(side), labelOverlap=False)
    x = alt.X("x:Q", axis=axis, scale=alt.Scale(domain=[min(values), max(values)]))
    chart = alt.Chart(alt.InlineData(values=[{"x": v} for v in values]), width=600).mark_point().encode(x=x)
    drawn = svg(chart, "axis")
    assert re.findall(r">([^<>]*°[^<>]*)</text>", drawn) == labels
