"""Every finding: its stable ID, how grave it is, what it means and how to mend it (docs/findings.md lists them all).

IDs are never reused. `refused` means that the study cannot be read or is not valid (exit code 2); `error`, `warning`
and `note` are findings in a readable study, and can be waived.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from sakimori.base.errors import InputError, Place


class Kind(NamedTuple):
    """What findings of one ID have in common."""

    severity: str
    meaning: str
    mend: str


@dataclass(frozen=True)
class Finding:
    """One thing that `check` found, with its place in the user's files."""

    id: str
    severity: str
    place: Place
    path: str  # dotted path in the study
    got: str
    expected: str
    mend: str
    waived: bool = False
    waiver: str = ""  # reason, name and date of the waiver

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "id": self.id,
            "severity": self.severity,
            "file": self.place.path,
            "line": self.place.line,
            "path": self.path,
            "got": self.got,
            "expected": self.expected,
            "mend": self.mend,
            "waived": self.waived,
            "waiver": self.waiver,
        }

    def __str__(self) -> str:
        waived = f" [waived: {self.waiver}]" if self.waived else ""
        return f"{self.place}: {self.severity} {self.id}: got {self.got}; expected {self.expected}. {self.mend}{waived}"


def findings_of(error: InputError) -> list[Finding]:
    """What made a study unreadable, as findings of severity `refused`."""
    problems = getattr(error, "problems", (error,))
    return [
        Finding(getattr(p, "finding", "READ05"), "refused", p.place, "", p.got, p.expected, p.mend) for p in problems
    ]


_R, _E, _W, _N = "refused", "error", "warning", "note"
FINDINGS: dict[str, Kind] = {
    "READ01": Kind(_R, "A file, folder, shipped study or table does not exist or may not be read.", "Check the name."),
    "READ02": Kind(_R, "A file is larger than 5 MB.", "Move long tables into CSV files."),
    "READ03": Kind(_R, "A file is binary.", "Give a text file."),
    "READ04": Kind(_R, "A file is not UTF-8.", "Save it as UTF-8."),
    "READ05": Kind(_R, "The text is not YAML 1.2, or uses tabs, tags or directives.", "Correct the line named."),
    "READ06": Kind(_R, "The file holds no mapping of names to values.", "Begin with `schema: sakimori/1`."),
    "READ07": Kind(_R, "Aliases repeat too many values.", "Write the values out."),
    "READ08": Kind(_R, "A key or flight stands twice.", "Remove or rename one of them."),
    "SHAPE01": Kind(_R, "Something that is needed is missing.", "Add it."),
    "SHAPE02": Kind(_R, "A key is not known here.", "Take the suggested name, or remove it."),
    "SHAPE03": Kind(_R, "A value is of the wrong type or form.", "Write it as the message shows."),
    "SHAPE04": Kind(_R, "The schema version is missing or not known.", "Begin with `schema: sakimori/1`."),
    "UNIT01": Kind(_R, "A quantity lacks its unit, or the unit is not known.", "Write it like 1200 km."),
    "UNIT02": Kind(_R, "A unit is of the wrong kind.", "Give a quantity of the kind named."),
    "UNIT03": Kind(_R, "A value lies outside what is possible, or outside its own stated range.", "Correct it."),
    "UNIT04": Kind(_R, "A factor is malformed.", "Write it like {uniform: [2 s, 5 s]}."),
    "UNIT05": Kind(_R, "A range runs backwards.", "Write the smallest value first."),
    "REF01": Kind(_R, "A record does not exist, or is of the wrong kind.", "Name one that `sakimori catalogue` lists."),
    "REF02": Kind(_R, "A partner is not declared in the architecture.", "Declare it under `partners`."),
    "REF03": Kind(_R, "The raid names a place that is not declared.", "Declare it under `places`."),
    "REF04": Kind(_R, "A measure that is required, excluded or listed does not exist.", "Correct the name."),
    "REF05": Kind(
        _R, "A quantity ($name) does not exist, or stands outside a measure.", "Declare it under `quantity`."
    ),
    "REF06": Kind(_R, "The path of a `set` or `raise` leads nowhere.", "Take the suggested step."),
    "REF07": Kind(_R, "A parameter is missing, or belongs to another kind of record.", "Give it, or remove it."),
    "REF08": Kind(_R, "Measures require each other in a ring.", "Remove one requirement."),
    "REF09": Kind(
        _R,
        "A measure requires or excludes itself, or an option holds measures that exclude each other.",
        "Remove one of them.",
    ),
    "REF10": Kind(_R, "A name or pair is used twice.", "Rename or remove one of them."),
    "REF11": Kind(_R, "A metric does not exist.", "Take one that docs/metrics.md lists."),
    "REF12": Kind(_R, "A waiver names a finding that does not exist or cannot be waived.", "Correct the ID."),
    "REF13": Kind(_R, "A carrier does not exist, or does not fit what is aboard.", "Declare it under `carriers`."),
    "REF14": Kind(
        _R, "A correlation, or a design, names what is no factor that it may move.", "Name the path of one of our own."
    ),
    "REF15": Kind(
        _R,
        "A magazine is described, or named by a transfer, that no layer fires from.",
        "Name a layer, or its `magazine`.",
    ),
    "REF16": Kind(_R, "Something needs a condition that does not exist.", "Declare it under `conditions`."),
    "RAID01": Kind(_R, "Nothing flies: no threats, places or flights.", "Describe a raid, or name a table."),
    "RAID02": Kind(_R, "Shares do not sum to 1.", "Correct the shares."),
    "EVID01": Kind(_R, "A notional value has no range.", "State low and high."),
    "VALUE01": Kind(
        _E,
        "Ranges of two parameters overlap, so that a future may draw an impossible system.",
        "Narrow the ranges until they cannot cross.",
    ),
    "VALUE02": Kind(_W, "A value is outside what is usual for its kind by far.", "Check the unit."),
    "REF21": Kind(_N, "A record hides another of the same name further away.", "Rename it if that is not meant."),
    "REF22": Kind(_W, "A quantity of a measure is not used by its changes.", "Use it as $name, or remove it."),
    "REF23": Kind(_W, "A measure changes nothing.", "Add changes, or remove the measure."),
    "REF24": Kind(
        _W, "A partner owns no asset and no layer, and receives nothing.", "Give it something, or remove it."
    ),
    "REF25": Kind(_N, "A place is never aimed at.", "Give it a share of the raid, or remove it."),
    "REF26": Kind(_W, "Two options hold the same measures.", "Remove one of them."),
    "REF27": Kind(
        _W,
        "Two measures of one option set the same value; the later one wins.",
        "Let them exclude each other, or use raise.",
    ),
    "REF28": Kind(_N, "Measures exclude each other, so there is no option with all of them.", "List options by hand."),
    "REF29": Kind(
        _E,
        "A measure adds satellites in a number that its planes do not divide.",
        "Make the total a multiple of the planes.",
    ),
    "GEO01": Kind(_W, "A ground site stands above 5,000 m.", "Check the altitude and its unit."),
    "GEO02": Kind(_W, "A site stands at latitude 0, longitude 0.", "Give the site."),
    "GEO03": Kind(_W, "A radar's sector looks away from every axis of the raid or flight.", "Check the boresight."),
    "GEO04": Kind(_W, "A layer cannot reach the neighbourhood of any defended place.", "Check its site and range."),
    "GEO05": Kind(
        _E,
        "A glider's boost covers the whole distance: nothing is left to glide.",
        "Lengthen the range or shorten boost_range.",
    ),
    "GEO06": Kind(_W, "Two assets of the same record stand at the same point.", "Remove one, or place it elsewhere."),
    "GEO07": Kind(_N, "A satellite is below 300 km, where drag brings it down.", "Check the altitude."),
    "GEO08": Kind(_W, "Latitude and longitude of a place may be swapped: it is far from every asset.", "Check both."),
    "SENSE01": Kind(_E, "A radar's fence lies wholly outside its elevation limits.", "Move the fence inside."),
    "SENSE02": Kind(_W, "A radar's instrumented range is below its reference range.", "Check which one is meant."),
    "SENSE03": Kind(_W, "One look takes as long as the interval between two looks.", "Shorten the dwell."),
    "SENSE04": Kind(
        _W,
        "The step is longer than a sensor's interval between looks: looks are lost.",
        "Shorten the step, or lengthen the interval.",
    ),
    "SENSE05": Kind(_E, "No sensor can tell a place's partner of anything.", "Give the partner a sensor or a share."),
    "SENSE06": Kind(_W, "A radar's angle noise exceeds its beam width.", "Check both."),
    "SENSE07": Kind(_N, "A radar's fence takes more than nine tenths of its beam time.", "Check fence_load."),
    "LINK01": Kind(_W, "Fire-control tracks are shared with more than 30 s of delay.", "Check the latency."),
    "LINK02": Kind(_W, "A partner shares tracks but owns no sensor in any option.", "Remove the rule."),
    "LINK03": Kind(
        _W,
        "A layer's partner can get no fire-control track, so the layer never fires.",
        "Give the partner a sensor, or a fire-control share.",
    ),
    "LINK04": Kind(_W, "Tracks reach another partner without any delay.", "State a latency."),
    "ENG01": Kind(_W, "A layer has no rounds in any option.", "Give it rounds, or remove it."),
    "ENG02": Kind(_E, "A layer's salvo is larger than its magazine can ever be.", "Add rounds or shrink the salvo."),
    "ENG03": Kind(_W, "A kill probability is a point, not a range.", "State a range: no test record gives a point."),
    "ENG04": Kind(_W, "A layer homes for longer than it can fly.", "Check homing_time, range and mean_speed."),
    "ENG05": Kind(_N, "No layer reaches altitudes of 30 to 60 km, where gliders fly.", "See measures that do."),
    "ENG06": Kind(_N, "A layer looks again without waiting for the result.", "Check assess_delay."),
    "ENG07": Kind(_W, "Shots at one threat are independent: correlation is zero.", "State a range for correlation."),
    "ENG08": Kind(_E, "A layer's floor lies above its ceiling.", "Correct one of them."),
    "ENG09": Kind(
        _W,
        "Objects fly beside ballistic threats, and a layer tells all of them apart: designation is 1.",
        "State a range for designation.",
    ),
    "STAT01": Kind(_W, "There are fewer than 30 futures: spreads will be rough.", "Ask for more futures."),
    "STAT02": Kind(_N, "There are fewer than 10 inner replications.", "Ask for more, or use many futures."),
    "STAT03": Kind(_W, "Nothing varies: every future is the same but for luck.", "State ranges."),
    "STAT04": Kind(_N, "The largest raid has more threats than the baseline has rounds.", "Know that it must leak."),
    "STAT05": Kind(_W, "There are more than 100 options.", "List the options that matter."),
    "STAT06": Kind(
        _N,
        "The number of futures is no multiple of the number of observed flights.",
        "Round it, so that every flight has the same number of draws.",
    ),
    "STAT07": Kind(_R, "Rank correlations of factors contradict each other.", "Weaken them, or name missing pairs."),
    "STAT09": Kind(_R, "There are too many feasible portfolios, or the sample is too small.", "Change the numbers."),
    "STAT08": Kind(
        _N,
        "The futures do not fill the sample's replicates evenly, or its last block.",
        "Ask for a power of two (Sobol) or a whole number (Latin hypercube) of draws in each, or for whole blocks.",
    ),
    "EVID02": Kind(_E, "A source key is in no list of sources.", "Add it to sources.bib beside the study."),
    "EVID03": Kind(_W, "A measure lacks its source or the date of its announcement.", "Add both."),
    "EVID04": Kind(_W, "A measure's cost is missing, or lacks base year, kind or payer.", "State them."),
    "EVID05": Kind(_W, "An asset, layer or place has no source.", "Add `source:`."),
    "EVID06": Kind(
        _W,
        "A measure may be available before the architecture's date: it may be counted twice.",
        "Check what the baseline holds already.",
    ),
    "EVID07": Kind(
        _E, "A value is called measured or official but has no public source.", "Name it or lower the basis."
    ),
    "EVID08": Kind(_N, "A factor has no basis.", "Add basis and source."),
    "EVID09": Kind(_W, "A measure's quantity is a point: no dose-response can be drawn.", "Give it a range."),
    "WAIVE01": Kind(_W, "A waiver matches no finding.", "Remove it."),
}
