"""The house rules that a machine can hold: who may import whom, and how files look."""

from __future__ import annotations

import ast
import functools
import re
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("bridge", "engine")
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50
MAX_MEDIAN_FUNCTION_LINES = 10

FRAMEWORKS = {"torch", "torchaudio", "torchvision", "diffusers", "transformers"}
NOT_IN_ENGINE = {"bridge", "pythonosc", "mido", "rtmidi", "sounddevice"}
PICKLES = {
    "pickle",
    "cPickle",
    "dill",
    "cloudpickle",
    "joblib",
    "shelve",
    "marshal",
    "multiprocessing",
}
SLOW = {
    *("librosa", "note_seq", "pretty_midi", "rich", "sounddevice", "soundfile", "PIL"),
    *("huggingface_hub", "transformers", "onnxruntime", "aalink", "rtmidi"),
}
FRAMEWORK_FOLDERS = ("engine/models/", "engine/training/")


class Import:
    """One imported module: where, and whether only when its function runs."""

    def __init__(self, module: str, line: int, lazy: bool) -> None:
        self.module = module
        self.top = module.partition(".")[0]
        self.line = line
        self.lazy = lazy


def files(folder: str = "") -> list[str]:
    """Return the rooms' Python files, as paths from the repository's root."""
    found = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    names = sorted(file.relative_to(ROOT).as_posix() for file in found)
    return [name for name in names if name.startswith(folder)]


def imports(tree: ast.AST, lazy: bool = False) -> Iterator[Import]:
    """Yield every import of a file; what only the type checker reads is left out."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (Import(name.name, node.lineno, lazy) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield Import("." * node.level + (node.module or ""), node.lineno, lazy)
            if node.module in ROOMS or node.module == "engine.models":
                for name in node.names:
                    yield Import(f"{node.module}.{name.name}", node.lineno, lazy)
        function = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        yield from imports(node, lazy or function)


def dynamic_imports(tree: ast.AST) -> Iterator[str]:
    """Yield the modules that a file imports by a name written as text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            for argument in node.args[:1]:
                if isinstance(argument, ast.Constant):
                    yield str(argument.value)


def bad_imports(file: str, source: str) -> list[str]:
    """Return what a file imports against the rules, as "module: rule"."""
    tree = ast.parse(source)
    found = list(imports(tree)) + [Import(name, 0, True) for name in dynamic_imports(tree)]
    return [f"{file}:{i.line}: {i.module}: {rule}" for i in found for rule in broken_rules(file, i)]


def broken_rules(file: str, found: Import) -> Iterator[str]:
    """Yield the rules that one import breaks."""
    in_bridge = file.startswith("bridge/")
    lazily_in_cli = file == "bridge/cli.py" and found.lazy
    if found.module.startswith("."):
        yield "imports are absolute"
    of_engine = found.top == "engine" and found.module not in ("engine", "engine.wire")
    if in_bridge and of_engine and not lazily_in_cli:
        yield "the bridge knows engine.wire alone"
    if not in_bridge and found.top in NOT_IN_ENGINE:
        yield "the engine knows nothing of the outside"
    if found.top in FRAMEWORKS and not file.startswith(FRAMEWORK_FOLDERS):
        yield "frameworks live in engine/models and engine/training"
    if found.top in SLOW and not found.lazy:
        yield "slow to import: import it in the function that needs it"
    if found.top in PICKLES:
        yield "no pickle crosses or leaves a process"
    mine, theirs = model_of(file), model_of(found.module.replace(".", "/"))
    if mine and theirs and mine != theirs:
        yield "models never import models"


def model_of(path: str) -> str:
    """Return the model that a path below engine/models belongs to, or nothing."""
    match = re.match(r"engine/models/([^/.]+)", path)
    name = match.group(1) if match else ""
    return name if name in models() else ""


@functools.cache
def models() -> dict[str, str]:
    """Return the models by name: each a file or folder whose module has a class `Model`."""
    found = {}
    for path in sorted((ROOT / "engine/models").iterdir()):
        file, module = path, f"engine.models.{path.stem}"
        if path.is_dir():
            file, module = path / "model.py", f"{module}.model"
        if path.stem != "base" and file.suffix == ".py" and file.is_file():
            classes = ast.walk(ast.parse(file.read_text("utf-8")))
            if any(isinstance(node, ast.ClassDef) and node.name == "Model" for node in classes):
                found[path.stem] = module
    return found


def bad_code(file: str, source: str) -> list[str]:
    """Return the calls and clauses of a file that the house does not have."""
    return [f"{file}:{line}: {rule}" for line, rule in _bad_code(ast.parse(source))]


def _bad_code(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            yield node.lineno, "a bare except"
        if isinstance(node, ast.Global):
            yield node.lineno, "module state"
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            safely = any(ast.unparse(keyword) == "weights_only=True" for keyword in node.keywords)
            if name in ("print", "eval", "exec") or (name == "torch.load" and not safely):
                yield node.lineno, f"a call of {name}"
            if any(keyword.arg == "allow_pickle" for keyword in node.keywords):
                yield node.lineno, "a pickle is allowed"


def functions(source: str) -> list[tuple[str, int]]:
    """Return each function's name and length in lines, decorators and docstring included."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]
    return [(node.name, (node.end_lineno or 0) - node.lineno + 1) for node in nodes]


@pytest.mark.parametrize("check", [bad_imports, bad_code])
@pytest.mark.parametrize("file", files())
def test_every_file_keeps_the_rules(file: str, check: Callable[[str, str], list[str]]) -> None:
    assert check(file, (ROOT / file).read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("bridge/app.py", "import engine.loop"),
        ("bridge/app.py", "from engine import loop"),
        ("bridge/app.py", "def f():\n    from engine.loop import Loop"),
        ("bridge/app.py", "import importlib\nimportlib.import_module('engine.loop')"),
        ("bridge/cli.py", "from engine.loop import Loop"),
        ("bridge/app.py", "from . import takes"),
        ("bridge/app.py", "def f():\n    import torch"),
        ("bridge/app.py", "import sounddevice"),
        ("engine/loop.py", "import bridge.takes"),
        ("engine/loop.py", "def f():\n    import mido"),
        ("engine/loop.py", "import torch"),
        ("engine/loop.py", "from multiprocessing import Queue"),
        ("engine/models/tone.py", "from engine.models import house"),
        ("engine/models/house/model.py", "from engine.models.tone.model import Model"),
        ("engine/models/house/model.py", "import librosa"),
    ],
)
def test_the_import_rules_can_fail(file: str, source: str) -> None:
    assert bad_imports(file, source)


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("bridge/app.py", "from engine import wire\nfrom engine.wire import Score"),
        ("bridge/cli.py", "def f():\n    from engine.loop import Loop"),
        ("bridge/app.py", "def f():\n    import sounddevice"),
        ("bridge/app.py", "if TYPE_CHECKING:\n    import rich"),
        ("engine/models/house/model.py", "import torch\nfrom engine.models.base import Model"),
        ("engine/models/house/model.py", "from engine.models.house.flow import Flow"),
    ],
)
def test_the_import_rules_let_honest_files_be(file: str, source: str) -> None:
    assert bad_imports(file, source) == []


@pytest.mark.parametrize(
    "source",
    [
        "print(1)",
        "torch.load(x)",
        "torch.load(x, weights_only=False)",
        "try:\n    f()\nexcept:\n    g()",
        "def f():\n    global x\n    x = 1",
    ],
)
def test_the_code_rules_can_fail(source: str) -> None:
    assert bad_code("bridge/app.py", source)


@pytest.mark.parametrize("file", files())
def test_files_and_functions_are_short(file: str) -> None:
    source = (ROOT / file).read_text("utf-8")
    assert len(source.splitlines()) <= MAX_FILE_LINES
    assert [name for name, lines in functions(source) if lines > MAX_FUNCTION_LINES] == []


def test_the_median_function_is_short() -> None:
    lengths = [
        lines for file in files() for _, lines in functions((ROOT / file).read_text("utf-8"))
    ]
    assert statistics.median(lengths) <= MAX_MEDIAN_FUNCTION_LINES


def test_packages_are_typed_and_their_inits_empty() -> None:
    for room in ROOMS:
        assert (ROOT / room / "py.typed").is_file()
        folders = {file.parent for file in (ROOT / room).rglob("*.py")}
        for folder in folders:
            assert (folder / "__init__.py").read_bytes() == b"", folder


def test_tests_mirror_the_rooms() -> None:
    """A room's test file tests a file or folder of its name; deeper, the folder is enough."""
    strays = []
    for room in ROOMS:
        for test in (ROOT / "tests" / room).rglob("test_*.py"):
            below = test.relative_to(ROOT / "tests").parent
            subject = test.stem.removeprefix("test_")
            parts = [ROOT / below / subject[:end] for end in _word_ends(subject)]
            parts += [ROOT / below] if below != Path(room) else []
            if not any(part.with_suffix(".py").is_file() or part.is_dir() for part in parts):
                strays.append(test.relative_to(ROOT).as_posix())
    assert strays == []
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def _word_ends(subject: str) -> list[int]:
    """Where a name may end: `takes_budget` may test `takes`."""
    return [match.start() for match in re.finditer("_", subject)] + [len(subject)]


def test_models_import_without_a_framework() -> None:
    """Listing the models and planning a job must not wait for one."""
    assert {"tone", "house"} <= models().keys()
    code = (
        "import importlib, sys\n"
        f"for name in {list(models().values())}: importlib.import_module(name)\n"
        f"sys.exit(', '.join(set({sorted(FRAMEWORKS)}) & sys.modules.keys()) or 0)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_the_changelog_names_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    latest = re.search(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert latest is not None
    assert latest.group(1) == version
