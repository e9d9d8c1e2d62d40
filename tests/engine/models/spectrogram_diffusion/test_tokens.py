"""Our rows of tokens are upstream's on real files, and never too long."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.midi.file import read_score
from bridge.midi.write import write_score
from engine.models.spectrogram_diffusion.tokens import (
    DRUM,
    END,
    PITCH,
    PROGRAM,
    SHIFT,
    SLAKH_PROGRAMS,
    TIE,
    VELOCITY,
    VOCABULARY,
    Tokens,
    events_of,
    rows_of,
)
from engine.performance import Performance
from engine.wire import Control, Note, Score

ROOT = Path(__file__).parents[4]
CORPUS = sorted((ROOT / "tests" / "bridge" / "midi" / "corpus").glob("*.mid"))
DEMO = ROOT / "bridge" / "data" / "demo.mid"
BUDGET = 2048
# pretty_midi, which upstream reads files by, does not read these at all.
UNREAD = {"empty-file", "illegal-message-f5", "non-midi-track", "running-status-sysex"}
# It makes instruments of the drum parts that these set up on other channels than 10.
OTHER_DRUMS = {
    "test-all-xg-sounds",
    "test-gm2-doggy-78-00-38-4c",
    "test-sysex-gs-40-1x-15-drum-part-change",
}
# Upstream fails on these: they have no notes (B13).
SILENT = {"control-7c", "control-7e", "silence", "gm1-enable", "gm2-enable"}
# Over ten minutes of all the sounds there are: every twentieth second of it takes minutes upstream.
LONG = {"test-all-gs-sounds", "test-all-xg-sounds"}


@cache
def processor() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from diffusers.pipelines.deprecated.spectrogram_diffusion import midi_utils
    return midi_utils.MidiProcessor()


def theirs(data: bytes) -> list[list[int]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [list(map(int, row)) for row in processor()(data)]


def padded(rows: Sequence[Tokens]) -> list[list[int]]:
    return [[*row.tolist(), *[0] * (BUDGET - len(row))] for row in rows]


def ours(score: Score, windows: int) -> list[list[int]]:
    return padded(rows_of(events_of(score), windows, BUDGET))


def named(path: Path, parts: set[str]) -> bool:
    return any(part in path.stem for part in parts)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=pytest.mark.long if named(path, LONG) else ())
        for path in CORPUS
        if not named(path, UNREAD | SILENT | OTHER_DRUMS)
    ],
    ids=lambda path: path.stem,
)
def test_other_peoples_files_give_upstreams_tokens(path: Path) -> None:
    data = path.read_bytes()
    rows = theirs(data)
    assert ours(read_score(data).score, len(rows)) == rows


def sounding(score: Score) -> Score:
    """Return a score whose pedals are applied already, by our rules."""
    notes = Performance(score).notes.cut()
    columns = (notes.start_seconds, notes.end_seconds, notes.pitch, notes.velocity)
    more = (notes.program, notes.channel, notes.is_drum)
    rows = zip(*(column.tolist() for column in (*columns, *more)), strict=True)
    return Score(notes=tuple(Note(*row) for row in rows), duration_seconds=score.duration_seconds)


def sequence_of(score: Score) -> Any:
    import note_seq

    sequence = note_seq.NoteSequence()
    for note in score.notes:
        sequence.notes.add(
            start_time=note.start_seconds,
            end_time=note.end_seconds,
            pitch=note.pitch,
            velocity=note.velocity,
            program=note.program,
            instrument=note.channel,
            is_drum=note.is_drum,
        )
    sequence.total_time = max(note.end_seconds for note in score.notes)
    return sequence


def test_the_demo_gives_upstreams_tokens_of_the_notes_as_they_sound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Pedals aside, in which we differ on purpose (see below)."""
    score = read_score(DEMO.read_bytes()).score
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import note_seq
    processor()
    monkeypatch.setattr(
        note_seq, "midi_to_note_sequence", lambda data: sequence_of(sounding(score))
    )
    rows = theirs(b"")
    assert len(rows) == 11
    assert ours(score, len(rows)) == rows


def test_pedals_differ_from_note_seq_only_where_one_key_is_struck_again() -> None:
    """We end a note where its key is struck again, pedal or not, as an instrument does.

    note_seq does so only under a pedal, and then drops all but one of several notes of one key.
    """
    data = DEMO.read_bytes()
    score = read_score(data).score
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import note_seq

        sequence = note_seq.apply_sustain_control_changes(note_seq.midi_to_note_sequence(data))
    mine = {(n.start_seconds, n.end_seconds, n.pitch, n.program) for n in sounding(score).notes}
    other = {(n.start_time, n.end_time, n.pitch, n.program) for n in sequence.notes}
    starts = {(start, pitch, program) for start, _, pitch, program in mine}
    for start, end, pitch, program in mine - other:
        is_cut = (end, pitch, program) in starts
        is_double = sum(note[0] == start and note[2:] == (pitch, program) for note in mine) > 1
        assert is_cut or is_double, (start, end, pitch, program)
    assert 0 < len(mine - other) < len(mine) / 100


@pytest.mark.parametrize(
    "path", [path for path in CORPUS if named(path, SILENT)], ids=lambda path: path.stem
)
def test_a_file_without_notes_is_a_row_that_says_nothing(path: Path) -> None:
    """Upstream: IndexError (B13)."""
    data = path.read_bytes()
    with pytest.raises(IndexError):
        theirs(data)
    assert [row.tolist() for row in rows_of(events_of(read_score(data).score), 1, BUDGET)] == [
        [TIE, END]
    ]


def test_a_window_in_which_nothing_happens_says_what_still_sounds() -> None:
    notes = (Note(0.0, 12.0, 60, 90), Note(0.0, 12.0, 64, 90, program=40))
    rows = rows_of(events_of(Score(notes=notes, duration_seconds=12.0)), 3, BUDGET)
    assert rows[1].tolist() == [PROGRAM, PITCH + 60, PROGRAM + 40, PITCH + 64, TIE, END]


def test_a_note_that_ended_last_does_not_sound_on() -> None:
    """Upstream says that it does, in every window up to the end of the last drum."""
    notes = (Note(4.0, 5.0, 60, 90), Note(4.5, 12.0, 36, 90, channel=9, is_drum=True))
    score = Score(notes=notes, duration_seconds=12.0)
    wrong = [PROGRAM, PITCH + 60, TIE, END]
    assert [row[:4] for row in theirs(write_score(score))[1:]] == [wrong, wrong]
    assert [row.tolist() for row in rows_of(events_of(score), 3, BUDGET)][1:] == [[TIE, END]] * 2


def test_velocity_says_only_on_or_off() -> None:
    """The public checkpoints were trained without loudness."""
    soft, loud = (Score(notes=(Note(0.1, 0.5, 60, v),), duration_seconds=1.0) for v in (1, 127))
    assert ours(soft, 1) == ours(loud, 1)
    row = [
        TIE,
        SHIFT + 10,
        PROGRAM,
        VELOCITY + 1,
        PITCH + 60,
        SHIFT + 50,
        VELOCITY,
        PITCH + 60,
        END,
    ]
    assert ours(loud, 1)[0][: len(row)] == row


def test_programs_fall_to_the_slakh_class_below() -> None:
    score = Score(
        notes=tuple(Note(0.0, 0.5, 60, 90, program=p, channel=0) for p in range(128)),
        duration_seconds=1.0,
    )
    told = {t - PROGRAM for t in ours(score, 1)[0] if PROGRAM <= t < DRUM}
    assert told == set(SLAKH_PROGRAMS.tolist())


def test_the_sustain_pedal_holds_notes() -> None:
    controls = (Control(0.2, 0, 64, 127), Control(0.8, 0, 64, 0))
    held = Score(notes=(Note(0.0, 0.3, 60, 90),), controls=controls, duration_seconds=1.0)
    assert SHIFT + 80 in ours(held, 1)[0]
    assert SHIFT + 30 not in ours(held, 1)[0]


def dense(count: int, seconds: float = 5.0) -> Score:
    """Return notes of rising loudness, each of another program than the last."""
    at = np.linspace(0.0, seconds, count, endpoint=False).tolist()
    return Score(
        notes=tuple(
            Note(t, t + 0.6, 30 + i % 70, 1 + 126 * i // count, program=8 * (i % 12), channel=i % 8)
            for i, t in enumerate(at)
        ),
        duration_seconds=seconds + 1.0,
    )


def test_what_does_not_fit_is_thinned_quietest_first() -> None:
    """Upstream gives rows of 3330 tokens, which its own encoder cannot read (B12)."""
    score = dense(1000)
    assert max(map(len, theirs(write_score(score)))) > BUDGET
    rows = rows_of(events_of(score), 2, BUDGET)
    assert BUDGET - 8 < len(rows[0]) <= BUDGET
    pitches = [note.pitch for note in score.notes]
    struck = onsets(rows[0])
    assert len(struck) > 300
    loudest = pitches[: sum(note.start_seconds < 5.12 for note in score.notes)][-len(struck) :]
    # Eight notes are equally loud: of the quietest that stay, not all do.
    assert struck[8:] == loudest[8:], "it is the quietest, and so the first, that are left out"


def onsets(row: Tokens) -> list[int]:
    """Return the pitches of the notes that a row begins."""
    is_on, found, is_told = False, [], False
    for token in row.tolist():
        if token == TIE:
            is_told = True
        elif token in (VELOCITY, VELOCITY + 1):
            is_on = token == VELOCITY + 1
        elif PITCH <= token < VELOCITY and is_on and is_told:
            found.append(token - PITCH)
    return found


def test_a_note_left_out_stays_out() -> None:
    """Its end in a later window would end another note, or none."""
    notes = (
        Note(5.0, 6.0, 20, 1),
        *(Note(0.01 * i, 0.01 * i + 0.001, 40 + i % 50, 100) for i in range(500)),
    )
    rows = rows_of(events_of(Score(notes=notes, duration_seconds=7.0)), 2, 1000)
    assert len(rows[0]) <= 1000
    assert PITCH + 20 not in rows[0]
    assert rows[1].tolist() == [TIE, END]


moments = st.floats(0.0, 12.0)
any_note: st.SearchStrategy[Note] = st.builds(
    lambda start, length, pitch, velocity, program, channel: Note(
        start, start + length, pitch, velocity, program, channel, channel == 9
    ),
    moments,
    st.floats(0.0, 8.0),
    st.integers(0, 127),
    st.integers(1, 127),
    st.integers(0, 127),
    st.integers(0, 15),
)
any_control = st.builds(
    Control, moments, st.integers(0, 15), st.sampled_from([64, 66, 120, 123]), st.integers(0, 127)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(any_note, max_size=40), st.lists(any_control, max_size=8), st.integers(2, 64))
def test_any_score_within_any_budget(
    notes: list[Note], controls: list[Control], budget: int
) -> None:
    score = Score(
        notes=tuple(sorted(notes, key=lambda note: note.start_seconds)),
        controls=tuple(sorted(controls, key=lambda control: control.seconds)),
        duration_seconds=20.0,
    )
    for row in rows_of(events_of(score), 5, budget):
        assert 2 <= len(row) <= budget
        assert row[-1] == END
        assert np.count_nonzero(row == TIE) == 1
        assert row.min() >= END
        assert row.max() < VOCABULARY
        shifts = row[(row >= SHIFT) & (row < PITCH)]
        assert (np.diff(shifts) > 0).all()
