"""What every sink is: a way out of the stream, one file each, its kind the file's name.

A module `bridge/sinks/KIND.py` exposes a class `Sink` that keeps the protocol below; nothing
else has to know of it. The player converts the stream to the sink's own rate and channels.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple, Protocol, TypeAlias, cast, runtime_checkable

import msgspec
import numpy as np
from numpy.typing import NDArray

import bridge.sinks
from bridge.net.targets import Targets
from engine.wire import OutOfRange, Parameter, UnknownParameter, UnknownSink, Value

Audio: TypeAlias = NDArray[np.float32]

LEAST_RATE_HZ = 4_000  # Where a sink may choose; below it no packet holds sound worth hearing.


class Stats(msgspec.Struct):
    """What a sink has done: frames delivered, late, lost for good, and underruns.

    `xruns` are the times that a device itself, or its server, lost its beat.
    `state` is "open", or in a few words why nothing gets through at the moment. `live_seconds`
    are kept ahead of what is played live, where that comes sooner than the stream.
    """

    frames: int = 0
    late_frames: int = 0
    lost_frames: int = 0
    underruns: int = 0
    xruns: int = 0
    state: str = "open"
    live_seconds: float = 0.0


class Beat(msgspec.Struct, frozen=True):
    """The tempo in quarter notes a minute, and the time signature."""

    quarters_per_minute: float = 120.0
    numerator: int = 4
    denominator: int = 4

    @property
    def bar_seconds(self) -> float:
        """The length of a bar."""
        return 240.0 / self.quarters_per_minute * self.numerator / self.denominator


def _nobody(name: str, path: str, text: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Surroundings:
    """What a sink may know and use of the bridge it stands in; alone it has loopback and 120 bpm.

    `told` takes a sink's name, the path of a file that is ready, and what is in it; any thread
    may call it, and `beat` too.
    """

    targets: Targets = field(default_factory=Targets)
    beat: Callable[[], Beat] = Beat
    told: Callable[[str, str, str], None] = _nobody


class Sink(Protocol):
    """A way out. `open` and `close` may wait and belong on a worker thread; `write` never waits.

    After `open`, `rate_hz` and `channels` say what `write` expects. `suffix` is that of the
    file that the option `path` names, empty where a sink writes none.
    """

    text: ClassVar[str]
    options: ClassVar[tuple[Parameter, ...]]
    suffix: ClassVar[str]
    rate_hz: int
    channels: int

    def __init__(self, around: Surroundings | None = None) -> None:
        """Make a sink that is not open yet."""

    @property
    def stats(self) -> Stats:
        """What the sink has done so far."""

    def open(self, name: str, options: Mapping[str, Value], rate_hz: int, channels: int) -> None:
        """Get ready for a stream of that rate; `options` holds every declared one, checked.

        Raises: LegatoError with advice.
        """

    def write(self, first_frame: int, block: Audio) -> None:
        """Take `[frames, channels] float32`; `first_frame` counts the sink's own frames.

        Raises: LegatoError when the sink can do no more; the stream goes on without it.
        """

    def surplus_frames(self) -> int | None:
        """Return how many frames too many wait for a clock of the sink's own, or None."""

    def close(self) -> None:
        """Deliver what waits and let go of everything; a second call does nothing."""


@runtime_checkable
class Delayed(Protocol):
    """What a sink has besides where sound waits in it for a device."""

    def delay_seconds(self) -> float:
        """Return how long after it was written a block is heard."""


@runtime_checkable
class Listener(Protocol):
    """What a sink has besides where it wants to know which voices sound.

    Frames are the sink's own; they lie in the block that comes next, or a little later.
    """

    def voice_began(self, frame: int, key: str) -> None:
        """Note that a job's audio begins."""

    def voice_ended(self, frame: int, key: str) -> None:
        """Note that a job's last sample lies before a frame."""


@runtime_checkable
class MidiTaker(Protocol):
    """What a sink has besides where it passes MIDI on."""

    def midi(self, status: int, data1: int, data2: int) -> None:
        """Send a channel message on its way. Raises: LegatoError."""


class Kept(NamedTuple):
    """How many of a live job's frames should wait by now, and how many more did before a block.

    So many of them wait with that block.
    """

    frames: int
    surplus_frames: int
    waiting_frames: int


@runtime_checkable
class LiveTaker(Protocol):
    """What a sink has besides where it plays what is played live sooner than all else."""

    rate_hz: int
    channels: int

    def write_live(self, key: str, block: Audio, left_out_frames: int = 0) -> Kept:
        """Add a job's next `[frames, channels] float32` to what `write` brings.

        `left_out_frames` were never rendered before it: their time goes by in silence.
        """

    def end_live(self, key: str) -> None:
        """Play what waits of a job; no more is coming."""


def sink_kinds() -> tuple[str, ...]:
    """Return the kinds of sinks there are: the names of the files beside this one."""
    names = (module.name for module in pkgutil.iter_modules(bridge.sinks.__path__))
    return tuple(sorted(name for name in names if name != "base"))


def find_sink(kind: str) -> type[Sink]:
    """Return the class of a kind of sink. Raises: UnknownSink."""
    if kind not in sink_kinds():
        raise UnknownSink(
            f"a sink of kind {kind[:32]!r} was asked; there are {', '.join(sink_kinds())}"
        )
    return cast(type[Sink], importlib.import_module(f"bridge.sinks.{kind}").Sink)


def check_options(kind: str, given: Mapping[str, Value]) -> dict[str, Value]:
    """Return every option of a kind of sink, given or default.

    Raises: UnknownSink, UnknownParameter, WrongTypes, OutOfRange.
    """
    declared = {option.name: option for option in find_sink(kind).options}
    for name in given:
        if name not in declared:
            raise UnknownParameter(
                f"option {name[:32]!r} came for a {kind} sink; it has "
                f"{', '.join(declared) or 'none'}"
            )
    options = {
        name: option.checked(given[name]) if name in given else option.default
        for name, option in declared.items()
    }
    rate_hz = options.get("rate", 0)
    if rate_hz and int(rate_hz) < LEAST_RATE_HZ:
        raise OutOfRange(f"rate is {rate_hz}; 0 for the stream's own, or at least {LEAST_RATE_HZ}")
    return options
