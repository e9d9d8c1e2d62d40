"""The whole model against the upstream pipeline: three windows, from the same noise."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.checkpoints import read_checkpoint
from engine.context import pack, unpack
from engine.jobs import Window
from engine.models.base import IMAGE, Context
from engine.models.spectrogram_diffusion.model import FADE_FRAMES, Model, Plan
from engine.models.spectrogram_diffusion.renderer import scheduler_of
from engine.wire import JobCancelled, ModelFailed, Note, Request, Score, Value
from tests.engine.models.spectrogram_diffusion import upstream
from tests.engine.models.spectrogram_diffusion.upstream import Upstream
from tests.engine.models.tiny import spectrogram_diffusion as tiny

# numpy 2 has this to say of torch's tensors in diffusers' schedulers.
pytestmark = pytest.mark.filterwarnings("ignore:.*__array:DeprecationWarning")

TOLERANCE = 1e-4
SEED = 11
Floats = NDArray[np.float32]
# Ends at 12.4 s, its last note at 12.3: three windows, of which the last is cut.
SCORE = Score(
    notes=(
        *(Note(0.4 * i, 0.4 * i + 0.7, 48 + i % 24, 90, program=8 * (i % 4)) for i in range(30)),
        *(Note(0.5 * i, 0.5 * i + 0.1, 36 + i % 8, 90, 0, 9, True) for i in range(24)),
    ),
    duration_seconds=12.4,
)


class Played(NamedTuple):
    """What came of a request: mels `[windows * 256, 128]`, sound `[frames]`, contexts."""

    windows: Sequence[Window]
    mel: Floats
    sound: Floats
    sounds: list[Floats]
    contexts: list[Context]


def quiet(fraction: float) -> None:
    """A tick that does nothing."""


def asked(model: Model, **parameters: Value) -> Request:
    return model.spec.filled(Request("render", model.spec.name, SEED, parameters, SCORE))


def play(model: Model, **parameters: Value) -> Played:
    windows = model.plan(asked(model, **parameters))
    context: Context | None = None
    sounds, contexts = [], []
    for window in windows:
        sound, context = model.step(window, context, quiet)
        sounds.append(sound[:, 0])
        contexts.append(context)
    mel = np.concatenate([np.asarray(context["mel"], np.float32) for context in contexts])
    return Played(windows, mel, np.concatenate(sounds), sounds, contexts)


def rows(windows: Sequence[Window]) -> object:
    prepared = windows[0].prepared
    assert isinstance(prepared, Plan)
    return prepared.rows


def worst(mine: Floats, other: Floats) -> float:
    assert mine.shape == other.shape
    return float(np.abs(mine - other).max() / np.abs(other).max())


def set_scheduler(theirs: Upstream, home: Path, name: str) -> None:
    theirs.scheduler = scheduler_of(read_checkpoint(home).config("scheduler"), name)


@pytest.mark.parametrize(
    ("scheduler", "steps", "guidance"),
    [
        ("default", 10, 1.0),
        ("default", 10, 2.0),
        ("ddpm", 3, 5.0),
        ("ddim", 5, 2.0),
        ("dpm++", 6, 1.0),
        ("dpm++", 6, 2.0),
        pytest.param("default", 100, 1.0, marks=pytest.mark.long),
        pytest.param("default", 1000, 1.0, marks=pytest.mark.long),
    ],
)
def test_three_windows_are_upstreams(
    model: Model, theirs: Upstream, home: Path, scheduler: str, steps: int, guidance: float
) -> None:
    """Mels and sound; upstream has no guidance, so its two branches are combined in the test.

    Upstream cannot be given unipc, which takes no generator.
    """
    mine = play(model, scheduler=scheduler, steps=steps, guidance=guidance)
    theirs.guidance = guidance
    set_scheduler(theirs, home, scheduler)
    mel = upstream.run(theirs, rows(mine.windows), steps, SEED)[0]
    assert mel.shape == (3 * 256, 128)
    assert worst(mine.mel, mel) < TOLERANCE
    sound = theirs.melgan(input_features=mel[None])[0].reshape(-1)
    whole = len(mine.sound) - FADE_FRAMES
    assert worst(mine.sound[:whole], sound[:whole]) < TOLERANCE


@pytest.fixture(scope="module")
def played(model: Model) -> Played:
    return play(model, steps=4, scheduler="dpm++")


def test_a_take_ends_with_its_score_and_the_ringing(played: Played) -> None:
    """Upstream gives a multiple of 5.12 s."""
    assert [window.frames for window in played.windows] == [80320, 81920, 66560]
    assert len(played.sound) == 14.3 * 16_000
    assert np.abs(played.sound[-1]) < 1e-3
    for sound, window in zip(played.sounds, played.windows, strict=True):
        assert len(sound) == window.frames


def test_a_draft_takes_few_steps_by_a_scheduler_that_can(model: Model) -> None:
    draft = asked(model, draft=True).parameters
    assert (draft["steps"], draft["scheduler"]) == (12, "dpm++")


def test_ringing_ends_with_a_window_rather_than_begin_another(model: Model) -> None:
    for last, expected in ((1.0, 3.0), (3.5, 5.12), (4.6, 5.12), (4.7, 6.7), (9.5, 10.24)):
        score = Score(notes=(Note(0.0, last, 60, 90),), duration_seconds=last)
        request = model.spec.filled(Request("render", model.spec.name, 0, {}, score))
        assert sum(window.frames for window in model.plan(request)) == round(expected * 16_000)


def test_joins_are_no_rougher_than_the_rest(played: Played) -> None:
    """The seam ratio: second differences at the joins, against those everywhere."""
    rough = np.abs(np.diff(played.sound, n=2))
    joins = np.cumsum([len(sound) for sound in played.sounds])[:-1]
    near = np.concatenate([rough[join - 40 : join + 40] for join in joins])
    assert near.mean() < 1.2 * rough.mean()
    assert near.max() < rough.max() * 1.01


def test_a_stored_context_goes_on_the_same(model: Model, played: Played) -> None:
    for k in (1, 2):
        stored = unpack(pack(played.contexts[k - 1]))
        del stored[IMAGE]
        sound, _ = model.step(played.windows[k], stored, quiet)
        np.testing.assert_array_equal(sound[:, 0], played.sounds[k])


def test_each_window_has_a_picture_of_its_mel(played: Played) -> None:
    for context in played.contexts:
        image, mel = context[IMAGE], context["mel"]
        assert image.shape == (128, 256)
        assert image.dtype == np.uint8
        assert len(np.unique(image)) > 50
        level = (mel - mel.min()) / (mel.max() - mel.min())
        assert np.corrcoef(image[::-1].T.ravel(), np.clip(level, 0, 1).ravel())[0, 1] > 0.9


def test_every_step_is_told_and_can_be_the_last(model: Model, played: Played) -> None:
    told: list[float] = []
    window = model.plan(asked(model, steps=20, scheduler="ddim"))[1]
    model.step(window, played.contexts[0], told.append)
    assert told == sorted(told)
    assert len(set(told)) == 20 + 2
    for calls in (0, 1, 12, len(told) - 1):
        left = [calls]

        def tick(fraction: float, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise JobCancelled("enough")

        with pytest.raises(JobCancelled):
            model.step(window, played.contexts[0], tick)


def test_the_next_window_hears_the_one_before(model: Model, played: Played) -> None:
    other = {**played.contexts[0], "mel": np.full((256, 128), -5.0, np.float32)}
    _, context = model.step(played.windows[1], other, quiet)
    assert np.abs(context["mel"] - played.contexts[1]["mel"]).mean() > 0.01


def test_a_context_of_another_model_is_refused(model: Model, played: Played) -> None:
    with pytest.raises(ModelFailed, match="window 0"):
        model.step(played.windows[1], {"cells": np.zeros(3)}, quiet)


def test_guidance_changes_the_sound(model: Model) -> None:
    """Upstream lost it; Magenta's notebook, and so our default, has 2."""
    assert model.spec.parameters[2].default == 2.0
    one, two = (play(model, steps=3, guidance=g, scheduler="ddim") for g in (1.0, 2.0))
    assert worst(one.mel, two.mel) > 0.01


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_renders_nearly_the_same(home: Path, played: Played, dtype: str) -> None:
    half = Model(read_checkpoint(home))
    half.load("cpu", dtype)
    other = play(half, steps=4, scheduler="dpm++")
    assert np.isfinite(other.sound).all()
    assert np.sqrt(np.mean((other.mel - played.mel) ** 2)) < 0.1 * played.mel.std()


@pytest.mark.long
def test_a_chain_of_true_size_is_upstreams(tmp_path: Path) -> None:
    """412 million random weights, as in the public checkpoint."""
    home = tiny.write(tmp_path, tiny.TRUE_SIZE)
    model = Model(read_checkpoint(home))
    model.load("cpu", "float32")
    mine = play(model, steps=2, guidance=2.0)
    del model
    theirs = upstream.pipeline(home)
    theirs.guidance = 2.0
    mel = upstream.run(theirs, rows(mine.windows), 2, SEED)[0]
    assert worst(mine.mel, mel) < TOLERANCE
