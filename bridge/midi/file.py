"""From the bytes of a MIDI file to a Score, and back.

Note lists equal pretty_midi's wherever pretty_midi reads the file and players agree: a note-off
ends every open note of its channel and key in its own track. Where players would sound otherwise
it is read as they do:

- a note without an end is held to the end of the file, one of no length is struck all the same;
- a note has the program that its track has set when it begins, not when it ends;
- when no track sets a program on a channel: the tracks' names tell of the instruments;
- when a track sets no program on a channel that another track sets: players share channels;
- tempos and metres count in whichever track they stand;
- channels of several MIDI ports stay apart;
- members of an MPE zone follow their leader, and bend by 48 semitones;
- GS, XG or GM2 messages make another channel than 10 a drum part;
- SMPTE time, of which pretty_midi makes negative times.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from bridge.midi import channels, smf
from bridge.midi.channels import NOTE_OFF, NOTE_ON, Integers
from bridge.midi.mpe import with_zones, zones_of
from bridge.midi.naming import Instrument, name_instruments
from bridge.midi.smf_bytes import text_of
from bridge.midi.smf_track import METRE, TEMPO, TRACK_NAME, Track, Warnings
from bridge.midi.thinning import thinned
from engine.wire import BadScore, Bend, Control, Metre, Note, Score, Tempo, TooLarge

T = TypeVar("T")

MAX_SECONDS = 4 * 3600.0
MAX_SILENCE_SECONDS = 600.0  # kept after the last note
MAX_TITLE = 200
MAX_MOVES = 3_000_000  # of controllers, pressure and bends together
TICK_BITS = 40  # room for MAX_TICKS
PIECE = 4_096  # how many notes are made before other threads get their turn
SHORTEST_SECONDS = 0.01  # how long a note of no length is held, as FluidSynth does


@dataclass(frozen=True)
class ScoreFile:
    """A score as read, and what had to be guessed to read it."""

    score: Score
    warnings: tuple[str, ...] = ()


def read_score(data: bytes) -> ScoreFile:
    """Read a Standard MIDI File of type 0, 1 or 2, leniently, like other players.

    Raises: BadScore (no MIDI file; says at which byte), TooLarge.
    """
    warnings = Warnings()
    midi = smf.read(data, warnings)
    clock = _clock(midi, warnings)
    named = name_instruments(midi, warnings)
    events = with_zones(_audible(channels.merged(midi.tracks), clock))
    notes = _notes(midi, events, clock, named, warnings)
    duration = _duration(midi, notes, clock, warnings)
    score = Score(
        notes=notes,
        controls=_controls(events, clock, duration),
        bends=_bends(midi, events, clock, duration),
        tempos=clock.tempos(),
        metres=_metres(midi, clock, warnings),
        duration_seconds=duration,
        title=_title(midi),
    )
    return ScoreFile(score, warnings.texts())


def require_notes(score: Score) -> None:
    """Refuse a score that has nothing to play. Raises: BadScore."""
    if not score.notes:
        raise BadScore("a score without notes came; rendering needs at least one note")


@dataclass(frozen=True)
class _Clock:
    """The tempo map: `scales[i]` seconds a tick from `ticks[i]` on, which is at `origins[i]`."""

    ticks: Integers
    origins: NDArray[np.float64]
    scales: NDArray[np.float64]
    ticks_per_quarter: int
    is_smpte: bool

    def seconds(self, tick: Integers) -> NDArray[np.float64]:
        """Return when ticks happen; the arithmetic is pretty_midi's, to the last bit."""
        part = np.searchsorted(self.ticks, tick, side="right") - 1
        elapsed: NDArray[np.float64] = self.scales[part] * (tick - self.ticks[part])
        return self.origins[part] + elapsed

    def tempos(self) -> tuple[Tempo, ...]:
        """Return the tempo changes; SMPTE time has none, and is taken to be in 120."""
        if self.is_smpte:
            return (Tempo(0.0, 120.0),)
        tempos = 60.0 / (self.scales * self.ticks_per_quarter)
        return tuple(map(Tempo, self.origins.tolist(), tempos.tolist()))


def _clock(midi: smf.MidiFile, warnings: Warnings) -> _Clock:
    ticks, scales = [0], [60.0 / (120.0 * midi.ticks_per_quarter)]
    for tick, tempo in _tempo_events(midi, warnings):
        scale = 60.0 / ((6e7 / tempo) * midi.ticks_per_quarter)
        if tick == 0:
            scales[0] = scale
        elif scale != scales[-1]:
            ticks.append(tick)
            scales.append(scale)
    if midi.seconds_per_tick is not None:
        ticks, scales = [0], [midi.seconds_per_tick]
    origins = [0.0]
    for start, end, scale in zip(ticks[:-1], ticks[1:], scales[:-1], strict=True):
        origins.append(origins[-1] + scale * (end - start))
    is_smpte = midi.seconds_per_tick is not None
    return _Clock(
        np.array(ticks), np.array(origins), np.array(scales), midi.ticks_per_quarter, is_smpte
    )


def _tempo_events(midi: smf.MidiFile, warnings: Warnings) -> list[tuple[int, int]]:
    found = []
    for tick, content in _conducting(midi, TEMPO):
        tempo = int.from_bytes(content[:3], "big")
        if len(content) >= 3 and tempo > 0:
            found.append((tick, tempo))
        else:
            warnings.add("a tempo that is none was skipped")
    return found


def _conducting(midi: smf.MidiFile, kind: int) -> list[tuple[int, bytes]]:
    """Return the metas of a kind by time, of whichever track: players heed them all.

    Of type 2 only those of the first track: its tracks have times of their own.
    """
    tracks = midi.tracks[:1] if midi.kind == 2 else midi.tracks
    found = [
        (tick, content) for track in tracks for tick, what, content in track.metas if what == kind
    ]
    return sorted(found, key=lambda event: event[0])


def _notes(
    midi: smf.MidiFile,
    events: channels.Events,
    clock: _Clock,
    named: Mapping[int, Instrument],
    warnings: Warnings,
) -> tuple[Note, ...]:
    table = np.concatenate([_notes_of(track) for track in midi.tracks])
    starts, ends, pitches, velocities, programs, channel = table.T
    ends[ends < 0] = _ended_elsewhere(events, table[ends < 0])
    endless, unset = ends < 0, programs < 0
    if endless.any():
        ends[endless] = _last_tick(midi, events, clock)
        warnings.add(f"{np.count_nonzero(endless)} notes without an end were held to the last")
    if midi.kind != 2:
        programs[unset] = channels.programs_at(events, channel[unset], starts[unset], -1)
    is_drum = channels.drums_at(events, midi.tracks, channel, starts)
    is_drum &= ~np.isin(channel, [*zones_of(events)])  # Members of MPE's zones are no drums.
    for number, instrument in named.items():
        programs[(channel == number) & (programs < 0)] = instrument.program
        is_drum |= (channel == number) & instrument.is_drum
    programs = np.maximum(programs, 0)
    begin, end = clock.seconds(starts), clock.seconds(ends)
    end = np.where(ends > starts, end, begin + SHORTEST_SECONDS)
    fields = (begin, end, pitches, velocities, programs, channel, is_drum)
    order = np.lexsort((pitches, ends, starts))
    return _made(Note, [column[order] for column in fields])


def _notes_of(track: Track) -> Integers:
    """Return a track's notes, `[notes, 6]`: start, end, pitch, velocity, program, channel.

    The end is -1 where there is none, the program where the track has set none by then.
    """
    events = channels.of_track(track)
    table = np.array(_pair(events), dtype=np.int64).reshape(-1, 6)
    table[:, 4] = channels.programs_at(events, table[:, 5], table[:, 0], -1)
    return table


def _pair(events: channels.Events) -> array[int]:
    """Find the ends of a track's notes: start, end, pitch, velocity, -1, channel, and the next."""
    is_note = (events.kind == NOTE_ON) | (events.kind == NOTE_OFF)
    rows = array("q")
    sounding: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for tick, kind, channel, pitch, velocity in events.only(is_note).rows():
        if kind == NOTE_ON and velocity:
            sounding.setdefault((channel, pitch), []).append((tick, velocity))
            continue
        struck = sounding.pop((channel, pitch), [])
        before = [one for one in struck if one[0] != tick]
        if before and len(before) < len(struck):  # One ends as another begins.
            sounding[channel, pitch] = struck[len(before) :]
            struck = before
        for start, strength in struck:
            rows.extend((start, tick, pitch, strength, -1, channel))
    for (channel, pitch), struck in sounding.items():
        for start, strength in struck:
            rows.extend((start, -1, pitch, strength, -1, channel))
    return rows


def _made(kind: Callable[..., T], fields: Sequence[NDArray[Any]]) -> tuple[T, ...]:
    """Make structs of columns, in pieces, so that other threads get their turn in between."""
    found: list[T] = []
    for first in range(0, len(fields[0]), PIECE):
        found.extend(map(kind, *(field[first : first + PIECE].tolist() for field in fields)))
    return tuple(found)


def _audible(events: channels.Events, clock: _Clock) -> channels.Events:
    """Leave out what moves faster than can be heard. Raises: TooLarge."""
    kept = thinned(events, clock.seconds(events.tick))
    moves = int(np.count_nonzero(np.isin(kept.kind, channels.MOVES)))
    if moves > MAX_MOVES:
        raise TooLarge(
            f"a MIDI file came whose controllers move {moves:,} times; at most {MAX_MOVES:,} are "
            "read: thin out its automation, or split it"
        )
    return kept


def _ended_elsewhere(events: channels.Events, notes: Integers) -> Integers:
    """Return when any track ends notes `[notes, 6]` that their own does not, or -1."""
    is_end = (events.kind == NOTE_OFF) | ((events.kind == NOTE_ON) & (events.data2 == 0))
    found = events.only(is_end)
    key = found.channel.astype(np.int64) << 7 | found.data1
    keys = np.sort(key << TICK_BITS | found.tick)
    wanted = (notes[:, 5] << 7 | notes[:, 2]) << TICK_BITS | notes[:, 0]
    nearest = np.append(keys, -1)[np.searchsorted(keys, wanted, side="right")]
    is_same = nearest >> TICK_BITS == wanted >> TICK_BITS
    return np.where(is_same, nearest & (1 << TICK_BITS) - 1, -1)


def _last_tick(midi: smf.MidiFile, events: channels.Events, clock: _Clock) -> int:
    """Return the end of the file, or where that is absurdly far, its last channel message."""
    end = max(track.end_tick for track in midi.tracks)
    is_far = float(clock.seconds(np.array([end]))[0]) > MAX_SECONDS
    return int(events.tick.max(initial=0)) if is_far else end


def _duration(
    midi: smf.MidiFile, notes: tuple[Note, ...], clock: _Clock, warnings: Warnings
) -> float:
    """Return when the last track and the last note are over. Raises: TooLarge."""
    ends = np.array([track.end_tick for track in midi.tracks], dtype=np.int64)
    silence = float(clock.seconds(ends).max(initial=0.0))
    music = max((note.end_seconds for note in notes), default=0.0)
    if music > MAX_SECONDS or (not notes and silence > MAX_SECONDS):
        raise TooLarge(
            f"a MIDI file of {_long(max(music, silence))} came; at most {_long(MAX_SECONDS)} "
            "are rendered: are its tempo and its ticks a quarter note right?"
        )
    if silence > (MAX_SECONDS if not notes else music + MAX_SILENCE_SECONDS):
        warnings.add(f"the silence after the last note, {_long(silence - music)}, was left out")
        return music
    return max(music, silence)


def _long(seconds: float) -> str:
    days, hours = seconds / 86_400, seconds / 3_600
    if hours < 2:
        return f"{seconds / 60:.0f} minutes"
    return f"{days:,.0f} days" if days >= 2 else f"{hours:.1f} hours"


def _controls(events: channels.Events, clock: _Clock, duration: float) -> tuple[Control, ...]:
    found = channels.controls(events)
    seconds = clock.seconds(found.tick)
    kept = seconds <= duration
    columns = (seconds, found.channel, found.data1, found.data2)
    return _made(Control, [column[kept] for column in columns])


def _bends(
    midi: smf.MidiFile, events: channels.Events, clock: _Clock, duration: float
) -> tuple[Bend, ...]:
    found = channels.bends(events, midi.tracks)
    seconds = clock.seconds(np.array(found.tick, dtype=np.int64))
    kept = seconds <= duration
    columns = (seconds, np.array(found.channel), np.array(found.semitones))
    return _made(Bend, [column[kept] for column in columns])


def _metres(midi: smf.MidiFile, clock: _Clock, warnings: Warnings) -> tuple[Metre, ...]:
    metres = {0.0: Metre(0.0, 4, 4)}
    found = _conducting(midi, METRE)
    moments = clock.seconds(np.array([tick for tick, _ in found], dtype=np.int64)).tolist()
    for seconds, (_, content) in zip(moments, found, strict=True):
        if len(content) < 2 or content[0] == 0 or content[1] > 7:
            warnings.add("a metre that is none was skipped")
        else:
            metres[seconds] = Metre(seconds, content[0], 1 << content[1])
    return tuple(metres.values())


def _title(midi: smf.MidiFile) -> str:
    names = [content for _, kind, content in midi.tracks[0].metas if kind == TRACK_NAME]
    text = text_of(names[0]) if names else ""
    return "".join(char for char in text if char.isprintable()).strip()[:MAX_TITLE]
