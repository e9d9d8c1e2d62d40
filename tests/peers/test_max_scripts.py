"""The patches' JavaScript, in real Node: its own tests, its syntax, and the dialect of Max's js."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.peer("node")

ROOT = Path(__file__).parents[2]
PATCHES = ROOT / "max_patches"
SCRIPTS = sorted(PATCHES.glob("*.js"))
TESTS = sorted((ROOT / "tests/max_patches").glob("*.test.js"))
# Max 8's js object is older than most of the language; Node has the parser acorn within.
PARSE = """
const {parse} = require("internal/deps/acorn/acorn/dist/acorn");
parse(require("fs").readFileSync(process.argv[1], "utf8"), {ecmaVersion: 5});
"""


def node(*arguments: str | Path) -> None:
    """Run Node; what it complains about fails the test."""
    run = subprocess.run(
        ["node", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stdout + run.stderr


def is_for_js(script: Path) -> bool:
    """Say whether a script is for the js object, which has no `require` of Node's."""
    return "outlets = " in script.read_text("utf-8")


def test_the_scripts_keep_their_promises() -> None:
    assert len(TESTS) >= 4
    node("--test", *TESTS)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_script_is_a_program(script: Path) -> None:
    node("--check", script)


@pytest.mark.parametrize("script", [s for s in SCRIPTS if is_for_js(s)], ids=lambda path: path.name)
def test_what_the_js_object_runs_is_in_its_dialect(script: Path) -> None:
    node("--expose-internals", "-e", PARSE, script)


def test_the_dialect_can_fail(tmp_path: Path) -> None:
    newer = tmp_path / "newer.js"
    newer.write_text("const a = () => 1;", "utf-8")
    with pytest.raises(AssertionError, match="SyntaxError"):
        node("--expose-internals", "-e", PARSE, newer)
