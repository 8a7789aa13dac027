"""`import flights` on the public data set of North Korean tests (nk-missile-tests at a0cc658): nothing is dropped."""

import math

import pytest

from sakimori.study.flight_tables import import_flights, shipped_table

# Counts of the data set as its provenance note gives them: 303 rows, 196 with range and apogee, 5 glides, 49
# pull-ups (36 of them with both).
ROWS, COMPLETE, GLIDES, PULL_UPS, COMPLETE_PULL_UPS = 303, 196, 5, 49, 36


@pytest.fixture(scope="module")
def report(shared_data):
    path = shared_data / "nk_tests" / "nk_tests_flat.csv"
    if not path.is_file():
        pytest.skip(f"{path} not found")
    return import_flights(path)


def test_every_row_is_accounted_for(report):
    assert len(report.results) == ROWS
    assert len(report.flown) + len(report.refused) == COMPLETE
    assert len(report.incomplete) == ROWS - COMPLETE
    assert sum(r.flight.manoeuvre == "glide" for r in report.results) == GLIDES
    assert sum(r.flight.manoeuvre == "pull-up" for r in report.results) == PULL_UPS
    assert all(bool(r.reason) != (r.status == "REACHED") for r in report.results)


def test_what_flies_meets_the_announced_apogee(report):
    for r in report.flown:
        # the solver stops within 1 m of range and apogee; the apogee itself is read between integrator steps
        assert r.apogee == pytest.approx(r.flight.apogee, abs=10.0), r.flight.name


def test_every_pull_up_with_range_and_apogee_flies(report):
    results = [r for r in report.results if r.flight.manoeuvre == "pull-up"]
    complete = [r for r in results if not math.isnan(r.flight.range + r.flight.apogee)]
    assert len(complete) == COMPLETE_PULL_UPS
    assert all(r.status == "REACHED" and r.flight.record == "short-range-quasi-ballistic" for r in complete)
    assert all("announced" in r.reason for r in results if r not in complete)


def test_low_long_flights_are_refused_as_not_ballistic(report):
    # 850 and 900 km at 50 km apogee: reported at about 11 minutes, in vacuum under 4.
    refused = {r.flight.name: r for r in report.refused}
    for name in ("2023-06-15-unknown-1", "2023-06-15-unknown-2"):
        assert refused[name].status == "NOT_BALLISTIC"
        assert "last 3.8 min" in refused[name].reason or "last 3.9 min" in refused[name].reason


def test_the_row_with_range_and_apogee_exchanged_is_remarked(report):
    swapped = next(r for r in report.results if r.flight.name == "2022-05-24-unknown-1")
    assert any("range 540 km" in remark for remark in swapped.remarks)
    assert any("apogee 360 km" in remark for remark in swapped.remarks)


def test_own_table_flies_and_its_durations_agree_with_the_announced_ones():
    results = import_flights(shipped_table(), known=()).flown
    pairs = [(r.duration, r.flight.duration) for r in results if not math.isnan(r.flight.duration)]
    assert len(pairs) == 17
    # The goal of 3 % on average and the boosters were both set before any comparison (the rule by which weak ones are
    # strengthened was added after a first one, docs/equations/flight.md); the rounding of the announced
    # minutes is in it (half a minute is 1.8 % of the mean flight here). Measured: 2.5 % and -0.1 %, at most 13 %.
    errors = [model / told - 1.0 for model, told in pairs]
    assert sum(abs(e) for e in errors) / len(errors) < 0.03
    assert abs(sum(errors)) / len(errors) < 0.01
