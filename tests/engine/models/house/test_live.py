"""The built-in model played live: at once, like the render of the same notes, and unbreakable."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import msgspec
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.models.base import Audio
from engine.models.house.live import MOST_BEGUN, Live
from engine.models.house.live_voices import ROOM
from engine.models.house.model import Model
from engine.models.house.notes import HOP, RATE_HZ, log_mel
from engine.wire import Bend, Control, MidiEvent, Note, Request, Score, Value

BYTE = st.integers(0, 255)
CHUNKS = st.lists(
    st.lists(st.tuples(st.integers(0, HOP - 1), BYTE, BYTE, BYTE), max_size=20), max_size=12
)
PANIC = ((64, 0), (66, 0), (120, 0), (121, 0), (123, 0))
ALL_OFF = [MidiEvent(0, 0xB0 | c, *move) for c in range(16) for move in PANIC]
SCORE = Score(
    notes=(
        Note(0.1, 0.6, 60, 90, 0, 0),
        Note(0.35, 1.2, 64, 70, 0, 0),
        Note(0.5, 1.5, 43, 100, 33, 1),
        Note(0.7, 1.6, 67, 80, 48, 2),
        Note(0.9, 1.0, 38, 110, 0, 9, True),
        Note(1.2, 1.8, 72, 60, 73, 3),
    ),
    controls=(Control(0.0, 2, 10, 30), Control(1.0, 2, 7, 80)),
    bends=(Bend(1.0, 1, 1.0),),
    duration_seconds=2.0,
)


def quiet(fraction: float) -> None:
    """A tick that never cancels."""


@lru_cache(maxsize=1)
def loaded() -> Model:
    model = Model()
    model.load("cpu", "float32")
    return model


def live(**parameters: Value) -> Live:
    return loaded().live(Request("live", "house", 0, parameters))


def messages(score: Score) -> list[tuple[int, MidiEvent]]:
    """Return a score as it would be played: sample frames and messages, in order."""
    found: list[tuple[float, int, tuple[int, int, int]]] = []
    for note in score.notes:
        found.append((note.start_seconds, 2, (0xC0 | note.channel, note.program, 0)))
        found.append((note.start_seconds, 3, (0x90 | note.channel, note.pitch, note.velocity)))
        found.append((note.end_seconds, 0, (0x80 | note.channel, note.pitch, 0)))
    for move in score.controls:
        found.append((move.seconds, 1, (0xB0 | move.channel, move.number, move.value)))
    for bend in score.bends:
        steps = 8192 + round(bend.semitones / 2.0 * 8191)
        found.append((bend.seconds, 1, (0xE0 | bend.channel, steps & 0x7F, steps >> 7)))
    rows = [(round(seconds * RATE_HZ), order, data) for seconds, order, data in found]
    return [(frame, MidiEvent(frame % HOP, *data)) for frame, _, data in sorted(rows)]


def play(score: Score, seconds: float, efforts: Sequence[int] = (), **settings: Value) -> Audio:
    """Play a score live, block by block; the last effort of `efforts` holds on."""
    instrument, waiting, sound = live(**settings), messages(score), []
    for block in range(int(seconds * RATE_HZ / HOP)):
        events = [event for frame, event in waiting if frame // HOP == block]
        effort = efforts[min(block, len(efforts) - 1)] if efforts else 0
        sound.append(instrument.play(events, effort, quiet))
        instrument.follow(quiet)
    return np.concatenate(sound)


def render(score: Score, steps: int) -> Audio:
    request = loaded().spec.filled(Request("render", "house", 0, {"steps": steps}, score))
    context, sound = None, []
    for window in loaded().plan(request):
        audio, context = loaded().step(window, context, quiet)
        sound.append(audio)
    return np.concatenate(sound)


@pytest.mark.parametrize("frame", [0, 1, 200, 511])
def test_a_note_is_heard_from_its_own_frame_on(frame: int) -> None:
    sound = live().play([MidiEvent(frame, 0x99, 38, 110)], 0, quiet)
    assert not sound[:frame].any()
    later = live()
    later.play([MidiEvent(frame, 0x90, 60, 110)], 0, quiet)
    assert np.abs(later.play([], 0, quiet)).max() > 1e-3


def test_it_sounds_like_the_render_of_the_same_notes() -> None:
    played, drawn = play(SCORE, 2.0), render(SCORE, 0)
    frames = min(len(played), len(drawn))
    for side in range(2):
        difference = log_mel(played[:frames, side]) - log_mel(drawn[:frames, side])
        assert np.abs(difference).mean() < 0.25
        assert abs(difference.mean()) < 0.05


@pytest.mark.parametrize("end_seconds", [0.6, 0.603, 0.607])
@pytest.mark.parametrize("is_live", [False, True])
def test_what_is_let_go_falls_evenly_wherever_in_a_block(end_seconds: float, is_live: bool) -> None:
    """A synth bass that fades within 55 ms: by as many decibels in every period of 3 ms."""
    score = Score(notes=(Note(0.1, end_seconds, 64, 90, 39, 0),), duration_seconds=1.2)
    sound = play(score, 1.2) if is_live else render(score, 0)
    period, end = 144, round(end_seconds * RATE_HZ)
    powers = np.square(sound[end - 20 * period : end + 30 * period].mean(axis=1))
    levels = 10.0 * np.log10(powers.reshape(-1, period).mean(axis=1) + 1e-12)
    levels -= levels[:20].mean()
    falling = levels[(levels < -4.0) & (levels > -55.0)]
    assert len(falling) > 6
    steps = np.arange(len(falling))
    slope, begin = np.polyfit(steps, falling, 1)
    assert slope == pytest.approx(-5.6, abs=0.3)
    np.testing.assert_allclose(falling, begin + slope * steps, atol=1.0)


def test_the_soft_pedal_and_the_balance_are_heard() -> None:
    note = Note(0.1, 1.0, 60, 100, 48)

    def level(*controls: Control) -> Audio:
        sound = play(Score((note,), controls), 1.0)[RATE_HZ // 2 :]
        sides: Audio = 20.0 * np.log10(np.sqrt(np.square(sound).mean(axis=0)) + 1e-9)
        return sides

    plain, soft, left = level(), level(Control(0.0, 0, 67, 127)), level(Control(0.0, 0, 8, 32))
    assert 2.5 < (plain - soft).mean() < 7.0
    assert left[0] == pytest.approx(plain[0], abs=1.0)
    assert left[1] == pytest.approx(plain[1] - 12.0, abs=1.0)


def test_the_same_playing_gives_the_same_samples() -> None:
    assert np.array_equal(play(SCORE, 1.5), play(SCORE, 1.5))


def test_no_join_is_heard_not_even_where_it_gives_less() -> None:
    """Without the drum, whose noise jumps more from one moment to the next than any join."""
    score = msgspec.structs.replace(SCORE, notes=tuple(n for n in SCORE.notes if not n.is_drum))
    for efforts in ([0], [0] * 60 + [len(live().efforts) - 1] * 3 + [0]):
        jumps = np.abs(np.diff(play(score, 1.8, efforts), 2, axis=0)).max(axis=1)
        edges = np.arange(HOP, len(jumps) - 2, HOP)
        at_joins = np.square(jumps[np.add.outer(edges, (-1, 0))]).mean()
        inside = np.square(jumps[np.add.outer(edges, range(-250, -100))]).mean()
        assert at_joins < 1.1 * inside


def test_a_held_chord_that_is_only_held_on_fades_and_misses_no_event() -> None:
    instrument, hold = live(), len(live().efforts) - 1
    instrument.play([MidiEvent(0, 0x90, 60, 100)], 0, quiet)
    first = np.abs(instrument.play([], 0, quiet)).max()
    events = [MidiEvent(0, 0x80, 60, 0), MidiEvent(1, 0xC0, 48), MidiEvent(2, 0x90, 67, 100)]
    instrument.play(events, hold, quiet)
    for _ in range(60):
        held = instrument.play([], hold, quiet)
    assert np.abs(held).max() < 1e-3 < first
    for _ in range(20):
        sound = instrument.play([], 0, quiet)
    assert np.abs(sound).max() > 1e-3  # the note struck meanwhile is there


@pytest.mark.parametrize("program", [0, 19, 48, 73])
def test_a_note_let_go_rings_out_and_leaves_nothing_behind(program: int) -> None:
    instrument = live()
    instrument.play([MidiEvent(0, 0xC0, program), MidiEvent(9, 0x90, 60, 100)], 0, quiet)
    for _ in range(20):
        instrument.play([], 0, quiet)
    instrument.play([MidiEvent(0, 0x80, 60, 0)], 0, quiet)
    for _ in range(1000):
        instrument.play([], 0, quiet)
        if not instrument.sounding:
            break
    assert not instrument.sounding
    instrument.play([], 0, quiet)
    assert not instrument.play([], 0, quiet).any()


@settings(deadline=None, max_examples=25)
@given(chunks=CHUNKS, is_mpe=st.booleans(), effort=st.integers(0, 1))
def test_whatever_is_played_nothing_breaks_or_hangs(
    chunks: list[list[tuple[int, int, int, int]]], is_mpe: bool, effort: int
) -> None:
    instrument = live(mpe=is_mpe)
    for number, chunk in enumerate(chunks):
        events = [MidiEvent(*event) for event in sorted(chunk)]
        given_effort = effort * (number % 2) * (len(instrument.efforts) - 1)
        sound = instrument.play(events, given_effort, quiet)
        assert np.isfinite(sound).all()
        assert np.abs(sound).max() <= 1.0
        assert instrument.sounding <= ROOM
    instrument.play(ALL_OFF, 0, quiet)
    instrument.play([], 0, quiet)
    assert not instrument.sounding
    assert not instrument.play([], 0, quiet).any()


def test_a_job_that_began_within_anothers_step_is_played_on_after_it() -> None:
    with torch.inference_mode():
        instrument = live(steps=2)
        instrument.play([MidiEvent(0, 0x90, 60, 90)], 0, quiet)
        instrument.follow(quiet)
    for pitch in (64, 67):
        instrument.play([MidiEvent(0, 0x90, pitch, 90)], 0, quiet)
        instrument.follow(quiet)
    assert instrument.sounding == 3


def test_the_refinement_follows_moves_gains_only_and_gives_way_step_by_step() -> None:
    assert live(follow_steps=4).efforts == ("4 steps", "2 steps", "1 step", "prior", "hold")
    plain, refined = play(SCORE, 1.0), play(SCORE, 1.0, follow_steps=1)
    late = play(SCORE, 1.0, [live(follow_steps=1).efforts.index("prior")], follow_steps=1)
    assert np.array_equal(late, plain)
    sounding = np.abs(plain).max(axis=1) > 1e-3
    assert not np.array_equal(refined[sounding], plain[sounding])
    difference = log_mel(refined.mean(axis=1)) - log_mel(plain.mean(axis=1))
    assert np.abs(difference).mean() < 0.35


@pytest.mark.parametrize(
    ("program", "is_drum"), [(0, False), (33, False), (40, False), (56, False), (24, True)]
)
def test_it_is_as_near_to_the_render_as_a_sound_can_be_told(program: int, is_drum: bool) -> None:
    """In log-mel L1, nats: 0.06 to 0.08 were measured, 0.11 to 0.27 with partials and noise."""
    pitches = (38, 42, 36, 49) if is_drum else (48, 55, 64, 52)
    notes = [
        Note(0.1 + 0.4 * at, 0.4 + 0.4 * at, pitch, 60 + 15 * at, program, 9 * is_drum, is_drum)
        for at, pitch in enumerate(pitches)
    ]
    score = Score(tuple(notes), duration_seconds=2.0)
    ours, theirs = (log_mel(each.mean(axis=1)) for each in (play(score, 2.0), render(score, 0)))
    hops = min(len(ours), len(theirs))
    assert np.abs(ours[:hops] - theirs[:hops]).mean() < 0.1


def test_a_great_chord_begins_over_several_blocks_and_nothing_is_lost() -> None:
    """More would take longer than a block lasts, and be a gap for all that sounds."""
    instrument = live()
    chord = [MidiEvent(3, 0x90, pitch, 90) for pitch in range(40, 56)]
    sounding = []
    for events in ([*chord, MidiEvent(9, 0x80, 40, 0)], [MidiEvent(5, 0x90, 80, 90)], [], [], []):
        instrument.play(events, 0, quiet)
        sounding.append(instrument.sounding)
    assert sounding == [MOST_BEGUN, len(chord), len(chord) + 1, len(chord) + 1, len(chord) + 1]


def test_what_waits_for_a_block_waits_no_longer_and_in_its_order() -> None:
    instrument = live()
    instrument.play([MidiEvent(0, 0x90, p, 90) for p in range(40, 50)] + ALL_OFF, 0, quiet)
    instrument.play([], 0, quiet)
    assert not instrument.sounding


def test_a_note_that_is_held_through_late_blocks_does_not_waver() -> None:
    hold = len(live().efforts) - 1

    def levels(effort: int) -> Audio:
        instrument = live()
        instrument.play([MidiEvent(0, 0xC0, 19), MidiEvent(1, 0x90, 60, 90)], 0, quiet)
        blocks = [instrument.play([], effort * (at % 5 > 2 and at > 40), quiet) for at in range(90)]
        sound: Audio = np.array([np.sqrt(np.square(block).mean()) for block in blocks[40:]])
        return sound

    assert np.abs(20.0 * np.log10(levels(hold) / levels(0))).max() < 1.0


def test_a_held_note_goes_on_for_as_long_as_it_is_held() -> None:
    instrument = live()
    instrument.play([MidiEvent(0, 0xC0, 19), MidiEvent(1, 0x90, 60, 90)], 0, quiet)
    power = [float(np.square(instrument.play([], 0, quiet)).mean()) for _ in range(600)]
    seconds = np.array(power).reshape(-1, 100).mean(axis=1)
    assert 0.5 * max(seconds[:2]) < min(seconds)
    assert max(seconds) < 2.0 * max(seconds[:2])


@pytest.mark.parametrize("program", [0, 4, 11])
def test_a_key_that_is_held_dies_away_as_in_the_render(program: int) -> None:
    score = Score((Note(0.0, 7.0, 60, 90, program),), duration_seconds=7.0)
    sounds = [play(score, 6.0), render(score, 0)]
    for second in range(6):
        levels = [np.square(sound[second * RATE_HZ :][:RATE_HZ]).mean() for sound in sounds]
        if levels[1] > 1e-9:
            assert 10.0 * np.log10(levels[0] / levels[1]) == pytest.approx(0.0, abs=1.5)


def test_noise_on_one_side_fades_out_there_after_its_note_is_gone() -> None:
    instrument = live()
    instrument.play([MidiEvent(0, 0xB9, 10, 0), MidiEvent(1, 0x99, 38, 127)], 0, quiet)
    instrument.play([MidiEvent(0, 0xB9, 120, 0)], 0, quiet)
    left, right = instrument.play([], 0, quiet).T
    assert np.abs(left).max() >= np.abs(right).max()
    assert not instrument.play([], 0, quiet).any()


def test_a_chord_of_a_program_that_was_just_set_waits_for_beginnings_alone() -> None:
    model = Model()
    model.load("cpu", "float32")
    instrument = model.live(Request("live", "house", 0, {}))
    keys = (36, 43, 50, 57, 64, 71)
    chord = [MidiEvent(0, 0xC0, 19, 0), *(MidiEvent(0, 0x90, key, 90) for key in keys)]
    instrument.play(chord, 0, quiet)
    voices = instrument._voices
    assert voices.count == len(keys)
    assert voices.unread() == [(key, 19) for key in keys]
    instrument.follow(quiet)
    instrument._shelf.wait(60.0)
    assert not voices.unread()
