"""The `fit` command as a user meets it."""

import json

import pytest
from typer.testing import CliRunner, Result

from sakimori.cli.commands import app


def fit(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["fit", *arguments])


def run(*arguments: str) -> str:
    done = fit(*arguments)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_example_of_the_page() -> None:
    text = run("--range", "850 km", "--apogee", "50 km", "--time", "11 min")
    assert "cannot be ballistic" in text
    assert "A flight with pull-ups explains the numbers." in text


def test_json_has_the_verdict_and_an_interval() -> None:
    answer = json.loads(run("--range", "1000", "--apogee", "4500", "--time", "50", "--json"))
    assert (answer["family"], answer["cannot_be_ballistic"]) == ("ballistic", False)
    assert len(answer["contradictions"]) == 1
    time = answer["flight_time_min"]
    assert answer["vacuum"]["time_min"] < time["low"] < time["value"] < time["high"]
    turning = json.loads(run("--range", "1000", "--apogee", "4500", "--launch", "39,126", "--bearing", "75", "--json"))
    assert turning["flight_time_min"]["value"] == pytest.approx(time["value"], rel=0.01)
    assert turning["flight_time_min"] != time


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--range", "850 kg", "--apogee", "50"), "--range"),
        (("--range", "850", "--apogee", "-5"), "--apogee"),
        (("--range", "850", "--apogee", "50", "--launch", "39,126"), "both or none"),
        (("--range", "850", "--apogee", "50", "--launch", "39", "--bearing", "3"), "39.2,125.7"),
        (("--range", "19950", "--apogee", "500"), "half way round"),
        (("--range", "nan", "--apogee", "50"), "--range"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(arguments: tuple[str, ...], words: str) -> None:
    done = fit(*arguments)
    assert done.exit_code == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
