"""The models of motion that a study may choose for its filters, by name.

They are the design of our tracker, fixed before any case was looked at, and say nothing of any system: two that know
gravity and the Earth's rotation and take the rest for white or for correlated noise, and one that knows the air.
"""

import math
from collections.abc import Sequence
from typing import Final

from sakimori.base.errors import InputError
from sakimori.base.types import Floats
from sakimori.track.motions import Model, Motion, table

SOJOURN: Final = 60.0  # [s] mean time for which a target moves as one model says
MODELS: Final[dict[str, Model]] = {
    "constant-velocity": Model(Motion.WHITE, 1.0, sojourn=SOJOURN),  # free fall; 1 m2/s3
    "singer": Model(Motion.SINGER, 20.0, 20.0, sojourn=SOJOURN),  # 2 g in every direction, as Singer's manned aircraft
    "glide": Model(Motion.GLIDE, 3e-4, 20.0, least=0.1, sojourn=SOJOURN),  # lift of 3e-4 m2/kg times dynamic pressure
}
DEFAULT: Final = tuple(MODELS)


def bank(names: Sequence[str]) -> Floats:
    """The table (M, 6) of these models; a single one never switches. Errors: InputError for a name that is none."""
    unknown = [name for name in names if name not in MODELS]
    if unknown:
        raise InputError("filter models", unknown[0], ", ".join(MODELS), "Name one of these.")
    chosen = [MODELS[name] for name in names]
    return table(chosen if len(chosen) > 1 else [one._replace(sojourn=math.inf) for one in chosen])
