"""The maps in force: what comes in by MIDI looked up, learnt, and carried out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
import structlog

from bridge.midi.controllers import FINE, MIDDLE, Controllers, SourceKind, Turned
from bridge.midi.mapping import (
    FILE_NAME,
    HEADING,
    Map,
    find_parameter,
    is_whole,
    range_of,
    read_map,
    value_of,
)
from bridge.named import NamedTables, check_name
from engine.wire import JobCancelled, LegatoError, ModelSpec, Value

# Address without the root, arguments after the id.
Give: TypeAlias = Callable[[str, Sequence[Value]], object]
SetParameter: TypeAlias = Callable[[str, Value], None]

NOTE_OFF, NOTE_ON, CONTROL, PROGRAM = 0x80, 0x90, 0xB0, 0xC0
KINDS: dict[int, SourceKind] = {
    NOTE_OFF: "note",
    NOTE_ON: "note",
    CONTROL: "cc",
    PROGRAM: "program",
}
FINE_SECONDS = 0.02  # The fine half of a value comes this long after the coarse one, or not at all.
FINE_VELOCITY = 88  # Comes right before each note of some keyboards (CA-031).
# Banks, data entry, parameter numbers and channel modes: sent beside what is meant.
NOT_LEARNT = {0, 6, 32, 38, FINE_VELOCITY, *range(96, 102), *range(120, 128)}


@dataclass
class _InForce:
    name: str
    map: Map
    is_whole: bool


@dataclass
class _Lesson:
    name: str
    to: str
    arguments: tuple[Value, ...]
    found: asyncio.Future[dict[str, Any]]
    coarse: tuple[str, int, int] | None = None  # Port, channel and number of what may be a pair.


@dataclass
class _Coarse:
    """A map's value of which only the coarse half has come."""

    map: _InForce
    fraction: float
    timer: asyncio.TimerHandle


class Maps:
    """Looks at each channel message before it is played; lives on the event loop.

    A note or program sets a command off when it comes, a controller when it passes the middle
    upwards; where the command takes its value, at each change, of which only the latest
    counts when many come at once. A value of two halves is taken as a whole: its coarse half
    waits for the fine one.
    """

    def __init__(self, folder: Path, give: Give, set_parameter: SetParameter) -> None:
        """Keep the maps in a folder's maps.toml; none is in force before `load`."""
        self._tables = NamedTables(folder / FILE_NAME, HEADING)
        self._give = give
        self._set = set_parameter
        self._maps: list[_InForce] = []
        self._by_source: dict[tuple[str, int], list[_InForce]] = {}
        self._models: Collection[ModelSpec] = ()
        self._pressed: set[tuple[str, str, int]] = set()
        self._lesson: _Lesson | None = None
        self._waiting: dict[str, tuple[_InForce, float]] = {}
        self._coarse: dict[str, _Coarse] = {}
        self._controllers: dict[str, Controllers] = {}
        self._log = structlog.get_logger("legato.maps")

    @property
    def all(self) -> dict[str, Map]:
        """The maps in force by name."""
        return {each.name: each.map for each in self._maps}

    def know(self, models: Collection[ModelSpec]) -> None:
        """Learn which models, and so which parameters, there are."""
        self._models = models

    async def load(self) -> int:
        """Read the file and put its maps in force, all or none; return how many there are.

        Raises: StartFailed.
        """
        tables = await asyncio.to_thread(self._tables.read)
        found = {name: read_map(name, table, self._models) for name, table in tables.items()}
        self._maps = [
            _InForce(name, each, each.is_command and is_whole(each)) for name, each in found.items()
        ]
        self._by_source = {}
        for each in self._maps:
            self._by_source.setdefault(each.map.source, []).append(each)
        return len(found)

    async def learn(self, name: str, to: str, arguments: Sequence[Value]) -> Map:
        """Map the next note, controller or program that comes, and keep it in the file.

        Raises: OutOfRange, StartFailed, StorageFailed, JobCancelled when something else is learnt.
        """
        self.forget_lesson()
        table = {"to": to, "arguments": list(arguments)}
        read_map(check_name(name), table | {"note": 0}, self._models)
        found: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._lesson = _Lesson(name, to, tuple(arguments), found)
        source = await found
        learnt = read_map(name, source | {"to": to, "arguments": list(arguments)}, self._models)
        await asyncio.to_thread(self._tables.put, name, msgspec.to_builtins(learnt))
        await self.load()
        return learnt

    def forget_lesson(self) -> None:
        """Stop learning; who waits for it is told."""
        lesson, self._lesson = self._lesson, None
        if lesson is not None and not lesson.found.done():
            lesson.found.set_exception(JobCancelled(f"learning {lesson.name} was ended"))

    async def remove(self, name: str) -> None:
        """Remove a map from the file. Raises: NotFound, StartFailed, StorageFailed."""
        await asyncio.to_thread(self._tables.remove, name)
        await self.load()

    def take(self, port: str, data: bytes) -> bool:
        """Carry out what a channel message is mapped to; say whether that was all of it."""
        kind, channel = data[0] & 0xF0, data[0] & 0xF
        if kind not in KINDS:
            return False
        pair = None
        if kind == CONTROL:
            pair = self._controllers.setdefault(port, Controllers()).hear(channel, *data[1:])
        if self._lesson is not None and self._teach(self._lesson, pair, port, data):
            return True
        fitting = [
            (each, turned)
            for turned in (_turned(data), pair)
            if turned is not None
            for each in self._by_source.get((turned.kind, turned.number), ())
            if each.map.fits(port, channel)
        ]
        for each, turned in fitting:
            self._hear(each, (each.name, port, channel), turned, kind)
        return any(not each.map.pass_on for each, _ in fitting)

    def lost(self, port: str) -> None:
        """Forget how the controllers of a port stand: it is gone."""
        self._controllers.pop(port, None)
        self._pressed = {place for place in self._pressed if place[1] != port}

    def _teach(self, lesson: _Lesson, pair: Turned | None, port: str, data: bytes) -> bool:
        """Let a lesson know of a message, and say whether it is what was to be learnt."""
        kind, place = data[0] & 0xF0, (port, data[0] & 0xF, data[1])
        if pair is not None and pair.kind != "cc14":
            self._learnt(lesson, pair.kind, port, data[0], pair.number)
        elif kind == CONTROL and lesson.coarse == (*place[:2], data[1] - FINE):
            self._learnt(lesson, "cc14", port, data[0], data[1] - FINE)
        elif _is_beside(data):
            return False
        elif kind == CONTROL and data[1] < FINE:
            if lesson.coarse is None:  # It may be half of a pair.
                lesson.coarse = place
                later = asyncio.get_running_loop().call_later
                later(FINE_SECONDS, self._learnt, lesson, "cc", port, data[0], data[1])
        else:
            self._learnt(lesson, KINDS[kind], port, data[0], data[1])
        return True

    def _learnt(self, lesson: _Lesson, kind: str, port: str, status: int, number: int) -> None:
        if lesson is self._lesson:
            self._lesson = None
            source = {kind: number, "channel": 1 + (status & 0xF), "port": lasting_name(port)}
            lesson.found.set_result(source)

    def _hear(self, each: _InForce, place: tuple[str, str, int], turned: Turned, kind: int) -> None:
        if kind == NOTE_OFF or (kind == NOTE_ON and not turned.fraction):
            return
        if kind != CONTROL:
            self._carry_out(each, turned.fraction)
        elif each.map.has_value:
            self._turn(each, turned)
        elif not turned.is_pressed:
            self._pressed.discard(place)
        elif place not in self._pressed:
            self._pressed.add(place)
            self._carry_out(each, turned.fraction)

    def _turn(self, each: _InForce, turned: Turned) -> None:
        """Carry a value out soon; a coarse half alone once it is clear that no fine one comes."""
        before = self._coarse.pop(each.name, None)
        if before is not None:
            before.timer.cancel()
        if not turned.awaits_fine:
            self._carry_out_soon(each, turned.fraction)
            return
        if before is not None:
            self._carry_out_soon(before.map, before.fraction)
        self._await_fine(each, turned.fraction)

    def _await_fine(self, each: _InForce, fraction: float) -> None:
        later = asyncio.get_running_loop().call_later
        timer = later(FINE_SECONDS, self._no_fine, each.name)
        self._coarse[each.name] = _Coarse(each, fraction, timer)

    def _no_fine(self, name: str) -> None:
        coarse = self._coarse.pop(name)
        late_seconds = asyncio.get_running_loop().time() - coarse.timer.when()
        if late_seconds > FINE_SECONDS / 2:  # We were held up: the fine half may have come.
            self._await_fine(coarse.map, coarse.fraction)
        else:
            self._carry_out(coarse.map, coarse.fraction)

    def _carry_out_soon(self, each: _InForce, fraction: float) -> None:
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._catch_up)
        self._waiting[each.name] = (each, fraction)

    def _catch_up(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for each, fraction in waiting.values():
            self._carry_out(each, fraction)

    def _carry_out(self, each: _InForce, fraction: float) -> None:
        try:
            if each.map.is_command:
                self._give(each.map.address, each.map.filled(fraction, each.is_whole))
                return
            parameter = find_parameter(each.map.to, self._models)
            if parameter is not None:
                ends = range_of(each.map.arguments[0]) if each.map.arguments else None
                self._set(parameter.name, value_of(parameter, fraction, ends))
        except LegatoError as error:
            self._log.warning("map failed", map=each.name, code=error.code, reason=str(error))


def _is_beside(data: bytes) -> bool:
    """Say whether a message is one that comes beside what is meant: a note's end, a bank."""
    kind = data[0] & 0xF0
    if kind == CONTROL:
        return data[1] in NOT_LEARNT
    return kind == NOTE_OFF or (kind == NOTE_ON and not data[2])


def _turned(data: bytes) -> Turned:
    """Return what a message says by itself, be it half of something or not."""
    value = data[2] if len(data) == 3 else 127
    # A note and a program are no controllers, but come as one value, too.
    return Turned(KINDS[data[0] & 0xF0], data[1], value / 127, value >= MIDDLE)


def lasting_name(port: str) -> str:
    """Return what stays of a port's name when it is plugged in again: ALSA numbers it anew."""
    words = port.split(" ")
    numbers = words[-1].split(":")
    numbered = len(words) > 1 and len(numbers) == 2 and all(map(str.isdecimal, numbers))
    return " ".join(words[:-1]) if numbered else port
