"""sights.py beside this file, for the tests of this folder to import."""

import importlib.util
import pathlib
import sys

_SPEC = importlib.util.spec_from_file_location("sights", pathlib.Path(__file__).with_name("sights.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
sys.modules["sights"] = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(sys.modules["sights"])
