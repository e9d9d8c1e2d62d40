"""How long notes sound, and what controllers are at any moment."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.performance import DEFAULTS, MOST_RINGING, RESETS, Performance, with_fine
from engine.wire import CHANNEL_PRESSURE, Bend, Control, Note, Score


def note(start: float, end: float, pitch: int = 60, channel: int = 0, program: int = 0) -> Note:
    return Note(start, end, pitch, 100, program, channel)


def ends(
    *notes: Note, controls: tuple[tuple[float, int, int], ...] = (), channel: int = 0
) -> list[float]:
    """The sounding ends of notes under (seconds, number, value) controls of one channel."""
    moves = tuple(Control(seconds, channel, number, value) for seconds, number, value in controls)
    table = Performance(Score(notes, moves, duration_seconds=9.0)).notes
    return [float(end) for end in table.end_seconds]


def test_columns_are_sorted_and_typed() -> None:
    notes = (
        Note(2.0, 3.0, 60, 1, 5, 3),
        Note(1.0, 4.0, 61, 2, 6, 9, True),
        Note(1.0, 2.0, 50, 3, 7, 9, True),
    )
    table = Performance(Score(notes)).notes
    assert len(table) == 3
    assert table.start_seconds.tolist() == [1.0, 1.0, 2.0]
    assert table.release_seconds.tolist() == [2.0, 4.0, 3.0]
    assert table.pitch.tolist() == [50, 61, 60]
    assert table.velocity.tolist() == [3, 2, 1]
    assert table.program.tolist() == [7, 6, 5]
    assert table.channel.tolist() == [9, 9, 3]
    assert table.is_drum.tolist() == [True, True, False]
    assert table.pitch.dtype == np.int64
    assert table.start_seconds.dtype == np.float64


def test_an_empty_score_is_an_empty_performance() -> None:
    performance = Performance(Score())
    assert len(performance.notes) == 0
    assert performance.gain_at(0, np.array([1.0])).shape == (1,)


def test_without_pedals_a_note_ends_when_its_key_comes_up() -> None:
    assert ends(note(0, 1), note(1, 2)) == [1.0, 2.0]


def test_sustain_holds_until_the_pedal_comes_up() -> None:
    pedal = ((0.5, 64, 127), (3.0, 64, 0))
    assert ends(note(0, 1), note(0, 4, 62), note(2, 2.5, 64), controls=pedal) == [3.0, 4.0, 3.0]


def test_sustain_counts_from_64() -> None:
    assert ends(note(0, 1), controls=((0.5, 64, 63),)) == [1.0]
    assert ends(note(0, 1), controls=((0.5, 64, 64), (2.0, 64, 63))) == [2.0]


def test_half_pedal_values_do_not_end_a_hold() -> None:
    assert ends(note(0, 1), controls=((0.5, 64, 127), (2.0, 64, 90), (3.0, 64, 10))) == [3.0]


def test_a_pedal_change_at_the_release_damps_the_note() -> None:
    change = ((0.5, 64, 127), (1.0, 64, 0), (1.0, 64, 127), (3.0, 64, 0))
    assert ends(note(0, 1), note(0, 0.8, 62), controls=change) == [1.0, 1.0]


def test_a_pedal_that_never_comes_up_holds_to_the_end_of_the_score() -> None:
    assert ends(note(0, 1), controls=((0.5, 64, 127),)) == [9.0]


def test_pedals_act_on_their_own_channel() -> None:
    assert ends(note(0, 1, channel=1), controls=((0.5, 64, 127),), channel=0) == [1.0]


def test_sostenuto_holds_only_the_keys_down_when_it_was_pressed() -> None:
    pedal = ((1.0, 66, 127), (5.0, 66, 0))
    down, later = note(0, 2), note(1.5, 3, 62)
    assert ends(down, later, controls=pedal) == [5.0, 3.0]


def test_a_released_key_is_not_caught_by_sostenuto() -> None:
    assert ends(note(0, 0.5), controls=((1.0, 66, 127), (5.0, 66, 0))) == [0.5]


def test_sustain_takes_over_when_sostenuto_comes_up() -> None:
    pedals = ((1.0, 66, 127), (3.0, 64, 127), (4.0, 66, 0), (6.0, 64, 0))
    assert ends(note(0, 2), controls=pedals) == [6.0]


@pytest.mark.parametrize("mode", [123, 124, 125, 126, 127])
def test_all_notes_off_releases_keys_but_not_the_pedal(mode: int) -> None:
    assert ends(note(0, 5), note(3, 4, 62), controls=((2.0, mode, 0),)) == [2.0, 4.0]
    held = ((1.0, 64, 127), (2.0, mode, 0), (3.0, 64, 0))
    assert ends(note(0, 5), controls=held) == [3.0]


def test_all_sound_off_silences_even_pedalled_notes() -> None:
    assert ends(note(0, 1), note(3, 4, 62), controls=((0.5, 64, 127), (2.0, 120, 0))) == [2.0, 9.0]


def test_reset_all_controllers_lifts_the_pedals() -> None:
    assert ends(note(0, 1), controls=((0.5, 64, 127), (2.0, 121, 0))) == [2.0]


def test_a_repeated_key_ends_the_note_before_it() -> None:
    assert ends(note(0, 5), note(2, 6)) == [2.0, 6.0]
    up = ((0.5, 64, 127), (1.5, 64, 0))
    assert ends(note(0, 5), note(2, 6), controls=up) == [2.0, 6.0]


def test_a_repeated_key_rings_on_beside_its_next_strike_under_a_pedal() -> None:
    pedal = ((0.5, 64, 127), (8.0, 64, 0))
    assert ends(note(0, 1), note(3, 4), note(3, 4, 62), controls=pedal) == [8.0, 8.0, 8.0]
    assert ends(note(0, 5), note(3, 9), controls=pedal) == [8.0, 9.0]
    sostenuto = ((0.5, 66, 127), (8.0, 66, 0))
    assert ends(note(0, 1), note(3, 4), controls=sostenuto) == [8.0, 4.0]


def test_only_so_many_strikes_of_a_key_ring_on() -> None:
    strikes = [note(second, second + 0.5) for second in range(MOST_RINGING + 2)]
    pedal = ((0.0, 64, 127), (20.0, 64, 0))
    found = ends(*strikes, controls=pedal)
    assert found == [8.0, 9.0] + [9.5] * MOST_RINGING


def test_a_table_that_is_cut_knows_each_key_once() -> None:
    notes = (note(0, 1), note(3, 4), note(3, 4, 62))
    controls = (Control(0.5, 0, 64, 127), Control(8.0, 0, 64, 0))
    score = Score(notes=notes, controls=controls, duration_seconds=9.0)
    assert Performance(score).notes.cut().end_seconds.tolist() == [3.0, 8.0, 8.0]


def test_notes_struck_together_do_not_cut_each_other() -> None:
    assert ends(note(0, 1), note(0, 2), note(1.5, 3)) == [1.0, 1.5, 3.0]


def test_another_instrument_on_the_key_does_not_cut() -> None:
    assert ends(note(0, 5), note(2, 6, program=1)) == [5.0, 6.0]


def test_controllers_are_steps_with_power_on_values() -> None:
    score = Score(controls=(Control(1.0, 2, 7, 50), Control(2.0, 2, 7, 60)))
    times = np.array([[0.0, 0.999], [1.0, 2.5]])
    values = Performance(score).value_at(2, 7, times)
    assert values.tolist() == [[100.0, 100.0], [50.0, 60.0]]
    assert Performance(score).value_at(3, 7, times).tolist() == [[100.0, 100.0]] * 2
    assert Performance(score).value_at(2, 11, times)[0, 0] == 127
    assert Performance(score).value_at(2, 1, times)[0, 0] == 0


def test_the_last_of_simultaneous_controls_holds() -> None:
    score = Score(controls=(Control(1.0, 0, 7, 50), Control(1.0, 0, 7, 60)))
    assert Performance(score).value_at(0, 7, np.array([1.0])).tolist() == [60.0]


def test_gain_is_volume_times_expression_squared() -> None:
    score = Score(controls=(Control(1.0, 0, 7, 127), Control(2.0, 0, 11, 64)))
    gain = Performance(score).gain_at(0, np.array([0.0, 1.0, 2.0]))
    assert gain == pytest.approx([(100 / 127) ** 2, 1.0, (64 / 127) ** 2])


def test_pan_has_equal_power_and_an_exact_centre() -> None:
    positions = (0, 1, 64, 127)
    score = Score(controls=tuple(Control(i, 0, 10, pan) for i, pan in enumerate(positions)))
    sides = Performance(score).pan_at(0, np.arange(4.0))
    assert sides[0] == pytest.approx([1.0, 0.0])
    assert sides[1] == pytest.approx([1.0, 0.0])
    assert sides[2] == pytest.approx([0.5**0.5, 0.5**0.5])
    assert sides[3] == pytest.approx([0.0, 1.0])
    assert np.square(sides).sum(axis=1) == pytest.approx(np.ones(4))


def test_modulation_and_soft_pedal() -> None:
    score = Score(controls=(Control(1.0, 0, 1, 127), Control(1.0, 0, 67, 100)))
    times = np.array([0.5, 1.5])
    assert Performance(score).modulation_at(0, times).tolist() == [0.0, 1.0]
    assert Performance(score).soft_at(0, times).tolist() == [False, True]


def test_balance_turns_one_side_down_alone() -> None:
    values = (0, 32, 64, 96, 127)
    score = Score(controls=tuple(Control(i, 0, 8, value) for i, value in enumerate(values)))
    sides = Performance(score).pan_at(0, np.arange(5.0)) * 2**0.5
    assert sides[:, 0] == pytest.approx([1.0, 1.0, 1.0, (31 / 63) ** 2, 0.0])
    assert sides[:, 1] == pytest.approx([0.0, 0.25, 1.0, 1.0, 1.0])


def test_pressure_is_vibrato_as_the_wheel_is() -> None:
    times = np.linspace(1.0, 2.0, 1000)
    pressed = Control(1.0, 0, CHANNEL_PRESSURE, 127)
    for control in (pressed, Control(1.0, 0, 1, 127)):
        pitch = Performance(Score(controls=(control,), bends=(Bend(0.0, 0, 2.0),))).pitch_at(
            0, times
        )
        assert pitch.max() == pytest.approx(2.5, abs=0.001)
        assert pitch.min() == pytest.approx(1.5, abs=0.001)
    reset = Performance(Score(controls=(pressed, Control(1.5, 0, 121, 0))))
    assert reset.modulation_at(0, np.array([0.9, 1.2, 1.6])).tolist() == [0.0, 1.0, 0.0]


def test_bend_is_a_step_curve_in_semitones() -> None:
    score = Score(bends=(Bend(1.0, 4, 2.0), Bend(2.0, 4, -0.5)))
    performance = Performance(score)
    assert performance.bend_at(4, np.array([0.0, 1.0, 3.0])).tolist() == [0.0, 2.0, -0.5]
    assert performance.bend_at(5, np.array([1.0])).tolist() == [0.0]
    assert performance.bend_curve(4).times.tolist() == [1.0, 2.0]


def test_reset_all_controllers_touches_what_rp_015_names() -> None:
    moves = ((1, 100), (7, 50), (10, 0), (11, 10), (64, 127), (67, 127))
    before = tuple(Control(0.0, 0, number, value) for number, value in moves)
    score = Score(controls=(*before, Control(1.0, 0, 121, 0)), bends=(Bend(0.0, 0, 1.0),))
    performance, then = Performance(score), np.array([1.0])
    after = [performance.value_at(0, number, then)[0] for number, _ in moves]
    assert after == [0.0, 50.0, 0.0, 127.0, 0.0, 0.0]
    assert performance.bend_at(0, then).tolist() == [0.0]


def test_a_bend_of_the_same_moment_outlives_the_reset() -> None:
    score = Score(controls=(Control(1.0, 0, 121, 0),), bends=(Bend(1.0, 0, 0.25),))
    assert Performance(score).bend_at(0, np.array([1.0])).tolist() == [0.25]


def test_controls_after_a_reset_of_the_same_moment_hold() -> None:
    moves = (Control(0.0, 0, 121, 0), Control(0.0, 0, 11, 90), Control(1.0, 0, 121, 0))
    expression = Performance(Score(controls=moves)).value_at(0, 11, np.array([0.0, 1.0]))
    assert expression.tolist() == [90.0, 127.0]


def held_simply(notes: list[Note], moves: list[Control], duration: float) -> list[float]:
    """The same rules as a plain event loop, for one channel and sustain only."""
    found = []
    for one in notes:
        again = sorted(
            {
                other.start_seconds
                for other in notes
                if other.pitch == one.pitch and other.start_seconds > one.start_seconds
            }
        )
        end = min([one.end_seconds, *again])
        before = [m for m in moves if m.seconds < end]
        if before and before[-1].value >= 64:
            ups = [m.seconds for m in moves if m.seconds >= end and m.value < 64]
            end = ups[0] if ups else duration
        found.append(min([end, *again[MOST_RINGING - 1 :]]))
    return found


GRID = st.integers(0, 40).map(lambda step: step / 4)
NOTES = st.lists(st.tuples(GRID, st.integers(1, 12), st.integers(60, 63)), min_size=1, max_size=25)
PEDAL = st.lists(st.tuples(GRID, st.sampled_from([0, 30, 64, 127])), max_size=12)


@settings(max_examples=200, deadline=None)
@given(NOTES, PEDAL)
def test_sustain_agrees_with_a_plain_event_loop(
    rows: list[tuple[float, int, int]], pedal: list[tuple[float, int]]
) -> None:
    notes = [note(start, start + length / 4, pitch) for start, length, pitch in rows]
    notes.sort(key=lambda n: (n.start_seconds, n.channel, n.pitch))
    moves = [Control(seconds, 0, 64, value) for seconds, value in sorted(pedal, key=lambda p: p[0])]
    score = Score(tuple(notes), tuple(moves), duration_seconds=99.0)
    table = Performance(score).notes
    assert table.end_seconds.tolist() == held_simply(notes, moves, 99.0)


def plainly(moves: list[tuple[float, int, int]], number: int, moment: float) -> float:
    """A controller's value at a moment, one event after the other."""
    values = {**DEFAULTS}
    fine = dict.fromkeys(range(32), 0)
    held = float(DEFAULTS.get(number, 0))
    for seconds, moved, value in moves:
        resets = RESETS if moved == 121 else {}
        for one, new in {moved: value, **resets}.items():
            values[one] = new
            if one < 32:
                fine[one] = 0
        if 32 <= moved < 64:
            fine[moved - 32] = value
        if seconds <= moment and number in (moved, moved - 32, *resets):
            held = with_fine(values.get(number, 0), fine.get(number, 0))
    return held


MOVES = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.sampled_from([1, 7, 11, 33, 39, 64, 121, 128]),
        st.integers(0, 127),
    ),
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(MOVES)
def test_curves_agree_with_a_plain_event_loop(moves: list[tuple[int, int, int]]) -> None:
    moves.sort(key=lambda move: move[0])
    given_moves = [(float(seconds), number, value) for seconds, number, value in moves]
    controls = tuple(Control(seconds, 3, number, value) for seconds, number, value in given_moves)
    performance = Performance(Score((), controls))
    for number in (1, 7, 11, 64, 128):
        wanted = [plainly(given_moves, number, moment + 0.5) for moment in range(7)]
        found = performance.value_at(3, number, np.arange(7) + 0.5)
        np.testing.assert_allclose(found, wanted)


def test_few_moments_have_the_gains_that_many_have() -> None:
    moved = [Control(0.1 * k, 0, (7, 11, 10, 8, 1)[k % 5], (37 * k) % 128) for k in range(40)]
    performance = Performance(Score((Note(0.0, 4.0, 60, 90),), tuple(moved), duration_seconds=4.0))
    many = np.linspace(0.0, 4.0, 400)
    for curve in (performance.gain_at, performance.pan_at, performance.pitch_at):
        one_by_one = [curve(0, many[k : k + 1])[0] for k in range(len(many))]
        np.testing.assert_array_equal(curve(0, many), one_by_one)
