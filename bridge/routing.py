"""Which model plays which MIDI channels from the start, and with what program."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bridge.midi.instrument import PROGRAM, Play
from engine.wire import StartFailed, Value

# Address without the root, arguments after the id; returns the id.
Give: TypeAlias = Callable[[str, Sequence[Value]], int]

_ENDINGS = ("/done", "/fail", "/cancelled")


@dataclass(frozen=True)
class Route:
    """Channels as they were written, the model that plays them, and their program from 0."""

    channels: str
    model: str
    program: int | None = None


def read_route(text: str) -> Route:
    """Read `CHANNELS MODEL [PROGRAM]`, as `1-9 house 48`. Raises: StartFailed."""
    match text.split():
        case [channels, model]:
            return Route(channels, model)
        case [channels, model, program] if program.isascii() and program.isdecimal():
            if int(program[:4]) < 128:
                return Route(channels, model, int(program))
        case _:
            pass
    raise StartFailed(
        f"midi_channels has {text[:60]!r}; channels, a model and perhaps a program from 0 to 127 "
        "are expected, as 1-9 house 48"
    )


def numbers_of(channels: str) -> list[int]:
    """Return the channels, 0 to 15, that are written as `1-8` or `1,3,10`."""
    parts = (part.partition("-") for part in channels.split(","))
    spans = (range(int(first) - 1, int(last or first)) for first, _, last in parts)
    return [number for span in spans for number in span]


class Routes:
    """Keeps a live job under way for each route; where one ends it stays ended."""

    def __init__(self, texts: Sequence[str], give: Give, play: Play) -> None:
        """Begin nothing yet. Raises: StartFailed."""
        self._routes = [read_route(text) for text in texts]
        self._give = give
        self._play = play
        self._under_way: dict[int, Route] = {}

    def begin(self) -> None:
        """Start what is not under way: an engine is there."""
        for route in self._routes:
            if route not in self._under_way.values():
                arguments = ["channels", route.channels, "model", route.model]
                self._under_way[self._give("/live/start", arguments)] = route

    def hear(self, address: str, id: int) -> None:
        """Take a reply to a live job: choose its program, or note that it has ended."""
        if address == "/accepted" and id in self._under_way:
            route = self._under_way[id]
            for number in numbers_of(route.channels) if route.program is not None else ():
                self._play(PROGRAM | number, route.program or 0, 0, time.monotonic())
        elif address in _ENDINGS:
            self._under_way.pop(id, None)
