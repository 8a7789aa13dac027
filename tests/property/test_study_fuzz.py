"""Whatever stands at any one place of a study: it loads, or the person gets an InputError; nothing else."""

import json
import pathlib
import shutil
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sakimori.base.errors import InputError
from sakimori.study import check, load
from sakimori.study.reading import read

SMALL = pathlib.Path(__file__).parents[1] / "unit" / "study" / "fixtures" / "small"
FILES = ("study.yaml", "architecture.yaml", "catalogue/radar.yaml", "catalogue/interceptor.yaml")
JUNK: list[Any] = [
    None, True, 0, -1, 1e300, 3.5, "", "x", "-5 km", "3 deg", "1 s", "$nothing", "$latency", [], {}, [1], ["a", "b"],
    {"a": 1}, {"uniform": [1, 2]}, {"uniform": ["1 km"]}, {"value": "5 km"}, {"choice": []}, [[[]]], {"value": None},
    {"triangular": [3, 2, 1]}, "baseline", "all", "JPN", "small-radar", "north-radar", "assets.north-radar",
]  # fmt: skip
KEYS = ["", "x", "JPN", "baseline", "all", "a.b", "assets.north-radar.record", "sharing.USA.JPN.rule", "layers", "é"]


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        found += _paths(item, (*path, key))
    return found


CONTENT = {name: read(SMALL / name).content for name in FILES}
PATHS = [(name, path) for name in FILES for path in _paths(CONTENT[name]) if path]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    where=st.sampled_from(PATHS),
    what=st.sampled_from(JUNK),
    how=st.sampled_from(["replace", "delete", "rename", "repeat"]),
    key=st.sampled_from(KEYS),
)
def test_one_change_anywhere(
    tmp_path_factory: pytest.TempPathFactory,
    where: tuple[str, tuple[Any, ...]],
    what: Any,
    how: str,
    key: str,
) -> None:
    name, path = where
    content = json.loads(json.dumps(CONTENT[name]))
    node = content
    for step in path[:-1]:
        node = node[step]
    last = path[-1]
    if how == "replace":
        node[last] = what
    elif how == "delete":
        del node[last]
    elif how == "rename" and isinstance(node, dict):
        node[key] = node.pop(last)
    elif isinstance(node, list):
        node.append(node[last])
    folder = tmp_path_factory.mktemp("fuzz") / "small"
    shutil.copytree(SMALL, folder)
    (folder / name).write_text(json.dumps(content), "utf-8")  # JSON is YAML
    try:
        study = load(folder)
        for finding in check(study):
            assert finding.place.line >= 1
        study.resolved_yaml()
        study.labels(0)
        study.case(0)
    except InputError as error:
        message = f"{error.got} {error.expected} {error.mend}"
        for word in ("Traceback", "pydantic", "object at", "input_value"):
            assert word not in message
    finally:
        shutil.rmtree(folder.parent)
