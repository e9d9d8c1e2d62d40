"""What lies in the models folder: public checkpoints, read without a framework and never trusted.

A checkpoint is a folder in the layout of the diffusers library: `model_index.json` names the
pipeline and its components, each a subfolder with a configuration in JSON and weights in
safetensors. Nothing in it is ever run: pickles, custom pipelines and remote code are refused.
"""

from __future__ import annotations

import json
import logging
import re
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from engine.wire import ModelFailed

LOG = logging.getLogger(__name__)

JsonObject: TypeAlias = dict[str, Any]

INDEX_FILE = "model_index.json"
CARD_FILE = "legato.json"
MAX_JSON_BYTES = 16 << 20  # A tokenizer's settings are the largest, under 3 MB.
MAX_COMPONENTS = 64
MAX_FILES = 10_000
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
IDENTIFIER = re.compile(r"[A-Za-z_]\w{0,127}", re.ASCII)
PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl", ".pickle", ".msgpack", ".h5")
WEIGHTS_STEMS = ("diffusion_pytorch_model", "model")
# What a component's entry may name; the last four are pipelines' own folders, of diffusers.
LIBRARIES = (
    *("diffusers", "transformers", "onnxruntime"),
    *("audio_diffusion", "spectrogram_diffusion", "audioldm", "audioldm2"),
)
CODE_KEYS = ("auto_map", "trust_remote_code", "custom_pipeline", "custom_pipelines")


@dataclass(frozen=True)
class Component:
    """One part of a checkpoint: the class its index names, and the folder that it lies in."""

    name: str
    library: str
    class_name: str
    folder: Path

    def config(self) -> JsonObject:
        """Return its configuration, an empty one where it has none. Raises: ModelFailed."""
        kinds = ("config", f"{self.name}_config", "scheduler_config", "mel_config",
                 "preprocessor_config", "tokenizer_config")  # fmt: skip
        files = [self.folder / f"{kind}.json" for kind in kinds]
        file = next((file for file in files if file.is_file()), None)
        return {} if file is None else read_json(file)

    def weights(self, half: bool = False) -> Weights:
        """Return the files that hold its weights, in 16 bits where `half` and there are such.

        Raises: ModelFailed, which says what to do, where there are none that may be read.
        """
        for variant in ("fp16", "") if half else ("", "fp16"):
            for stem in WEIGHTS_STEMS:
                if files := _weights_files(self.folder, stem, variant):
                    return Weights(files, variant)
        raise ModelFailed(f"{self.name} {_why_no_weights(self.folder)}")


@dataclass(frozen=True)
class Weights:
    """The safetensors files of one component; `variant` is "fp16" or empty."""

    files: tuple[Path, ...]
    variant: str = ""


class Shelf:
    """Components in memory by what is in them, each for as long as a model holds it."""

    def __init__(self) -> None:
        self.items: weakref.WeakValueDictionary[tuple[object, ...], Any] = (
            weakref.WeakValueDictionary()
        )


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint that may be loaded: what its index says and where its parts are.

    `pipeline` is the class that the index was written by; `options` holds the index's entries
    that are no components. Checkpoints found together share a `shelf`.
    """

    name: str
    folder: Path
    pipeline: str
    components: Mapping[str, Component]
    options: Mapping[str, Any] = field(default_factory=dict)
    licence: str = "unknown"
    shelf: Shelf = field(default_factory=Shelf, repr=False, compare=False)

    def component(self, name: str) -> Component:
        """Return a component. Raises: ModelFailed."""
        if name not in self.components:
            there = ", ".join(self.components)
            raise ModelFailed(f"{self.name} has no {name}; it has {there}: fetch it again")
        return self.components[name]

    def config(self, component: str) -> JsonObject:
        """Return a component's configuration. Raises: ModelFailed."""
        return self.component(component).config()


@dataclass(frozen=True)
class Found:
    """The checkpoints of a folder by name, and why others are left out."""

    checkpoints: Mapping[str, Checkpoint]
    refused: Mapping[str, str]


def find_checkpoints(folder: Path | None) -> Found:
    """Read every checkpoint of a folder, each a folder in it; a name is a folder's name.

    One that cannot be used is left out, with the reason; a missing folder holds none.
    """
    checkpoints: dict[str, Checkpoint] = {}
    refused: dict[str, str] = {}
    shelf = Shelf()
    for place in _folders(folder):
        try:
            checkpoints[place.name] = read_checkpoint(place, shelf)
        except ModelFailed as error:
            LOG.warning("checkpoint %s is left out: %s", place.name[:64], error)
            refused[place.name[:64]] = str(error)
    return Found(checkpoints, refused)


def read_checkpoint(folder: Path, shelf: Shelf | None = None) -> Checkpoint:
    """Read one checkpoint and look at all its files. Raises: ModelFailed."""
    if not NAME.fullmatch(folder.name):
        raise ModelFailed(
            f"a checkpoint's folder is called {folder.name[:40]!r}; rename it to letters, digits, "
            "dots, dashes and underscores, 64 at most"
        )
    _check_inside(folder)
    index = _read_index(folder)
    components = _components(folder, index)
    for component in components.values():
        _check_component(component)
    options = {k: v for k, v in index.items() if k not in components and not k.startswith("_")}
    return Checkpoint(
        folder.name, folder, str(index["_class_name"]), components, options, _licence(folder),
        shelf or Shelf(),
    )  # fmt: skip


def read_json(file: Path) -> JsonObject:
    """Return the object in a JSON file of a sane size. Raises: ModelFailed.

    By Python's own reader: schedulers' configs hold -Infinity, which no strict one takes.
    """
    try:
        if file.stat().st_size > MAX_JSON_BYTES:
            raise ModelFailed(f"{file.name} has over {MAX_JSON_BYTES} bytes; fetch it again")
        value = json.loads(file.read_bytes())
    except OSError as error:
        raise ModelFailed(f"{file.name} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise ModelFailed(f"{file.name} is no JSON: {error}; fetch it again") from None
    if not isinstance(value, dict):
        raise ModelFailed(f"{file.name} holds no JSON object; fetch it again")
    return value


def _folders(folder: Path | None) -> list[Path]:
    """Return the folders that may be checkpoints; hidden ones are downloads under way."""
    try:
        places = sorted(folder.iterdir()) if folder else []
    except OSError:
        return []
    return [place for place in places if place.is_dir() and not place.name.startswith(".")]


def _read_index(folder: Path) -> JsonObject:
    if not (folder / INDEX_FILE).is_file():
        raise ModelFailed(f"it has no {INDEX_FILE}: put a checkpoint in the diffusers layout here")
    index = read_json(folder / INDEX_FILE)
    _check_no_code(index, INDEX_FILE)
    name = index.get("_class_name")
    if isinstance(name, list):
        raise ModelFailed(f"{INDEX_FILE} names a pipeline of its own: no code of a checkpoint runs")
    if not isinstance(name, str) or not IDENTIFIER.fullmatch(name):
        raise ModelFailed(f"{INDEX_FILE} names no pipeline (_class_name); fetch it again")
    return index


def _components(folder: Path, index: JsonObject) -> dict[str, Component]:
    found: dict[str, Component] = {}
    for name, entry in index.items():
        is_pair = isinstance(entry, list) and len(entry) == 2
        if name.startswith("_") or not is_pair or entry == [None, None]:
            continue
        if len(found) == MAX_COMPONENTS:
            raise ModelFailed(f"{INDEX_FILE} names more than {MAX_COMPONENTS} components")
        found[name] = _component(folder, name, *entry)
    return found


def _component(folder: Path, name: str, library: object, class_name: object) -> Component:
    texts = (name, library, class_name)
    if not all(isinstance(text, str) and IDENTIFIER.fullmatch(text) for text in texts):
        raise ModelFailed(f"{INDEX_FILE} has an entry {name[:40]!r} that names no class")
    if library not in LIBRARIES:
        raise ModelFailed(
            f"{name} is of the library {str(library)[:40]!r}, which may be code of its own; "
            f"components are of {', '.join(LIBRARIES[:2])}"
        )
    if not (folder / name).is_dir():
        raise ModelFailed(f"its folder {name} is missing; fetch it again")
    return Component(name, str(library), str(class_name), folder / name)


def _check_inside(folder: Path) -> None:
    """Refuse a checkpoint any of whose files leads elsewhere."""
    try:
        home = folder.resolve(strict=True)
        for count, path in enumerate(folder.rglob("*")):
            if count == MAX_FILES:
                raise ModelFailed(f"it holds over {MAX_FILES} files; a checkpoint has a few dozen")
            if path.is_symlink() and not path.resolve(strict=True).is_relative_to(home):
                raise ModelFailed(
                    f"{path.name[:40]} is a link out of its folder; put the file itself here, as "
                    "`legato pull` does"
                )
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "a link leads round in a circle"
        raise ModelFailed(f"its files cannot be looked through: {reason}") from None


def _check_component(component: Component) -> None:
    """Refuse code and pickles; a component without any weights is a scheduler or the like."""
    for file in sorted(component.folder.glob("*config*.json")):
        _check_no_code(read_json(file), f"{component.name}/{file.name}")
    names = [path.name for path in component.folder.iterdir() if path.is_file()]
    has_weights = any(name.endswith((".safetensors", ".index.json", ".onnx")) for name in names)
    if any(name.endswith(PICKLES) for name in names) and not has_weights:
        raise ModelFailed(f"{component.name} {_why_no_weights(component.folder)}")
    if has_weights and not any(name.endswith(".onnx") for name in names):
        component.weights()


def _check_no_code(config: JsonObject, where: str) -> None:
    for key in CODE_KEYS:
        if config.get(key):
            raise ModelFailed(f"{where} asks for code of its own ({key}): no code of a model runs")


def _weights_files(folder: Path, stem: str, variant: str) -> tuple[Path, ...]:
    """Return a component's one file or its shards, as the libraries name them."""
    dotted = f".{variant}" if variant else ""
    if (single := folder / f"{stem}{dotted}.safetensors").is_file():
        return (single,)
    for index in (f"{stem}.safetensors.index{dotted}.json",
                  f"{stem}{dotted}.safetensors.index.json"):  # fmt: skip
        if (folder / index).is_file():
            return tuple(_shards(folder, index))
    return ()


def _shards(folder: Path, index: str) -> Iterator[Path]:
    table = read_json(folder / index).get("weight_map")
    if not isinstance(table, dict) or not table:
        raise ModelFailed(f"{folder.name}/{index} names no files (weight_map); fetch it again")
    for name in dict.fromkeys(map(str, table.values())):
        if not FILE_NAME.fullmatch(name) or not name.endswith(".safetensors"):
            raise ModelFailed(f"{folder.name}/{index} names {name[:40]!r}, which is no shard")
        if not (folder / name).is_file():
            raise ModelFailed(f"{folder.name} lacks its shard {name}; fetch it again")
        yield folder / name


def _why_no_weights(folder: Path) -> str:
    pickles = [path.name for path in sorted(folder.iterdir()) if path.suffix in PICKLES]
    if pickles:
        return (
            f"has its weights only in {pickles[0][:64]}, which is a pickle and could run anything; "
            "`legato pull` converts it to safetensors in a process of its own"
        )
    return "has no weights (*.safetensors); fetch it again"


def _licence(folder: Path) -> str:
    """Return the licence that was shown when it was fetched, or that its own card names."""
    if (folder / CARD_FILE).is_file():
        licence = read_json(folder / CARD_FILE).get("licence")
        return licence[:100] if isinstance(licence, str) and licence else "unknown"
    try:
        with (folder / "README.md").open("rb") as stream:
            head = stream.read(4096).decode("utf-8", "replace")
    except OSError:
        return "unknown"
    named = re.search(
        r"\A---\s.*?^license: *['\"]?([\w.+-]{1,100})", head, re.DOTALL | re.MULTILINE
    )
    return named.group(1) if named else "unknown"
