"""From a Score to the bytes of a MIDI file, for takes and for other programs."""

from __future__ import annotations

import io
import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from bridge.midi.channels import CHANNELS, DRUM_CHANNEL, TUNING_CONTROLS, is_drum_channel
from engine.wire import CHANNEL_PRESSURE, Bend, Score

if TYPE_CHECKING:
    from mido import MidiTrack

TICKS_PER_QUARTER = 960
# What happens first at one moment: settings, note ends, controllers, note starts.
SETTING, NOTE_END, MOVE, NOTE_START = range(4)
Part: TypeAlias = tuple[int, int, bool]  # channel, program, is it a drum part?
Event: TypeAlias = tuple[int, int, str, Mapping[str, object]]  # tick, order, mido type, fields


def write_score(score: Score) -> bytes:
    """Write a Standard MIDI File of type 1: a conductor's track, then one for each part.

    Channels beyond 15 play on further MIDI ports. Times are rounded to 1/960 of a quarter
    note. Reading it again gives the same notes, unless notes of one part overlap on one key.
    """
    from mido import MidiFile

    file = MidiFile(type=1, ticks_per_beat=TICKS_PER_QUARTER, charset="utf-8")
    clock = _Clock(score)
    file.tracks.append(_track(_conductor(score, clock), clock.tick(score.duration_seconds)))
    parts = sorted({(n.channel, n.program, n.is_drum) for n in score.notes})
    parts += [(channel, 0, is_drum_channel(channel)) for channel in _moved_only(score)]
    has_ports = any(channel >= CHANNELS for channel, _, _ in parts)
    led: set[int] = set()
    for part in parts:
        shares = sum(channel == part[0] for channel, _, _ in parts) > 1
        events = list(_part(score, clock, part, shares))
        if has_ports:
            events.insert(0, (0, SETTING, "midi_port", {"port": part[0] // CHANNELS}))
        if part[0] not in led:
            led.add(part[0])
            events += _channel(score, clock, part[0])
        file.tracks.append(_track(events, 0))
    stream = io.BytesIO()
    file.save(file=stream)
    return stream.getvalue()


class _Clock:
    """Ticks of seconds, under the tempos as a file can hold them."""

    def __init__(self, score: Score) -> None:
        self.tempos = [(0.0, 0, 500_000)]
        for tempo in score.tempos:
            microseconds = min(max(round(6e7 / tempo.quarters_per_minute), 1), 0xFFFFFF)
            tick = self.tick(tempo.seconds)
            at, before, length = self.tempos[-1]
            if tick == before:
                self.tempos[-1] = (at, tick, microseconds)
            else:
                exact = at + (tick - before) * length / 1e6 / TICKS_PER_QUARTER
                self.tempos.append((exact, tick, microseconds))

    def tick(self, seconds: float) -> int:
        """Return the tick nearest to a moment."""
        part = max(bisect_right(self.tempos, seconds, key=lambda tempo: tempo[0]) - 1, 0)
        at, tick, microseconds = self.tempos[part]
        return tick + max(round((seconds - at) * 1e6 * TICKS_PER_QUARTER / microseconds), 0)


def _conductor(score: Score, clock: _Clock) -> Iterator[Event]:
    if score.title:
        yield 0, SETTING, "track_name", {"name": score.title}
    for _, tick, microseconds in clock.tempos:
        yield tick, SETTING, "set_tempo", {"tempo": microseconds}
    for metre in score.metres:
        fields: dict[str, object] = {
            "numerator": metre.numerator,
            "denominator": metre.denominator,
        }
        yield clock.tick(metre.seconds), SETTING, "time_signature", fields


def _part(score: Score, clock: _Clock, part: Part, shares: bool) -> Iterator[Event]:
    """Write a part's notes; where parts share a channel, with a program change before each."""
    channel, program, is_drum = part
    on_port = {"channel": channel % CHANNELS}
    if is_drum != is_drum_channel(channel):
        yield 0, SETTING, "sysex", {"data": _drum_part(channel % CHANNELS, is_drum)}
    yield 0, SETTING, "program_change", {**on_port, "program": program}
    for note in score.notes:
        if (note.channel, note.program, note.is_drum) == part:
            start = clock.tick(note.start_seconds)
            end = max(clock.tick(note.end_seconds), start + 1)
            if shares:
                yield start, MOVE, "program_change", {**on_port, "program": program}
            velocity = max(note.velocity, 1)
            struck = {**on_port, "note": note.pitch, "velocity": velocity}
            yield start, NOTE_START, "note_on", struck
            yield end, NOTE_END, "note_off", {**on_port, "note": note.pitch}


def _drum_part(channel: int, is_drum: bool) -> bytes:
    """Return the GS message that makes a channel a drum part, or a melodic one."""
    part = 0 if channel == DRUM_CHANNEL else channel + (channel < DRUM_CHANNEL)
    body = (0x40, 0x10 | part, 0x15, int(is_drum))
    return bytes((0x41, 0x10, 0x42, 0x12, *body, -sum(body) & 0x7F))


def _moved_only(score: Score) -> list[int]:
    """Return the channels that have controllers or bends, but no notes."""
    moved = {control.channel for control in score.controls}
    moved |= {bend.channel for bend in score.bends}
    return sorted(moved - {note.channel for note in score.notes})


def _channel(score: Score, clock: _Clock, channel: int) -> Iterator[Event]:
    on_port = {"channel": channel % CHANNELS}
    for control in score.controls:
        if control.channel == channel and control.number == CHANNEL_PRESSURE:
            pressure = {**on_port, "value": control.value}
            yield clock.tick(control.seconds), MOVE, "aftertouch", pressure
        elif control.channel == channel and control.number not in TUNING_CONTROLS:
            moved = {**on_port, "control": control.number, "value": control.value}
            yield clock.tick(control.seconds), MOVE, "control_change", moved
    yield from _bends([bend for bend in score.bends if bend.channel == channel], clock, channel)


def _bends(bends: list[Bend], clock: _Clock, channel: int) -> Iterator[Event]:
    """Set a range that holds every bend, then bend."""
    on_port = {"channel": channel % CHANNELS}
    reach = max((abs(bend.semitones) for bend in bends), default=0.0)
    semitones = min(max(math.ceil(reach), 2), 127)
    if bends:
        for control, value in ((101, 0), (100, 0), (6, semitones), (38, 0), (101, 127), (100, 127)):
            yield 0, SETTING, "control_change", {**on_port, "control": control, "value": value}
    for bend in bends:
        pitch = min(max(round(bend.semitones / semitones * 8192), -8192), 8191)
        yield clock.tick(bend.seconds), MOVE, "pitchwheel", {**on_port, "pitch": pitch}


def _track(events: Iterator[Event] | list[Event], end: int) -> MidiTrack:
    """Turn events into a mido track that ends no earlier than `end`."""
    from mido import Message, MetaMessage, MidiTrack

    track, now = MidiTrack(), 0
    for tick, _, kind, fields in sorted(events, key=lambda event: event[:2]):
        is_meta = kind in ("track_name", "set_tempo", "time_signature", "midi_port")
        track.append((MetaMessage if is_meta else Message)(kind, time=tick - now, **fields))
        now = tick
    track.append(MetaMessage("end_of_track", time=max(end - now, 0)))
    return track
