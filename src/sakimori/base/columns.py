"""Every result column: its table, name, unit and meaning. The store writes no column that is not named here."""

from typing import Final, NamedTuple


class Column(NamedTuple):
    """One column of a result table. `kind` is a storage type: int32, float64, bool, text, or a list of float32."""

    name: str
    kind: str
    unit: str
    meaning: str


FORMAT_VERSION: Final = 3  # of the tables below: raise it with them

FUTURE: Final = Column("future", "int32", "", "number of the future, from 0")
OPTION: Final = Column("option", "text", "", "name of the option")
PICTURE: Final = Column(
    "picture", "int32", "", "number of the distinct set of sensors and sharing; `outcomes` maps options"
)
PARTNER: Final = Column("partner", "text", "", "whose track it is")
THREAT: Final = Column("threat", "int32", "", "number of the threat in its raid, from 0")

# Altitude bands in which time out of every layer's reach is counted [m]; the last is open.
BAND_EDGES: Final = (0.0, 20e3, 40e3, 70e3, 100e3)
BAND_NAMES: Final = ("0_20km", "20_40km", "40_70km", "70_100km", "over_100km")

_bands = [
    column
    for band in BAND_NAMES
    for column in (
        Column(f"time_{band}", "float64", "s", "flight time after boost in this altitude band"),
        Column(f"unreached_{band}", "float64", "s", "of it, time inside no layer's envelope"),
    )
]

TABLES: Final[dict[str, list[Column]]] = {
    "flights": [
        FUTURE,
        THREAT,
        Column("record", "text", "", "catalogue record of the threat, or name of the observed flight"),
        Column("family", "text", "", "threat family"),
        Column("place", "text", "", "defended place aimed at, or name of the observed flight"),
        Column("status", "text", "", "how the solution for the flight ended"),
        Column("launch_latitude", "float64", "deg", "geodetic latitude of the launch point"),
        Column("launch_longitude", "float64", "deg", "longitude of the launch point"),
        Column("range", "float64", "m", "ground distance from launch to end"),
        Column("apogee", "float64", "m", "greatest altitude"),
        Column("duration", "float64", "s", "launch to end"),
        Column("launch_time", "float64", "s", "on the raid clock"),
        Column("impact_time", "float64", "s", "on the raid clock"),
        Column("path_time", "floats", "s", "raid clock at the points of the thinned path"),
        Column("path_latitude", "floats", "deg", "thinned path"),
        Column("path_longitude", "floats", "deg", "thinned path"),
        Column("path_altitude", "floats", "m", "thinned path"),
    ],
    "tracks": [
        FUTURE,
        Column("picture", "int32", "", "number of the distinct set of sensors and sharing; the manifest maps options"),
        THREAT,
        Column("asset", "text", "", "name of the sensor asset (a constellation is one asset)"),
        Column("reason", "text", "", "commonest reason of the flying samples not detected"),
        Column("first_seen", "float64", "s", "first detection on the raid clock; empty where never"),
        Column("last_seen", "float64", "s", "last detection on the raid clock; empty where never"),
        Column("detections", "int32", "", "number of detections"),
        Column("visible_time", "float64", "s", "time in which a look could have detected"),
        Column("seen_time", "float64", "s", "time of the samples with a detection"),
        Column("dropped_time", "float64", "s", "time in which a look was wanted and beam time did not suffice"),
    ],
    "threats": [
        FUTURE,
        OPTION,
        THREAT,
        Column("record", "text", "", "catalogue record of the threat"),
        Column("place", "text", "", "defended place aimed at"),
        Column("value", "float64", "", "value of that place in this future"),
        Column("leak_probability", "float64", "", "share of inner replications in which it leaked"),
        Column("cause", "text", "", "reason why it leaked: of all layers, that which got furthest"),
        Column("first_detected", "float64", "s", "raid clock; empty where never"),
        Column("confirmed", "float64", "s", "first usable track of the place's partner; empty where never"),
        Column("warned", "float64", "s", "when the place's partner knew of it; empty where never"),
        Column("warning_time", "float64", "s", "warned to impact; 0 where never"),
        Column("custody", "float64", "", "share of the flight with a usable track for the place's partner"),
        Column("best_sigma", "float64", "m", "smallest position sigma per axis the place's partner had"),
        *_bands,
    ],
    "awareness": [
        FUTURE,
        PICTURE,
        PARTNER,
        THREAT,
        Column("first_detected", "float64", "s", "raid clock, by any sensor of which it hears; empty where never"),
        Column("warned", "float64", "s", "when the partner knew of it; empty where never"),
        Column("confirmed", "float64", "s", "its first usable track; empty where never"),
        Column("warning_time", "float64", "s", "warned to impact; 0 where never"),
        Column("custody", "float64", "", "share of the flight with a usable track in its hands"),
        Column("best_sigma", "float64", "m", "smallest position sigma per axis it had"),
    ],
    "engagements": [
        FUTURE,
        OPTION,
        THREAT,
        Column("layer", "text", "", "name of the layer"),
        Column("reason", "text", "", "what happened, or why nothing did"),
        Column("detected", "float64", "s", "first detection by any sensor, raid clock; empty where never"),
        Column("confirmed", "float64", "s", "first confirmed track of any pool; empty where never"),
        Column("tracked", "float64", "s", "first usable track of any pool; empty where never"),
        Column("shared", "float64", "s", "first usable track in the hands of the layer's owner; empty where never"),
        Column("fire_control", "float64", "s", "first of these that is good enough to commit; empty where never"),
        Column("commit", "float64", "s", "earliest decision to fire, raid clock; empty where never"),
        Column(
            "assigned",
            "float64",
            "s",
            "from when on a round and a channel were its own, and no other layer's result was waited for; this and the "
            "next two: mean over the replications in which the layer fired, raid clock; empty where none",
        ),
        Column("first_launch", "float64", "s", "its first launch"),
        Column("first_intercept", "float64", "s", "the intercept of that launch"),
        Column("assessed", "float64", "s", "its result is known, raid clock; empty where none"),
        Column("last_launch", "float64", "s", "last useful launch on the raid clock; empty where none"),
        Column("slack", "float64", "s", "from the decision to fire to the last useful launch; negative: too late"),
        Column("shots", "float64", "", "mean number of rounds fired"),
        Column("wasted", "float64", "", "of them, rounds that flew at a decoy or another object beside the threat"),
    ],
    "filters": [
        FUTURE,
        PICTURE,
        PARTNER,
        THREAT,
        Column(
            "looks",
            "float64",
            "",
            "taken up by the filter of the partner's widest track",
        ),
        Column("numbers", "float64", "", "measured by these looks"),
        Column("nis", "float64", "", "mean normalised innovation squared per number; 1 for an honest filter"),
        Column("nees", "float64", "", "mean normalised error squared of position and velocity; 6 for an honest filter"),
        Column("rmse", "float64", "m", "root mean square position error while the track is confirmed"),
        Column("bound", "float64", "m", "the same of the Cramer-Rao bound of these sensors, without efficiency"),
        Column("held", "float64", "", "share of the flight with a confirmed track within 20 km of its threat"),
        Column("breaks", "float64", "", "times that it was lost again"),
        Column("longest_gap", "float64", "s", "longest time between two holds"),
    ],
    "filter_moments": [
        FUTURE,
        PICTURE,
        PARTNER,
        THREAT,
        Column("time_to_go", "float64", "s", "to the true impact; only moments with a confirmed track have a row"),
        Column("phase", "text", "", "of the flight at that moment"),
        Column("error", "float64", "m", "position error"),
        Column("sigma", "float64", "m", "position error per axis that the filter states"),
        Column("bound_sigma", "float64", "m", "that of the bound"),
        Column("nees", "float64", "", "normalised error squared of position and velocity; 6 for an honest filter"),
        Column("impact_error", "float64", "m", "predicted to true point of impact"),
        Column("impact_major", "float64", "m", "longer half-axis of the stated 1-sigma ellipse of the impact"),
        Column("impact_minor", "float64", "m", "shorter half-axis"),
        Column("impact_nees", "float64", "", "normalised impact error squared; 2 for an honest prediction"),
    ],
    "filter_raids": [
        FUTURE,
        PICTURE,
        PARTNER,
        Column("gospa", "float64", "m", "distance between threats and tracks, cut at 20 km, mean while anything flies"),
        Column("missed", "float64", "", "mean number of threats without a track"),
        Column("false", "float64", "", "mean number of tracks without a threat"),
    ],
    "outcomes": [
        FUTURE,
        OPTION,
        Column("raid_size", "int32", "", "number of threats"),
        Column("no_leaker", "float64", "", "probability that none leaked"),
        Column("no_leaker_variance", "float64", "", "variance of it over inner replications"),
        Column("expected_leakers", "float64", "", "mean number that leaked"),
        Column("leakers_variance", "float64", "", "variance of it over inner replications"),
        Column("value_lost", "float64", "", "mean value of the places leaked on, one count per leaker"),
        Column("rounds", "float64", "", "mean number of rounds fired"),
        Column("rounds_wasted", "float64", "", "of them, rounds at decoys, other objects and false tracks"),
        Column(
            "assignment_gap", "float64", "", "excess value leaking by greedy over best assignment; empty: none made"
        ),
        Column("rounds_cost", "float64", "USD", "cost of the rounds fired"),
        Column("cost", "float64", "USD", "cost of the option's measures in this future"),
        Column("available", "float64", "yr", "when the last of its measures is available; empty where none says"),
        Column("warning_time", "float64", "s", "mean over threats of warned to impact"),
        Column("custody", "float64", "", "mean over threats of the custody share"),
        Column("unreached_time", "float64", "s", "mean over threats of the time inside no layer's envelope"),
        Column("picture", "int32", "", "number of the option's set of sensors and sharing"),
        Column("failed", "bool", "", "this future could not be evaluated"),
        Column("fault", "text", "", "why it failed"),
    ],
}
TABLES["portfolios"] = TABLES["outcomes"]  # the same of each set of measures beside the listed options
