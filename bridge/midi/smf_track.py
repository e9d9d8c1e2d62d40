"""The events of one track of a Standard MIDI File: lenient, and bounded by a budget."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bridge.midi.smf_bytes import (
    ESCAPE,
    EXCLUSIVE,
    META,
    SYSTEM_DATA_BYTES,
    Misread,
    skip_event,
    variable,
)
from bridge.midi.smf_runs import Run, read_run
from engine.wire import TooLarge

MAX_EVENTS = 4_000_000  # channel messages
MAX_NOTES = 200_000
MAX_OTHERS = 200_000  # every other event
MAX_EXCLUSIVES = 5_000  # of those, exclusive messages that mean something
MAX_TICKS = 1 << 36
CHECK_EVENTS = 50_000  # how often the caps are checked
MAX_WARNINGS = 20
MAX_REPAIRS = 100  # how often a file may be picked up again after bytes that make no sense
MOST_ALONE_EVENTS = 1_024  # are read one by one before a run is looked for again
REPAIR_BYTES = 64  # how far to look for the next event
REPAIR_TICKS = 2_048  # the longest delta time it may have
REPAIR_EVENTS = 8  # how many must then read cleanly
MAX_KEPT_BYTES = 256

TRACK_NAME, INSTRUMENT_NAME, PORT, END_OF_TRACK, TEMPO, METRE = 0x03, 0x04, 0x21, 0x2F, 0x51, 0x58
KEPT_METAS = frozenset((TRACK_NAME, INSTRUMENT_NAME, PORT, TEMPO, METRE))
# Roland, Yamaha, and the two universal identities.
EXCLUSIVE_MAKERS = frozenset((b"\x41", b"\x43", b"\x7e", b"\x7f"))


class Warnings:
    """What had to be guessed: a bounded list of sentences, each with its first byte offset."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}
        self._more = 0

    def add(self, text: str, offset: int | None = None) -> None:
        """Keep a sentence, unless it is known or there are too many."""
        if text in self._found:
            return
        if len(self._found) < MAX_WARNINGS:
            self._found[text] = "" if offset is None else f" (at byte {offset})"
        else:
            self._more += 1

    def texts(self) -> tuple[str, ...]:
        """Return the sentences, and how many were left out."""
        more = (f"and {self._more} more warnings",) if self._more else ()
        return (*(text + where for text, where in self._found.items()), *more)


Mark: TypeAlias = tuple[int, int, int, int]


@dataclass
class Track:
    """A track's events in file order.

    `channel_events` packs each as `tick << 24 | status << 16 | data1 << 8 | data2`. `port` counts
    the MIDI ports that the file plays on, from 0.
    """

    channel_events: array[int] = field(default_factory=lambda: array("q"))
    metas: list[tuple[int, int, bytes]] = field(default_factory=list)
    exclusives: list[tuple[int, bytes]] = field(default_factory=list)
    end_tick: int = 0
    port: int = 0

    def mark(self) -> Mark:
        """Return what `cut` needs to forget everything read from now on."""
        return len(self.channel_events), len(self.metas), len(self.exclusives), self.end_tick

    def cut(self, mark: Mark) -> None:
        """Forget what was read after a mark."""
        events, metas, exclusives, self.end_tick = mark
        del self.channel_events[events:], self.metas[metas:], self.exclusives[exclusives:]


@dataclass
class Budget:
    """What is left of the caps for the tracks still to be read."""

    events: int = MAX_EVENTS
    notes: int = MAX_NOTES
    others: int = MAX_OTHERS
    exclusives: int = MAX_EXCLUSIVES
    repairs: int = MAX_REPAIRS


class TrackReader:
    """Reads one track chunk; afterwards `position` is where the next chunk may start.

    The declared length counts as long as the events agree with it. Otherwise the track goes
    on to its End of Track, or to the next "MTrk". What stands beyond one of these ends is
    kept only if it reads cleanly: `_mark` is where to go back to if it does not.
    """

    def __init__(self, data: bytes, chunk: int, budget: Budget, warnings: Warnings) -> None:
        self._data = data
        self._chunk = chunk
        self._budget = budget
        self._warnings = warnings
        self._track = Track()
        self._tick = 0
        self._running = 0
        self._room = CHECK_EVENTS
        self._counted = self._notes = 0
        self._mark: tuple[Mark, int] | None = None
        self._must_end = False
        self.position = chunk + 8
        self._limit = self.position + int.from_bytes(data[chunk + 4 : chunk + 8], "big")

    def read(self) -> Track:
        """Read events until the track is over. Raises: TooLarge."""
        if self._limit > len(self._data):
            self._extend(self.position)
        goes_on = True
        while goes_on:
            try:
                goes_on = self._goes_on(self._run())
            except Misread as error:
                goes_on = self._recover(error)
        self._counted = self._notes = 0  # What was cut away meanwhile counts no more.
        self._check_caps()
        self._budget.events -= self._counted
        self._budget.notes -= self._notes
        return self._track

    def _goes_on(self, ended: bool) -> bool:
        """Decide at an End of Track, or where the chunk is over, whether to read on."""
        self._track.end_tick = self._tick
        at_chunk = self._data.startswith(b"MTrk", self.position)
        if ended:
            self._must_end = False
            self._mark = (self._track.mark(), self.position)
            return self.position < self._limit and not at_chunk
        if self._mark is not None:
            if self._must_end:
                self._go_back()
            return False
        if self.position >= len(self._data) or at_chunk:
            self._warnings.add(f"the track at byte {self._chunk} has no End of Track")
            return False
        self._mark, self._must_end = (self._track.mark(), self.position), True
        self._extend(self.position)
        return True

    def _recover(self, error: Misread) -> bool:
        """Find out how to go on after bytes that are no event; say no if there is no way."""
        if self._mark is not None:
            self._go_back()
            return False
        if error.overruns and self._extend(self._limit):
            return True
        return self._repair(error.offset)

    def _go_back(self) -> None:
        if self._mark is not None:
            mark, self.position = self._mark
            self._track.cut(mark)
            self._warnings.add("bytes after the end of a track were skipped", self.position)

    def _extend(self, position: int) -> bool:
        """Let the track reach to the next one, or to the end of the file; say if that is new."""
        found, limit = self._data.find(b"MTrk", position), self._limit
        self._limit = found if found >= 0 else len(self._data)
        if self._limit != limit:
            self._warnings.add(f"the length of the track at byte {self._chunk} is wrong")
        return self._limit > limit

    def _repair(self, offset: int) -> bool:
        """Go to the next event that is followed by others which read cleanly."""
        self._budget.repairs -= 1
        last = min(offset + REPAIR_BYTES, self._limit)
        for candidate in range(offset + 1, last if self._budget.repairs >= 0 else 0):
            if self._is_plausible(candidate) and self._reads_cleanly(candidate, 0):
                self._warnings.add("damaged bytes were skipped", offset)
                self.position = candidate
                return True
        self._warnings.add(f"the track at byte {self._chunk} breaks off", offset)
        self._track.end_tick = self._tick
        return False

    def _is_plausible(self, position: int) -> bool:
        """Say whether a short delta time is here, and not the end of something else."""
        try:
            return variable(self._data, position)[0] < REPAIR_TICKS
        except (Misread, IndexError):
            return False

    def _reads_cleanly(self, position: int, running: int) -> bool:
        """Say whether the next few events make sense; without `running` the first is explicit."""
        try:
            for _ in range(REPAIR_EVENTS):
                if position == self._limit:
                    break
                position, running = skip_event(self._data, position, running)
                if self._data[position - 3 : position] == b"\xff\x2f\x00":
                    break
        except (Misread, IndexError):
            return False
        return position <= self._limit

    def _run(self) -> bool:
        """Read events up to an End of Track (True) or the limit (False).

        Raises: Misread, with `position` at the start of what is no event; TooLarge.
        """
        try:
            while self.position < self._limit:
                self._read_channel_events()
                if self._read_other_event():
                    return True
        except Misread as error:
            self.position = error.offset
            raise
        return False

    def _read_channel_events(self) -> None:
        """Read channel messages up to another event or the limit: the hot loop."""
        data, limit, events = self._data, self._limit, self._track.channel_events
        position, tick, running, room = self.position, self._tick, self._running, self._room
        start, alone, retry = position, 1, 1
        try:
            while position < limit:
                start, alone = position, alone - 1
                if alone <= 0:
                    run = read_run(data, position, limit, tick, running)
                    if run is not None:
                        room = self._take(run, room)
                        _, position, tick, running = run
                        continue
                    alone = retry = min(2 * retry, MOST_ALONE_EVENTS)
                delta, position = data[position], position + 1
                if delta & 0x80:
                    delta, position = variable(data, start)
                    self._check_ticks(tick + delta)
                byte = data[position]
                if byte >= 0xF0:
                    position = start
                    break
                if byte & 0x80:
                    running, position = byte, position + 1
                elif not running:
                    raise Misread(start)
                first, second, position = data[position], 0, position + 1
                if not 0xC0 <= running < 0xE0:
                    second, position = data[position], position + 1
                if position > limit:
                    raise Misread(start, overruns=True)
                if (first | second) & 0x80:
                    first, second = self._clip(first, second, start, position, running)
                if room == 0:
                    room = self._check_caps()
                room -= 1
                tick += delta
                events.append(tick << 24 | running << 16 | first << 8 | second)
        except IndexError:
            raise Misread(start, overruns=True) from None
        finally:
            self.position, self._tick, self._running, self._room = position, tick, running, room

    def _take(self, run: Run, room: int) -> int:
        """Keep a run's events; return how many more may be read unchecked. Raises: TooLarge."""
        self._check_ticks(run.tick)
        if room < len(run.events):
            room = self._check_caps()
        self._track.channel_events.frombytes(run.events.tobytes())
        return max(room - len(run.events), 0)

    def _clip(
        self, first: int, second: int, start: int, position: int, running: int
    ) -> tuple[int, int]:
        """Take data bytes over 127 as 127, if what follows shows that nothing else is wrong."""
        if not self._reads_cleanly(position, running):
            raise Misread(start)
        self._warnings.add("a data byte over 127 was read as 127", start)
        return min(first, 127), min(second, 127)

    def _read_other_event(self) -> bool:
        """Read a meta, exclusive or system event, if one is next; say if it ends the track."""
        data, start = self._data, self.position
        if start >= self._limit:
            return False
        try:
            delta, position = variable(data, start)
            byte, kind = data[position], -1
            length, position = SYSTEM_DATA_BYTES.get(byte, 0), position + 1
            if byte == META:
                kind, position = data[position], position + 1
            if byte in (META, EXCLUSIVE, ESCAPE):
                length, position = variable(data, position)
        except IndexError:
            raise Misread(start, overruns=True) from None
        except Misread:
            raise Misread(start) from None
        if position + length > self._limit:
            raise Misread(start, overruns=True)
        self._tick += delta
        self._check_ticks(self._tick)
        self.position = position + length
        self._keep(byte, kind, data[position : position + min(length, MAX_KEPT_BYTES)])
        return kind == END_OF_TRACK

    def _keep(self, byte: int, kind: int, content: bytes) -> None:
        """Store the few events besides channel messages that mean something here."""
        self._budget.others -= 1
        if self._budget.others < 0:
            raise TooLarge(f"more than {MAX_OTHERS:,} meta and system events came")
        if kind in KEPT_METAS:
            self._track.metas.append((self._tick, kind, content))
        elif byte == EXCLUSIVE and content[:1] in EXCLUSIVE_MAKERS:
            self._budget.exclusives -= 1
            if self._budget.exclusives >= 0:
                self._track.exclusives.append((self._tick, content))
            else:
                self._warnings.add(f"exclusive messages after {MAX_EXCLUSIVES:,} were skipped")
        elif byte not in (META, EXCLUSIVE, ESCAPE):
            text = f"the status byte 0x{byte:02X}, illegal in files, was skipped"
            self._warnings.add(text, self.position)

    def _check_caps(self) -> int:
        """Return how many events may be read until the next check. Raises: TooLarge."""
        events, budget = self._track.channel_events, self._budget
        if len(events) > budget.events:
            raise TooLarge(
                f"more than {MAX_EVENTS:,} MIDI events came, see byte {self._chunk}: "
                "thin out its controllers, or split the file"
            )
        self._notes += int(np.count_nonzero(is_note_on(unpack(events[self._counted :]))))
        self._counted = len(events)
        if self._notes > budget.notes:
            raise TooLarge(
                f"more than {MAX_NOTES:,} notes came, see byte {self._chunk}: split the file"
            )
        return CHECK_EVENTS

    def _check_ticks(self, tick: int) -> None:
        if tick > MAX_TICKS:
            raise TooLarge(f"a track of {tick:,} ticks came, see byte {self._chunk}")


def unpack(events: array[int]) -> NDArray[np.int64]:
    """Return a track's packed channel events as an array, which shares no memory with it."""
    return np.array(events, dtype=np.int64)


def is_note_on(events: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say which packed events start a note (velocity 0 ends one)."""
    found: NDArray[np.bool_] = ((events & 0xF00000) == 0x900000) & ((events & 0x7F) > 0)
    return found
