"""What every input is: a way in for sound, one file each, its kind the file's name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from typing import ClassVar, Protocol, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

import bridge.inputs
from engine.wire import NotFound, Parameter, UnknownParameter, Value

Audio: TypeAlias = NDArray[np.float32]
# Takes `[frames, channels] float32` and the monotonic second at which the block ended.
Hear: TypeAlias = Callable[[Audio, float], None]


class Input(Protocol):
    """A way in. `open` and `close` may wait and belong on a worker thread.

    After `open`, `rate_hz` and `channels` say what is heard; `start` begins to call `hear` on
    the audio system's own thread. `lost_blocks` counts what the system could not hand over.
    """

    text: ClassVar[str]
    options: ClassVar[tuple[Parameter, ...]]
    rate_hz: int
    channels: int
    lost_blocks: int

    def open(self, name: str, options: Mapping[str, Value]) -> None:
        """Find the source of sound. Raises: LegatoError with advice."""

    def start(self, hear: Hear) -> None:
        """Begin to listen. Raises: LegatoError."""

    def close(self) -> None:
        """Stop, and let go of everything; a second call does nothing."""


def input_kinds() -> tuple[str, ...]:
    """Return the kinds of inputs there are: the names of the files beside this one."""
    names = (module.name for module in pkgutil.iter_modules(bridge.inputs.__path__))
    return tuple(sorted(name for name in names if name != "base"))


def find_input(kind: str) -> type[Input]:
    """Return the class of a kind of input. Raises: NotFound."""
    if kind not in input_kinds():
        raise NotFound(
            f"an input of kind {kind[:32]!r} was asked; there are {', '.join(input_kinds())}"
        )
    return cast(type[Input], importlib.import_module(f"bridge.inputs.{kind}").Input)


def check_options(kind: str, given: Mapping[str, Value]) -> dict[str, Value]:
    """Return every option of a kind of input, given or default.

    Raises: NotFound, UnknownParameter, WrongTypes, OutOfRange.
    """
    declared = {option.name: option for option in find_input(kind).options}
    for name in given:
        if name not in declared:
            raise UnknownParameter(
                f"option {name[:32]!r} came for a {kind} input; it has {', '.join(declared)}"
            )
    return {
        name: option.checked(given[name]) if name in given else option.default
        for name, option in declared.items()
    }
