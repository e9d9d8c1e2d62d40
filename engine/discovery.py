"""Which models there are, and which of them hold their weights in memory.

A built-in model is one file or folder under `engine/models`. A family is one, too, and makes
a model of every checkpoint in the models folder that its pipeline wrote.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import engine.models
from engine.checkpoints import Checkpoint, find_checkpoints
from engine.models.base import Model
from engine.models.devices import pick_device, release_memory
from engine.wire import LegatoError, ModelFailed, ModelSpec, UnknownModel, Unsupported

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """A model that can be loaded: what it can do, and how it is made."""

    spec: ModelSpec
    make: Callable[[], Model]


def find_models() -> dict[str, type[Model]]:
    """Return every built-in model under `engine/models`, by its file's name.

    A file that cannot be imported is left out, and logged.
    """
    return {name: kind for name, kind in _model_classes() if hasattr(kind, "spec")}


def find_families() -> dict[str, Any]:
    """Return the class `Model` of every family, by the pipelines whose checkpoints it serves."""
    kinds = [kind for _, kind in _model_classes()]
    return {name: kind for kind in kinds for name in getattr(kind, "pipelines", ())}


def _model_classes() -> Iterator[tuple[str, type[Model]]]:
    for info in pkgutil.iter_modules(engine.models.__path__):
        try:
            kind = _model_in(info.name, info.ispkg)
        except Exception:  # One broken file must not take the other models along.
            LOG.exception("model %s cannot be imported and is left out", info.name)
            continue
        if kind is not None:
            yield info.name, kind


def _model_in(name: str, is_package: bool) -> type[Model] | None:
    path = f"engine.models.{name}.model" if is_package else f"engine.models.{name}"
    if name == "base" or importlib.util.find_spec(path) is None:
        return None
    model: type[Model] | None = getattr(importlib.import_module(path), "Model", None)
    if model is None or not (hasattr(model, "spec") or hasattr(model, "pipelines")):
        return None
    if hasattr(model, "spec") and _spec_of(model).name != name:
        called = _spec_of(model).name
        raise ValueError(f"the model in {name} calls itself {called!r}; use one name")
    return model


class Models:
    """Every model there is; those asked for hold their weights until they are unloaded."""

    def __init__(
        self,
        found: Mapping[str, type[Model]] | None = None,
        *,
        device: str = "auto",
        dtype: str = "float32",
        models_folder: Path | None = None,
    ) -> None:
        """Find the built-in models (or take `found`) and the checkpoints in `models_folder`.

        Raises: StartFailed when the device is not there.
        """
        built_in = find_models() if found is None else dict(found)
        self._built_in = {name: Entry(_spec_of(kind), kind) for name, kind in built_in.items()}
        self._entries = dict(self._built_in)
        self._refused: dict[str, str] = {}
        self._folder = models_folder
        self._loaded: dict[str, Model] = {}
        self.device = pick_device(device)
        self._dtype = dtype
        self.refresh()

    @property
    def specs(self) -> tuple[ModelSpec, ...]:
        """What every model is and can do."""
        return tuple(entry.spec for entry in self._entries.values())

    @property
    def refused(self) -> dict[str, str]:
        """The checkpoints that are there and cannot be used, and why."""
        return dict(self._refused)

    @property
    def resident(self) -> tuple[str, ...]:
        """The names of the models whose weights are in memory."""
        return tuple(self._loaded)

    def __contains__(self, name: str) -> bool:
        """Whether there is such a model."""
        return name in self._entries

    def refresh(self) -> None:
        """Look through the models folder again; models in memory stay as they are."""
        if self._folder is None:
            return
        found, families = find_checkpoints(self._folder), find_families()
        entries, refused = dict(self._built_in), dict(found.refused)
        for name, checkpoint in found.checkpoints.items():
            try:
                if name in self._built_in:
                    raise ModelFailed(f"{name} is the name of a built-in model; rename the folder")
                entries[name] = _entry(checkpoint, families)
            except Exception as error:  # noqa: BLE001 - a family may raise anything of a bad file
                refused[name] = _reason(name, error)
        kept = {name: self._entries[name] for name in self._loaded if name in self._entries}
        self._entries, self._refused = entries | kept, refused

    def spec(self, name: str) -> ModelSpec:
        """Return a model's spec. Raises: UnknownModel, ModelFailed for a refused checkpoint."""
        return self._entry(name).spec

    def _entry(self, name: str) -> Entry:
        if name in self._entries:
            return self._entries[name]
        if name in self._refused:
            raise ModelFailed(f"{name} cannot be used: {self._refused[name]}")
        known = ", ".join(self._entries) or "none"
        raise UnknownModel(
            f"there is no model {name[:40]!r}; there are: {known}; "
            "`legato pull` lists the checkpoints that it can fetch"
        )

    def able(self, name: str, operation: str) -> ModelSpec:
        """Return the spec of a model able to do it.

        Raises: UnknownModel, ModelFailed, Unsupported.
        """
        spec = self.spec(name)
        if operation not in spec.operations:
            others = [other.name for other in self.specs if operation in other.operations]
            raise Unsupported(
                f"{name} cannot {operation}; it can {', '.join(spec.operations)}; "
                f"models that can {operation}: {', '.join(others) or 'none'}"
            )
        return spec

    def load(self, name: str) -> Model:
        """Return a model with its weights in memory. Raises: UnknownModel, ModelFailed."""
        entry = self._entry(name)
        if name not in self._loaded:
            model = entry.make()
            model.load(self.device, self._dtype)
            self._loaded[name] = model
        return self._loaded[name]

    def unload(self, name: str) -> None:
        """Let a model's weights go. Raises: UnknownModel, ModelFailed."""
        self._entry(name)
        if self._loaded.pop(name, None) is not None:
            release_memory()


def _spec_of(kind: type[Model]) -> ModelSpec:
    """Return the spec of a built-in model, which is its class's."""
    return cast(ModelSpec, kind.spec)


def _entry(checkpoint: Checkpoint, families: Mapping[str, Any]) -> Entry:
    """Return a checkpoint as a model of its family. Raises: ModelFailed."""
    if checkpoint.pipeline not in families:
        known = ", ".join(families) or "none"
        raise ModelFailed(f"it is a {checkpoint.pipeline}; Legato serves: {known}")
    family = families[checkpoint.pipeline]
    spec: ModelSpec = family(checkpoint).spec
    return Entry(spec, lambda: family(checkpoint))


def _reason(name: str, error: Exception) -> str:
    """Return why a checkpoint is left out, and log it."""
    if isinstance(error, LegatoError):
        LOG.warning("checkpoint %s is left out: %s", name, error)
        return str(error)
    LOG.error("checkpoint %s is left out", name, exc_info=error)
    return f"its configuration cannot be read ({type(error).__name__}); fetch it again"
