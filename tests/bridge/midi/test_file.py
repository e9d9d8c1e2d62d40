"""MIDI files become scores: as pretty_midi reads them, and as players read broken ones."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import warnings
from collections.abc import Iterable

import mido
import numpy as np
import pretty_midi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.midi.file import (
    MAX_SECONDS,
    SHORTEST_SECONDS,
    ScoreFile,
    read_score,
    require_notes,
)
from bridge.midi.smf import MAX_FILE_BYTES
from bridge.midi.smf_track import MAX_EVENTS, MAX_EXCLUSIVES, MAX_NOTES
from engine.live_keys import Keys
from engine.performance import Performance
from engine.wire import (
    BadScore,
    Bend,
    LegatoError,
    Metre,
    MidiEvent,
    Note,
    Score,
    Tempo,
    TooLarge,
)

Row = tuple[float, float, int, int, int, bool]


def header(tracks: int = 1, kind: int = 1, division: int = 96) -> bytes:
    fields = (kind, tracks, division)
    return b"MThd" + bytes((0, 0, 0, 6)) + b"".join(field.to_bytes(2, "big") for field in fields)


def chunk(events: str | bytes, name: bytes = b"MTrk", length: int | None = None) -> bytes:
    data = bytes.fromhex(events) if isinstance(events, str) else events
    return name + (len(data) if length is None else length).to_bytes(4, "big") + data


END = "00 ff2f00 "
NOTE = "00 903c40 60 803c00 "  # one quarter note, C4


def file(*tracks: str, kind: int = 1, division: int = 96) -> bytes:
    return header(len(tracks), kind, division) + b"".join(chunk(track) for track in tracks)


def rows(score: Score) -> list[Row]:
    return sorted(
        (n.start_seconds, n.end_seconds, n.pitch, n.velocity, n.program, n.is_drum)
        for n in score.notes
    )


def peer_rows(data: bytes) -> list[Row]:
    """The notes as pretty_midi reads them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = pretty_midi.PrettyMIDI(io.BytesIO(data))
    return sorted(
        (float(n.start), float(n.end), n.pitch, n.velocity, int(i.program), bool(i.is_drum))
        for i in peer.instruments
        for n in i.notes
    )


def saved(tracks: Iterable[list[mido.Message]], kind: int = 1, division: int = 480) -> bytes:
    midi = mido.MidiFile(type=kind, ticks_per_beat=division)
    midi.tracks = [mido.MidiTrack(track) for track in tracks]
    stream = io.BytesIO()
    midi.save(file=stream)
    return stream.getvalue()


def pitches(result: ScoreFile) -> list[int]:
    return [note.pitch for note in result.score.notes]


def test_a_plain_file() -> None:
    result = read_score(file("00 ff0304 53 6f 6e 67 00 c005 " + NOTE + END))
    assert result.warnings == ()
    assert result.score == Score(
        notes=(Note(0.0, 0.5, 60, 64, 5, 0),),
        tempos=(Tempo(0.0, 120.0),),
        metres=(Metre(0.0, 4, 4),),
        duration_seconds=0.5,
        title="Song",
    )


def test_reading_imports_nothing_heavy() -> None:
    code = (
        "import sys, bridge.midi.file, bridge.midi.write, bridge.midi.notation\n"
        "heavy = {'mido', 'pretty_midi', 'note_seq', 'torch', 'librosa'} & set(sys.modules)\n"
        "sys.exit(len(heavy))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_tempo_and_metre_changes() -> None:
    conductor = "00 ff5103 07a120 60 ff5103 0f4240 00 ff5804 03 02 18 08 " + END
    score = read_score(file(conductor, "60 903c40 60 803c00 " + END)).score
    assert score.tempos == (Tempo(0.0, 120.0), Tempo(0.5, 60.0))
    assert score.metres == (Metre(0.0, 4, 4), Metre(0.5, 3, 4))
    assert score.notes[0].start_seconds == 0.5
    assert score.notes[0].end_seconds == 1.5


def test_a_tempo_outside_the_first_track_counts_if_the_first_has_none() -> None:
    data = file(END, "00 ff5103 0f4240 " + NOTE + END)
    assert read_score(data).score.notes[0].end_seconds == 1.0


def test_tempos_and_metres_count_in_whichever_track_they_stand() -> None:
    slower = "60 ff5103 0f4240 00 ff5804 03 02 18 08 00 903c40 60 803c00 "
    result = read_score(file("00 ff5103 07a120 " + END, slower + END))
    assert result.score.tempos == (Tempo(0.0, 120.0), Tempo(0.5, 60.0))
    assert result.score.metres == (Metre(0.0, 4, 4), Metre(0.5, 3, 4))
    assert rows(result.score) == [(0.5, 1.5, 60, 64, 0, False)]
    assert result.warnings == ()


def test_of_tempos_at_one_moment_the_last_track_has_the_last_word() -> None:
    data = file("00 ff5103 07a120 " + END, "00 ff5103 0f4240 " + NOTE + END)
    assert read_score(data).score.notes[0].end_seconds == 1.0


def test_type_2_tracks_after_the_first_conduct_nobody() -> None:
    data = file("00 ff5103 07a120 " + END, "00 ff5103 0f4240 " + NOTE + END, kind=2)
    assert read_score(data).score.notes[0].end_seconds == 0.5


@pytest.mark.parametrize("meta", ["00 ff5103 000000 ", "00 ff5102 07a1 ", "00 ff5804 00020808 "])
def test_impossible_metas_are_skipped(meta: str) -> None:
    result = read_score(file(meta + NOTE + END))
    assert result.score.notes[0].end_seconds == 0.5
    assert len(result.warnings) == 1


@pytest.mark.parametrize(("division", "tick"), [(0xE728, 1 / 1000), (0xE350, 1001 / 30000 / 80)])
def test_smpte_time(division: int, tick: float) -> None:
    score = read_score(file("00 ff5103 0f4240 " + NOTE + END, division=division)).score
    assert score.notes[0].end_seconds == pytest.approx(96 * tick)
    assert score.tempos == (Tempo(0.0, 120.0),)


def test_sustain_and_other_controllers_are_kept_in_order() -> None:
    score = read_score(file("00 b0407f 00 b10750 60 b04000 " + NOTE + END)).score
    found = [(c.seconds, c.channel, c.number, c.value) for c in score.controls]
    assert found == [(0.0, 0, 64, 127), (0.0, 1, 7, 80), (0.5, 0, 64, 0)]


def test_bends_are_in_semitones_of_the_range_that_rpn_0_sets() -> None:
    wide = "00 b06500 00 b06400 00 b0060c 00 b02600 "
    events = "00 e00060 " + wide + "60 e00000 60 e00040 "
    score = read_score(file(events + NOTE + END)).score
    assert score.bends == (
        Bend(0.0, 0, 1.0),
        Bend(0.0, 0, 6.0),
        Bend(0.5, 0, -12.0),
        Bend(1.0, 0, 0.0),
    )
    assert score.controls == ()


def test_a_null_rpn_and_nrpns_do_not_change_the_range() -> None:
    null = "00 b0657f 00 b0647f 00 b0060c "
    nrpn = "00 b06500 00 b06400 00 b06300 00 b06200 00 b0060c "
    for events in (null, nrpn):
        score = read_score(file(events + "00 e07f7f " + NOTE + END)).score
        assert score.bends[0].semitones == pytest.approx(2.0, abs=0.001)


def test_fine_and_coarse_tuning_move_the_pitch() -> None:
    fine = "00 b06500 00 b06401 00 b00660 00 b02600 "
    coarse = "00 b06500 00 b06402 00 b00641 "
    score = read_score(file(fine + "60 " + coarse[3:] + NOTE + END)).score
    assert [bend.semitones for bend in score.bends] == [0.5, 1.5]


def test_master_tuning_moves_all_channels_but_drums() -> None:
    score = read_score(file("00 f007 7f7f0404 0042 f7 " + NOTE + END)).score
    assert {bend.semitones for bend in score.bends} == {2.0}
    assert {bend.channel for bend in score.bends} == set(range(16)) - {9}


@pytest.mark.parametrize("reset", ["7e7f0901", "411042124000 7f0041", "43104c00007e00"])
def test_a_reset_of_the_system_sets_back_what_was_moved_on_its_port(reset: str) -> None:
    moved = "00 b00714 00 b00a00 00 b06500 00 b06400 00 b00618 00 e00060 "
    message = bytes.fromhex(reset)
    exclusive = f"60 f0{len(message) + 1:02x}{message.hex()}f7 "
    score = read_score(file(moved + exclusive + "00 e00060 " + NOTE + END)).score
    assert [bend.semitones for bend in score.bends] == [12.0, 0.0, 1.0]
    last = {c.number: c.value for c in score.controls if c.seconds == 0.5}
    assert last == {120: 0, 121: 0, 7: 100, 8: 64, 10: 64}
    assert {control.channel for control in score.controls} == {0}


def test_a_reset_at_the_beginning_moves_nothing() -> None:
    exclusive = "00 f005 7e7f0901f7 "
    score = read_score(file(exclusive + "00 b00714 " + NOTE + END)).score
    assert [(control.number, control.value) for control in score.controls] == [(7, 20)]


def test_reset_all_controllers_centres_the_bend() -> None:
    score = read_score(file("00 e00060 60 b07900 " + NOTE + END)).score
    assert score.bends == (Bend(0.0, 0, 1.0), Bend(0.5, 0, 0.0))
    assert [control.number for control in score.controls] == [121]


def test_channel_ten_is_drums() -> None:
    assert read_score(file("00 992440 60 892400 " + END)).score.notes[0].is_drum


GS_DRUMS = "00 f00a 411042124011 15 01 19 f7 "  # part 1 becomes a drum part
XG_ON, XG_DRUMS = "00 f008 43104c00007e00 f7 ", "00 f008 43104c0800 0701 f7 "


def test_gs_and_xg_messages_make_drum_parts() -> None:
    for setting in (GS_DRUMS, XG_DRUMS):
        assert read_score(file(setting + NOTE + END)).score.notes[0].is_drum


def test_gs_can_make_channel_ten_melodic_and_a_reset_takes_it_back() -> None:
    melodic = "00 f00a 411042124010 15 00 1b f7 "
    reset = "00 f005 7e7f0901f7 "
    note = "00 992440 60 892400 "
    notes = read_score(file(melodic + note + reset + note + END)).score.notes
    assert [one.is_drum for one in notes] == [False, True]


def test_xg_and_gm2_banks_choose_drum_kits() -> None:
    xg = XG_ON + "00 b0007f 00 c000 "
    gm2 = "00 f005 7e7f0903f7 00 b00078 00 c000 "
    for setting in (xg, gm2):
        assert read_score(file(setting + NOTE + END)).score.notes[0].is_drum
    assert not read_score(file("00 b0007f 00 c000 " + NOTE + END)).score.notes[0].is_drum


def test_another_bank_makes_a_drum_part_of_xg_melodic_again() -> None:
    note = "00 903c40 60 803c00 "
    notes = read_score(
        file(XG_ON + "00 b0007f 00 c000 " + note + "00 b00000 00 c005 " + note + END)
    ).score.notes
    assert [(one.is_drum, one.program) for one in notes] == [(True, 0), (False, 5)]


def test_a_program_set_on_another_track_is_inherited_by_channel() -> None:
    setup = "00 c028 60 c029 " + END
    score = read_score(file(setup, NOTE + NOTE + END)).score
    assert [note.program for note in score.notes] == [0x28, 0x29]


def test_a_track_inherits_a_program_until_it_sets_its_own() -> None:
    data = file("00 c028 60 c029 " + END, NOTE + "00 c010 " + NOTE + END)
    assert [note.program for note in read_score(data).score.notes] == [0x28, 0x10]


PROGRAMS = {
    "changed while it sounds": "00 903c40 30 c005 30 803c00 ",
    "changed just before its end": "00 903c40 60 c005 00 803c00 00 903c40 60 803c00 ",
    "set with its beginning, but after": "00 903c40 00 c007 60 803c00 60 c005 ",
}


@pytest.mark.parametrize("events", PROGRAMS.values(), ids=PROGRAMS)
def test_a_note_keeps_the_program_that_it_begins_with(events: str) -> None:
    assert read_score(file("00 c007 " + events + END)).score.notes[0].program == 7


PORT_1, PORT_2 = "00 ff2101 00 ", "00 ff2101 01 "


def test_channels_of_several_ports_stay_apart() -> None:
    first = PORT_1 + "00 b00764 00 e00060 00 c005 " + NOTE + END
    second = PORT_2 + "00 b00720 00 c006 00 993c40 60 893c00 " + NOTE + END
    result = read_score(file("00 ff0301 41 " + END, first, second))
    found = [(note.channel, note.program, note.is_drum) for note in result.score.notes]
    assert found == [(0, 5, False), (25, 0, True), (16, 6, False)]
    assert [(c.channel, c.value) for c in result.score.controls] == [(0, 100), (16, 32)]
    assert {bend.channel for bend in result.score.bends} == {0}
    assert result.warnings == ()


def test_tracks_that_name_no_port_play_on_the_first() -> None:
    score = read_score(file("00 c028 " + END, PORT_2 + NOTE + END)).score
    assert [(note.channel, note.program) for note in score.notes] == [(0, 0x28)]


def test_a_systems_messages_are_for_their_own_port() -> None:
    first, second = PORT_1 + NOTE + END, PORT_2 + GS_DRUMS + NOTE + END
    found = {n.channel: n.is_drum for n in read_score(file(first, second)).score.notes}
    assert found == {0: False, 16: True}


def test_too_many_ports_share_the_last() -> None:
    tracks = [f"00 ff2101 {port:02x} " + NOTE + END for port in range(20)]
    result = read_score(file(*tracks))
    assert max(note.channel for note in result.score.notes) == 15 * 16
    assert "4 MIDI ports were put together" in result.warnings[0]


def test_type_2_patterns_are_said_to_sound_at_once() -> None:
    assert "at once" in read_score(file(NOTE + END, NOTE + END, kind=2)).warnings[0]


def test_type_2_tracks_inherit_nothing() -> None:
    data = file("00 c028 " + END, NOTE + END, kind=2)
    assert read_score(data).score.notes[0].program == 0


def test_the_end_of_track_counts_as_duration() -> None:
    assert read_score(file(NOTE + "60 ff2f00")).score.duration_seconds == 1.0


def test_titles_in_utf_8_and_latin_1() -> None:
    for name in ("Für Elise".encode(), "Für Elise".encode("latin-1")):
        meta = "00 ff03" + bytes((len(name),)).hex() + name.hex()
        assert read_score(file(meta + NOTE + END)).score.title == "Für Elise"


@pytest.mark.parametrize(
    ("title", "encoding"),
    [
        ("春の歌", "cp932"),
        ("悲愴", "cp932"),
        ("Don\N{RIGHT SINGLE QUOTATION MARK}t Stop", "cp1252"),
        ("Fidélité", "latin-1"),
        ("Lied ohne Worte", "utf-16"),
        ("Für Elise ♪", "utf-8"),
    ],
)
def test_titles_in_the_encodings_of_their_time(title: str, encoding: str) -> None:
    name = title.encode(encoding)
    result = read_score(file(f"00 ff03{len(name):02x}{name.hex()} " + NOTE + END))
    assert result.score.title == title


def test_a_stray_end_is_no_note() -> None:
    assert read_score(file("00 803c00 " + END)).score.notes == ()


def test_a_note_without_an_end_is_held_to_the_end_of_the_file() -> None:
    result = read_score(file("00 903c40 60 903e40 60 803e00 " + END, "8300 ff2f00 "))
    assert [(n.pitch, n.end_seconds) for n in result.score.notes] == [(60, 2.0), (62, 1.0)]
    assert "1 notes without an end were held to the last" in result.warnings[0]


def test_any_track_ends_a_note_that_its_own_does_not() -> None:
    first = "00 903c40 00 903e40 60 803c00 "
    second = "00 803e00 30 803c00 60 903e00 60 803e00 "
    result = read_score(file(first + END, second + END))
    assert [(n.pitch, n.end_seconds) for n in result.score.notes] == [(60, 0.5), (62, 0.75)]
    assert result.warnings == ()


def test_a_file_that_breaks_off_keeps_its_last_notes() -> None:
    whole = file(NOTE + "00 903e40 60 904040 60 803e00 00 804000 " + END)
    for cut in (4, 8, 12):
        found = read_score(whole[:-cut]).score.notes
        assert [note.pitch for note in found] == [60, 62, 64]


def test_a_note_without_an_end_is_not_held_for_days() -> None:
    result = read_score(header(division=1) + chunk("00 903c40 04 b00740 ffffff7f ff2f00"))
    assert result.score.duration_seconds == 2.0


def test_a_note_of_no_length_is_struck() -> None:
    data = file("00 992440 00 892400 60 992440 00 992600 60 892400 " + END)
    notes = [(n.start_seconds, n.end_seconds) for n in read_score(data).score.notes]
    assert notes == [(0.0, SHORTEST_SECONDS), (0.5, 1.0)]


PAIRINGS = {
    "one end for two": "00 903c40 10 903c50 10 803c00 ",
    "again at the end": "00 903c40 10 803c00 00 903c50 10 803c00 ",
    "end and start in one tick, started first": "00 903c40 10 903c50 00 803c00 10 803c00 ",
    "two ends": "00 903c40 10 803c00 10 803c00 ",
    "velocity 0": "00 903c40 10 3c00 ",
    "channels": "00 903c40 00 913c40 10 803c00 10 813c00 ",
}


@pytest.mark.parametrize("events", PAIRINGS.values(), ids=PAIRINGS)
def test_notes_pair_as_in_pretty_midi(events: str) -> None:
    data = file(events + END)
    assert rows(read_score(data).score) == peer_rows(data)
    assert rows(read_score(data).score)


TOLERATED = {
    "running status after sysex": "00 903c40 00 f003 7e7ff7 60 3c00 " + END,
    "running status after meta": "00 903c40 00 ff0102 6869 60 3c00 " + END,
    "illegal f1": "00 f17f " + NOTE + END,
    "illegal f2": "00 f20102 " + NOTE + END,
    "illegal f3": "00 f37f " + NOTE + END,
    "illegal f5": "00 f5 " + NOTE + END,
    "illegal f8": "00 f8 " + NOTE + END,
    "illegal fe": "00 fe " + NOTE + END,
    "a long quantity": "80 80 80 00 903c40 80 80 60 803c00 " + END,
    "no End of Track": NOTE,
    "an unknown meta": "00 ff6002 0102 " + NOTE + END,
    "an escape": "00 f703 f30102 " + NOTE + END,
    "a data byte over 127": "00 903cff 60 803c00 " + NOTE + END,
    "End of Track twice": NOTE + END + END,
    "a stray byte after End of Track": NOTE + END + "2a ",
    "data before any status": "00 3c40 " + NOTE * 3 + END,
    "garbage in between": NOTE + "ff ff ff ff ff " + NOTE + END,
    "a meta past the end": NOTE + "00 ff017f 41 " + NOTE + END,
}


@pytest.mark.parametrize("events", TOLERATED.values(), ids=TOLERATED)
def test_what_other_players_tolerate(events: str) -> None:
    result = read_score(file(events))
    assert result.score.notes[0].pitch == 60
    assert result.score.notes[0].end_seconds == 0.5


GOOD = bytes.fromhex(NOTE + END)
TWO = chunk(GOOD) + chunk(bytes.fromhex("00 913e40 60 813e00 " + END))
WRONG = {
    "length too long": header(2) + chunk(GOOD, length=500) + TWO[len(chunk(GOOD)) :],
    "length too short": header(2) + chunk(GOOD, length=7) + TWO[len(chunk(GOOD)) :],
    "length short at an event": header(2) + chunk(GOOD, length=4) + TWO[len(chunk(GOOD)) :],
    "length zero": header(2) + chunk(GOOD, length=0) + TWO[len(chunk(GOOD)) :],
    "length of everything": header(2)
    + chunk(GOOD, length=len(GOOD) + 23)
    + TWO[len(chunk(GOOD)) :],
    "too many tracks": header(7) + TWO,
    "65535 tracks": header(65535) + TWO,
    "no tracks": header(0) + TWO,
    "a foreign chunk": header(2) + chunk(GOOD) + chunk(b"hello", b"Junk") + TWO[len(chunk(GOOD)) :],
    "bytes between": header(2) + chunk(GOOD) + b"\1\2\3" + TWO[len(chunk(GOOD)) :],
    "bytes after": header(2) + TWO + b"\0" * 40,
    "cut in the last event": header(2) + TWO[:-1],
    "cut before the end": header(2) + TWO[:-4],
    "a long header": b"MThd\0\0\0\x08" + header(2)[8:] + b"\0\0" + TWO,
    "a lying header": b"MThd\0\0\0\x02" + header(2)[8:] + TWO,
    "type 9": header(2, kind=9) + TWO,
    "no division": header(2, division=0) + TWO,
    "MacBinary": b"\0\4song" + b"\0" * 122 + header(2) + TWO,
    "RIFF": b"RIFF\0\0\0\0RMIDdata\0\0\0\0" + header(2) + TWO,
    "RIFF with sounds before": b"RIFF\0\0\0\0RMIDLIST" + b"\0" * 9_000 + header(2) + TWO,
}


@pytest.mark.parametrize("data", WRONG.values(), ids=WRONG)
def test_files_that_break_their_own_format(data: bytes) -> None:
    assert pitches(read_score(data)) == [60, 62]


UNSAID = {"RIFF", "RIFF with sounds before", "bytes after", "a long header", "a lying header"}


@pytest.mark.parametrize("name", sorted(set(WRONG) - UNSAID))
def test_guesses_are_said(name: str) -> None:
    assert read_score(WRONG[name]).warnings


def test_tracks_beyond_the_header_count_are_left_as_pretty_midi_leaves_them() -> None:
    result = read_score(header(1) + TWO)
    assert pitches(result) == [60]
    assert "1 tracks was not read" in result.warnings[0]


NO_MIDI = {
    b"": "empty",
    b"To be, or not to be\n" * 20: "text file",
    b"RIFF\x10\0\0\0WAVEfmt ": "WAV",
    b"PK\x03\x04" + b"\0" * 40: "zip",
    b"\x1f\x8b\x08" + b"\0" * 40: "gzip archive .unpack it",
    b"FLhd\6\0\0\0": "FL Studio project .export MIDI",
    b"RIFF\x10\0\0\0NUND": "Cubase project .export MIDI",
    b"\x18FICHIER GUITAR PRO v5.00": "Guitar Pro score .export MIDI",
    b"\xff\xfb\x90\0": "MP3",
    b"fLaC\0": "FLAC",
    b"OggS\0": "Ogg",
    b"\0\1\2\3" * 9: "unknown kind",
    b"MThd\0\0\0\6\0\1": "cut off",
    header(1): "no track",
    header(1) + b"MTrk": "no track",
}


@pytest.mark.parametrize(("data", "says"), NO_MIDI.items(), ids=list(NO_MIDI.values()))
def test_what_is_no_midi_gets_one_clear_message(data: bytes, says: str) -> None:
    with pytest.raises(BadScore, match=says):
        read_score(data)


def test_an_empty_song_is_read_but_not_rendered() -> None:
    result = read_score(file("60 ff2f00"))
    assert result.score.notes == ()
    assert result.score.duration_seconds == 0.5
    with pytest.raises(BadScore, match="without notes"):
        require_notes(result.score)
    require_notes(read_score(file(NOTE + END)).score)


ABSURD = header(1, division=1) + chunk("00 ff5103 ffffff 00 903c40 a08d00 803c00 00 ff2f00")
BOMBS = {
    "1,942 days": ABSURD,
    "many tracks": header(0xFFFF) + chunk(END) * 0xFFFF,
    "many notes": header() + chunk(b"\0\x90\x3c\x40" + b"\0\x3c\x40" * MAX_NOTES + b"\1\x3c\0"),
    "many events": header() + chunk(b"\0\xb0\x01\x01" + b"\0\x01\x01" * MAX_EVENTS),
    "many metas": header() + chunk(b"\0\xff\x01\0" * 300_000),
    "many bytes": header() + chunk(b"\0" * MAX_FILE_BYTES),
    "many ticks": header() + chunk(b"\xff\xff\xff\x7f\xc0\0" * 100_000),
}


@pytest.mark.parametrize("data", BOMBS.values(), ids=BOMBS)
def test_bombs_are_refused(data: bytes) -> None:
    with pytest.raises(TooLarge):
        read_score(data)


def test_a_flood_of_exclusive_messages_is_cut_short() -> None:
    tuning = "00 f007 7f7f0404 0042 f7 00 f007 7f7f0404 0043 f7 "
    result = read_score(file(tuning * MAX_EXCLUSIVES + NOTE + END))
    assert len(result.score.bends) == MAX_EXCLUSIVES * 15
    assert "exclusive messages" in result.warnings[0]


def test_a_far_end_of_track_is_only_silence() -> None:
    result = read_score(header(division=1) + chunk("00 903c40 01 803c00 ffffff7f ff2f00"))
    assert result.score.duration_seconds == 0.5
    assert "silence" in result.warnings[0]


@pytest.mark.parametrize(("minutes", "kept"), [(9, True), (11, False)])
def test_minutes_of_silence_are_kept_and_more_is_left_out(minutes: int, kept: bool) -> None:
    after = minutes * 120
    late = bytes((0x80 | after >> 7, after & 0x7F))
    result = read_score(
        header(division=1) + chunk(b"\0\x90\x3c\x40\2\x80\x3c\0" + late + b"\xff\x2f\0")
    )
    assert result.score.duration_seconds == (1.0 + minutes * 60 if kept else 1.0)
    assert bool(result.warnings) != kept


def test_the_longest_score_still_passes() -> None:
    ticks = int(MAX_SECONDS * 2)
    late = bytes((0x80 | ticks >> 14, 0x80 | ticks >> 7 & 0x7F, ticks & 0x7F))
    data = header(division=1) + chunk(b"\0\x90\x3c\x40" + late + b"\x80\x3c\0\0\xff\x2f\0")
    assert read_score(data).score.duration_seconds == MAX_SECONDS


CHANNELS = st.integers(0, 15)
BYTES = st.integers(0, 127)
DELTAS = st.one_of(st.just(0), st.integers(0, 200), st.integers(0, 30_000))
MESSAGES = st.one_of(
    st.builds(
        lambda kind, channel, note, velocity: mido.Message(
            kind, channel=channel, note=note, velocity=velocity
        ),
        st.sampled_from(["note_on", "note_on", "note_off"]),
        st.sampled_from([0, 1, 9]),
        st.integers(60, 63),
        st.sampled_from([0, 1, 64, 127]),
    ),
    st.builds(lambda c, p: mido.Message("program_change", channel=c, program=p), CHANNELS, BYTES),
    st.builds(
        lambda c, n, v: mido.Message("control_change", channel=c, control=n, value=v),
        CHANNELS,
        BYTES,
        BYTES,
    ),
    st.builds(
        lambda c, p: mido.Message("pitchwheel", channel=c, pitch=p),
        CHANNELS,
        st.integers(-8192, 8191),
    ),
    st.builds(lambda d: mido.Message("sysex", data=d), st.lists(BYTES, max_size=9)),
    st.builds(lambda t: mido.MetaMessage("text", text=t), st.text("abc", max_size=200)),
    st.builds(lambda t: mido.MetaMessage("set_tempo", tempo=t), st.integers(1_000, 2_000_000)),
    st.just(mido.Message("aftertouch", value=3)),
    st.just(mido.Message("polytouch", note=60, value=3)),
)
TRACKS = st.lists(
    st.lists(st.tuples(DELTAS, MESSAGES).map(lambda pair: pair[1].copy(time=pair[0])), max_size=60),
    min_size=1,
    max_size=4,
)


def without_documented_differences(tracks: list[list[mido.Message]]) -> list[list[mido.Message]]:
    """Keep tempos to the first track, each channel to one track, programs to where it rests."""
    kept = []
    for index, track in enumerate(tracks):
        messages: list[mido.Message] = []
        keys: dict[int, set[int]] = {}
        for message in track:
            if hasattr(message, "channel") and message.channel % len(tracks) != index:
                continue
            if message.type == "set_tempo" and index:
                continue
            if message.type == "program_change" and keys.get(message.channel):
                continue
            if message.type == "note_on" and message.velocity:
                keys.setdefault(message.channel, set()).add(message.note)
            elif message.type in ("note_on", "note_off"):
                keys.setdefault(message.channel, set()).discard(message.note)
            messages.append(message)
        ends = [
            mido.Message("note_off", channel=channel, note=note, time=1)
            for channel, held in keys.items()
            for note in sorted(held)
        ]
        kept.append(messages + ends)
    return kept


@settings(max_examples=150, deadline=None)
@given(TRACKS, st.sampled_from([0, 1, 2]), st.sampled_from([1, 96, 480, 32_767]))
def test_generated_files_give_pretty_midis_notes(
    tracks: list[list[mido.Message]], kind: int, division: int
) -> None:
    tracks = without_documented_differences(tracks if kind else tracks[:1])
    data = saved(tracks, kind, division)
    try:
        expected = peer_rows(data)
        score = read_score(data).score
    except (ValueError, TooLarge):  # more ticks than pretty_midi counts, or hours of silence
        return
    assert [row for row in rows(score) if row[1] != row[0] + SHORTEST_SECONDS] == expected


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_after_a_header_break_the_reader(body: bytes) -> None:
    for data in (header(2) + chunk(body), header(2) + body, body):
        try:
            read_score(data)
        except LegatoError:
            continue


SONG = [
    mido.Message(kind, note=50 + i % 20, velocity=90, time=30, channel=i % 16)
    for i in range(100)
    for kind in ("note_on", "note_off")
]
LONG = saved([SONG, SONG])


def mutated(seed: int) -> bytes:
    """A good file with a few bytes changed, removed, added or cut off."""
    draw = random.Random(seed)
    data = bytearray(WRONG["bytes after"] if seed % 2 else LONG)
    for _ in range(draw.randrange(1, 6)):
        at = draw.randrange(len(data))
        piece = bytes(draw.randrange(256) for _ in range(draw.randrange(4)))
        data[at : at + draw.randrange(4)] = piece
        data = data[: draw.randrange(40, len(data))] if draw.random() < 0.1 else data
    return bytes(data)


def check_mutated(seeds: Iterable[int]) -> None:
    for seed in seeds:
        try:
            score = read_score(mutated(seed)).score
        except (BadScore, TooLarge):
            continue
        starts = [note.start_seconds for note in score.notes]
        assert starts == sorted(starts)
        assert all(n.start_seconds < n.end_seconds <= MAX_SECONDS for n in score.notes)
        assert all(0 <= n.pitch < 128 and 0 < n.velocity < 128 for n in score.notes)


def test_mutated_files_are_read_or_refused() -> None:
    check_mutated(range(2_000))


@pytest.mark.long
def test_many_mutated_files_are_read_or_refused() -> None:
    check_mutated(range(2_000, 30_000))


NUMBERS = st.sampled_from([6, 38, 96, 97, 98, 99, 100, 101, 7, 39])
BYTES = st.one_of(st.sampled_from([0, 1, 2, 64, 127]), st.integers(0, 127))


@given(st.lists(st.tuples(NUMBERS, BYTES), max_size=40), st.sampled_from([0, 0x1FFF, 0x2000]))
def test_controllers_mean_in_a_file_what_they_mean_live(
    sent: list[tuple[int, int]], wheel: int
) -> None:
    events = [(0xB0, *change) for change in sent] + [(0xE0, wheel & 0x7F, wheel >> 7)]
    track = "".join(f"00 {status:02x}{one:02x}{two:02x} " for status, one, two in events)
    score = read_score(file(track + NOTE + END)).score
    keys = Keys()
    for event in events:
        keys.feed(MidiEvent(0, *event))
    performance = Performance(score)
    now = np.array([0.1])
    live = keys.channels[0]
    assert performance.bend_at(0, now)[0] == pytest.approx(live.semitones, abs=1e-9)
    assert performance.value_at(0, 7, now)[0] == live.value(7)
