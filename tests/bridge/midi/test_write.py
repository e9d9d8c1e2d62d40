"""Scores written as MIDI files come back the same, for us and for others."""

from __future__ import annotations

import io

import mido
import pretty_midi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.midi.file import read_score
from bridge.midi.write import write_score
from engine.wire import CHANNEL_PRESSURE, Bend, Control, Metre, Note, Score, Tempo

TICK_SECONDS = 0.5 / 960
PRESSED = Control(1.75, 1, CHANNEL_PRESSURE, 99)

SONG = Score(
    notes=(
        Note(0.0, 0.5, 60, 100, 0, 0),
        Note(0.25, 0.75, 64, 1, 40, 1),
        Note(0.5, 2.5, 36, 127, 8, 9, True),
        Note(1.0, 2.0, 67, 80, 24, 0),
        Note(2.0, 3.0, 67, 80, 24, 12, True),
    ),
    controls=(Control(0.0, 0, 7, 90), Control(1.0, 0, 64, 127), Control(1.5, 5, 10, 0), PRESSED),
    bends=(Bend(0.5, 1, 1.5), Bend(1.0, 1, -7.0), Bend(2.0, 1, 0.0)),
    tempos=(Tempo(0.0, 120.0), Tempo(1.0, 90.0), Tempo(2.0, 150.0)),
    metres=(Metre(0.0, 4, 4), Metre(2.0, 6, 8)),
    duration_seconds=4.0,
    title="Für Elise",
)


def test_a_score_comes_back() -> None:
    again = read_score(write_score(SONG)).score
    assert again.title == SONG.title
    for control, read in zip(SONG.controls, again.controls, strict=True):
        assert read.seconds == pytest.approx(control.seconds, abs=0.001)
        assert (read.channel, read.number, read.value) == (
            control.channel, control.number, control.value,
        )  # fmt: skip
    assert [(m.numerator, m.denominator) for m in again.metres] == [(4, 4), (6, 8)]
    assert again.duration_seconds == pytest.approx(4.0, abs=0.001)
    for old, new in zip(SONG.tempos, again.tempos, strict=True):
        assert new.seconds == pytest.approx(old.seconds, abs=0.001)
        assert new.quarters_per_minute == pytest.approx(old.quarters_per_minute, rel=1e-4)
    for bend, moved in zip(SONG.bends, again.bends, strict=True):
        assert moved.semitones == pytest.approx(bend.semitones, abs=0.001)
    for note, other in zip(SONG.notes, again.notes, strict=True):
        assert other.start_seconds == pytest.approx(note.start_seconds, abs=0.001)
        assert other.end_seconds == pytest.approx(note.end_seconds, abs=0.001)
        assert (other.pitch, other.velocity, other.program, other.channel, other.is_drum) == (
            note.pitch, note.velocity, note.program, note.channel, note.is_drum,
        )  # fmt: skip


def test_others_read_it() -> None:
    data = write_score(SONG)
    assert len(mido.MidiFile(file=io.BytesIO(data)).tracks) == 7
    peer = pretty_midi.PrettyMIDI(io.BytesIO(data))
    assert sum(len(part.notes) for part in peer.instruments) == len(SONG.notes)


def test_channels_of_further_ports_come_back() -> None:
    notes = (
        Note(0.0, 0.5, 60, 100, 0, 0),
        Note(0.0, 0.5, 60, 100, 40, 16),
        Note(0.5, 1.0, 36, 100, 0, 25, True),
        Note(1.0, 1.5, 36, 100, 0, 20, True),
        Note(1.5, 2.0, 60, 100, 7, 47),
    )
    score = Score(notes, (Control(0.25, 16, 10, 127),), (Bend(0.5, 47, 2.0),), duration_seconds=2.0)
    again = read_score(write_score(score)).score
    found = [(n.pitch, n.program, n.channel, n.is_drum) for n in again.notes]
    assert found == [(n.pitch, n.program, n.channel, n.is_drum) for n in notes]
    assert [control.channel for control in again.controls] == [16]
    assert [bend.channel for bend in again.bends] == [47]


def test_an_empty_score_can_be_written() -> None:
    assert read_score(write_score(Score(duration_seconds=1.0))).score.duration_seconds == 1.0


NOTES = st.lists(
    st.tuples(
        st.integers(0, 9_000), st.integers(1, 2_000), st.integers(0, 127), st.integers(1, 127)
    ),
    max_size=30,
    unique_by=lambda row: row[2],
)


@settings(max_examples=60, deadline=None)
@given(NOTES, st.integers(0, 15), st.integers(0, 127), st.booleans())
def test_any_notes_come_back(
    rows: list[tuple[int, int, int, int]], channel: int, program: int, is_drum: bool
) -> None:
    notes = tuple(
        Note(start / 1e3, (start + length) / 1e3, pitch, velocity, program, channel, is_drum)
        for start, length, pitch, velocity in sorted(rows)
    )
    again = read_score(write_score(Score(notes))).score.notes
    wanted = sorted((n.pitch, n.velocity, n.program, n.channel, n.is_drum) for n in notes)
    assert sorted((n.pitch, n.velocity, n.program, n.channel, n.is_drum) for n in again) == wanted
    starts = {note.pitch: note.start_seconds for note in again}
    assert all(abs(starts[n.pitch] - n.start_seconds) <= TICK_SECONDS for n in notes)
