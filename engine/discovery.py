"""Which models there are, and which of them hold their weights in memory."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import pkgutil
from collections.abc import Mapping
from typing import cast

import engine.models
from engine.models.base import Model
from engine.models.devices import pick_device, release_memory
from engine.wire import ModelSpec, UnknownModel, Unsupported

LOG = logging.getLogger(__name__)


def find_models() -> dict[str, type[Model]]:
    """Return every model under `engine/models`, by its file's name.

    A file that cannot be imported is left out, and logged.
    """
    found = {}
    for info in pkgutil.iter_modules(engine.models.__path__):
        try:
            model = _model_in(info.name, info.ispkg)
        except Exception:  # One broken file must not take the other models along.
            LOG.exception("model %s cannot be imported and is left out", info.name)
            continue
        if model is not None:
            found[info.name] = model
    return found


def _model_in(name: str, is_package: bool) -> type[Model] | None:
    path = f"engine.models.{name}.model" if is_package else f"engine.models.{name}"
    if importlib.util.find_spec(path) is None:
        return None
    model: type[Model] | None = getattr(importlib.import_module(path), "Model", None)
    if model is None or not hasattr(model, "spec"):
        return None
    spec = cast(ModelSpec, model.spec)
    if spec.name != name:
        raise ValueError(f"the model in {name} calls itself {spec.name!r}; use one name")
    return model


class Models:
    """Every model there is; those asked for hold their weights until they are unloaded."""

    def __init__(
        self,
        found: Mapping[str, type[Model]] | None = None,
        *,
        device: str = "auto",
        dtype: str = "float32",
    ) -> None:
        self._found = find_models() if found is None else dict(found)
        self._loaded: dict[str, Model] = {}
        self.device = pick_device(device)
        self._dtype = dtype

    @property
    def specs(self) -> tuple[ModelSpec, ...]:
        """What every model is and can do."""
        return tuple(self.spec(name) for name in self._found)

    @property
    def resident(self) -> tuple[str, ...]:
        """The names of the models whose weights are in memory."""
        return tuple(self._loaded)

    def spec(self, name: str) -> ModelSpec:
        """Return a model's spec. Raises: UnknownModel."""
        if name not in self._found:
            known = ", ".join(self._found) or "none"
            raise UnknownModel(f"there is no model {name[:40]!r}; there are: {known}")
        return cast(ModelSpec, self._found[name].spec)

    def able(self, name: str, operation: str) -> ModelSpec:
        """Return the spec of a model able to do it. Raises: UnknownModel, Unsupported."""
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
        self.spec(name)
        if name not in self._loaded:
            model = self._found[name]()
            model.load(self.device, self._dtype)
            self._loaded[name] = model
        return self._loaded[name]

    def unload(self, name: str) -> None:
        """Let a model's weights go. Raises: UnknownModel."""
        self.spec(name)
        if self._loaded.pop(name, None) is not None:
            release_memory()
