"""Rounds in a study file: what launchers hold ready, how fast they are reloaded, and what passes between magazines."""

from typing import Annotated

from pydantic import Field as Key

from sakimori.study.fields import MAGAZINE, TRANSFER
from sakimori.study.quantities import Amount, fixed
from sakimori.study.shapes import Identifier, Strict, Titled, quantity


class Store(Strict):
    """A magazine: rounds ready in launchers, and how long a reload takes."""

    ready: Annotated[Amount, quantity(MAGAZINE["ready"])] = fixed(0.0, "number", 0)
    reload_time: Annotated[Amount, quantity(MAGAZINE["reload_time"])] = fixed(0.0, "time", "0 s")
    source: str = ""


class Transfer(Titled):
    """A transfer: rounds that pass from one magazine to another during the raid, or come from elsewhere."""

    from_: Identifier | None = Key(None, alias="from")
    to: Identifier
    rounds: Annotated[Amount, quantity(TRANSFER["rounds"])]
    after: Annotated[Amount, quantity(TRANSFER["after"])]
    source: str = ""
