"""What frames hear of a release, and what a note that is heard so does."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.models.house.falling import heard, sharper
from engine.models.house.notes import HOP, RATE_HZ, Floats, log_mel

RELEASE_HOP, HOPS = 40, 60


def let_go(fading: float) -> Floats:
    """The level of a tone at hops, `[HOPS]` nats, that is let go at RELEASE_HOP."""
    frames = np.arange(HOPS * HOP)
    since = np.maximum(frames / HOP - RELEASE_HOP, 0.0)
    tone = 0.5 * np.sin(2.0 * np.pi * 3_000.0 / RATE_HZ * frames) * np.exp(-fading * since)
    level = 0.5 * np.log(np.exp(2.0 * log_mel(tone.astype(np.float32))).sum(axis=1))
    return np.asarray(level[:HOPS], np.float32)


def told(of: object, fading: float, hops: Floats) -> Floats:
    rates = torch.full((len(hops),), fading)
    return of(rates, torch.from_numpy(hops)).numpy()  # type: ignore[operator]


@pytest.mark.parametrize("fading", [0.02, 0.3, 1.0, 2.0])
def test_it_is_what_frames_hear_of_a_tone_that_is_let_go(fading: float) -> None:
    level, hops = let_go(fading), np.arange(-4.0, 5.0, dtype=np.float32)
    fallen = level[RELEASE_HOP - 10] - level[RELEASE_HOP - 4 : RELEASE_HOP + 5]
    is_heard = fallen < 6.0
    np.testing.assert_allclose(fallen[is_heard], told(heard, fading, hops)[is_heard], atol=0.08)


@pytest.mark.parametrize("fading", [-0.03, 0.0, 0.13, 0.6, 3.0])
def test_a_note_is_as_much_softer_than_heard_as_its_frames_reach_back(fading: float) -> None:
    hops = np.arange(-6.0, 12.0, 0.3, dtype=np.float32)
    fallen, beside = told(heard, fading, hops), told(sharper, fading, hops)
    np.testing.assert_allclose(fallen - beside, fading * np.maximum(hops, 0.0), atol=1e-5)
    assert np.abs(beside[hops < -2.0]).max() < 1e-6  # no frame hears what comes so much later
    assert np.ptp(beside[hops > 2.0]) < 1e-4 * (1.0 + fading)  # and all hear the release alone
    assert (beside[hops > 0.7] <= 0.01).all()


def test_what_fades_slowly_is_heard_as_it_is() -> None:
    hops = np.arange(-6.0, 12.0, 0.3, dtype=np.float32)
    assert np.abs(told(sharper, 0.1, hops)).max() < 0.08
