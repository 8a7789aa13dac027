"""What the layers of an option are up against: values, objects beside the threats, who may fire, who stands near."""

import numpy as np

from sakimori.base.types import Flags
from sakimori.chain.case import Case, Company, Option
from sakimori.earth.geodesy import distance_and_bearing
from sakimori.engage import Targets


def targets(case: Case, option: Option) -> Targets:
    """The case's threats as the option's layers meet them."""
    shape = (len(case.threats), len(option.layers))
    company = np.array(case.company or [Company()] * shape[0], dtype=np.float64).reshape(-1, 3)
    permitted = np.array(option.permitted, dtype=np.bool_) if option.permitted else np.ones(shape, dtype=np.bool_)
    return Targets(
        np.array(case.values, dtype=np.float64),
        company[:, 0].copy(),
        company[:, 1].copy(),
        company[:, 2].copy(),
        permitted.reshape(shape),
        _exposed(case, option),
        float(case.loss_probability),
    )


def _exposed(case: Case, option: Option) -> Flags:
    """(N, L) whether a layer stands within the loss radius of where a threat comes down."""
    found = np.zeros((len(case.threats), len(option.layers)), dtype=np.bool_)
    if case.loss_probability > 0.0 and case.loss_radius > 0.0:
        for n, threat in enumerate(case.threats):
            for j, layer in enumerate(option.layers):
                aim = threat.aim_latitude, threat.aim_longitude
                found[n, j] = distance_and_bearing(*aim, layer.latitude, layer.longitude)[0] <= case.loss_radius
    return found
