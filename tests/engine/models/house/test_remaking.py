"""The built-in model varies takes and composes spans of them anew, without a seam."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from engine.composing.analysis import key_of_score
from engine.context import pack, unpack
from engine.jobs import Window, check_plan
from engine.models.base import STEMS, Audio, Context
from engine.models.house.model import Model
from engine.wire import Note, OutOfRange, Request, Score, Tempo, Unsupported, Value
from tests.engine.models.house.joins import decibels, jump

RATE_HZ = 48_000
WORDS = "rock 120 bpm, 4 bars"


@lru_cache(maxsize=1)
def loaded() -> Model:
    model = Model()
    model.load("cpu", "float32")
    return model


def asked(
    operation: str,
    source: Audio | None = None,
    score: Score | None = None,
    seed: int = 3,
    **values: Value,
) -> Request:
    frames = () if source is None else (len(source),)
    place = {"score": score} if source is None else {"source_scores": (score,)}
    bare = Request(operation, "house", seed, {"steps": 0, **values}, source_frames=frames, **place)  # type: ignore[arg-type]
    return loaded().spec.filled(bare)


def made(
    request: Request, source: Audio | None = None
) -> tuple[Audio, list[Window], list[Context]]:
    windows = list(loaded().plan(request, () if source is None else (source,)))
    check_plan(windows)
    sounds: list[Audio] = []
    contexts: list[Context] = []
    context: Context | None = None
    for window in windows:
        sound, after = loaded().step(window, context, lambda fraction: None)
        contexts.append(after)
        context = unpack(pack({k: v for k, v in after.items() if k != STEMS}))
        sounds.append(sound)
    return np.concatenate(sounds), windows, contexts


@lru_cache(maxsize=1)
def piece() -> tuple[Audio, Score]:
    sound, windows, _ = made(asked("generate", prompt=WORDS))
    assert windows[0].score is not None
    return sound, windows[0].score


def flux(audio: Audio, first: int, last: int) -> Audio:
    """How much the spectrum changes from each 128 frames to the next."""
    cuts = [audio[s : s + 1_024].mean(axis=1) * np.hanning(1_024) for s in range(first, last, 128)]
    spectra = np.abs(np.fft.rfft(np.array(cuts)))
    levels = np.log(spectra + 1e-3 * spectra.max())
    return np.asarray(np.square(np.diff(levels, axis=0)).mean(axis=1), np.float32)


def seam(audio: Audio, join: int) -> float:
    """How much the spectrum changes at a join, over what it seldom does within half a second."""
    inside = flux(audio, join - 24_000, join + 23_000)
    return float(flux(audio, join - 1_152, join + 128).max() / np.percentile(inside, 90.0))


@pytest.mark.parametrize("is_known", [True, False])
def test_strength_0_is_the_source_bit_for_bit(is_known: bool) -> None:
    sound, score = piece()
    known = score if is_known else None
    same, windows, _ = made(asked("vary", sound, known, strength=0.0), sound)
    np.testing.assert_array_equal(same, sound)
    assert windows[0].score == known


def test_a_light_variation_is_the_same_music_played_again() -> None:
    sound, score = piece()
    light, windows, _ = made(asked("vary", sound, score, strength=0.1), sound)
    assert len(light) == len(sound)
    assert not np.array_equal(light, sound)
    assert abs(decibels(light) - decibels(sound)) < 2.0
    assert windows[0].score is not None
    assert len(windows[0].score.notes) == len(score.notes)
    assert np.abs(light[-10:]).max() < 1e-3


def test_a_strong_one_is_as_loud_and_as_long_and_follows_the_seed() -> None:
    sound, score = piece()
    strong, _, _ = made(asked("vary", sound, score, strength=1.0), sound)
    again, _, _ = made(asked("vary", sound, score, strength=1.0), sound)
    other, _, _ = made(asked("vary", sound, score, seed=4, strength=1.0), sound)
    assert len(strong) == len(sound)
    assert abs(decibels(strong) - decibels(sound)) < 4.0
    np.testing.assert_array_equal(strong, again)
    assert not np.array_equal(strong, other)


def test_a_variation_takes_the_level_of_its_source() -> None:
    sound, score = piece()
    quiet = sound * np.float32(0.1)
    found, _, _ = made(asked("vary", quiet, score, strength=0.3), quiet)
    assert abs(decibels(found) - decibels(quiet)) < 2.0


def test_what_has_no_notes_is_kept_before_a_score_begins() -> None:
    """The take of a file that was continued has notes from the join on alone."""
    sound, _ = piece()
    head = sound[: 2 * RATE_HZ]
    longer, windows, _ = made(asked("continue", head, seconds=3.0), head)
    score = windows[0].score
    assert score is not None
    found, again, _ = made(asked("vary", longer, score, strength=1.0), longer)
    first = round(score.notes[0].start_seconds * RATE_HZ)
    assert abs(first - 2 * RATE_HZ) < 2_400
    np.testing.assert_array_equal(found[:first], longer[:first])
    assert jump(found, first) <= 1.1
    assert not np.array_equal(found, longer)
    assert again[0].score is not None
    assert all(note.start_seconds > 1.9 for note in again[0].score.notes)


def test_of_sound_alone_it_makes_all_or_nothing_and_says_what_can_be_had() -> None:
    sound, _ = piece()
    with pytest.raises(Unsupported, match=r"strength 1 .*bpm.* continue .*pull"):
        loaded().plan(asked("vary", sound, strength=0.5), [sound])
    new, windows, _ = made(asked("vary", sound, strength=1.0, prompt="flute"), sound)
    assert len(new) == len(sound)
    assert abs(decibels(new) - decibels(sound)) < 6.0
    score = windows[0].score
    assert score is not None
    assert {note.program for note in score.notes} == {73}
    assert score.tempos[0].quarters_per_minute == pytest.approx(120.0, rel=0.02)
    named = "flute, d dorian, 3/4, 90 bpm"
    score = loaded().plan(asked("vary", sound, strength=1.0, prompt=named), [sound])[0].score
    assert score is not None
    assert score.tempos[0].quarters_per_minute == pytest.approx(90.0)
    assert (score.metres[0].numerator, score.metres[0].denominator) == (3, 4)
    assert key_of_score(score, 60.0).tonic in (2, 7)  # G mixolydian has the same notes.


@pytest.mark.parametrize("edges", [(2.0, 4.0), (2.1234, 4.777), (3.0, 3.2)])
def test_a_span_is_new_and_nothing_else_is(edges: tuple[float, float]) -> None:
    sound, score = piece()
    request = asked("inpaint", sound, score, start_seconds=edges[0], end_seconds=edges[1])
    found, windows, _ = made(request, sound)
    first, last = (round(edge * RATE_HZ) for edge in edges)
    np.testing.assert_array_equal(found[:first], sound[:first])
    np.testing.assert_array_equal(found[last:], sound[last:])
    assert len(found) == len(sound)
    assert not np.array_equal(found[first:last], sound[first:last])
    assert windows[0].score is not None
    whole, _, _ = made(asked("render", score=windows[0].score))
    for join in (first, last):
        assert jump(found, join) <= 1.1
        # No more than where the same notes are rendered in one go, where they begin there.
        assert seam(found, join) <= max(2.0, 1.2 * seam(whole, join))
    if edges[1] - edges[0] > 1.0:
        inside = slice(first, last)
        assert abs(decibels(found[inside]) - decibels(sound[inside])) < 3.5


@pytest.mark.parametrize(("start", "end"), [(0.0, 2.0), (5.0, 0.0), (0.0, 0.0)])
def test_a_span_may_reach_the_ends(start: float, end: float) -> None:
    sound, score = piece()
    end = end or len(sound) / RATE_HZ
    request = asked("inpaint", sound, score, start_seconds=start, end_seconds=end)
    found, _, _ = made(request, sound)
    first, last = round(start * RATE_HZ), min(round(end * RATE_HZ), len(sound))
    assert len(found) == len(sound)
    np.testing.assert_array_equal(found[:first], sound[:first])
    np.testing.assert_array_equal(found[last:], sound[last:])
    assert decibels(found[first:last]) > -40.0


def test_a_span_of_sound_alone_is_composed_by_ear() -> None:
    sound, _ = piece()
    request = asked("inpaint", sound, start_seconds=4.0, end_seconds=6.5, prompt="piano")
    found, windows, _ = made(request, sound)
    first, last = 4 * RATE_HZ, round(6.5 * RATE_HZ)
    np.testing.assert_array_equal(found[:first], sound[:first])
    np.testing.assert_array_equal(found[last:], sound[last:])
    assert jump(found, first) <= 1.1
    assert jump(found, last) <= 1.1
    assert abs(decibels(found[first:last]) - decibels(sound)) < 6.0
    score = windows[0].score
    assert score is not None
    assert all(3.9 < note.start_seconds < 6.5 for note in score.notes)


def test_a_short_span_of_sound_alone_is_filled_from_both_sides() -> None:
    seconds = np.arange(3 * RATE_HZ) / RATE_HZ
    tone = np.sin(2 * np.pi * 220.0 * seconds) + 0.5 * np.sin(2 * np.pi * 331.0 * seconds)
    sound = np.repeat((0.2 * tone)[:, None], 2, axis=1).astype(np.float32)
    first, last = round(1.2 * RATE_HZ), round(1.35 * RATE_HZ)
    broken = sound.copy()
    broken[first:last] = 0.0
    request = asked("inpaint", broken, start_seconds=1.2, end_seconds=1.35, stems=True)
    found, windows, contexts = made(request, broken)
    np.testing.assert_array_equal(found[:first], sound[:first])
    np.testing.assert_array_equal(found[last:], sound[last:])
    assert jump(found, first) <= 1.1
    assert jump(found, last) <= 1.1
    assert abs(decibels(found[first:last]) - decibels(sound)) < 3.0
    spectrum = np.abs(np.fft.rfft(found[first:last, 0] * np.hanning(last - first)))
    assert abs(np.argmax(spectrum) * RATE_HZ / (last - first) - 220.0) < 10.0
    assert windows[0].score is None
    assert windows[0].stems == ("00-source",)
    stems = np.concatenate([np.asarray(context[STEMS]) for context in contexts], axis=1)
    np.testing.assert_array_equal(stems[0], found)


@pytest.mark.parametrize(("start", "end"), [(3.0, 3.0), (3.0, 2.0), (30.0, 40.0), (5.0, 40.0)])
def test_a_span_that_is_not_there_is_refused(start: float, end: float) -> None:
    sound, score = piece()
    request = asked("inpaint", sound, score, start_seconds=start, end_seconds=end)
    with pytest.raises(OutOfRange, match="at least"):
        loaded().plan(request, [sound])


@pytest.mark.parametrize("operation", ["vary", "inpaint", "continue"])
def test_stems_add_up_and_name_what_is_the_sources(operation: str) -> None:
    sound, score = piece()
    values: dict[str, Value] = {
        "vary": {"strength": 0.6},
        "inpaint": {"start_seconds": 2.1, "end_seconds": 4.3},
        "continue": {"seconds": 2.0},
    }[operation]  # type: ignore[assignment]
    request = asked(operation, sound, score, stems=True, **values)
    found, windows, contexts = made(request, sound)
    names = windows[0].stems
    stems = np.concatenate([np.asarray(context[STEMS]) for context in contexts], axis=1)
    assert stems.shape == (len(names), len(found), 2)
    np.testing.assert_allclose(stems.sum(axis=0), found, atol=2e-6)
    kept = {"vary": (0, 0), "inpaint": (0, round(2.1 * RATE_HZ)), "continue": (0, len(sound))}
    last = kept[operation][1]
    if operation == "vary":
        assert "00-source" not in names
        return
    assert names[0] == "00-source"
    np.testing.assert_array_equal(stems[0, :last], sound[:last])
    assert not stems[1:, :last].any()
    assert all(stem.any() for stem in stems)


def test_a_window_can_be_rendered_alone() -> None:
    sound, score = piece()
    request = asked("inpaint", sound, score, start_seconds=1.3, end_seconds=5.1)
    whole, _, contexts = made(request, sound)
    again = loaded().plan(request, [sound])
    for index, window in enumerate(again[1:], 1):
        stored = unpack(pack(contexts[index - 1]))
        alone, _ = loaded().step(window, stored, lambda fraction: None)
        first = window.first_frame
        np.testing.assert_array_equal(alone, whole[first : first + window.frames])


@pytest.mark.parametrize("frames", [1, 300, 5_000, 60_000])
def test_any_source_can_be_worked_on(frames: int) -> None:
    random = np.random.default_rng(1)
    source = (0.1 * random.standard_normal((frames, 2))).astype(np.float32)
    score = Score((Note(0.0, 0.5, 60, 80),), tempos=(Tempo(0.0, 120.0),), duration_seconds=1.0)
    for known in (score, None):
        found, _, _ = made(asked("vary", source, known, strength=1.0), source)
        assert len(found) == frames
        assert np.isfinite(found).all()
        assert np.abs(found).max() <= 1.0


def test_what_rings_on_does_so_in_phase() -> None:
    """A held chord that is rendered again from within is the same to the sample, but for noise."""
    chord = tuple(Note(0.2137, 5.0, pitch, 90, 19) for pitch in (48, 60, 67, 76))
    score = Score(notes=chord, duration_seconds=5.0)
    sound, _, _ = made(asked("render", score=score))
    request = asked("inpaint", sound, score, start_seconds=2.0026, end_seconds=3.0131)
    found, windows, _ = made(request, sound)
    assert windows[0].score is not None
    assert {note.start_seconds for note in windows[0].score.notes} == {0.2137}
    inside = slice(round(2.2 * RATE_HZ), round(2.8 * RATE_HZ))
    alike = np.corrcoef(found[inside, 0], sound[inside, 0])[0, 1]
    assert alike > 0.9
