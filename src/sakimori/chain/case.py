"""What the chain is given and what it gives back: one future of a study with all its options."""

from dataclasses import dataclass
from typing import NamedTuple

from sakimori.base.errors import InputError
from sakimori.base.types import Codes, Deliveries, Flags, Flights, Floats, Integers, Tracks
from sakimori.engage import Command, Layer, Magazine, Result, Transfer
from sakimori.flight import WGS84, AnyThreat, Environment
from sakimori.sense.infrared import Infrared
from sakimori.sense.radar import Radar
from sakimori.sense.tasking import Priority
from sakimori.track.singer import CORRELATION_TIME

MOMENTS = (600.0, 480.0, 360.0, 240.0, 180.0, 120.0, 60.0, 30.0)  # [s] to go at which a track is judged
LOST = 20e3  # [m] an estimate farther off does not hold its threat; where GOSPA is cut
Rules = tuple[tuple[int, ...], ...]
Latencies = tuple[tuple[float, ...], ...]


class Company(NamedTuple):
    """What flies beside a threat, and looks like it."""

    heavy_objects: float = 0.0  # fall as it does, to the ground
    light_objects: float = 0.0  # until the air strips them off
    strip_altitude: float = 0.0  # [m] where it does


@dataclass(frozen=True, kw_only=True)
class Option:
    """The architecture of one option in this future. Tables of pairs are [giver][receiver] of partner indices."""

    name: str
    sensors: tuple[bool, ...]  # (S,) which of the case's sensors it has, radars first
    rules: Rules  # (P, P) base.types.Rule
    link_latency: Latencies  # (P, P) [s]
    layers: tuple[Layer, ...]
    magazines: tuple[Magazine, ...]
    command: Command = Command()
    transfers: tuple[Transfer, ...] = ()
    permitted: tuple[tuple[bool, ...], ...] = ()  # (N, L) who may fire at what; (): everybody at everything

    @property
    def view(self) -> tuple[tuple[bool, ...], Rules, Latencies]:
        """All that its picture depends on: options of one view share one picture."""
        return self.sensors, self.rules, self.link_latency


@dataclass(frozen=True, kw_only=True)
class Case:
    """One future: a raid, every sensor that any option has, the options. Errors: InputError where sizes disagree."""

    seed: int
    future: int
    step: float  # [s] between samples
    replications: int  # of the engagement's luck
    threats: tuple[AnyThreat, ...]  # (N,)
    values: tuple[float, ...]  # (N,) of the place aimed at
    places: tuple[int, ...]  # (N,) index of that place in the study
    company: tuple[Company, ...] = ()  # (N,) what flies beside each threat; (): nothing
    loss_radius: float = 0.0  # [m] from where a leaker comes down: layers within it may be lost
    loss_probability: float = 0.0  # of each of them
    partners: tuple[str, ...]  # (P,)
    radars: tuple[Radar, ...]
    infrareds: tuple[Infrared, ...]
    julian_date: float  # [day UTC] of the raid clock's zero
    quiet: tuple[tuple[float, float], ...] = ()  # (at, length) [s]: at this time the clock leaves so much out
    efficiency: float = 1.0  # >= 1: a tracker's standard deviations over the bound's
    confirm: tuple[int, int] = (2, 3)  # m detections within n looks
    drop_time: float = 30.0  # [s] without a detection until a track is lost
    beam_priority: tuple[Priority, ...] = (Priority.TRACKED, Priority.WAITING)  # of radars short of beam time
    environment: Environment = WGS84  # in which the threats fly; sensors see through the standard atmosphere
    own_latency: float = 0.0  # [s] from a partner's sensors to its own shooters
    correlation_time: float = CORRELATION_TIME  # [s] of the unforeseen acceleration
    filters: tuple[str, ...] = ()  # models of the filters (track.models) whose tracks count; none: bounds count
    options: tuple[Option, ...]

    def __post_init__(self) -> None:
        """Refuse what does not fit together."""
        threats, sensors, partners = len(self.threats), len(self.radars) + len(self.infrareds), len(self.partners)
        m, n = self.confirm
        for fine, got, expected in (
            (threats > 0, "no threats", "at least one"),
            (len(self.values) == len(self.places) == threats, "values or places", f"one for each of {threats} threats"),
            (len(self.company) in (0, threats), "company", f"that of each of {threats} threats"),
            (self.loss_radius >= 0.0, f"loss_radius {self.loss_radius} m", "0 m or more"),
            (0.0 <= self.loss_probability <= 1.0, f"loss_probability {self.loss_probability}", "0 to 1"),
            (all(len(o.permitted) in (0, threats) for o in self.options), "permitted", f"{threats} rows"),
            (self.step > 0.0, f"step {self.step} s", "more than 0 s"),
            (self.efficiency >= 1.0, f"efficiency {self.efficiency}", "1 or more"),
            (1 <= m <= n, f"confirm {m} of {n}", "1 <= m <= n"),
            (len(set(self.beam_priority)) == len(self.beam_priority), "a beam priority twice", "each at most once"),
            (self.drop_time >= 0.0, f"drop_time {self.drop_time} s", "0 s or more"),
            (self.correlation_time > 0.0, f"correlation_time {self.correlation_time} s", "more than 0 s"),
            (all(len(o.sensors) == sensors for o in self.options), "an option's sensors", f"{sensors} flags"),
            (all(len(o.rules) == partners for o in self.options), "an option's rules", f"{partners} rows"),
            (all(0 <= s.owner < partners for s in self.sensors), "a sensor's owner", f"one of {partners} partners"),
        ):
            if not fine:
                raise InputError(f"future {self.future}", got, expected, "Correct the case.")

    @property
    def sensors(self) -> tuple[Radar | Infrared, ...]:
        """All sensors in the order of every sensor axis: radars first."""
        return (*self.radars, *self.infrareds)


class AssetSummary(NamedTuple):
    """What each sensor asset (A; all satellites of a constellation are one) made of each threat: the `tracks` table."""

    assets: tuple[str, ...]  # (A,)
    reason: Codes  # (N, A) Reason: commonest of the flying samples without a detection, but for those between looks
    first_seen: Floats  # (N, A) [s] raid clock, nan where never
    last_seen: Floats  # (N, A) [s]
    detections: Integers  # (N, A) samples with a detection, each sensor of the asset counted
    visible_time: Floats  # (N, A) [s] in which a look of at least one sensor could have detected
    seen_time: Floats  # (N, A) [s] of samples with at least one detection
    dropped_time: Floats  # (N, A) [s] in which a look was wanted and beam time did not suffice


class Awareness(NamedTuple):
    """What each partner knew of each threat: the part of the `threats` table that needs no engagement. (P, N) each."""

    first_detected: Floats  # [s] raid clock: first detection by a sensor of which the partner is at least warned
    confirmed: Floats  # [s] first usable fire-control track in the partner's hands
    warned: Floats  # [s] first news of a confirmed track, warning latency included
    warning_time: Floats  # [s] from then to impact; 0 where never
    custody: Floats  # share of the flight with a usable fire-control track in hand
    best_sigma: Floats  # [m] per axis: smallest of a usable fire-control track; nan where none


class FlightScores(NamedTuple):
    """Over the whole flight: (P, N) of P partners' widest tracks of N threats; nan where there was no track."""

    looks: Floats  # taken up by the filter
    numbers: Floats  # measured by them
    nis: Floats  # mean normalised innovation squared, over the numbers: 1 for an honest filter
    nees: Floats  # mean normalised error squared of position and velocity over the samples; 6 if honest
    rmse: Floats  # [m] root of the mean square of the position error over the samples of the confirmed track
    bound: Floats  # [m] the same of the Cramer-Rao bound of these sensors, no efficiency in it
    held: Floats  # share of the flight with a confirmed track within LOST of its threat
    breaks: Floats  # times that it was lost again
    longest_gap: Floats  # [s] between two holds


class MomentScores(NamedTuple):
    """At the MOMENTS before impact: (P, N, M), as above."""

    error: Floats  # [m] of position
    sigma: Floats  # [m] per axis, as the filter states it
    bound_sigma: Floats  # [m] per axis, of the bound
    nees: Floats  # normalised error squared of position and velocity
    impact_error: Floats  # [m] predicted to true impact
    impact_major: Floats  # [m] longer half-axis of its stated 1-sigma ellipse
    impact_minor: Floats  # [m]
    impact_nees: Floats  # normalised impact error squared; 2 if honest


class RaidScores(NamedTuple):
    """Of the whole raid: (P,) means over the samples at which anything flies."""

    gospa: Floats  # [m] cut at LOST
    missed: Floats  # threats without a track
    false: Floats  # tracks without a threat


class FilterScores(NamedTuple):
    """How one picture's filters did."""

    flights: FlightScores
    moments: MomentScores
    raid: RaidScores


class Picture(NamedTuple):
    """All that one distinct set of sensors and sharing knew of the raid."""

    sensors: tuple[int, ...]  # (S,) which of the case's sensors take part, in the order of the arrays' sensor axis
    pools: Flags  # (G, S)
    tracks: Tracks
    deliveries: Deliveries
    assets: AssetSummary
    awareness: Awareness
    scores: FilterScores | None  # of filters; None where tracks are bounds


class Outcome(NamedTuple):
    """What became of one future, under each of its options."""

    case: Case
    flights: Flights
    up: Flags  # (S,) which of the case's sensors worked
    pictures: tuple[Picture, ...]  # distinct ones, in the order of their first option
    picture_of: tuple[int, ...]  # index into `pictures` for each option
    results: tuple[Result, ...]  # one for each option
