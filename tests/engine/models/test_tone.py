"""The tone model keeps the contract, honours the score, and joins its windows exactly."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.jobs import Window
from engine.models import base
from engine.models.base import Audio, Context
from engine.models.tone.model import WINDOW_FRAMES, Model
from engine.models.tone.timbres import RATE_HZ
from engine.wire import (
    BadScore,
    Bend,
    Control,
    JobCancelled,
    ModelFailed,
    Note,
    Request,
    Score,
    TooLarge,
)


def request(score: Score | None, **parameters: float) -> Request:
    return Request("render", "tone", parameters=dict(parameters), score=score)


def quiet(fraction: float) -> None:
    """A tick that never cancels."""


def render(score: Score, cuts: Sequence[int] | None = None, **parameters: float) -> Audio:
    """Render window by window, as planned or cut at the given frames."""
    model = Model()
    windows = model.plan(request(score, **parameters))
    frames = windows[-1].first_frame + windows[-1].frames
    if cuts is not None:
        edges = sorted({0, frames, *(cut % frames for cut in cuts)})
        windows = [
            Window(i, len(edges) - 1, a, b - a, windows[0].request, windows[0].prepared)
            for i, (a, b) in enumerate(pairwise(edges))
        ]
    chunks, context = [], None
    for window in windows:
        audio, context = model.step(window, context, quiet)
        assert audio.shape == (window.frames, 2)
        assert audio.dtype == np.float32
        chunks.append(audio)
    return np.concatenate(chunks)


def one(pitch: int = 69, velocity: int = 100, program: int = 73, seconds: float = 1.0) -> Note:
    return Note(0.0, seconds, pitch, velocity, program)


def level(audio: Audio) -> float:
    return float(np.sqrt(np.square(audio.astype(np.float64)).mean()))


def peak_hz(audio: Audio, around_seconds: float) -> float:
    """The strongest frequency in the 0.25 s around a moment."""
    middle, half = round(around_seconds * RATE_HZ), RATE_HZ // 8
    piece = audio[middle - half : middle + half].sum(axis=1) * np.hanning(2 * half)
    return float(np.argmax(np.abs(np.fft.rfft(piece, 16 * half))) * RATE_HZ / (16 * half))


EVERYTHING = Score(
    notes=(
        *(Note(i * 0.21, i * 0.21 + 0.4, 48 + 5 * i, 40 + 8 * i, 8 * i, i % 4) for i in range(10)),
        *(Note(i * 0.17, i * 0.17 + 0.1, 35 + i, 90, 0, 9, True) for i in range(12)),
        Note(0.05, 2.2, 57, 90, 48, 5),
    ),
    controls=(
        Control(0.0, 5, 1, 100),
        Control(0.3, 0, 64, 127),
        Control(0.4, 5, 10, 10),
        Control(0.5, 5, 7, 127),
        Control(0.9, 5, 1, 0),
        Control(1.5, 0, 64, 0),
    ),
    bends=tuple(Bend(0.3 + 0.01 * i, 5, 0.02 * i) for i in range(60)),
    duration_seconds=2.5,
)
WHOLE = render(EVERYTHING, cuts=())


def test_it_keeps_the_model_contract() -> None:
    model: base.Model = Model()
    model.load("cpu", "float32")
    assert model.spec.name == "tone"
    assert model.spec.operations == ("render",)


def test_importing_it_imports_no_torch() -> None:
    code = "import sys, engine.models.tone.model; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_windows_tile_the_whole_score_and_its_last_release() -> None:
    windows = Model().plan(request(EVERYTHING))
    assert [window.index for window in windows] == list(range(len(windows)))
    assert {window.count for window in windows} == {len(windows)}
    assert windows[0].first_frame == 0
    for before, after in pairwise(windows):
        assert before.first_frame + before.frames == after.first_frame
        assert before.frames == WINDOW_FRAMES
    assert windows[-1].first_frame + windows[-1].frames >= 2.5 * RATE_HZ
    assert np.abs(WHOLE[-1]).max() < 1e-4


def test_chained_equals_offline() -> None:
    assert np.array_equal(render(EVERYTHING), WHOLE)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 10_000_000), min_size=1, max_size=12))
def test_any_cut_gives_the_same_bits(cuts: list[int]) -> None:
    assert np.array_equal(render(EVERYTHING, cuts), WHOLE)


def test_tiny_windows_give_the_same_bits() -> None:
    middle = RATE_HZ
    audio = render(EVERYTHING, cuts=range(middle, middle + 200))
    assert np.array_equal(audio, WHOLE)


def test_a_window_alone_is_the_same_again() -> None:
    model = Model()
    windows = model.plan(request(EVERYTHING))
    _, context = model.step(windows[0], None, quiet)
    first, _ = model.step(windows[1], context, quiet)
    again, _ = Model().step(Model().plan(request(EVERYTHING))[1], context, quiet)
    assert np.array_equal(first, again)


BAD_CONTEXTS: tuple[Context | None, ...] = (
    None,
    {},
    {"next_frame": np.array([1])},
    {"next_frame": np.array([WINDOW_FRAMES, 0])},
    {"next_frame": np.array(["x"])},
)


@pytest.mark.parametrize("context", BAD_CONTEXTS)
def test_a_foreign_context_is_refused(context: Context | None) -> None:
    model = Model()
    window = model.plan(request(EVERYTHING))[1]
    with pytest.raises(ModelFailed, match="48000"):
        model.step(window, context, quiet)


def test_an_unplanned_window_is_refused() -> None:
    with pytest.raises(ModelFailed, match="plan"):
        Model().step(Window(0, 1, 0, 10, request(EVERYTHING)), None, quiet)


@pytest.mark.parametrize("score", [None, Score(), Score(duration_seconds=3.0)])
def test_no_notes_no_plan(score: Score | None) -> None:
    with pytest.raises(BadScore, match="note"):
        Model().plan(request(score))


@pytest.mark.parametrize("end", [1e9, np.inf, np.nan])
def test_absurd_times_are_refused(end: float) -> None:
    with pytest.raises(TooLarge):
        Model().plan(request(Score((Note(0.0, end, 60, 100),))))


def test_progress_rises_several_times_a_window() -> None:
    seen: list[float] = []

    def note_down(fraction: float) -> None:
        seen.append(fraction)

    model = Model()
    model.step(model.plan(request(EVERYTHING))[0], None, note_down)
    assert len(seen) >= 3
    assert seen == sorted(seen)
    assert seen[0] == 0.0
    assert seen[-1] == 1.0


def test_a_cancelled_tick_ends_the_window() -> None:
    def cancel(fraction: float) -> None:
        raise JobCancelled("enough")

    model = Model()
    with pytest.raises(JobCancelled):
        model.step(model.plan(request(EVERYTHING))[0], None, cancel)


@pytest.mark.parametrize(("pitch", "hz"), [(45, 110.0), (69, 440.0), (81, 880.0)])
def test_notes_sound_at_their_pitch(pitch: int, hz: float) -> None:
    assert peak_hz(render(Score((one(pitch),))), 0.5) == pytest.approx(hz, abs=1.0)


def test_bend_moves_the_pitch_and_keeps_the_wave_whole() -> None:
    bent = render(Score((one(),), bends=(Bend(0.5, 0, 12.0),)))
    assert peak_hz(bent, 0.25) == pytest.approx(440.0, abs=1.0)
    assert peak_hz(bent, 0.8) == pytest.approx(880.0, abs=2.0)
    around = bent[int(0.5 * RATE_HZ) - 30 : int(0.5 * RATE_HZ) + 30, 0]
    assert np.abs(np.diff(around)).max() < 2.5 * np.abs(np.diff(bent[12_000:20_000, 0])).max()


def test_a_bend_beyond_the_nyquist_frequency_is_survived() -> None:
    assert np.isfinite(render(Score((one(127),), bends=(Bend(0.1, 0, 127.0),)))).all()


def test_modulation_is_vibrato() -> None:
    still = render(Score((one(),)))
    moved = render(Score((one(),), controls=(Control(0.0, 0, 1, 127),)))
    spread = [
        np.abs(np.fft.rfft(audio[12_000:36_000, 0] * np.hanning(24_000)))[222:240].sum()
        for audio in (still, moved)
    ]
    assert spread[1] > 3 * spread[0]


def test_silence_until_the_very_frame_of_the_onset() -> None:
    audio = render(Score((Note(0.5, 1.0, 69, 100, 73),)))
    assert not audio[: RATE_HZ // 2].any()
    assert audio[RATE_HZ // 2 : RATE_HZ // 2 + 48].any()


def test_velocity_is_heard() -> None:
    soft, loud = (level(render(Score((one(velocity=v),)))) for v in (40, 120))
    assert loud / soft == pytest.approx((120 / 40) ** 2, rel=0.01)


def test_volume_and_expression_are_heard() -> None:
    full = level(render(Score((one(),), controls=(Control(0.0, 0, 7, 127),))))
    for number in (7, 11):
        moves = (Control(0.0, 0, 7, 127), Control(0.0, 0, number, 64))
        half = level(render(Score((one(),), controls=moves)))
        assert half / full == pytest.approx((64 / 127) ** 2, rel=0.01)


def test_pan_is_heard() -> None:
    left = render(Score((one(),), controls=(Control(0.0, 0, 10, 0),)))
    centre = render(Score((one(),)))
    assert left[:, 0].any()
    assert np.abs(left[:, 1]).max() < 1e-7
    assert np.array_equal(centre[:, 0], centre[:, 1])
    assert level(centre) == pytest.approx(level(left), rel=0.01)


def test_the_sustain_pedal_is_heard() -> None:
    pedal = (Control(0.1, 0, 64, 127), Control(1.5, 0, 64, 0))
    note = one(program=19, seconds=0.3)
    dry = render(Score((note,), duration_seconds=2.0))
    wet = render(Score((note,), pedal, duration_seconds=2.0))
    assert level(dry[RATE_HZ : RATE_HZ + 4_800]) == 0.0
    assert level(wet[RATE_HZ : RATE_HZ + 4_800]) > 0.01


def test_the_soft_pedal_is_heard() -> None:
    soft = render(Score((one(),), (Control(0.0, 0, 67, 127),)))
    assert level(soft) < 0.8 * level(render(Score((one(),))))


def test_gain_is_in_decibels() -> None:
    score = Score((one(),))
    ratio = level(render(score, gain_decibels=-20.0)) / level(render(score))
    assert ratio == pytest.approx(0.1, rel=1e-4)


def test_it_is_linear_until_loud_and_never_passes_full_scale() -> None:
    two = Score((one(60), one(67)))
    parts = render(Score((one(60),))) + render(Score((one(67),)))
    assert np.allclose(render(two), parts, atol=1e-6)
    wall = Score(tuple(one(pitch, 127, 60) for pitch in range(30, 100)))
    audio = render(wall, gain_decibels=12.0)
    assert 0.9 < np.abs(audio).max() <= 1.0


@pytest.mark.parametrize("program", range(128))
def test_every_program_sounds(program: int) -> None:
    audio = render(Score((one(60, program=program, seconds=0.6),)))
    assert np.isfinite(audio).all()
    assert 0.003 < level(audio[: RATE_HZ // 2]) < 0.2


@pytest.mark.parametrize("key", range(27, 88))
def test_every_drum_sounds(key: int) -> None:
    audio = render(Score((Note(0.0, 0.1, key, 110, 0, 9, True),)))
    assert np.isfinite(audio).all()
    assert 0.02 < np.abs(audio).max() < 0.7


def test_extreme_pitches_do_not_break_it() -> None:
    notes = tuple(one(pitch, program=program) for pitch in (0, 127) for program in (0, 48, 104))
    assert np.isfinite(render(Score(notes))).all()
