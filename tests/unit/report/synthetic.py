"""Plausible runs made of nothing but draws: what the report and the assessment are tested on."""

import math
from typing import Any

import numpy as np

from sakimori.base.columns import BAND_NAMES

PLACES = {
    "kanto": {"title": "Kanto", "title_ja": "関東", "at": ["35.7 deg", "139.7 deg"], "value": 1, "partner": "JPN"},
    "kansai": {"title": "Kansai", "title_ja": "関西", "at": ["34.7 deg", "135.5 deg"], "value": 2, "partner": "JPN"},
    "okinawa": {"title": "Okinawa", "title_ja": "沖縄", "at": ["26.3 deg", "127.8 deg"], "value": 1, "partner": "USA"},
}
OPTIONS = ("baseline", "leo-tracking", "more-sm3", "all")
LAYERS = ("sea-exo", "terminal-kanto", "terminal-kansai")
ASSETS = ("shariki-xband", "kyogamisaki-xband", "geo-warning", "leo-layer")
NOTIONAL = {"basis": "notional", "source": "none-public"}


def study(title: str = "Announced Japan-US measures against a mixed raid") -> dict[str, Any]:
    """A resolved study document."""
    return {
        "schema": "sakimori/1",
        "title": title,
        "title_ja": "日米の公表済み施策の比較",
        "question": "Which announced measures strengthen the joint defence most, and how sure is that?",
        "seed": 20260401,
        "replications": 200,
        "metrics": ["no_leaker", "expected_leakers", "leak_fraction", "warning_time", "custody", "rounds_cost"],
        "places": PLACES,
        "architecture": {
            "date": "2026-04-01",
            "partners": {"JPN": "Japan", "USA": "United States"},
            "assets": {
                "shariki-xband": {
                    "record": "forward-xband-radar", "owner": "USA", "at": ["40.88 deg", "140.34 deg", "20 m"],
                    "boresight": "280 deg", "availability": {"uniform": [0.85, 0.98], **NOTIONAL},
                },
                "kyogamisaki-xband": {
                    "record": "forward-xband-radar", "owner": "USA", "at": ["35.77 deg", "135.20 deg", "20 m"],
                    "boresight": "300 deg",
                },
                "geo-warning": {"record": "geo-infrared", "owner": "USA", "orbit": {"geo": ["75 deg", "140 deg"]}},
            },
            "layers": {
                "sea-exo": {"record": "exo-class", "owner": "JPN", "at": ["38.5 deg", "135.5 deg"], "range": "700 km"},
                "terminal-kanto": {"record": "terminal-class", "owner": "JPN", "at": ["35.7 deg", "139.9 deg"]},
                "terminal-kansai": {"record": "terminal-class", "owner": "JPN", "at": ["34.6 deg", "135.3 deg"]},
            },
        },
        "records": {
            "forward-xband-radar": {
                "title": "Forward-based X-band radar",
                "parameters": {
                    "maximum_range": {"value": "1000 km", "low": "700 km", "high": "1500 km", **NOTIONAL},
                    "sector": {"value": "120 deg", "low": "90 deg", "high": "140 deg", "basis": "estimate",
                               "source": "nas-2012", "page": "p. 4"},
                },
            },
            "terminal-class": {"parameters": {"range": {"value": "60 km", "basis": "official", "source": "mod-2025"}}},
        },
        "measures": {
            "leo-tracking": {
                "title": "Shared LEO tracking of gliders", "title_ja": "低軌道衛星による共同追尾",
                "announced": "2024-04-10", "source": "leaders-2024",
                "quantity": {"satellites": {"choice": [24, 40, 72]}},
                "available": {"uniform": [2027, 2031]},
                "cost": {"triangular": ["2.0 GUSD", "3.5 GUSD", "5.0 GUSD"], **NOTIONAL},
                "change": [{"add": {"asset": "leo-layer", "record": "leo-infrared", "orbit": {"walker": {}}}}],
            },
            "more-sm3": {
                "title": "More SM-3 IIA rounds", "title_ja": "SM-3ブロックIIAの増産",
                "announced": "2026-01-15", "source": "press-2026",
                "change": [{"raise": {"architecture.layers.sea-exo.rounds": "$rounds"}}],
            },
        },
        "options": {"baseline": [], "leo-tracking": ["leo-tracking"], "more-sm3": ["more-sm3"],
                    "all": ["leo-tracking", "more-sm3"]},
        "raid": {"size": {"choice": [4, 5, 6]}, "arrival_spread": {"uniform": ["30 s", "300 s"]}},
        "sources": {"nas-2012": "National Research Council 2012", "none-public": "No public source exists"},
        "waivers": [{"finding": "S104", "path": "raid.size", "reason": "as announced", "name": "A. Analyst",
                     "date": "2026-04-02"}],
    }  # fmt: skip


def manifest(futures: int) -> dict[str, Any]:
    """What the store writes beside the tables."""
    return {
        "study": "announced-measures", "identity": "5f0c" * 16, "seed": 20260401, "futures": futures,
        "replications": 200,
        "sakimori": "0.1.0", "python": "3.11.9", "machine": "x86_64", "versions": {"numpy": "2.4.6", "numba": "0.61"},
        "times": [{"finished": "2026-04-02T03:04:05Z", "wall_seconds": 12.3}],
        "findings": [{"id": "S201", "severity": "warning", "file": "study.yaml", "line": 12, "path": "measures",
                      "got": "9 notional inputs", "expected": "a public source where one exists",
                      "mend": "Add sources, or waive it."}],
        "factors": {"raid.arrival_spread": {"unit": "s", "attacker": True},
                    "layers.sea-exo.kill_probability": {"unit": "", "attacker": False},
                    "command.decision_delay.JPN": {"unit": "s", "attacker": False}},
    }  # fmt: skip


def tables(
    futures: int = 60, seed: int = 7, gain: float = 0.35, flip: bool = False, close: bool = False, failed: int = 2
) -> dict[str, Any]:
    """All result tables; `gain` is what LEO tracking takes off the odds of a leak, `flip` turns it
    at a factor's top, and `close` makes the other measure as good on average."""
    draw = np.random.default_rng(seed)
    factor = {
        "future": np.arange(futures),
        "raid.arrival_spread": draw.uniform(30.0, 300.0, futures),
        "layers.sea-exo.kill_probability": draw.uniform(0.2, 0.8, futures),
        "command.decision_delay.JPN": draw.uniform(10.0, 120.0, futures),
        "measures.leo-tracking.quantity.satellites": draw.choice([24.0, 40.0, 72.0], futures),
    }
    rows: dict[str, list[dict[str, Any]]] = {n: [] for n in ("flights", "tracks", "threats", "engagements", "outcomes")}
    for future in range(futures):
        size = int(draw.choice([4, 5, 6]))
        raid = [_flight(draw, future, threat) for threat in range(size)]
        rows["flights"] += raid
        rows["tracks"] += [track for flight in raid for track in _tracks(draw, flight)]
        luck = draw.uniform(0.0, 1.0, (size, 4))
        for option in OPTIONS:
            effect = _effect(option, gain, flip, close, factor, future)
            _option(rows, raid, option, effect, luck, future < failed, factor["command.decision_delay.JPN"][future])
    result: dict[str, Any] = {name: _columns(entries) for name, entries in rows.items()}
    result["factors"] = factor
    result["outcomes"]["cost"] = _cost(result["outcomes"], draw)
    return result


def _effect(option: str, gain: float, flip: bool, close: bool, factor: dict[str, Any], future: int) -> float:
    """How much of the leak probability remains."""
    delay = float(factor["command.decision_delay.JPN"][future])
    leo = 1.0 - gain * (1.0 if not flip or delay < 80.0 else -1.5)
    sm3 = 0.93 if flip else 1.0
    if close:
        sm3 = 1.0 - gain * float(factor["layers.sea-exo.kill_probability"][future]) / 0.5
    return {"baseline": 1.0, "leo-tracking": leo, "more-sm3": sm3, "all": min(leo, leo * 0.97)}[option]


def _flight(draw: np.random.Generator, future: int, threat: int) -> dict[str, Any]:
    place = str(draw.choice(list(PLACES)))
    lat, lon = (float(text.split()[0]) for text in PLACES[place]["at"])  # type: ignore[attr-defined]
    family = "glide" if draw.uniform() < 0.4 else "ballistic"
    bearing, reach = draw.uniform(math.radians(285.0), math.radians(330.0)), draw.uniform(900e3, 1400e3)
    launch = (lat + math.degrees(reach * math.cos(bearing) / 6.371e6),
              lon + math.degrees(reach * math.sin(bearing) / 6.371e6 / math.cos(math.radians(lat))))  # fmt: skip
    duration = reach / (1700.0 if family == "glide" else 2100.0)
    start = float(draw.uniform(0.0, 200.0))
    steps = np.linspace(0.0, 1.0, 30)
    bend = 0.8 * np.sin(np.pi * steps) * (family == "glide")
    apogee = 55e3 if family == "glide" else 0.25 * reach
    return {
        "future": future, "threat": threat, "record": f"medium-range-{family}", "family": family, "place": place,
        "status": "REACHED", "launch_latitude": launch[0], "launch_longitude": launch[1], "range": reach,
        "apogee": apogee, "duration": duration, "launch_time": start, "impact_time": start + duration,
        "path_time": start + duration * steps, "path_latitude": launch[0] + (lat - launch[0]) * steps + bend,
        "path_longitude": launch[1] + (lon - launch[1]) * steps, "path_altitude": 4 * apogee * steps * (1 - steps),
    }  # fmt: skip


def _tracks(draw: np.random.Generator, flight: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for picture in (0, 1):
        for index, asset in enumerate(ASSETS[: 3 + picture]):
            begin = flight["launch_time"] + (60.0 + 40.0 * index + draw.uniform(0.0, 40.0))
            seen = draw.uniform() < (0.9, 0.6, 0.97, 0.95)[index]
            end = min(flight["impact_time"], begin + draw.uniform(100.0, 300.0))
            found.append({
                "future": flight["future"], "picture": picture, "threat": flight["threat"], "asset": asset,
                "reason": "BELOW_HORIZON", "first_seen": begin if seen else np.nan,
                "last_seen": end if seen else np.nan,
                "detections": 20 if seen else 0, "visible_time": end - begin, "seen_time": (end - begin) * 0.8 * seen,
                "dropped_time": 0.0,
            })  # fmt: skip
    return found


def _option(
    rows: dict[str, list[dict[str, Any]]], raid: list[dict[str, Any]], option: str, effect: float, luck: np.ndarray,
    failed: bool, delay: float,
) -> None:  # fmt: skip
    future, size = raid[0]["future"], len(raid)
    leak = np.clip((0.15 + 0.5 * luck[:, 0]) * effect, 0.0, 1.0)
    rows["outcomes"].append({
        "future": future, "option": option, "raid_size": size, "no_leaker": float(np.prod(1.0 - leak)),
        "no_leaker_variance": float(np.prod(1.0 - leak) * (1.0 - np.prod(1.0 - leak))),
        "expected_leakers": float(leak.sum()), "leakers_variance": float((leak * (1.0 - leak)).sum()),
        "value_lost": float(leak.sum()), "rounds": 2.2 * size, "rounds_cost": 2.2 * size * 2.4e7,
        "warning_time": 300.0 + 60.0 * (effect < 1.0), "custody": min(1.0, 0.55 + 0.3 * (effect < 1.0)),
        "unreached_time": 120.0, "picture": int(option in ("leo-tracking", "all")), "failed": failed,
        "fault": "no flight reaches the place" if failed else "",
    })  # fmt: skip
    for index, flight in enumerate(raid):
        causes = ("TOO_LATE", "TRACK_TOO_POOR", "BELOW_FLOOR", "MISSED", "OUT_OF_REACH")
        first = flight["launch_time"] + 60.0 + 40.0 * luck[index, 1]
        never = luck[index, 2] < 0.1
        rows["threats"].append({
            "future": future, "option": option, "threat": index, "record": flight["record"], "place": flight["place"],
            "value": float(PLACES[flight["place"]]["value"]), "leak_probability": float(leak[index]),
            "cause": causes[int(luck[index, 3] * 5)],
            "first_detected": np.nan if never else first, "confirmed": np.nan if never else first + 25.0,
            "warned": np.nan if never else first + 30.0,
            "warning_time": 0.0 if never else flight["impact_time"] - first - 30.0, "custody": 0.6, "best_sigma": 420.0,
            **{f"{kind}_{band}": 30.0 for band in BAND_NAMES for kind in ("time", "unreached")},
        })  # fmt: skip
        for layer in LAYERS:
            fires = not never and luck[index, 0] < 0.8
            commit = first + 25.0 + delay * effect
            rows["engagements"].append({
                "future": future, "option": option, "threat": index, "layer": layer,
                "reason": "KILLED" if fires else "BELOW_FLOOR", "commit": commit if fires else np.nan,
                "detected": np.nan if never else first, "confirmed": np.nan if never else first + 10.0,
                "tracked": np.nan if never else first + 15.0, "shared": np.nan if never else first + 20.0,
                "fire_control": first + 25.0 if fires else np.nan,
                "assessed": commit + 160.0 if fires else np.nan,
                "slack": flight["impact_time"] - 90.0 - commit if fires else np.nan,
                "assigned": commit + 5.0 if fires else np.nan,
                "first_launch": commit + 12.0 if fires else np.nan,
                "first_intercept": commit + 150.0 if fires else np.nan,
                "last_launch": flight["impact_time"] - 90.0, "shots": 1.4 if fires else 0.0,
            })  # fmt: skip


def _cost(outcomes: dict[str, np.ndarray], draw: np.random.Generator) -> np.ndarray:
    one = draw.triangular(2.0e9, 3.5e9, 5.0e9, int(outcomes["future"].max()) + 1)
    share = {"baseline": np.nan, "leo-tracking": 1.0, "more-sm3": 0.2, "all": 1.2}
    return np.array([one[f] * share[o] for f, o in zip(outcomes["future"], outcomes["option"], strict=True)])


def _columns(entries: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    result = {}
    for name in entries[0]:
        values = [entry[name] for entry in entries]
        if isinstance(values[0], (str, np.ndarray)):
            column = np.empty(len(values), dtype=object)
            column[:] = values
            result[name] = column
        else:
            result[name] = np.array(values)
    return result


def watched(futures: int = 30) -> tuple[dict[str, Any], dict[str, Any]]:
    """Study and tables of a detection study: six observed flights, five draws each, no layers."""
    document, result = study("Observed test flights"), tables(futures, failed=0)
    document["title_ja"] = "公表された発射事例の探知"
    document["question"] = "Who would have seen each publicly announced test flight, when, and how well?"
    document["metrics"] = ["custody", "detected", "confirmed", "warning_time", "best_sigma"]
    document["architecture"] = {**document["architecture"], "layers": {}}
    first = {name: column[result["flights"]["threat"] == 0] for name, column in result["flights"].items()}
    names = np.array([f"nk-20{15 + f % 6}-0{1 + f % 6}-a" for f in first["future"]], dtype=object)
    result["flights"] = {**first, "record": names}
    for table in ("tracks", "threats"):
        keep = result[table]["threat"] == 0
        result[table] = {name: column[keep] for name, column in result[table].items()}
    result["threats"]["record"] = names[result["threats"]["future"]]
    result["threats"]["custody"] = np.where(result["threats"]["option"] == "leo-tracking", 0.8, 0.5)
    result["outcomes"]["custody"] = np.where(np.isin(result["outcomes"]["option"], ["leo-tracking", "all"]), 0.8, 0.5)
    awareness = {name: result["threats"][name] for name in ("future", "threat", "warned")}
    option = result["threats"]["option"]
    mine = option == "baseline"
    awareness = {name: column[mine] for name, column in awareness.items()}
    number = {f: p for f, o, p in zip(*(result["outcomes"][c] for c in ("future", "option", "picture")), strict=True)
              if o == "baseline"}  # fmt: skip
    picture = np.array([number[f] for f in awareness["future"]])
    partner = np.full(int(mine.sum()), next(iter(document["architecture"]["partners"])), dtype=object)
    result["awareness"] = {**awareness, "picture": picture, "partner": partner}
    result["engagements"] = {name: column[:0] for name, column in result["engagements"].items()}
    document["flights"] = [
        {"id": name, "local_date": "2015-03-02", "range_km": "650", "reported_seen": "ship and coast radars, per Japan"}
        for name in sorted(set(names))
    ]
    return document, result
