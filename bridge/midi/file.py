"""From the bytes of a MIDI file to a Score, and back.

Note lists equal pretty_midi's wherever pretty_midi reads the file: a note-off ends every open
note of its channel and key in its own track, notes without an end or of no length are dropped,
and a note's program is the one its track has set when the note ends. It differs on purpose

- in SMPTE time, of which pretty_midi makes negative times;
- when a track sets no program on a channel that another track sets: players share channels;
- when GS, XG or GM2 messages make another channel than 10 a drum part;
- when the first track holds no tempo but another does: pretty_midi then plays at 120.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bridge.midi import channels, smf
from bridge.midi.channels import NOTE_OFF, NOTE_ON, PROGRAM, Integers
from bridge.midi.smf_track import METRE, PORT, TEMPO, TRACK_NAME, Warnings, unpack
from engine.wire import BadScore, Bend, Control, Metre, Note, Score, Tempo, TooLarge

MAX_SECONDS = 4 * 3600.0
MAX_TITLE = 200
DEFAULT_TEMPO = 500_000  # microseconds a quarter note


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
    events = channels.merged(midi.tracks)
    notes = _notes(midi, events, clock, warnings)
    if (
        len({content for track in midi.tracks for _, kind, content in track.metas if kind == PORT})
        > 1
    ):
        warnings.add("the file plays on several MIDI ports; their channels were put together")
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
    for tick, content in _conducting(midi, TEMPO, "tempo", warnings):
        tempo = int.from_bytes(content[:3], "big")
        if len(content) >= 3 and tempo > 0:
            found.append((tick, tempo))
        else:
            warnings.add("a tempo that is none was skipped")
    return found


def _conducting(
    midi: smf.MidiFile, kind: int, name: str, warnings: Warnings
) -> list[tuple[int, bytes]]:
    """Return the metas of a kind out of the track that conducts: the first that has any."""
    tracks = midi.tracks[:1] if midi.kind == 2 else midi.tracks
    by_track = [
        [(tick, content) for tick, found, content in track.metas if found == kind]
        for track in tracks
    ]
    conducting = [index for index, found in enumerate(by_track) if found]
    if len(conducting) > 1:
        warnings.add(f"{name} changes outside of track {conducting[0] + 1} were skipped")
    return by_track[conducting[0]] if conducting else []


def _notes(
    midi: smf.MidiFile, events: channels.Events, clock: _Clock, warnings: Warnings
) -> tuple[Note, ...]:
    rows: list[tuple[int, int, int, int, int, int]] = []
    lost = 0
    for track in midi.tracks:
        lost += _pair(channels.columns(unpack(track.channel_events)), rows)
    if lost:
        warnings.add(f"{lost} notes without an end or of no length were dropped")
    table = np.array(rows, dtype=np.int64).reshape(-1, 6)
    table = table[np.lexsort((table[:, 2], table[:, 1], table[:, 0]))]
    starts, ends, pitches, velocities, programs, channel = table.T
    unset = programs < 0
    if midi.kind != 2:
        programs[unset] = channels.programs_at(events, channel[unset], starts[unset])
    programs = np.maximum(programs, 0)
    is_drum = channels.drums_at(events, midi.tracks, channel, starts)
    seconds = (clock.seconds(starts), clock.seconds(ends))
    fields = (*seconds, pitches, velocities, programs, channel, is_drum)
    return tuple(map(Note, *(column.tolist() for column in fields)))


def _pair(events: channels.Events, rows: list[tuple[int, int, int, int, int, int]]) -> int:
    """Find the notes of a track: (start, end, pitch, velocity, program, channel).

    The program is -1 where the track never sets one. Returns how many note-ons came to nothing.
    """
    is_note = (events.kind == NOTE_ON) | (events.kind == NOTE_OFF)
    is_program = events.kind == PROGRAM
    sets = set(events.channel[is_program].tolist())
    programs = [0 if channel in sets else -1 for channel in range(16)]
    sounding: dict[tuple[int, int], list[tuple[int, int]]] = {}
    lost = 0
    for tick, kind, channel, pitch, velocity in events.only(is_note | is_program).rows():
        if kind == PROGRAM:
            programs[channel] = pitch
        elif kind == NOTE_ON and velocity:
            sounding.setdefault((channel, pitch), []).append((tick, velocity))
        else:
            struck = sounding.pop((channel, pitch), [])
            before = [one for one in struck if one[0] != tick]
            now = len(struck) - len(before)
            if before and now:
                sounding[channel, pitch] = struck[-now:]
            else:
                lost += now
            for start, strength in before:
                rows.append((start, tick, pitch, strength, programs[channel], channel))
    return lost + sum(map(len, sounding.values()))


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
    if silence > MAX_SECONDS:
        warnings.add(f"the silence after the last note, {_long(silence)}, was left out")
        return music
    return max(music, silence)


def _long(seconds: float) -> str:
    days, hours = seconds / 86_400, seconds / 3_600
    return f"{days:,.0f} days" if days >= 2 else f"{hours:.1f} hours"


def _controls(events: channels.Events, clock: _Clock, duration: float) -> tuple[Control, ...]:
    found = channels.controls(events)
    seconds = clock.seconds(found.tick)
    kept = seconds <= duration
    columns = (seconds, found.channel, found.data1, found.data2)
    return tuple(map(Control, *(column[kept].tolist() for column in columns)))


def _bends(
    midi: smf.MidiFile, events: channels.Events, clock: _Clock, duration: float
) -> tuple[Bend, ...]:
    found = channels.bends(events, midi.tracks)
    seconds = clock.seconds(np.array([tick for tick, _, _ in found], dtype=np.int64)).tolist()
    moments = zip(seconds, found, strict=True)
    return tuple(Bend(at, move[1], move[2]) for at, move in moments if at <= duration)


def _metres(midi: smf.MidiFile, clock: _Clock, warnings: Warnings) -> tuple[Metre, ...]:
    metres = [Metre(0.0, 4, 4)]
    for tick, content in _conducting(midi, METRE, "metre", warnings):
        if len(content) < 2 or content[0] == 0 or content[1] > 7:
            warnings.add("a metre that is none was skipped")
            continue
        seconds = float(clock.seconds(np.array([tick]))[0])
        metres = [metre for metre in metres if metre.seconds != seconds]
        metres.append(Metre(seconds, content[0], 1 << content[1]))
    return tuple(metres)


def _title(midi: smf.MidiFile) -> str:
    names = [content for _, kind, content in midi.tracks[0].metas if kind == TRACK_NAME]
    if not names:
        return ""
    try:
        text = names[0].decode()
    except UnicodeDecodeError:
        text = names[0].decode("latin-1")
    return "".join(char for char in text if char.isprintable()).strip()[:MAX_TITLE]
