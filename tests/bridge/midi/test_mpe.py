"""Zones of MPE in files: ranges, programs and pedals of their members."""

from __future__ import annotations

import io

import mido
import pytest

from bridge.midi import mpe
from bridge.midi.file import read_score
from engine.performance import Performance
from engine.wire import Score, TooLarge


def zone(leader: int, members: int) -> list[mido.Message]:
    values = ((101, 0), (100, 6), (6, members))
    return [
        mido.Message("control_change", channel=leader, control=number, value=value)
        for number, value in values
    ]


def read(*messages: mido.Message) -> Score:
    midi = mido.MidiFile(type=0, ticks_per_beat=480)
    midi.tracks.append(mido.MidiTrack(messages))
    stream = io.BytesIO()
    midi.save(file=stream)
    return read_score(stream.getvalue()).score


def played(channel: int, pitch: int = 60, wheel: int = 0) -> list[mido.Message]:
    return [
        mido.Message("pitchwheel", channel=channel, pitch=wheel),
        mido.Message("note_on", channel=channel, note=pitch, velocity=80),
        mido.Message("note_off", channel=channel, note=pitch, velocity=0, time=480),
    ]


def test_members_bend_by_48_semitones_and_are_no_drums() -> None:
    score = read(*zone(0, 15), *played(3, wheel=1_024), *played(9, wheel=-2_048), *played(0, 40))
    assert [(note.channel, note.is_drum) for note in score.notes] == [
        (3, False),
        (9, False),
        (0, False),
    ]
    assert [(bend.channel, bend.semitones) for bend in score.bends] == [(3, 6.0), (9, -12.0)]


def test_a_range_of_their_own_counts_more() -> None:
    own = [
        mido.Message("control_change", channel=2, control=number, value=value)
        for number, value in ((101, 0), (100, 0), (6, 12))
    ]
    score = read(*zone(0, 5), *own, *played(2, wheel=4_096))
    assert [bend.semitones for bend in score.bends] == [6.0]


def test_the_leaders_program_volume_and_pedal_are_for_all() -> None:
    pedal = {"channel": 15, "control": 64}
    score = read(
        *zone(15, 4),
        mido.Message("program_change", channel=15, program=48),
        mido.Message("control_change", channel=15, control=7, value=60),
        mido.Message("control_change", value=127, **pedal),
        *played(12),
        mido.Message("control_change", value=0, time=480, **pedal),
        *played(3),
    )
    assert [(note.channel, note.program) for note in score.notes] == [(12, 48), (3, 0)]
    performance = Performance(score)
    assert performance.notes.end_seconds.tolist() == [1.0, 1.5]
    assert performance.value_at(12, 7, performance.notes.start_seconds)[0] == 60
    assert performance.value_at(10, 7, performance.notes.start_seconds)[0] == 100


def test_a_zone_without_members_is_none() -> None:
    score = read(*zone(0, 15), *zone(0, 0), *played(9), *played(3, wheel=4_096))
    assert score.notes[0].is_drum
    assert [bend.semitones for bend in score.bends] == [1.0]


def test_other_parameters_make_no_zone() -> None:
    chosen = [
        mido.Message("control_change", channel=0, control=number, value=value)
        for number, value in ((101, 0), (100, 6), (99, 1), (98, 1), (6, 15))
    ]
    assert read(*chosen, *played(9)).notes[0].is_drum


def test_too_much_to_follow_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mpe, "MAX_LED", 100)
    moves = [
        mido.Message("control_change", control=1, value=number % 128, time=48)
        for number in range(20)
    ]
    with pytest.raises(TooLarge, match="thin out"):
        read(*zone(0, 15), *moves, *played(3))
