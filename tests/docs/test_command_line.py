"""Every command and option is documented, every documented command exists, and `--help` needs no heavy library."""

import pathlib
import re
import subprocess
import sys

import typer.main

from sakimori.cli.commands import app

PAGE = (pathlib.Path(__file__).parents[2] / "docs" / "command-line.md").read_text("utf-8")


def _leaves(group: object, prefix: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for name, command in group.commands.items():
        full = f"{prefix}{name}"
        found |= _leaves(command, f"{full} ") if hasattr(command, "commands") else {full: command}
    return found


def test_the_page_and_the_program_name_the_same_commands_and_options() -> None:
    commands = _leaves(typer.main.get_command(app))
    rows = {m[1].strip(): m[0] for m in re.findall(r"^\| `(sakimori ((?:import )?[a-z]+)[^`]*)`", PAGE, re.MULTILINE)}
    assert set(rows) == set(commands)
    for name, command in commands.items():
        options = {o for p in command.params for o in p.opts if o.startswith("--")}
        assert set(re.findall(r"--[a-z]+", rows[name])) == options, name


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nsys.argv = ['sakimori', '--help']\nimport sakimori.cli\n"
        "try:\n    sakimori.cli.main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'numba', 'scipy', 'pyarrow', 'duckdb', 'altair', 'pydantic', 'numpy', 'pint'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "explain" in done.stdout
