"""The keys of an orbit: a constellation, ellipses, places over the equator or element sets, and what does not work."""

from typing import Annotated

from pydantic import model_validator

from sakimori.study.fields import ORBIT
from sakimori.study.quantities import Amount, fixed
from sakimori.study.shapes import Strict, fault, plain, quantity


class Walker(Strict):
    """A constellation of circular orbits: one altitude, one inclination (Walker's or Ballard's)."""

    total: Annotated[Amount, quantity(ORBIT["total"])]
    planes: Annotated[Amount, quantity(ORBIT["planes"])]
    phasing: Annotated[Amount, quantity(ORBIT["phasing"])] = fixed(0.0, "number", 0)
    inclination: Annotated[Amount, quantity(ORBIT["inclination"])]
    altitude: Annotated[Amount, quantity(ORBIT["altitude"])]
    raan: Annotated[Amount, quantity(ORBIT["raan"])] = fixed(0.0, "angle", "0 deg")
    anomaly: Annotated[Amount, quantity(ORBIT["anomaly"])] = fixed(0.0, "angle", "0 deg")
    spacing: Annotated[Amount, quantity(ORBIT["spacing"])] | None = None


class Ellipse(Strict):
    """An elliptic orbit: perigee, apogee, inclination and where the satellite starts."""

    perigee: Annotated[Amount, quantity(ORBIT["perigee"])]
    apogee: Annotated[Amount, quantity(ORBIT["apogee"])]
    inclination: Annotated[Amount, quantity(ORBIT["inclination"])]
    argument_of_perigee: Annotated[Amount, quantity(ORBIT["argument_of_perigee"])] = fixed(0.0, "angle", "0 deg")
    raan: Annotated[Amount, quantity(ORBIT["raan"])] = fixed(0.0, "angle", "0 deg")
    anomaly: Annotated[Amount, quantity(ORBIT["anomaly"])] = fixed(0.0, "angle", "0 deg")


class Orbits(Strict):
    """Orbits of an infrared asset: exactly one of its forms, and what of it does not work."""

    geo: list[Annotated[Amount, plain("angle", -6.2832, 6.2832)]] | None = None
    walker: Walker | None = None
    star: Walker | None = None
    rosette: Walker | None = None
    ellipses: list[Ellipse] | None = None
    elements: str | None = None
    element_sets: list[list[str]] | None = None
    lost: Annotated[Amount, quantity(ORBIT["lost"])] | None = None
    planes_out: Annotated[Amount, quantity(ORBIT["planes_out"])] | None = None
    spares: Annotated[Amount, quantity(ORBIT["spares"])] | None = None

    @model_validator(mode="after")
    def _one(self) -> "Orbits":
        forms = ("geo", "walker", "star", "rosette", "ellipses", "elements", "element_sets")
        given = [name for name in forms if getattr(self, name)]
        if len(given) != 1:
            expected = "one of geo, walker, star, rosette, ellipses, elements"
            raise fault("SHAPE03", f"{len(given)} of its forms", expected, "Write for example {geo: [140 deg]}.")
        for name in ("planes_out", "spares"):
            if getattr(self, name) is not None and given[0] not in ("walker", "star", "rosette"):
                got, expected = f"'{name}' beside '{given[0]}'", "walker, star or rosette, which have planes"
                raise fault("SHAPE02", got, expected, f"Remove '{name}', or use 'lost'.", (name,))
        if self.rosette is not None and self.rosette.spacing is not None:
            expected = "a rosette, whose nodes stand all round"
            raise fault("SHAPE02", "'spacing' in a rosette", expected, "Remove it.", ("rosette", "spacing"))
        return self
