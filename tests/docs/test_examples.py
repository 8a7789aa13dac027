"""Every YAML study in the README and the documentation loads, has no finding of severity error, and runs."""

import pathlib
import re

import pytest

from sakimori.chain import play
from sakimori.study import check, load

ROOT = pathlib.Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
EXAMPLES = [
    pytest.param(text, id=f"{page.name}-{number}")
    for page in PAGES
    for number, text in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL))
    if "schema: sakimori/1" in text and "architecture:" in text
]


def test_the_readme_has_one() -> None:
    assert any(example.id and example.id.startswith("README") for example in EXAMPLES)


@pytest.mark.parametrize("text", EXAMPLES)
def test_the_example_runs(text: str, tmp_path: pathlib.Path) -> None:
    (tmp_path / "study.yaml").write_text(text, "utf-8")
    study = load(str(tmp_path))
    assert not [finding for finding in check(study) if finding.severity == "error"]
    outcome = play(study.case(0))
    assert len(outcome.results) == len(study.option_names)
