"""Properties of amounts, draws and reading that must hold for any input."""

import contextlib
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sakimori.base.errors import InputError
from sakimori.base.units import DIMENSIONS, UnitError, from_si, parse, to_si
from sakimori.study.quantities import ANY, AmountError, amount
from sakimori.study.reading import parse as parse_yaml

VALUES = st.floats(0.001, 1e6).map(lambda x: float(f"{x:.6g}"))
DRAWS = st.floats(1e-12, 1.0 - 1e-12)


@settings(max_examples=150, deadline=None)
@given(st.floats(-1e12, 1e12), st.sampled_from([d for d in DIMENSIONS.values() if d.shown]))
def test_units_round_trip(value: float, dimension) -> None:
    assert to_si(f"{from_si(value, dimension.shown)!r} {dimension.shown}", dimension.name) == pytest.approx(
        value, rel=1e-14, abs=1e-300
    )


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_a_finite_quantity_or_a_unit_error(text: str) -> None:
    with contextlib.suppress(UnitError):
        value, dimension = parse(text)
        assert math.isfinite(value)
        assert dimension in DIMENSIONS


@settings(max_examples=150, deadline=None)
@given(
    st.lists(VALUES, min_size=3, max_size=3),
    DRAWS,
    DRAWS,
    st.sampled_from(["uniform", "loguniform", "triangular", "choice"]),
)
def test_quantiles_rise_and_stay_within_the_range(values: list[float], u: float, v: float, law: str) -> None:
    numbers = sorted(values)
    items = numbers[::2] if law in ("uniform", "loguniform") else numbers
    factor = amount({law: [f"{x!r} s" for x in items]}, "time")
    low, high = factor.quantile(min(u, v)), factor.quantile(max(u, v))
    slack = 1e-9 * numbers[-1]
    assert numbers[0] - slack <= low <= high + slack <= numbers[-1] + 2 * slack


@settings(max_examples=100, deadline=None)
@given(st.floats(-1e3, 1e3), st.floats(0.0, 1e3), DRAWS)
def test_normal_is_symmetric_and_cut_at_three_sigma(mean: float, sigma: float, u: float) -> None:
    factor = amount({"normal": [mean, sigma]}, "number")
    assert abs(factor.quantile(u) - mean) <= 3.0 * sigma * (1 + 1e-9) + 1e-9
    assert factor.quantile(u) + factor.quantile(1.0 - u) == pytest.approx(2.0 * mean, abs=1e-6 * (1.0 + sigma))


@settings(max_examples=100, deadline=None)
@given(
    VALUES, st.sampled_from(["length", "time", "angle", "money"]), st.sampled_from(["length", "time", "angle", "money"])
)
def test_a_quantity_of_one_kind_is_never_taken_for_another(value: float, one: str, other: str) -> None:
    text = f"{value!r} {DIMENSIONS[one].shown}"
    assert amount(text, ANY).dimension == one
    if one == other:
        assert amount(text, other).numbers == amount(text, ANY).numbers
    else:
        with pytest.raises(AmountError):
            amount(text, other)


JSON_LIKE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(JSON_LIKE, st.sampled_from([*DIMENSIONS, "flag", ANY]))
def test_any_value_is_an_amount_or_an_amount_error(written: object, dimension: str) -> None:
    with contextlib.suppress(AmountError):
        assert all(math.isfinite(x) for x in amount(written, dimension).numbers)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_a_document_or_an_input_error(text: str) -> None:
    with contextlib.suppress(InputError):
        assert isinstance(parse_yaml(text, "any").content, dict)
