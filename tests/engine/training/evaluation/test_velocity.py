import numpy as np
import pytest

from engine.models.house.notes import FIRST_KIT, INSTRUMENTS, RATE_HZ, table
from engine.training.evaluation import velocity
from engine.training.evaluation.families import FAMILIES
from engine.wire import Score


def played(score: Score, dull: bool = False) -> np.ndarray:
    """Sound each note as a tone as loud as its velocity, or all alike."""
    sound = np.zeros(round(score.duration_seconds * RATE_HZ), np.float32)
    for note in score.notes:
        span = slice(round(note.start_seconds * RATE_HZ), round(note.end_seconds * RATE_HZ))
        time = np.arange(span.stop - span.start) / RATE_HZ
        level = 0.1 if dull and note.velocity > 60 else note.velocity / 127
        sound[span] = level * np.sin(2 * np.pi * 330.0 * time)
    return sound


def test_every_instrument_strikes_every_velocity() -> None:
    struck = {family: set() for family in FAMILIES}
    for stair in velocity.staircases():
        struck[stair.group] |= set(table(stair.score).instrument.tolist())
        velocities = [note.velocity for note in stair.score.notes]
        assert velocities == list(velocity.VELOCITIES) * (len(velocities) // 6)
    assert {each for family in struck.values() for each in family} == set(range(INSTRUMENTS))
    assert struck["drums"] == set(range(FIRST_KIT, INSTRUMENTS))
    assert struck["organ"] == set(range(16, 24))


def test_nothing_sounds_on_under_the_next_ones_softest_strike() -> None:
    score = velocity.staircases()[0].score
    first = [note for note in score.notes if note.velocity == velocity.VELOCITIES[0]]
    last = [note for note in score.notes if note.velocity == velocity.VELOCITIES[-1]]
    for cut, before, after in zip(score.controls, last, first[1:], strict=False):
        assert (cut.channel, cut.number) == (before.channel, 120)
        assert before.start_seconds + velocity.HEARD_SECONDS < cut.seconds < after.start_seconds
    assert len(score.controls) == len(last)


def test_a_channel_has_one_program() -> None:
    for stair in velocity.staircases():
        programs = {(note.channel, note.program) for note in stair.score.notes}
        assert len(programs) == len({channel for channel, _ in programs})


def test_rising_strikes_rise_and_equal_ones_do_not() -> None:
    score = velocity.staircases()[0].score
    rising = velocity.levels(score, played(score))
    assert rising.shape == (8, len(velocity.VELOCITIES))
    assert velocity.rises(rising) == 1.0
    assert velocity.rises(velocity.levels(score, played(score, dull=True))) < 0.7


def test_figures_say_by_how_much_levels_are_off() -> None:
    score = velocity.staircases()[0].score
    truth = velocity.levels(score, played(score))
    off = [(truth - 2.0, truth), (truth + 1.0, truth)]
    figures = velocity.figures([(ours.tolist(), theirs.tolist()) for ours, theirs in off])
    assert figures["level_error_db"] == pytest.approx(1.5)
    assert figures["level_bias_db"] == pytest.approx(-0.5)
    assert (figures["rises"], figures["rises_fluidsynth"]) == (1.0, 1.0)
