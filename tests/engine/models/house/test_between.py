"""The built-in model makes what lies between two pieces, or between two sounds without notes."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from engine.context import pack, unpack
from engine.jobs import Window, check_plan
from engine.models.base import STEMS, Audio, Context
from engine.models.house.model import Model
from engine.models.house.morphing import Morph
from engine.models.house.notes import log_mel
from engine.wire import (
    JobCancelled,
    ModelFailed,
    Note,
    OutOfRange,
    Request,
    Score,
    Tempo,
    TooLarge,
    Unsupported,
    Value,
)
from tests.engine.models.house.joins import decibels, jump

RATE_HZ = 48_000
NOTHING = np.zeros((0, 2), np.float32)


@lru_cache(maxsize=1)
def loaded() -> Model:
    model = Model()
    model.load("cpu", "float32")
    return model


def asked(
    sources: tuple[Audio, Audio],
    scores: tuple[Score | None, ...] = (),
    seed: int = 3,
    **values: Value,
) -> Request:
    frames = tuple(map(len, sources))
    values = {"steps": 0, **values}
    return loaded().spec.filled(
        Request("interpolate", "house", seed, values, source_frames=frames, source_scores=scores)
    )


def played(windows: list[Window]) -> tuple[Audio, list[Context]]:
    check_plan(windows)
    sounds: list[Audio] = []
    contexts: list[Context] = []
    context: Context | None = None
    for window in windows:
        sound, after = loaded().step(window, context, lambda fraction: None)
        contexts.append(after)
        context = unpack(pack({k: v for k, v in after.items() if k != STEMS}))
        sounds.append(sound)
    return np.concatenate(sounds), contexts


def made(request: Request, sources: tuple[Audio, Audio]) -> tuple[Audio, list[Window]]:
    windows = list(loaded().plan(request, sources))
    return played(windows)[0], windows


@lru_cache(maxsize=2)
def piece(words: str) -> tuple[Audio, Score]:
    request = Request("generate", "house", 3, {"steps": 0, "prompt": words})
    windows = list(loaded().plan(loaded().spec.filled(request)))
    assert windows[0].score is not None
    return played(windows)[0], windows[0].score


def ends() -> tuple[tuple[Audio, Audio], tuple[Score, Score]]:
    (one, first), (other, second) = (
        piece(words) for words in ("rock in e minor, 120 bpm, 2 bars", "harp, 90 bpm, 2 bars")
    )
    return (one, other), (first, second)


def chirp(seconds: float, hz: float, level: float = 0.2) -> Audio:
    """A sound with a few partials that is struck twice a second."""
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    tone = sum(np.sin(2 * np.pi * k * hz * at) / k for k in (1, 2, 3))
    sound = np.asarray(level * tone * np.exp(-3.0 * (at % 0.5)), np.float32)
    return np.stack((sound, sound), axis=1)


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("end", [0, 1])
def test_each_end_is_its_source_bit_for_bit(is_known: bool, end: int) -> None:
    sources, scores = ends()
    request = asked(sources, scores if is_known else (), mix=float(end))
    same, windows = made(request, sources)
    np.testing.assert_array_equal(same, sources[end])
    assert windows[0].score == (scores[end] if is_known else None)


@pytest.mark.parametrize("mix", [0.1, 0.5, 0.9])
def test_between_it_is_as_long_and_as_loud_as_both(mix: float) -> None:
    sources, scores = ends()
    found, windows = made(asked(sources, scores, mix=mix), sources)
    assert len(windows) > 3
    levels, lengths = [decibels(one) for one in sources], [len(one) for one in sources]
    assert min(levels) - 3.0 < decibels(found) < max(levels) + 3.0
    assert 0.9 * min(lengths) < len(found) < 1.1 * max(lengths)
    assert np.abs(found[-10:]).max() < 1e-3
    assert windows[0].score is not None
    assert all(note.start_seconds < len(found) / RATE_HZ for note in windows[0].score.notes)
    for window in windows[1:]:
        assert jump(found, window.first_frame) < 2.0


def test_the_seed_decides() -> None:
    sources, scores = ends()
    runs = [made(asked(sources, scores, seed, mix=0.5), sources)[0] for seed in (3, 3, 4)]
    np.testing.assert_array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


def test_a_score_alone_is_played_as_render_plays_it() -> None:
    _, scores = ends()
    nothing = (NOTHING, NOTHING)
    found, windows = made(asked(nothing, scores, mix=0.0), nothing)
    assert windows[0].score is not None
    assert windows[0].score.notes == scores[0].notes
    request = loaded().spec.filled(Request("render", "house", 3, {"steps": 0}, scores[0]))
    rendered, _ = played(list(loaded().plan(request)))
    count = min(len(found), len(rendered)) - RATE_HZ
    assert np.abs(found[:count] - rendered[:count]).max() < 1e-4
    sources, _ = ends()
    mixed = (NOTHING, sources[1])
    assert decibels(made(asked(mixed, scores, mix=0.5), mixed)[0]) > -60.0


def test_words_say_who_plays_even_at_an_end() -> None:
    sources, scores = ends()
    found, windows = made(asked(sources, scores, mix=0.0, prompt="no drums"), sources)
    assert windows[0].score is not None
    assert not any(note.is_drum for note in windows[0].score.notes)
    assert not np.array_equal(found, sources[0])
    with pytest.raises(OutOfRange, match="between"):
        loaded().plan(asked(sources, scores, mix=0.5, prompt="in c"), sources)


def test_what_cannot_be_is_said() -> None:
    sources, scores = ends()
    mixed = (NOTHING, sources[1])
    with pytest.raises(Unsupported, match="render the score"):
        loaded().plan(asked(mixed, (scores[0], None), mix=0.5), mixed)
    with pytest.raises(Unsupported, match="nobody knows who"):
        loaded().plan(asked(sources, mix=0.5, prompt="flute"), sources)
    slow = Score(
        notes=tuple(Note(40.0 * k, 40.0 * k + 1.0, 60, 90) for k in range(300)),
        tempos=(Tempo(0.0, 5.0),),
        duration_seconds=12_000.0,
    )
    nothing = (NOTHING, NOTHING)
    with pytest.raises(TooLarge, match="lies between"):
        loaded().plan(asked(nothing, (slow, slow), mix=0.5), nothing)


def test_a_score_that_is_longer_than_its_sound_counts_as_far_as_it_is_heard() -> None:
    sources, scores = ends()
    cut = (sources[0][: 2 * RATE_HZ], sources[1])
    found, windows = made(asked(cut, scores, mix=0.02), cut)
    assert len(found) == pytest.approx(2 * RATE_HZ, rel=0.1)
    assert windows[0].score is not None


def test_silence_and_the_shortest_sounds_have_something_between_them() -> None:
    for first, second in ((0.1, 0.1), (0.1, 2.0), (1e-4, 1.0)):
        sources = chirp(first, 220.0), chirp(second, 330.0)
        found, _ = made(asked(sources, mix=0.5), sources)
        assert len(found) == pytest.approx((len(sources[0]) + len(sources[1])) / 2, abs=1)
        assert np.isfinite(found).all()
    silent = (np.zeros((RATE_HZ, 2), np.float32), chirp(1.0, 330.0))
    found, _ = made(asked(silent, mix=0.5), silent)
    assert decibels(silent[1]) - 20.0 < decibels(found) < decibels(silent[1])
    both = (silent[0], silent[0])
    assert np.abs(made(asked(both, mix=0.5), both)[0]).max() < 1e-3
    _, scores = ends()
    found, _ = made(asked(silent, scores, mix=0.5), silent)
    assert np.isfinite(found).all()


def test_a_sound_between_two_is_nearer_to_the_one_that_the_mix_says() -> None:
    sources = chirp(0.8, 220.0), chirp(1.2, 415.3)

    def distances(mix: float) -> list[float]:
        found, _ = made(asked(sources, mix=mix), sources)
        mel = log_mel(found.mean(axis=1))
        mels = [log_mel(source.mean(axis=1)) for source in sources]
        rows = [np.linspace(0, len(one) - 1, len(mel)).astype(int) for one in mels]
        both = zip(mels, rows, strict=True)
        return [float(np.abs(mel - one[row]).mean()) for one, row in both]

    found = [distances(mix) for mix in (0.03, 0.35, 0.65, 0.97)]
    first, second = zip(*found, strict=True)
    assert list(first) == sorted(first)
    assert list(second) == sorted(second, reverse=True)
    assert first[0] < 0.35 * first[-1]
    assert second[-1] < 0.35 * second[0]


def test_a_pitch_between_two_pitches_is_heard() -> None:
    """Not both of them: what is carried over is one sound."""
    sources = chirp(1.0, 1_000.0), chirp(1.0, 2_000.0)
    found, _ = made(asked(sources, mix=0.5), sources)
    spectrum = np.abs(np.fft.rfft(found[:, 0] * np.hanning(len(found))))
    hz = np.fft.rfftfreq(len(found), 1 / RATE_HZ)
    assert 1_250.0 < hz[spectrum.argmax()] < 1_650.0


def test_its_windows_are_one_sound_however_it_is_cut() -> None:
    sources = chirp(1.6, 220.0), chirp(1.4, 330.0)
    request = asked(sources, mix=0.4)
    windows = list(loaded().plan(request, sources))
    assert len(windows) > 1
    found, contexts = played(windows)
    morph = windows[0].prepared
    assert isinstance(morph, Morph)
    whole, _ = played(morph.windows(request, lambda hops: [0, hops]))
    np.testing.assert_array_equal(found, whole)
    again, _ = loaded().step(windows[1], unpack(pack(contexts[0])), lambda fraction: None)
    first = windows[1].first_frame
    np.testing.assert_array_equal(again, found[first : first + len(again)])
    with pytest.raises(ModelFailed, match="context"):
        loaded().step(windows[1], None, lambda fraction: None)


def test_its_sides_stay_where_they_are() -> None:
    left, right = chirp(1.0, 220.0), chirp(1.0, 330.0)
    left[:, 1] *= 0.1
    right[:, 1] *= 0.1
    found, _ = made(asked((left, right), mix=0.5), (left, right))
    assert decibels(found[:, :1]) - decibels(found[:, 1:]) == pytest.approx(20.0, abs=1.0)


def test_stems_add_up_and_it_is_cancelled_within_a_window() -> None:
    sources, scores = ends()
    for known in (scores, ()):
        request = asked(sources, known, mix=0.5, stems=True, gain_decibels=-6.0)
        windows = list(loaded().plan(request, sources))[:2]
        assert windows[0].stems
        context: Context | None = None
        for window in windows:
            sound, after = loaded().step(window, context, lambda fraction: None)
            stems = np.asarray(after[STEMS])
            assert len(stems) == len(window.stems)
            assert np.abs(stems.sum(axis=0) - sound).max() < 1e-5
            if window.index == 0:
                context = {k: v for k, v in after.items() if k != STEMS}

    def cancel(fraction: float) -> None:
        if fraction > 0.2:
            raise JobCancelled("enough")

    with pytest.raises(JobCancelled):
        loaded().step(windows[1], context, cancel)
