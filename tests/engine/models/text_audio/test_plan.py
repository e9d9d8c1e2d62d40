"""Windows of any request tile it, and each goes on from sound that is there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.jobs import check_plan
from engine.models.text_audio.geometry import Geometry, vocoder_reach
from engine.models.text_audio.parameters import Defaults, parameters
from engine.models.text_audio.plan import plan_job, windows_of
from engine.wire import ModelSpec, Operation, OutOfRange, Request, Value
from tests.engine.models.tiny.audioldm import VOCODER

GEOMETRY = Geometry(
    rate_hz=16000, hop=160, mels=64, factor=4, latent_channels=8, window_hops=512, reach=28
)
SPEC = ModelSpec(
    name="some",
    rate_hz=16000,
    channels=1,
    window_frames=512 * 160,
    context_frames=0,
    operations=("generate", "continue", "inpaint", "vary"),
    parameters=parameters(GEOMETRY, Defaults(200, 2.5)),
)


def planned(operation: Operation, frames: int = 0, **values: Value) -> Any:
    request = SPEC.filled(Request(operation, "some", 0, dict(values)))
    source = np.random.default_rng(0).normal(size=(frames, 1)).astype(np.float32) * 0.1
    plan = plan_job(request, [source] if frames else [], GEOMETRY)
    check_plan(windows_of(request, plan))
    check_pieces(plan)
    return plan


def check_pieces(plan: Any) -> None:
    """Hold every piece to what rendering it needs."""
    before = None
    for piece in plan.pieces:
        if not piece.hops:
            continue
        assert piece.hops % 4 == piece.before % 4 == piece.after % 4 == 0
        assert piece.hops - piece.before - piece.after >= 4
        assert piece.hops <= 2048 + 4
        first, last = (edge - plan.anchor for edge in (piece.first, piece.last))
        assert first < last <= (piece.end - piece.after) * 160
        assert piece.is_chained or piece.begin * 160 <= first
        if piece.is_chained:
            assert before is not None
            assert piece.begin + piece.before == before.end
            assert piece.before <= before.hops
            held = before.end - first // 160 + GEOMETRY.reach
            assert held <= GEOMETRY.held_hops + GEOMETRY.reach + 1
        elif piece.before:
            assert plan.anchor + piece.begin * 160 >= 0
        before = piece
    if before is not None and before.after:
        assert plan.anchor + before.end * 160 <= len(plan.source)


windows = st.floats(0.9, 20.48)
overlaps = st.floats(0.44, 6.8)


@given(st.floats(0.04, 100.0), windows, overlaps)
def test_generate(seconds: float, window: float, overlap: float) -> None:
    plan = planned("generate", seconds=seconds, window_seconds=window, overlap_seconds=overlap)
    assert plan.pieces[-1].last == max(1, round(seconds * 16000))


@given(st.integers(1, 300_000), st.floats(0.04, 60.0), windows, overlaps)
def test_continue(frames: int, seconds: float, window: float, overlap: float) -> None:
    plan = planned(
        "continue", frames, seconds=seconds, window_seconds=window, overlap_seconds=overlap
    )
    assert (plan.pieces[0].first, plan.pieces[0].last) == (0, frames)
    assert plan.pieces[-1].last == frames + max(1, round(seconds * 16000))


@given(st.integers(2, 300_000), st.data(), windows, overlaps)
def test_inpaint(frames: int, data: st.DataObject, window: float, overlap: float) -> None:
    start = data.draw(st.integers(0, frames - 1))
    end = data.draw(st.integers(start + 1, frames))
    values = {"start_seconds": start / 16000, "end_seconds": end / 16000}
    plan = planned("inpaint", frames, window_seconds=window, overlap_seconds=overlap, **values)
    made = [piece for piece in plan.pieces if piece.hops]
    assert (made[0].first, made[-1].last) == (start, end)
    assert plan.pieces[-1].last == frames


@given(st.integers(1, 300_000), st.floats(0.0, 1.0), windows, overlaps)
def test_vary(frames: int, strength: float, window: float, overlap: float) -> None:
    plan = planned(
        "vary", frames, strength=strength, window_seconds=window, overlap_seconds=overlap
    )
    assert plan.pieces[-1].last == frames
    assert plan.run_steps == int(strength * 200)


@pytest.mark.parametrize(
    ("start", "end"), [(1.0, 1.0), (2.0, 1.0), (0.0, 2.1), (2.5, 2.6), (0.5, 0.50001)]
)
def test_spans_that_are_none_are_refused(start: float, end: float) -> None:
    with pytest.raises(OutOfRange, match="lasts 2 s"):
        planned("inpaint", 32000, start_seconds=start, end_seconds=end)


def test_the_vocoder_sees_no_further_than_its_reach() -> None:
    """Measured: a hop that far away changes nothing, one a third as far does."""
    import torch
    from transformers import SpeechT5HifiGan, SpeechT5HifiGanConfig

    reach = vocoder_reach(VOCODER)
    torch.manual_seed(0)
    config = SpeechT5HifiGanConfig(**(VOCODER | {"upsample_initial_channel": 32}))
    vocoder = SpeechT5HifiGan(config).eval()
    with torch.no_grad():
        for name, weight in vocoder.named_parameters():
            if name.endswith("weight"):
                weight.normal_(std=2.0 * (1.0 / weight[0].numel()) ** 0.5)
        mel = torch.randn(200, 64)
        sound = vocoder(mel)
        for distance, is_same in ((reach, True), (reach // 3, False)):
            for place in (100 - distance - 1, 100 + distance):
                other = mel.clone()
                other[place] += 3.0
                changed = (vocoder(other) - sound)[100 * 160 : 100 * 160 + 1].abs().max()
                assert (changed < 1e-6) == is_same
