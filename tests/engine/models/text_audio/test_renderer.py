"""Windows that go on from each other, work on audio, and are the same when rendered again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from engine.audio import level_of
from engine.context import pack, unpack
from engine.jobs import check_plan
from engine.models.base import IMAGE, Audio
from engine.models.text_audio.mel import source_mel
from engine.wire import JobCancelled, ModelFailed
from tests.engine.models.tiny.text_audio import plan, play, recorded

RATE = 16000
QUICK = {"prompt": "pad", "steps": 2}
JOBS: list[tuple[Any, dict[str, Any]]] = [
    ("generate", {"seconds": 3.7}),
    ("continue", {"seconds": 2.5}),
    ("inpaint", {"start_seconds": 0.3, "end_seconds": 2.6}),
    ("vary", {"strength": 1.0}),
]


def sung(seconds: float = 3.0, level: float = 0.1, seed: int = 0) -> Audio:
    """Return a noisy tone `[frames, 1]`, with an offset."""
    frames = round(seconds * RATE)
    noise = np.random.default_rng(seed).normal(size=frames)
    tone = np.sin(2 * np.pi * 220 * np.arange(frames) / RATE) + 0.2 * noise
    return (level * tone + 0.01).astype(np.float32)[:, None]


def sources(operation: str) -> list[Audio]:
    return [] if operation == "generate" else [sung()]


@pytest.mark.parametrize(("operation", "values"), JOBS)
def test_windows_tile_and_are_safe(model: Any, operation: Any, values: dict[str, Any]) -> None:
    windows, audio, contexts = play(model, operation, sources(operation), **QUICK, **values)
    check_plan(windows)
    assert len(windows) > 2
    for window, sound, context in zip(windows, audio, contexts, strict=True):
        assert sound.shape == (window.frames, 1)
        assert sound.dtype == np.float32
        assert np.abs(sound).max() <= 1.0
        if window.prepared.pieces[window.index].hops:
            image = np.asarray(context[IMAGE])
            assert image.dtype == np.uint8
            assert image.shape == (64, -(-window.frames // 160))
            assert image.std() > 0


@pytest.mark.parametrize(("operation", "values"), JOBS)
def test_a_window_rendered_again_is_the_same(
    model: Any, operation: Any, values: dict[str, Any]
) -> None:
    """From its context as bytes, out of a plan made anew."""
    _, audio, contexts = play(model, operation, sources(operation), **QUICK, **values)
    again = plan(model, operation, sources(operation), **QUICK, **values)
    for k in reversed(range(1, len(again))):
        kept = {name: a for name, a in contexts[k - 1].items() if name != IMAGE}
        sound, context = model.step(again[k], unpack(pack(kept)), lambda fraction: None)
        assert np.array_equal(sound, audio[k])
        assert all(np.array_equal(context[name], contexts[k][name]) for name in context)


def test_chained_equals_vocoded_in_one_go(model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The joined spectrogram, decoded whole, is the sound of all windows together."""
    codec, seen = model._renderer._codec, []
    whole = codec.sound
    monkeypatch.setattr(codec, "sound", lambda mel: seen.append(mel) or whole(mel))
    windows, audio, _ = play(model, "generate", seconds=3.7, **QUICK)
    joined = torch.zeros(0, 64)
    for window, mel in zip(windows, seen, strict=True):
        piece = window.prepared.pieces[window.index]
        begin = piece.end - len(mel)
        joined = torch.cat((joined[:begin], mel))
    offline = whole(joined)[: windows[-1].first_frame + windows[-1].frames]
    assert np.abs(np.concatenate(audio)[:, 0] - offline).max() < 1e-5


def test_a_chain_keeps_what_the_window_before_made(model: Any) -> None:
    windows, _, contexts = play(model, "generate", seconds=2.0, **QUICK)
    codec = model._renderer._codec
    with recorded(codec._vae, codec._vocoder) as seen:
        model.step(windows[1], contexts[0], lambda fraction: None)
    made = seen[0][1][0] * codec._vae.config.scaling_factor
    tail = np.asarray(contexts[0]["tail_latents"])
    assert np.allclose(made[:, : tail.shape[1]].numpy(), tail, atol=1e-6)


def test_another_overlap_from_a_later_window_is_refused(model: Any) -> None:
    _, _, contexts = play(model, "generate", seconds=2.0, overlap_seconds=0.28, **QUICK)
    windows = plan(model, "generate", seconds=2.0, overlap_seconds=0.4, **QUICK)
    with pytest.raises(ModelFailed, match="as they were"):
        model.step(windows[1], contexts[0], lambda fraction: None)
    with pytest.raises(ModelFailed, match="render it again"):
        model.step(windows[1], {}, lambda fraction: None)


def test_continue_begins_with_its_source(model: Any) -> None:
    source = sung(2.3)
    windows, audio, _ = play(model, "continue", [source], seconds=1.5, **QUICK)
    assert np.array_equal(audio[0], source)
    assert sum(len(sound) for sound in audio[1:]) == 1.5 * RATE
    assert windows[1].first_frame == len(source)


@pytest.mark.parametrize("span", [(0.0, 0.5), (0.4, 0.45), (0.5, 2.4), (2.2, 3.0), (0.0, 3.0)])
def test_inpaint_keeps_every_sample_outside_the_span(model: Any, span: tuple[float, float]) -> None:
    source = sung()
    values = {"start_seconds": span[0], "end_seconds": span[1]}
    _, audio, _ = play(model, "inpaint", [source], **QUICK, **values)
    result = np.concatenate(audio)
    first, last = (round(seconds * RATE) for seconds in span)
    assert result.shape == source.shape
    assert np.array_equal(result[:first], source[:first])
    assert np.array_equal(result[last:], source[last:])
    middle = (first + last) // 2
    assert not np.array_equal(result[middle - 100 : middle], source[middle - 100 : middle])


@pytest.mark.parametrize(
    ("operation", "values", "joins"),
    [
        ("continue", {"seconds": 1.0}, [3.0]),
        ("inpaint", {"start_seconds": 0.5, "end_seconds": 2.5}, [0.5, 2.5]),
    ],
)
def test_joins_to_the_source_do_not_jump(
    model: Any, operation: Any, values: dict[str, Any], joins: list[float]
) -> None:
    """A step from sample to sample at a join is none that its neighbours do not take."""
    source = sung()
    result = np.concatenate(play(model, operation, [source], **QUICK, **values)[1])[:, 0]
    steps = np.abs(np.diff(result))
    for seconds in joins:
        at = round(seconds * RATE) - 1
        assert steps[at] <= 1.5 * steps[at - 320 : at + 320].max(initial=0.0, where=_but(320))


def _but(middle: int) -> Any:
    return np.arange(2 * middle) != middle


def test_vary_at_strength_0_is_the_source(model: Any) -> None:
    source = sung()
    _, audio, _ = play(model, "vary", [source], strength=0.0, **QUICK)
    assert np.array_equal(np.concatenate(audio), source)


def test_vary_moves_away_with_its_strength(model: Any) -> None:
    """Latents are compared: what random networks decode says nothing."""
    codec, geometry = model._renderer._codec, model._geometry
    moved = []
    for strength in (0.1, 0.5, 1.0):
        (window,) = plan(model, "vary", [sung(1.0)], strength=strength, prompt="pad", steps=10)
        with recorded(codec._vae, codec._vocoder) as seen:
            model.step(window, None, lambda fraction: None)
        with torch.inference_mode():
            mel = source_mel(window.prepared, 0, window.prepared.pieces[0].hops, geometry)
            begun = codec.encode(mel) / codec._vae.config.scaling_factor
        moved.append(float((seen[0][1][0] - begun).abs().mean()))
    assert moved[0] < moved[1] < moved[2]


@pytest.mark.parametrize("operation", ["continue", "inpaint", "vary"])
@pytest.mark.parametrize("level", [0.003, 0.1, 0.5])
def test_what_is_made_has_the_level_of_its_source(model: Any, operation: Any, level: float) -> None:
    source = sung(level=level)
    _, audio, _ = play(model, operation, [source], **QUICK)
    made = np.concatenate(audio)
    part = made[len(source) :] if operation == "continue" else made[4000:12000]
    offset = source.mean()
    ratio = level_of(part - part.mean()) / level_of(source - offset)
    assert abs(20 * np.log10(ratio)) < 6


@pytest.mark.parametrize("operation", ["continue", "inpaint", "vary"])
def test_silence_and_short_sources_can_be_worked_on(model: Any, operation: Any) -> None:
    for source in (np.zeros((RATE * 2, 1), np.float32), sung(0.02), sung(1 / RATE), sung(1.01)):
        values = {"inpaint": {"start_seconds": 0.0, "end_seconds": len(source) / RATE}}
        _, audio, _ = play(model, operation, [source], **QUICK, **values.get(operation, {}))
        assert np.isfinite(np.concatenate(audio)).all()


def test_a_cancelled_window_ends_at_the_next_step(model: Any) -> None:
    windows = plan(model, "generate", prompt="pad", steps=50)
    fractions: list[float] = []

    def tick(fraction: float) -> None:
        fractions.append(fraction)
        if len(fractions) == 6:
            raise JobCancelled("enough")

    with pytest.raises(JobCancelled):
        model.step(windows[0], None, tick)
    assert len(fractions) == 6
    assert fractions == sorted(fractions)


def test_every_step_is_reported(model: Any) -> None:
    fractions: list[float] = []
    windows = plan(model, "generate", prompt="pad", steps=7)
    model.step(windows[0], None, fractions.append)
    assert fractions == sorted(fractions)
    assert len([fraction for fraction in fractions if 0 < fraction <= 0.95]) == 7
    assert fractions[-1] == 1.0


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_16_bits_come_near_to_32(folder: Any, models: Any, dtype: str) -> None:
    from engine.checkpoints import read_checkpoint

    for name, other in models.items():
        model = type(other)(read_checkpoint(folder / name))
        model.load("cpu", dtype)
        _, (mine,), _ = play(model, "generate", **QUICK)
        _, (theirs,), _ = play(other, "generate", **QUICK)
        assert np.abs(mine - theirs).max() < 0.3 * np.abs(theirs).max()
        assert not np.array_equal(mine, theirs)


def test_offloading_changes_nothing_but_memory(model: Any) -> None:
    _, kept, _ = play(model, "generate", seconds=2.0, **QUICK)
    _, freed, _ = play(model, "generate", seconds=2.0, offload=True, **QUICK)
    assert all(np.array_equal(one, other) for one, other in zip(kept, freed, strict=True))
    held = model._renderer._parts._held
    assert "unet" not in held
    assert "text_encoder" not in held
    _, again, _ = play(model, "generate", seconds=2.0, **QUICK)
    assert np.array_equal(again[0], kept[0])
