"""What each reason code means, and what would change it, in words."""

from typing import Final, NamedTuple

from sakimori.base.types import FlightStatus, Reason


class Words(NamedTuple):
    """`meaning` completes "because ..."; `remedy` says what would have to change."""

    meaning: str
    remedy: str


REASONS: Final[dict[Reason, Words]] = {
    Reason.NONE: Words("nothing stood in the way", "nothing"),
    Reason.NOT_FLYING: Words("the threat was not in flight", "nothing: the sample lies outside the flight"),
    Reason.SENSOR_OUT: Words("the sensor was not available in this future", "availability, or a second sensor"),
    Reason.BELOW_HORIZON: Words(
        "the threat was below the sensor's radio horizon", "a sensor further forward, higher, or in orbit"
    ),
    Reason.EARTH_IN_THE_WAY: Words(
        "the Earth, its limb, or the cloudy air below a stated altitude blocked the line of sight",
        "more satellites or planes",
    ),
    Reason.OUT_OF_SECTOR: Words("the threat was outside the sensor's sector", "another boresight or a further face"),
    Reason.BELOW_ELEVATION: Words("the threat was below the sensor's lowest elevation", "a lower elevation limit"),
    Reason.ABOVE_ELEVATION: Words("the threat was above the sensor's highest elevation", "a higher elevation limit"),
    Reason.TOO_FAR: Words("the threat was beyond the sensor's instrumented range", "instrumented range"),
    Reason.TOO_FAINT: Words("the threat's echo or glow was too faint", "sensitivity, or a sensor nearer by"),
    Reason.NOT_TASKED: Words(
        "the sensor could have seen the threat but was not told to look there", "a cue, or a wider search fence"
    ),
    Reason.CUE_TOO_POOR: Words(
        "the cue was too vague or too old to search its volume", "a better or fresher shared track"
    ),
    Reason.NO_BEAM_TIME: Words("the sensor's beam time was used up by other threats", "more sensors or beam time"),
    Reason.LOOK_MISSED: Words("the sensor looked and, by chance, did not detect", "sensitivity, or more looks"),
    Reason.NOT_DETECTED: Words("no sensor of the shooter's picture ever detected the threat", "a sensor that can"),
    Reason.NOT_CONFIRMED: Words("detections were too few to confirm a track", "more looks, or a second sensor"),
    Reason.NOT_SHARED: Words(
        "a partner held a track but did not share it for fire control", "a higher sharing rule, or own sensors"
    ),
    Reason.TRACK_TOO_POOR: Words("the track never became precise enough to commit", "better or more sensors"),
    Reason.LAYER_OUT: Words("the layer was not available in this future", "availability, or a second battery"),
    Reason.OUT_OF_REACH: Words("the flight never came within the layer's reach", "a site nearer to the flight"),
    Reason.ABOVE_CEILING: Words(
        "within range, the flight was above the layer's ceiling", "a layer that reaches higher"
    ),
    Reason.BELOW_FLOOR: Words("within range, the flight was below the layer's floor", "a layer that reaches lower"),
    Reason.TOO_LATE: Words(
        "the last useful launch had passed before the layer could commit", "sooner detection or decision"
    ),
    Reason.OUTSIDE_BASKET: Words(
        "at hand-over the predicted position was too uncertain to acquire", "track updates up to the hand-over"
    ),
    Reason.DIVERT_EXCEEDED: Words(
        "the correction needed after hand-over exceeded the divert budget", "a better hand-over, or more divert"
    ),
    Reason.REMOTE_TRACK: Words(
        "only tracks with a partner's measurements in them were good enough, and the layer's doctrine asks for its own",
        "engage-on-remote, or own sensors",
    ),
    Reason.NOT_PERMITTED: Words(
        "the rules of the layer's partner leave such threats or places to others", "another assignment of tasks"
    ),
    Reason.HELD_FIRE: Words("the partner left the threat to the other one", "a common command or shared assignments"),
    Reason.HANDED_OVER: Words("the layer left the threat to a later layer", "a layer that does not hold its fire"),
    Reason.LAYER_LOST: Words(
        "the layer had been lost to a leaker that came down near it", "fewer leakers before, or a second battery"
    ),
    Reason.NO_CHANNEL: Words("all fire-control channels were busy", "channels, or a second battery"),
    Reason.RELOADING: Words("the launchers were being reloaded", "more ready rounds, or a faster reload"),
    Reason.RESERVED: Words(
        "only rounds kept in reserve, or set aside for other threats, were left", "more rounds, or a smaller reserve"
    ),
    Reason.MAGAZINE_EMPTY: Words("the magazine was empty", "rounds"),
    Reason.WRONG_OBJECT: Words(
        "every round flew at a decoy or another object beside the threat", "better designation, or a lower layer"
    ),
    Reason.MISSED: Words("every shot missed", "kill probability, or more shots"),
    Reason.FALSE_KILL: Words(
        "a shot that had missed was taken for a kill, and no more were fired", "better assessment of kills"
    ),
    Reason.ALREADY_KILLED: Words("it had been killed before this layer's turn", "nothing"),
    Reason.KILLED: Words("this layer killed it", "nothing"),
}

FLIGHTS: Final[dict[FlightStatus, str]] = {
    FlightStatus.REACHED: "it comes down at its aim point",
    FlightStatus.TOO_FAR: "the aim point lies beyond what the vehicle can reach",
    FlightStatus.TOO_NEAR: "the aim point lies nearer than the vehicle can come down",
    FlightStatus.NOT_BALLISTIC: "no ballistic flight explains range and apogee",
    FlightStatus.NOT_CONVERGED: "no solution was found",
    FlightStatus.NO_IMPACT: "it is still flying when time runs out",
    FlightStatus.NO_SUCH_APOGEE: "its apogee lies too low for burnout or lift, or too high for its speed",
}
