"""Named parameter sets, and the one in force for whatever is asked from now on.

What a request says itself goes first, then what is in force (a preset that was loaded, and
what mapped controllers set since), then the configuration, then the model's own defaults.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from bridge.named import NamedTables
from engine.wire import (
    LegatoError,
    ModelSpec,
    NotFound,
    Operation,
    OutOfRange,
    Parameter,
    StartFailed,
    UnknownParameter,
    Value,
)

HEADING = "presets"
FILE_NAME = "presets.toml"
# What every command that makes audio takes, beside the model's own parameters.
COMMON = {
    "model": Parameter("model", "str", ""),
    "seed": Parameter("seed", "int", 0, 0, 0x7FFF_FFFF),
    "play": Parameter("play", "bool", True),
}


class Presets:
    """The presets of a file, and what is in force."""

    def __init__(self, folder: Path) -> None:
        """Keep them in a folder; nothing is read before it is asked for."""
        self.in_force: dict[str, Value] = {}
        self._tables = NamedTables(folder / FILE_NAME, HEADING)

    def all(self) -> dict[str, dict[str, Value]]:
        """Return every preset by name; reads the file. Raises: StartFailed."""
        return {name: self._values(name, table) for name, table in self._tables.read().items()}

    def named(self, name: str) -> dict[str, Value]:
        """Return one preset; reads the file. Raises: NotFound, StartFailed."""
        presets = self.all()
        if name not in presets:
            known = ", ".join(presets) or "none yet; /legato/preset/save makes one"
            raise NotFound(f"the preset {name[:40]!r} was asked; there are: {known}")
        return presets[name]

    def save(self, name: str, values: Mapping[str, Value], models: Collection[ModelSpec]) -> None:
        """Write a preset; with no values, what is in force.

        Raises: UnknownParameter, WrongTypes, OutOfRange, StartFailed, StorageFailed.
        """
        kept = dict(values or self.in_force)
        if not kept:
            raise OutOfRange(
                "a preset without parameters came; send key value pairs after its name"
            )
        self._tables.put(name, {key: checked(key, kept[key], models) for key in kept})

    def remove(self, name: str) -> None:
        """Remove a preset. Raises: NotFound, StartFailed, StorageFailed."""
        self._tables.remove(name)

    def put_in_force(self, values: Mapping[str, Value]) -> None:
        """Let a preset's values hold from now on, and no others."""
        self.in_force = dict(values)

    def set(self, name: str, value: Value) -> None:
        """Let one more value hold from now on."""
        self.in_force[name] = value

    def completed(
        self,
        given: Mapping[str, Value],
        fixed: Iterable[str],
        operation: Operation,
        models: Mapping[str, ModelSpec],
        model: str,
    ) -> dict[str, Value]:
        """Return a request's own parameters over those in force that its model can take.

        `fixed` are the names of what it said already; `model` is the one where nobody says.
        """
        if not self.in_force:
            return dict(given)
        chosen = str(given.get("model", self.in_force.get("model", model)))
        spec = models.get(chosen)
        mine = {one.name for one in spec.parameters if one.belongs_to(operation)} if spec else set()
        mine = (mine | COMMON.keys()) - set(fixed)
        return {key: value for key, value in self.in_force.items() if key in mine} | dict(given)

    def _values(self, name: str, table: Mapping[str, object]) -> dict[str, Value]:
        values = {key: v for key, v in table.items() if isinstance(v, bool | int | float | str)}
        if strange := table.keys() - values.keys():
            raise StartFailed(
                f"{FILE_NAME}: {name}.{min(strange)} is no number, text, true or false"
            )
        return values


def checked(name: str, value: Value, models: Collection[ModelSpec]) -> Value:
    """Return a value as the first model that takes it has it; unchecked where no model is known.

    Raises: UnknownParameter, WrongTypes, OutOfRange.
    """
    if name in COMMON:
        return COMMON[name].checked(value)
    found = parameters_named(name, models)
    if not found and models:
        known = sorted({one.name for spec in models for one in spec.parameters})
        raise UnknownParameter(
            f"no model has a parameter {name[:40]!r}; there are: {', '.join(known)}"
        )
    refusal: LegatoError | None = None
    for parameter in found:
        try:
            return parameter.checked(value)
        except LegatoError as error:
            refusal = refusal or error
    if refusal is not None:
        raise refusal
    return value


def parameters_named(name: str, models: Iterable[ModelSpec]) -> list[Parameter]:
    """Return every model's parameter of a name."""
    return [one for spec in models for one in spec.parameters if one.name == name]
