"""The coefficients of an explicit Runge-Kutta method of order 8 with dense output of order 7, and its sums.

Errors are estimated by embedded formulas of orders 5 and 3. Twelve slopes make a step (the thirteenth, at its end, is
the first of the next), three more make the polynomial within it. Rows of `slopes` (16, 6) are the stages.
Source: Dormand and Prince's method as printed and coded in Hairer, Norsett and Wanner 1993, II.5, II.10 (DOP853).
"""

import numpy as np

from sakimori.base.kernels import kernel
from sakimori.base.types import Floats

END = 12  # the stage at the end of a step
STAGES = 16

NODE = np.array(
    [
        0.0,
        0.05260015195876773,
        0.0789002279381516,
        0.1183503419072274,
        0.2816496580927726,
        0.3333333333333333,
        0.25,
        0.3076923076923077,
        0.6512820512820513,
        0.6,
        0.8571428571428571,
        1.0,
        1.0,
        0.1,
        0.2,
        0.7777777777777778,
    ]
)
# Weights of the earlier slopes in each stage from 1 on; row 12 is the step itself.
_ROWS = (
    {0: 0.05260015195876773},
    {0: 0.0197250569845379, 1: 0.0591751709536137},
    {0: 0.02958758547680685, 2: 0.08876275643042054},
    {0: 0.2413651341592667, 2: -0.8845494793282861, 3: 0.924834003261792},
    {0: 0.037037037037037035, 3: 0.17082860872947386, 4: 0.12546768756682242},
    {0: 0.037109375, 3: 0.17025221101954405, 4: 0.06021653898045596, 5: -0.017578125},
    {
        0: 0.03709200011850479,
        3: 0.17038392571223998,
        4: 0.10726203044637328,
        5: -0.015319437748624402,
        6: 0.008273789163814023,
    },
    {
        0: 0.6241109587160757,
        3: -3.3608926294469414,
        4: -0.868219346841726,
        5: 27.59209969944671,
        6: 20.154067550477894,
        7: -43.48988418106996,
    },
    {
        0: 0.47766253643826434,
        3: -2.4881146199716677,
        4: -0.590290826836843,
        5: 21.230051448181193,
        6: 15.279233632882423,
        7: -33.28821096898486,
        8: -0.020331201708508627,
    },
    {
        0: -0.9371424300859873,
        3: 5.186372428844064,
        4: 1.0914373489967295,
        5: -8.149787010746927,
        6: -18.52006565999696,
        7: 22.739487099350505,
        8: 2.4936055526796523,
        9: -3.0467644718982196,
    },
    {
        0: 2.273310147516538,
        3: -10.53449546673725,
        4: -2.0008720582248625,
        5: -17.9589318631188,
        6: 27.94888452941996,
        7: -2.8589982771350235,
        8: -8.87285693353063,
        9: 12.360567175794303,
        10: 0.6433927460157636,
    },
    {
        0: 0.054293734116568765,
        5: 4.450312892752409,
        6: 1.8915178993145003,
        7: -5.801203960010585,
        8: 0.3111643669578199,
        9: -0.1521609496625161,
        10: 0.20136540080403034,
        11: 0.04471061572777259,
    },
    {
        0: 0.056167502283047954,
        6: 0.25350021021662483,
        7: -0.2462390374708025,
        8: -0.12419142326381637,
        9: 0.15329179827876568,
        10: 0.00820105229563469,
        11: 0.007567897660545699,
        12: -0.008298,
    },
    {
        0: 0.03183464816350214,
        5: 0.028300909672366776,
        6: 0.053541988307438566,
        7: -0.05492374857139099,
        10: -0.00010834732869724932,
        11: 0.0003825710908356584,
        12: -0.00034046500868740456,
        13: 0.1413124436746325,
    },
    {
        0: -0.42889630158379194,
        5: -4.697621415361164,
        6: 7.683421196062599,
        7: 4.06898981839711,
        8: 0.3567271874552811,
        12: -0.0013990241651590145,
        13: 2.9475147891527724,
        14: -9.15095847217987,
    },
)
# Errors of orders 5 and 3.
_ERRORS = (
    {
        0: 0.01312004499419488,
        5: -1.2251564463762044,
        6: -0.4957589496572502,
        7: 1.6643771824549864,
        8: -0.35032884874997366,
        9: 0.3341791187130175,
        10: 0.08192320648511571,
        11: -0.022355307863886294,
    },
    {
        0: -0.18980075407240762,
        5: 4.450312892752409,
        6: 1.8915178993145003,
        7: -5.801203960010585,
        8: -0.4226823213237919,
        9: -0.1521609496625161,
        10: 0.20136540080403034,
        11: 0.02265179219836082,
    },
)
# The four highest parts of the polynomial.
_DENSE = (
    {
        0: -8.428938276109013,
        5: 0.5667149535193777,
        6: -3.0689499459498917,
        7: 2.38466765651207,
        8: 2.117034582445028,
        9: -0.871391583777973,
        10: 2.2404374302607883,
        11: 0.6315787787694688,
        12: -0.08899033645133331,
        13: 18.148505520854727,
        14: -9.194632392478356,
        15: -4.436036387594894,
    },
    {
        0: 10.427508642579134,
        5: 242.28349177525817,
        6: 165.20045171727028,
        7: -374.5467547226902,
        8: -22.113666853125306,
        9: 7.733432668472264,
        10: -30.674084731089398,
        11: -9.332130526430229,
        12: 15.697238121770845,
        13: -31.139403219565178,
        14: -9.35292435884448,
        15: 35.81684148639408,
    },
    {
        0: 19.985053242002433,
        5: -387.0373087493518,
        6: -189.17813819516758,
        7: 527.8081592054236,
        8: -11.57390253995963,
        9: 6.8812326946963,
        10: -1.0006050966910838,
        11: 0.7777137798053443,
        12: -2.778205752353508,
        13: -60.19669523126412,
        14: 84.32040550667716,
        15: 11.99229113618279,
    },
    {
        0: -25.69393346270375,
        5: -154.18974869023643,
        6: -231.5293791760455,
        7: 357.6391179106141,
        8: 93.40532418362432,
        9: -37.45832313645163,
        10: 104.0996495089623,
        11: 29.8402934266605,
        12: -43.53345659001114,
        13: 96.32455395918828,
        14: -39.17726167561544,
        15: -149.72683625798564,
    },
)


def _table(rows: tuple[dict[int, float], ...]) -> Floats:
    """Rows of weights by stage (K, 16), zeros filled in."""
    table = np.zeros((len(rows), STAGES))
    for i, row in enumerate(rows):
        table[i, list(row)] = list(row.values())
    return table


WEIGHT, ERROR, _POLYNOMIAL = _table(({}, *_ROWS)), _table(_ERRORS), _table(_DENSE)
FIRST = np.array([min((j for j in row if j > 0), default=1) for row in ({}, *_ROWS)])  # after stage 0, with a weight


@kernel
def stage_state(stage: int, step: float, state: Floats, slopes: Floats, out: Floats) -> None:
    """Fill `out` (6,) with the state at which the slope of a stage (1 to 15) is taken; 12 is the end of the step."""
    w = WEIGHT[stage, 0]
    a, b, c = w * slopes[0, 0], w * slopes[0, 1], w * slopes[0, 2]
    d, e, f = w * slopes[0, 3], w * slopes[0, 4], w * slopes[0, 5]
    for j in range(FIRST[stage], stage):
        w = WEIGHT[stage, j]
        a, b, c = a + w * slopes[j, 0], b + w * slopes[j, 1], c + w * slopes[j, 2]
        d, e, f = d + w * slopes[j, 3], e + w * slopes[j, 4], f + w * slopes[j, 5]
    out[0], out[1], out[2] = state[0] + step * a, state[1] + step * b, state[2] + step * c
    out[3], out[4], out[5] = state[3] + step * d, state[4] + step * e, state[5] + step * f


@kernel
def error_of(part: int, slopes: Floats) -> tuple[float, float]:
    """Errors of orders 5 and 3 of component `part`, per step length."""
    fifth, third = ERROR[0, 0] * slopes[0, part], ERROR[1, 0] * slopes[0, part]
    for j in range(5, END):
        fifth += ERROR[0, j] * slopes[j, part]
        third += ERROR[1, j] * slopes[j, part]
    return fifth, third


@kernel
def polynomial(step: float, state: Floats, slopes: Floats, after: Floats, out: Floats) -> None:
    """Fill `out` (7, 6) with the polynomial that `between` evaluates; all 16 slopes must be there."""
    for i in range(6):
        rise, start, end = after[i] - state[i], step * slopes[0, i], step * slopes[END, i]
        out[0, i], out[1, i], out[2, i] = rise, start - rise, 2.0 * rise - start - end
        for k in range(4):
            total = _POLYNOMIAL[k, 0] * slopes[0, i]
            for j in range(5, STAGES):
                total += _POLYNOMIAL[k, j] * slopes[j, i]
            out[3 + k, i] = step * total


@kernel
def between(share: float, state: Floats, dense: Floats, out: Floats) -> None:
    """Fill `out` (6,) with the state at `share` (0 to 1) of a step from `state`."""
    rest = 1.0 - share
    for i in range(6):
        high = dense[3, i] + share * (dense[4, i] + rest * (dense[5, i] + share * dense[6, i]))
        out[i] = state[i] + share * (dense[0, i] + rest * (dense[1, i] + share * (dense[2, i] + rest * high)))
