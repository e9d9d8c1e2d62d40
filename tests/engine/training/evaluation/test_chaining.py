import msgspec
import numpy as np
import pytest

from engine.models.house.notes import HOP, RATE_HZ, Floats, log_mel
from engine.training.evaluation import chaining
from engine.training.evaluation.chaining import Seams
from engine.wire import Control, Note, Score

JOINS = [128 * HOP * (index + 1) for index in range(20)]


def noise(seconds: float = 30.0) -> Floats:
    random = np.random.default_rng(1)
    return 0.05 * random.standard_normal(round(seconds * RATE_HZ)).astype(np.float32)


def ratio(seams: Seams) -> float:
    assert seams.ratio is not None
    return seams.ratio


def test_joins_that_are_none_have_a_ratio_of_one() -> None:
    sound = noise()
    assert ratio(chaining.sound_seams(sound, JOINS)) == pytest.approx(1.0, abs=0.1)
    assert ratio(chaining.mel_seams(log_mel(sound), JOINS)) == pytest.approx(1.0, abs=0.1)


def test_clicks_at_joins_are_found_and_clicks_elsewhere_are_not() -> None:
    clicking, elsewhere = noise(), noise()
    clicking[JOINS] += 1.0
    elsewhere[np.array(JOINS) + 30 * HOP] += 1.0
    assert ratio(chaining.sound_seams(clicking, JOINS)) > 2.0
    assert ratio(chaining.sound_seams(elsewhere, JOINS)) < 1.1


def test_a_step_in_level_at_joins_is_found_in_spectral_frames() -> None:
    sound = noise()
    for index, first in enumerate(JOINS):
        sound[first : first + 128 * HOP] *= 1.0 if index % 2 else 4.0
    assert ratio(chaining.mel_seams(log_mel(sound), JOINS)) > 1.5


def test_silence_and_too_few_joins_have_no_ratio() -> None:
    assert chaining.sound_seams(np.zeros(RATE_HZ, np.float32), [20_000, 30_000]).ratio is None
    assert chaining.sound_seams(noise(1.0), [20_000]).ratio is None
    assert chaining.sound_seams(noise(1.0), []).ratio is None


def test_seams_of_many_sounds_add_up() -> None:
    one = chaining.sound_seams(noise(), JOINS[:10])
    other = chaining.sound_seams(noise(), JOINS[9:])
    both = one + other
    assert both.joins == one.joins + other.joins
    assert min(ratio(one), ratio(other)) <= ratio(both) <= max(ratio(one), ratio(other))
    assert msgspec.json.decode(msgspec.json.encode(both), type=Seams) == both


def test_a_phrase_is_repeated_without_its_controllers() -> None:
    phrase = Score(
        notes=(Note(0.5, 1.0, 60, 90, 0),),
        controls=(Control(0.0, 0, 7, 90),),
        duration_seconds=2.0,
    )
    score = chaining.repeated(phrase, 7.0)
    assert [note.start_seconds for note in score.notes] == [0.5, 2.5, 4.5]
    assert (score.duration_seconds, score.controls) == (6.0, ())


@pytest.mark.parametrize("decibels", [-1.0, 0.0, 0.7])
def test_drift_is_what_was_put_in(decibels: float) -> None:
    reference = noise(20.0)
    gain = 10 ** (np.linspace(0.0, decibels, len(reference)) / 20.0)
    sound = (reference * gain + noise(20.0)[::-1] * 0.01).astype(np.float32)
    # The middles of the first and of the last second are 19 of 20 seconds apart.
    found = chaining.drift_decibels(sound, reference, 1.0)
    assert found == pytest.approx(decibels * 19 / 20, abs=0.03)
