"""Threats in flight: point masses over the rotating Earth on open-loop profiles (docs/equations/flight.md)."""

from sakimori.flight.ballistic import BallisticThreat
from sakimori.flight.clock import FAMILIES, AnyThreat, aim, fly
from sakimori.flight.cruise import CruiseThreat
from sakimori.flight.fitting import Candidate, Fit, fit
from sakimori.flight.glide import GlideThreat
from sakimori.flight.lanes import Ends, propagate
from sakimori.flight.motion import WGS84, Body, Environment
from sakimori.flight.observed import Explanation, explain_observed, solve_observed
from sakimori.flight.profile import Profile, profile
from sakimori.flight.quasiballistic import QuasiBallisticThreat
from sakimori.flight.threat import Aim

__all__ = [
    "FAMILIES",
    "WGS84",
    "Aim",
    "AnyThreat",
    "BallisticThreat",
    "Body",
    "Candidate",
    "CruiseThreat",
    "Ends",
    "Environment",
    "Explanation",
    "Fit",
    "GlideThreat",
    "Profile",
    "QuasiBallisticThreat",
    "aim",
    "explain_observed",
    "fit",
    "fly",
    "profile",
    "propagate",
    "solve_observed",
]
