"""Broken studies: each kind of mistake gives one clear message with file, line, got, expected and mend."""

import pathlib
import time
from typing import NamedTuple

import pytest

from sakimori.base.errors import InputError
from sakimori.study import FINDINGS, findings_of, load


class Broken(NamedTuple):
    """Replace `old` by `new` in `file`; expect finding `id` at the line of `mark`, with these words in the message."""

    id: str
    old: str
    new: str
    mark: str  # text of the line that the message must name
    words: tuple[str, ...]
    file: str = "study.yaml"
    where: str = ""  # file named in the message, if another


ARCH = "architecture.yaml"
RADAR = "catalogue/radar.yaml"


def _correlated(finding: str, pairs: str, words: str) -> Broken:
    text = f"seed: 7\nsampling: {{correlations: [{{between: {pairs}}}]}}"
    return Broken(finding, "seed: 7", text, "sampling:", (words,))


CASES = {
    "too many portfolios": Broken(
        "STAT09", "seed: 7", "seed: 7\nportfolios: {feasible: {most: 3}}", "portfolios:", ("more than 3", "sample")
    ),
    "unknown method": Broken(
        "SHAPE03", "seed: 7", "seed: 7\nsampling: {method: sobel}", "sobel", ("sobel", "monte-carlo")
    ),
    "replicates of Monte Carlo": Broken(
        "SHAPE02", "seed: 7", "seed: 7\nsampling: {replicates: 4}", "replicates", ("sobol or latin-hypercube",)
    ),
    "correlation of no factor": _correlated(
        "REF14", "[exchange_rat, raid.size], rank: 0.5", "Did you mean 'exchange_rate'"
    ),
    "correlation per threat": _correlated(
        "REF14", "[exchange_rate, raid.threats.0.bearing], rank: 0.5", "drawn for each threat"
    ),
    "correlation of one": _correlated("UNIT03", "[exchange_rate, raid.size], rank: 1.0", "1.0"),
    "correlation with itself": _correlated("SHAPE03", "[raid.size, raid.size], rank: 0.1", "two different factors"),
    "correlation twice": _correlated(
        "REF10",
        "[exchange_rate, raid.size], rank: 0.1}, {between: [raid.size, exchange_rate], rank: 0.2",
        "second time",
    ),
    "correlations that cannot be": _correlated(
        "STAT07",
        "[exchange_rate, raid.size], rank: 0.9}, {between: [exchange_rate, tracking.efficiency], rank: 0.9}, "
        "{between: [raid.size, tracking.efficiency], rank: -0.9",
        "positive definite",
    ),
    "unknown fidelity": Broken(
        "SHAPE03", "tracking:\n", "tracking:\n  fidelity: filters\n", "fidelity", ("bound", "filter"), ARCH
    ),
    "model of motion twice": Broken(
        "SHAPE03", "tracking:\n", "tracking:\n  models: [glide, glide]\n", "models", ("each model once",), ARCH
    ),
    "unknown unit": Broken("UNIT01", "range: 900 km,", "range: 900 kms,", "900 kms", ("'kms'", "Did you mean 'km'")),
    "no unit": Broken("UNIT01", "range: 900 km,", "range: 900,", "range: 900,", ("without a unit", "'900 km'")),
    "wrong dimension": Broken("UNIT02", "range: 900 km,", "range: 900 s,", "range: 900 s", ("a time", "a length")),
    "angle as number": Broken(
        "UNIT02", "lift_to_drag: {uniform: [2.2, 2.6]}", "lift_to_drag: 2 deg", "2 deg", ("an angle", "a plain number")
    ),
    "comma in number": Broken(
        "UNIT01",
        "bearing: 300 deg, range: 900 km",
        "bearing: 300 deg, range: '1,100 km'",
        "1,100 km",
        ("without commas",),
    ),
    "words for a number": Broken("UNIT01", "range: 900 km,", "range: far,", "range: far", ("'far'", "number")),
    "infinite": Broken("UNIT01", "range: 900 km,", "range: 1e999 km,", "1e999", ("finite",)),
    "reference in a record": Broken(
        "REF05", "range_sigma: 15 m", "range_sigma: $rounds", "range_sigma", ("$rounds",), RADAR
    ),
    "quantity out of range": Broken("UNIT03", "{choice: [8, 16]}", "{choice: [0, 16]}", "$satellites", ("1 to 2000",)),
    "value too large": Broken(
        "UNIT03", "hold_probability: 0.1", "hold_probability: 1.1", "1.1", ("1.1", "0 to 1"), ARCH
    ),
    "negative magazine": Broken("UNIT03", "rounds: 8", "rounds: -8", "rounds: -8", ("-8", "0 to"), ARCH),
    "latitude and longitude swapped": Broken(
        "UNIT03",
        "at: [35.69 deg, 139.69 deg]",
        "at: [139.69 deg, 35.69 deg]",
        "139.69 deg, 35",
        ("latitude", "Latitude stands first"),
    ),
    "probability over 1 in a factor": Broken(
        "UNIT03", "{uniform: [0.8, 1.0],", "{uniform: [0.8, 1.2],", "1.2", ("1.2", "0 to 1"), ARCH
    ),
    "efficiency below one": Broken(
        "UNIT03", "efficiency: {uniform: [1.1,", "efficiency: {uniform: [0.5,", "0.5", ("0.5", "1 to 100"), ARCH
    ),
    "range reversed": Broken(
        "UNIT05",
        "{uniform: [30 s, 300 s]}",
        "{uniform: [300 s, 30 s]}",
        "300 s, 30 s",
        ("backwards", "smallest value first"),
    ),
    "mixed units in a factor": Broken(
        "UNIT02", "{uniform: [30 s, 300 s]}", "{uniform: [30 s, 300 km]}", "300 km", ("a length", "a time")
    ),
    "three values for uniform": Broken(
        "UNIT04", "{uniform: [30 s, 300 s]}", "{uniform: [30 s, 40 s, 50 s]}", "40 s", ("2 values",)
    ),
    "unknown law": Broken(
        "UNIT04", "{uniform: [30 s, 300 s]}", "{unifrom: [30 s, 300 s]}", "unifrom", ("'unifrom'", "'uniform'")
    ),
    "two laws": Broken(
        "UNIT04", "{choice: [2, 4]}", "{choice: [2, 4], uniform: [2, 4]}", "choice: [2, 4], u", ("2 laws",)
    ),
    "unknown key": Broken(
        "SHAPE02", "  arrival_spread:", "  arival_spread:", "arival", ("Did you mean 'arrival_spread'",)
    ),
    "unknown top key": Broken("SHAPE02", "question:", "qestion:", "qestion", ("'qestion'", "'question'")),
    "unknown asset key": Broken("SHAPE02", "    boresight:", "    bore_sight:", "bore_sight", ("'boresight'",), ARCH),
    "unknown record parameter": Broken(
        "SHAPE02", "      beam_width:", "      beamwidth:", "beamwidth", ("'beam_width'",), RADAR
    ),
    "duplicate key": Broken("READ08", "seed: 7", "seed: 7\nseed: 8", "seed: 8", ("'seed'", "second time", "line 6")),
    "missing share": Broken("SHAPE01", "small-glider, share: 0.5,", "small-glider,", "small-glider", ("no 'share'",)),
    "list for text": Broken("SHAPE03", "title: A small study", "title: [a, b]", "title: [", ("title", "text")),
    "text for a list": Broken(
        "SHAPE03", "requires: [tracking-satellites]", "requires: tracking-satellites", "requires", ("a list",)
    ),
    "NO as text": Broken(
        "SHAPE03",
        "coordinated: false",
        "coordinated: NO",
        "coordinated: NO",
        ("'NO'", "true or false", "YAML 1.2"),
        ARCH,
    ),
    "fraction of a future": Broken("SHAPE03", "futures: 40", "futures: 40.5", "futures", ("40.5", "whole number")),
    "no futures": Broken("UNIT03", "futures: 40", "futures: 0", "futures: 0", ("0", "1")),
    "bad date": Broken("SHAPE03", "date: 2026-04-01", "date: 2026-13-01", "2026-13", ("2026-13-01", "a date"), ARCH),
    "bad partner code": Broken(
        "SHAPE03", "{JPN: Japan,", "{Japan: Japan,", "Japan: Japan", ("'Japan'", "three capital"), ARCH
    ),
    "name with a space": Broken("SHAPE03", "  kanto:\n    title", "  kan to:\n    title", "kan to", ("'kan to'",)),
    "site of one number": Broken(
        "SHAPE03", "at: [35.69 deg, 139.69 deg]", "at: [35.69 deg]", "at: [35.69 deg]", ("[latitude, longitude]",)
    ),
    "unknown schema version": Broken(
        "SHAPE04", "schema: sakimori/1", "schema: sakimori/9", "sakimori/9", ("sakimori/9", "newer")
    ),
    "no schema version": Broken("SHAPE04", "schema: sakimori/1\n", "", "title: A small study", ("sakimori/1",)),
    "orbit of two kinds": Broken(
        "SHAPE03", "{geo: [130 deg]}", "{geo: [130 deg], elements: a.tle}", "geo", ("one of geo",), ARCH
    ),
    "missing record": Broken(
        "REF01", "record: small-radar", "record: smal-radar", "smal-radar", ("Did you mean 'small-radar'",), ARCH
    ),
    "record of the wrong kind": Broken(
        "REF01",
        "record: small-radar",
        "record: small-interceptor",
        "small-interceptor",
        ("interceptor", "radar or infrared"),
        ARCH,
    ),
    "unknown threat record": Broken(
        "REF01",
        "threat: small-glider",
        "threat: small-radar",
        "threat: small-radar",
        ("radar record", "ballistic or glide"),
    ),
    "unknown partner": Broken(
        "REF02",
        "    owner: JPN\n    at: [38.0",
        "    owner: KOR\n    at: [38.0",
        "owner: KOR",
        ("'KOR'", "JPN, USA"),
        ARCH,
    ),
    "unknown payer": Broken("REF02", "payer: {USA: 0.8, JPN: 0.2}", "payer: {USA: 0.8, AUS: 0.2}", "AUS", ("'AUS'",)),
    "unknown place": Broken(
        "REF03", "places: {kanto: 1.0}", "places: {kantoo: 1.0}", "kantoo", ("Did you mean 'kanto'",)
    ),
    "unknown measure": Broken(
        "REF04",
        "requires: [tracking-satellites]",
        "requires: [tracking]",
        "requires: [tracking]",
        ("'tracking'", "measure"),
    ),
    "unknown measure in an option": Broken(
        "REF04",
        "[more-rounds, tracking-satellites]",
        "[more-round, tracking-satellites]",
        "more-round, t",
        ("Did you mean 'more-rounds'",),
    ),
    "unresolved quantity": Broken(
        "REF05", "latency: $latency", "latency: $latencies", "$latencies", ("$latencies", "Did you mean 'latency'")
    ),
    "quantity outside a measure": Broken(
        "REF05", "arrival_spread: {uniform: [30 s, 300 s]}", "arrival_spread: $rounds", "$rounds", ("'$rounds'",)
    ),
    "quantity of the wrong kind": Broken(
        "UNIT02",
        "latency: {uniform: [1 s, 5 s]}",
        "latency: {uniform: [1 km, 5 km]}",
        "$latency}",
        ("$latency", "time"),
    ),
    "unknown path": Broken(
        "REF06",
        "set: {assets.north-radar.reference_range",
        "set: {assets.north-rader.reference_range",
        "north-rader",
        ("north-rader", "Did you mean 'north-radar'"),
    ),
    "unknown leaf of a path": Broken(
        "REF06",
        "set: {assets.north-radar.reference_range",
        "set: {assets.north-radar.reference_rang",
        "reference_rang:",
        ("'reference_range'",),
    ),
    "path into the raid": Broken(
        "REF06",
        "set: {command.coordinated: true}",
        "set: {raid.size: 1}",
        "raid.size",
        ("raid", "assets, layers, magazines, places, transfers, sharing or command"),
    ),
    "raise of a word": Broken(
        "REF06",
        "set: {command.coordinated: true}",
        "raise: {command.coordinated: 1}",
        "raise: {command",
        ("no number",),
    ),
    "set with the wrong unit": Broken(
        "UNIT02", "reference_range: 800 km}", "reference_range: 800 s}", "800 s}", ("a time", "a length")
    ),
    "parameter of another kind": Broken(
        "REF07",
        "    orbit: {geo: [130 deg]}",
        "    orbit: {geo: [130 deg]}\n    dwell: 2 ms",
        "dwell",
        ("dwell", "infrared"),
        ARCH,
    ),
    "parameter missing in record": Broken(
        "REF07", "      beam_width: 1.5 deg\n", "", "north-radar", ("'beam_width'",), RADAR, ARCH
    ),
    "infrared without orbit": Broken(
        "SHAPE01", "    orbit: {geo: [130 deg]}\n", "", "warning-satellite:", ("orbit",), ARCH
    ),
    "unknown carrier": Broken(
        "REF13", "    at: [38.0 deg, 138.0 deg, 100 m]\n", "    carrier: ship\n", "carrier: ship", ("'ship'",), ARCH
    ),
    "unknown condition": Broken(
        "REF16", "    rounds: 8\n", "    rounds: 8\n    needs: [calm]\n", "needs: [calm]", ("'calm'",), ARCH
    ),
    "unknown condition of a new rule": Broken(
        "REF16", "latency: $latency}", "latency: $latency, needs: [net]}", "needs: [net]", ("'net'",)
    ),
    "cyclic requirement": Broken(
        "REF08",
        "    quantity: {satellites:",
        "    requires: [fire-control]\n    quantity: {satellites:",
        "requires: [fire-control]",
        ("ring", "->"),
    ),
    "requirement of itself": Broken(
        "REF09", "requires: [tracking-satellites]", "requires: [fire-control]", "requires: [fire-control]", ("itself",)
    ),
    "exclusion of itself": Broken(
        "REF09",
        "    requires: [tracking-satellites]",
        "    excludes: [fire-control]",
        "excludes: [fire-control]",
        ("itself",),
    ),
    "exclusion of what is required": Broken(
        "REF09",
        "    requires: [tracking-satellites]",
        "    requires: [tracking-satellites]\n    excludes: [tracking-satellites]",
        "fire-control:",
        ("exclude",),
    ),
    "asset added twice": Broken(
        "REF10", "asset: low-satellites", "asset: north-radar", "asset: north-radar", ("exists already",)
    ),
    "sharing twice": Broken(
        "REF10",
        "command:\n",
        "  - {from: USA, to: JPN, rule: warning}\ncommand:\n",
        "rule: warning",
        ("second time",),
        ARCH,
    ),
    "sharing with itself": Broken(
        "REF10",
        "{from: USA, to: JPN, rule: cue",
        "{from: JPN, to: JPN, rule: cue",
        "from: JPN",
        ("two partners",),
        ARCH,
    ),
    "unknown rule": Broken("SHAPE03", "rule: cue,", "rule: cues,", "cues", ("cue", "fire-control"), ARCH),
    "unknown metric": Broken("REF11", "[no_leaker, expected_leakers]", "[no_leakers]", "no_leakers", ("'no_leaker'",)),
    "goal for no metric": Broken("REF11", "metrics:", "goals: {no_leakers: 0.5}\nmetrics:", "goals", ("'no_leakers'",)),
    "goal of another kind": Broken("UNIT02", "metrics:", "goals: {no_leaker: 5 min}\nmetrics:", "goals", ("5 min",)),
    "goal that varies": Broken(
        "SHAPE03", "metrics:", "goals: {no_leaker: {uniform: [0.2, 0.5]}}\nmetrics:", "goals", ("one value",)
    ),
    "a design that asks the attacker": Broken(
        "REF14", "seed: 7", "seed: 7\nsampling: {method: morris, factors: [raid.size]}", "raid.size", ("of our own",)
    ),
    "a design that asks nothing": Broken(
        "REF14",
        "seed: 7",
        "seed: 7\nsampling: {method: saltelli, factors: [tracking.efficency]}",
        "efficency",
        ("tracking.efficiency",),
    ),
    "factors without such a design": Broken(
        "SHAPE02", "seed: 7", "seed: 7\nsampling: {factors: [tracking.efficiency]}", "factors", ("saltelli or morris",)
    ),
    "correlations in such a design": Broken(
        "SHAPE02",
        "seed: 7",
        "seed: 7\nsampling: {method: morris, correlations: [{between: [a, b], rank: 0.5}]}",
        "correlations",
        ("one by one",),
    ),
    "escalation to no year": Broken(
        "SHAPE01", "seed: 7", "seed: 7\nprices: {escalation: {USD: 2 %}}", "prices", ("year: 2025",)
    ),
    "stop for no metric": Broken(
        "REF11", "metrics:", "stop: {metric: no_leakers, half_width: 0.02}\nmetrics:", "stop", ("'no_leakers'",)
    ),
    "stop of another kind": Broken(
        "UNIT02", "metrics:", "stop: {metric: no_leaker, half_width: 5 s}\nmetrics:", "stop", ("5 s",)
    ),
    "stop at nothing": Broken(
        "UNIT04", "metrics:", "stop: {metric: no_leaker, half_width: 0}\nmetrics:", "stop", ("above zero",)
    ),
    "checkpoints out of order": Broken(
        "SHAPE03",
        "metrics:",
        "stop: {metric: no_leaker, half_width: 2 %, checkpoints: [200, 100]}\nmetrics:",
        "stop",
        ("rising",),
    ),
    "waiver of nothing": Broken(
        "REF12",
        "metrics:",
        "waivers: [{finding: X1, reason: because, name: A, date: 2026-01-01}]\nmetrics:",
        "X1",
        ("'X1'",),
    ),
    "no waiver's reason": Broken(
        "SHAPE01", "metrics:", "waivers: [{finding: ENG05, name: A, date: 2026-01-01}]\nmetrics:", "ENG05", ("reason",)
    ),
    "empty raid": Broken(
        "RAID01",
        "    - {threat: small-ballistic, share: 0.5, bearing: {uniform: [290 deg, 320 deg]}, "
        "range: {uniform: [900 km, 1100 km]}}\n    - {threat: small-glider, share: 0.5, bearing: 300 deg, "
        "range: 900 km, lift_to_drag: {uniform: [2.2, 2.6]}}\n",
        "    []\n",
        "threats:",
        ("without threats",),
    ),
    "raid and flights": Broken(
        "RAID01", "raid:\n", "flights: table.csv\nraid:\n", "schema", ("both raid and flights",)
    ),
    "shares of threats": Broken(
        "RAID02", "small-glider, share: 0.5", "small-glider, share: 0.6", "threats:", ("1.1", "sum to 1")
    ),
    "shares of places": Broken("RAID02", "places: {kanto: 1.0}", "places: {kanto: 0.9}", "places: {kanto", ("0.9",)),
    "shares of payers": Broken(
        "RAID02", "payer: {USA: 0.8, JPN: 0.2}", "payer: {USA: 0.8, JPN: 0.3}", "USA: 0.8", ("1.1",)
    ),
    "cost in kilometres": Broken(
        "UNIT02", "triangular: [1 GUSD, 2 GUSD, 3 GUSD]", "triangular: [1 km, 2 km, 3 km]", "1 km", ("no money",)
    ),
    "two changes in one item": Broken(
        "SHAPE03",
        "      - set: {command.coordinated: true}",
        "      - set: {command.coordinated: true}\n        raise: {layers.coast-battery.rounds: 1}",
        "set: {command",
        ("2 changes",),
    ),
    "notional without range": Broken(
        "EVID01",
        "{value: 600 km, low: 400 km, high: 900 km, basis",
        "{value: 600 km, basis",
        "600 km",
        ("notional", "low and high"),
        RADAR,
    ),
    "value outside its range": Broken(
        "UNIT03", "value: 600 km, low: 400", "value: 300 km, low: 400", "300 km", ("outside its range",), RADAR
    ),
    "unknown basis": Broken("UNIT04", "basis: estimate", "basis: guess", "guess", ("guess", "notional"), RADAR),
    "missing architecture": Broken(
        "READ01",
        "architecture: architecture.yaml",
        "architecture: architectur.yaml",
        "architectur.yaml",
        ("Did you mean 'architecture.yaml'",),
    ),
    "tab for indentation": Broken("READ05", "  size: {choice", "\tsize: {choice", "size: {choice", ("a tab", "spaces")),
    "bracket not closed": Broken(
        "READ05", "metrics: [no_leaker, expected_leakers]", "metrics: [no_leaker", "metrics", ("YAML",)
    ),
    "two colons": Broken("READ05", "question: Does it load?", "question: Does it: load?", "Does it: load", ("YAML",)),
    "a tag": Broken("READ05", "seed: 7", "seed: !!python/object:os.system 7", "python", ("tag",)),
    "undefined alias": Broken("READ05", "seed: 7", "seed: *seven", "seven", ("alias",)),
    "two documents": Broken("READ05", "metrics:", "---\nmetrics:", "---", ("document",)),
}


def _line(path: pathlib.Path, mark: str) -> int:
    return next(i for i, row in enumerate(path.read_text("utf-8").split("\n"), start=1) if mark in row)


@pytest.mark.parametrize("name", CASES)
def test_broken_study(name: str, changed) -> None:
    case = CASES[name]
    folder = changed(case.old, case.new, case.file)
    with pytest.raises(InputError) as caught:
        load(folder)
    error = caught.value
    assert error.exit_code == 2
    assert [f.id for f in findings_of(error)] == [case.id], str(error)
    expected_file = folder / (case.where or case.file)
    assert error.place.path == str(expected_file)
    assert error.place.line == _line(expected_file, case.mark), str(error)
    for word in case.words:
        assert word in str(error)
    assert error.got
    assert error.expected
    assert error.mend
    assert "Traceback" not in str(error)
    assert "pydantic" not in str(error)


def test_several_mistakes_are_listed_in_the_order_of_the_file(changed) -> None:
    changed("seed: 7", "seed: seven")
    folder = changed("range: 900 km,", "range: 900,")
    with pytest.raises(InputError) as caught:
        load(folder)
    lines = [finding.place.line for finding in findings_of(caught.value)]
    assert len(lines) == 2
    assert lines == sorted(lines)
    assert str(caught.value).count("\n") == 1


def _refused(path: pathlib.Path, finding: str, *words: str) -> InputError:
    started = time.process_time()
    with pytest.raises(InputError) as caught:
        load(path)
    assert time.process_time() - started < 10.0  # no speed test: it must not hang or read on
    assert [f.id for f in findings_of(caught.value)] == [finding], str(caught.value)
    for word in words:
        assert word in str(caught.value)
    return caught.value


def test_missing_file(tmp_path: pathlib.Path) -> None:
    _refused(tmp_path / "nothing.yaml", "READ01", "nothing.yaml", "no such file")


def test_misspelt_shipped_name() -> None:
    _refused(pathlib.Path("announced-measure"), "READ01", "announced-measures")


def test_folder_without_study(tmp_path: pathlib.Path) -> None:
    _refused(tmp_path, "READ01", "a folder without study.yaml")


def test_name_too_long() -> None:
    _refused(pathlib.Path("x" * 5000), "READ01")


def test_study_that_is_a_folder(tmp_path: pathlib.Path) -> None:
    (tmp_path / "study.yaml").mkdir()
    _refused(tmp_path, "READ01", "a readable file")


def test_not_permitted(small: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(self: pathlib.Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(pathlib.Path, "read_bytes", deny)
    _refused(small, "READ01", "Permission denied")


def test_binary(small: pathlib.Path) -> None:
    (small / "study.yaml").write_bytes(b"\x7fELF\0\0\0\1" * 100)
    _refused(small, "READ03", "binary")


def test_not_utf8(small: pathlib.Path) -> None:
    path = small / "study.yaml"
    path.write_bytes(path.read_bytes().replace("小さな研究".encode(), "小さな研究".encode("shift_jis")))
    error = _refused(small, "READ04", "UTF-8")
    assert error.place.line == 3


def test_utf16(small: pathlib.Path) -> None:
    path = small / "study.yaml"
    path.write_text(path.read_text("utf-8"), "utf-16")
    _refused(small, "READ03")


def test_byte_order_mark_is_no_fault(small: pathlib.Path) -> None:
    path = small / "study.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load(small).title == "A small study"


def test_huge_file_is_refused_before_it_is_read(small: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (small / "study.yaml").open("ab") as file:
        file.truncate(50_000_000)
    monkeypatch.setattr(pathlib.Path, "read_bytes", lambda self: pytest.fail("it was read"))
    _refused(small, "READ02", "50.0 MB", "5 MB")


def test_alias_bomb(small: pathlib.Path) -> None:
    rows = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for one, two in zip("abcdefghi", "bcdefghij", strict=False):
        rows.append(f"{two}: &{two} [{', '.join([f'*{one}'] * 9)}]")
    (small / "study.yaml").write_text("\n".join(rows))
    _refused(small, "READ07", "aliases")


def test_alias_of_itself(small: pathlib.Path) -> None:
    (small / "study.yaml").write_text("a: &a [*a]\n")
    _refused(small, "READ05", "nesting")


@pytest.mark.parametrize("text", ["[" * 2000, "a: " + "[" * 100 + "]" * 100, "a: " + "{b: " * 3000])
def test_deep_nesting(small: pathlib.Path, text: str) -> None:
    (small / "study.yaml").write_text(text)
    _refused(small, "READ05")


@pytest.mark.parametrize("text", ["", "# only a comment\n", "- a\n- b\n", "just words\n", "? [1, 2]\n: 3\n"])
def test_no_mapping(small: pathlib.Path, text: str) -> None:
    (small / "study.yaml").write_text(text)
    _refused(small, "READ06")


def test_control_character(small: pathlib.Path) -> None:
    (small / "study.yaml").write_text("schema: sakimori/1\ntitle: \x01\n")
    _refused(small, "READ05")


def test_yaml_directive(small: pathlib.Path) -> None:
    (small / "study.yaml").write_text("%YAML 1.1\n---\nschema: sakimori/1\n")
    _refused(small, "READ05", "directive")


def test_endless_number(small: pathlib.Path) -> None:
    (small / "study.yaml").write_text(f"schema: sakimori/1\nseed: {'9' * 6000}\n")
    _refused(small, "READ05", "usual length")


def test_every_finding_is_provoked_somewhere() -> None:
    here = pathlib.Path(__file__).parent
    text = "".join(path.read_text("utf-8") for path in sorted(here.glob("test_*.py")))
    unprovoked = {name for name in FINDINGS if f'"{name}"' not in text}
    assert not unprovoked
