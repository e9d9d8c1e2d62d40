"""The built-in model makes music from words, and goes on from any sound without a seam."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest

from engine.composing.compose import compose
from engine.context import pack, unpack
from engine.jobs import Window, check_plan
from engine.models.base import Audio, Context
from engine.models.house.model import Model
from engine.wire import OutOfRange, Request, Score, Value
from tests.engine.models.house.joins import decibels, jump

RATE_HZ = 48_000
WORDS = "rock 120 bpm, 4 bars"


@lru_cache(maxsize=1)
def loaded() -> Model:
    model = Model()
    model.load("cpu", "float32")
    return model


def asked(
    operation: str, source: Audio | None = None, score: Score | None = None, **values: Value
) -> Request:
    frames = () if source is None else (len(source),)
    parameters = {"steps": 0, **values}
    place = {"score": score} if source is None else {"source_scores": (score,)}
    bare = Request(operation, "house", 3, parameters, source_frames=frames, **place)  # type: ignore[arg-type]
    return loaded().spec.filled(bare)


def made(request: Request, source: Audio | None = None) -> tuple[Audio, list[Window]]:
    windows = list(loaded().plan(request, () if source is None else (source,)))
    check_plan(windows)
    sounds: list[Audio] = []
    context: Context | None = None
    for window in windows:
        sound, context = loaded().step(window, context, lambda fraction: None)
        context = unpack(pack(context))
        sounds.append(sound)
    return np.concatenate(sounds), windows


@lru_cache(maxsize=1)
def piece() -> tuple[Audio, Score]:
    sound, windows = made(asked("generate", prompt=WORDS))
    assert windows[0].score is not None
    return sound, windows[0].score


def unrest(audio: Audio, join: int) -> float:
    """How much the spectrum changes over a join, beside how much it does elsewhere."""
    starts = range(join - 24_000, join + 23_000, 256)
    frames = np.array([audio[s : s + 1024].mean(axis=1) * np.hanning(1024) for s in starts])
    spectra = np.log(1e-4 + np.abs(np.fft.rfft(frames)))
    changes = np.abs(np.diff(spectra, axis=0)).mean(axis=1)
    place = (join - starts[0]) // 256
    over = slice(place - 4, place + 1)
    return float(changes[over].max() / np.delete(changes, over).max())


def test_words_become_sound_of_a_sane_level_and_the_score_that_is_heard() -> None:
    sound, score = piece()
    assert score == compose(WORDS, 3)
    assert -22.0 < decibels(sound) < -12.0
    assert 0.3 < np.abs(sound).max() <= 1.0
    assert np.mean(np.abs(sound) > 0.8) < 0.005
    assert np.abs(sound[-10:]).max() < 1e-3


@pytest.mark.parametrize(
    ("words", "values"), [("flute", {"seconds": 2.5}), ("flute, 3 seconds", {})]
)
def test_it_is_exactly_as_long_as_asked(words: str, values: dict[str, Value]) -> None:
    windows = loaded().plan(asked("generate", prompt=words, **values))
    seconds = values.get("seconds", 3.0)
    assert sum(window.frames for window in windows) == round(float(seconds) * RATE_HZ)


def test_soft_music_is_softer() -> None:
    levels = [
        decibels(made(asked("generate", prompt=f"{word} harp, 3 seconds"))[0])
        for word in ("pianissimo", "fortissimo")
    ]
    assert levels[0] + 3.0 < levels[1]


def test_what_it_renders_is_what_the_score_renders_to_but_louder() -> None:
    """So that the .mid which a take keeps is what was heard."""
    sound, score = piece()
    rendered = asked("render", score=score)
    parts = [
        loaded().step(window, None, lambda f: None)[0] for window in loaded().plan(rendered)[:1]
    ]
    first = parts[0]
    again = sound[: len(first)]
    gain = float(np.sum(first * again) / np.sum(first * first))
    assert np.abs(gain * first - again).max() < 0.02 * np.abs(again).max() + 0.1 * (
        np.abs(again).max() > 0.8
    )


def test_unknown_words_are_refused_in_both() -> None:
    sound, score = piece()
    for request in (
        asked("generate", prompt="blorf"),
        asked("continue", sound, score, prompt="blorf"),
    ):
        with pytest.raises(OutOfRange, match="blorf"):
            loaded().plan(request, [sound])


@pytest.mark.parametrize("cut_frames", [0, 5 * RATE_HZ + 123])
def test_a_take_goes_on_from_its_score_without_a_seam(cut_frames: int) -> None:
    sound, score = piece()
    source = sound[:cut_frames] if cut_frames else sound
    longer, windows = made(asked("continue", source, score, seconds=3.0), source)
    join = len(source)
    np.testing.assert_array_equal(longer[:join], source)
    assert len(longer) == join + 3 * RATE_HZ
    assert jump(longer, join) <= 1.1
    assert windows[0].frames == join
    score_after = windows[0].score
    assert score_after is not None
    new = [note for note in score_after.notes if note.start_seconds > join / RATE_HZ - 0.03]
    assert {note.program for note in new} == {note.program for note in score.notes}
    if cut_frames:  # After a piece's end, a new bar begins out of silence. Notes begin here.
        assert unrest(longer, join) <= 1.1 * max(1.0, unrest(sound, join))
        before, after = longer[join - 2 * RATE_HZ : join], longer[join : join + 2 * RATE_HZ]
        assert abs(decibels(before) - decibels(after)) < 3.0


@pytest.mark.parametrize("gain", [0.1, 1.0])
def test_it_takes_the_level_of_its_source(gain: float) -> None:
    sound, score = piece()
    source = sound[: 5 * RATE_HZ] * np.float32(gain)
    for known in (score, None):
        longer, _ = made(asked("continue", source, known, seconds=3.0), source)
        apart = decibels(longer[len(source) :]) - decibels(source)
        assert abs(apart) < 5.0


@pytest.mark.parametrize("sounding_seconds", [0, 2])
def test_what_follows_silence_is_heard(sounding_seconds: int) -> None:
    """A file of silence goes on as loud as a new piece; one that ends in it as it was before."""
    sound, score = piece()
    begun = sound[: sounding_seconds * RATE_HZ]
    source = np.concatenate((begun, np.zeros((21 * RATE_HZ, 2), np.float32)))
    for known in (score, None) if sounding_seconds else (None,):
        longer, _ = made(asked("continue", source, known, seconds=3.0, prompt="piano"), source)
        level = decibels(longer[len(source) :])
        assert -35.0 < level < -8.0
        if sounding_seconds:
            assert abs(level - decibels(begun)) < 15.0


def test_sound_without_a_score_goes_on_in_its_beat_without_a_click() -> None:
    sound, _ = piece()
    source = sound[: 6 * RATE_HZ + 321]
    longer, windows = made(asked("continue", source, prompt="piano and bass", seconds=3.0), source)
    assert jump(longer, len(source)) <= 1.1
    score = windows[0].score
    assert score is not None
    assert score.tempos[0].quarters_per_minute == pytest.approx(120.0, rel=0.01)
    half = 0.25
    starts = [note.start_seconds for note in score.notes if note.start_seconds > 6.1]
    off = [abs(start / half - round(start / half)) * half for start in starts]
    assert np.median(off) < 0.035, "the beat is not that of the source"


@pytest.mark.parametrize("frames", [1, 300, 5_000, 60_000])
def test_any_source_can_go_on(frames: int) -> None:
    random = np.random.default_rng(1)
    source = (0.1 * random.standard_normal((frames, 2))).astype(np.float32)
    longer, _ = made(asked("continue", source, seconds=1.0), source)
    assert len(longer) == frames + RATE_HZ
    assert np.isfinite(longer).all()
    assert np.abs(longer).max() <= 1.0


def test_a_window_of_a_continuation_can_be_rendered_alone() -> None:
    sound, score = piece()
    request = asked("continue", sound, score, seconds=3.0)
    whole, windows = made(request, sound)
    contexts: list[Context] = []
    context: Context | None = None
    for window in windows:
        _, context = loaded().step(window, context, lambda fraction: None)
        contexts.append(context)
    again = loaded().plan(request, [sound])
    for index, window in enumerate(again[1:], 1):
        stored = unpack(pack(contexts[index - 1]))
        alone, _ = loaded().step(window, stored, lambda fraction: None)
        first = window.first_frame
        np.testing.assert_array_equal(alone, whole[first : first + window.frames])
    assert all(a.first_frame + a.frames == b.first_frame for a, b in pairwise(windows))
