"""Files of DAWs that set no instruments: what the names of their tracks tell."""

from __future__ import annotations

import io

import mido
import pytest

from bridge.midi.channels import is_drum_channel
from bridge.midi.file import ScoreFile, read_score
from bridge.midi.write import write_score


def exported(
    *names: str,
    program: int | None = None,
    channel: int = 0,
    kind: int = 1,
    moves: tuple[tuple[int, ...], ...] = (),
) -> ScoreFile:
    """Read what a DAW might write: a conductor's track, then one a name, with its controllers."""
    midi = mido.MidiFile(type=kind, charset="utf-8")
    midi.tracks.append(mido.MidiTrack([mido.MetaMessage("track_name", name="Flute Concerto")]))
    for number, name in enumerate(names):
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
        if program is not None and not number:
            track.append(mido.Message("program_change", program=program, channel=channel))
        for control in moves[number] if moves else ():
            move = {"control": control, "value": 100 - 5 * number, "channel": channel}
            track.append(mido.Message("control_change", **move))
        note = {"note": 60 + number, "channel": channel}
        track.append(mido.Message("note_on", velocity=80, time=10 * number, **note))
        track.append(mido.Message("note_off", velocity=0, time=480, **note))
        midi.tracks.append(track)
    stream = io.BytesIO()
    midi.save(file=stream)
    return read_score(stream.getvalue())


def programs(file: ScoreFile) -> list[int | str]:
    notes = sorted(file.score.notes, key=lambda note: note.pitch)
    return ["drums" if note.is_drum else note.program for note in notes]


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (("1-Grand Piano", "2-Sub Bass", "3-808 Core Kit"), [0, 39, "drums"]),
        (("Violin I", "Viole", "Celli", "Kontrabass"), [40, 41, 42, 43]),
        (("Flöte 1", "Tpt in Bb", "Hn.", "Timp"), [73, 56, 60, 47]),
        (("GrandPiano", "DistortionGuitar", "AltoSax", "SynthPad"), [0, 30, 65, 89]),
        (("Spitfire - Cellos Long CS", "Strings_Legato"), [42, 48]),
        (("Bass Clarinet", "Drum Bass", "Kick"), [71, 33, "drums"]),
        (("Soprano", "Alto", "Tenor", "Bass"), [52, 52, 52, 52]),
        (("Track 1", "MIDI 02", "", "Voice 1"), [0, 0, 0, 0]),
    ],
)
def test_names_tell_of_instruments_where_nothing_else_does(
    names: tuple[str, ...], wanted: list[int | str]
) -> None:
    assert programs(exported(*names)) == wanted


def test_what_was_guessed_is_said() -> None:
    warnings = exported("Violin", "Drums").warnings
    assert warnings == ("no instruments are set: 'Violin' is taken for violin, 'Drums' for drums",)
    assert not exported("Right Hand", "Left Hand").warnings
    many = exported(*(f"Violin {number}" for number in range(9)))
    assert many.warnings[0].endswith(" and 5 more")


def test_other_instruments_of_one_channel_part_their_controllers() -> None:
    names = ("Violin", "Piano RH", "Flute", "Piano LH")
    score = exported(*names, moves=((11,), (7, 64), (11,), (7,))).score
    channel = {note.pitch: note.channel for note in score.notes}
    assert channel[61] == channel[63]  # One pianist, whose pedal is in one of the tracks.
    assert len({channel[60], channel[61], channel[62]}) == 3
    values = {(control.channel, control.number, control.value) for control in score.controls}
    assert (channel[60], 11, 100) in values
    assert (channel[62], 11, 90) in values
    assert (channel[61], 64, 95) in values


@pytest.mark.parametrize(
    ("moves", "channels"),
    [
        (((11,), (11,), (11,)), 3),
        (((1, 11), (7,), (10,)), 1),
        (((), (), ()), 1),
        (((7, 64), (7, 64), (7, 64)), 3),
        (((7, 64), (7,), (7,)), 1),
    ],
)
def test_players_of_one_instrument_part_where_both_move_the_same(
    moves: tuple[tuple[int, ...], ...], channels: int
) -> None:
    file = exported("Violin I", "Violin II", "Violin III", moves=moves)
    assert len({note.channel for note in file.score.notes}) == channels
    assert programs(file) == [40, 40, 40]


def test_a_program_on_the_channel_counts_more_than_names() -> None:
    file = exported("Violin", "Drums", program=19)
    assert programs(file) == [19, 19]
    assert {note.channel for note in file.score.notes} == {0}
    assert not file.warnings


def test_channel_ten_stays_drums_and_other_types_have_no_names() -> None:
    assert programs(exported("Violin", channel=9)) == ["drums"]
    assert programs(exported("Violin", kind=2)) == [0]


def test_more_instruments_than_channels_go_to_further_ports() -> None:
    names = ("piano", "bass", "drums", "violin", "viola", "cello", "flute", "oboe", "clarinet")
    names += (
        "bassoon",
        "horn",
        "trumpet",
        "trombone",
        "tuba",
        "harp",
        "timpani",
        "strings",
        "choir",
    )
    file = exported(*names)
    assert len({note.channel for note in file.score.notes}) == len(names)
    assert not any(is_drum_channel(note.channel) for note in file.score.notes)
    again = read_score(write_score(file.score))
    assert programs(again) == programs(file)
