"""Measuring the noise between partials: in sounds of which it is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.models.house.notes import FIRST_KIT, FLOOR, HOP, MELS, RATE_HZ, Doubles, Floats, log_mel
from engine.models.house.timbre import Timbres
from engine.training import breath
from engine.training.breath import share
from engine.training.partials import HOLD_HOPS

FRAMES = np.arange(HOLD_HOPS * HOP) / RATE_HZ


def tone_of(hz: Doubles) -> Floats:
    tones = [np.cos(2 * np.pi * (each * FRAMES + 0.618 * k * k)) for k, each in enumerate(hz)]
    return np.asarray(0.05 * np.sum(tones, axis=0), np.float32)


@pytest.mark.parametrize("noise", [3e-3, 3e-2])
@pytest.mark.parametrize("lowest_hz", [110.0, 440.0])
def test_the_share_of_noise_is_found(noise: float, lowest_hz: float) -> None:
    hz: Doubles = lowest_hz * np.arange(1, int(10_000 / lowest_hz), dtype=np.float64)
    random = np.random.default_rng(3)
    hiss = (noise * random.standard_normal(len(FRAMES))).astype(np.float32)
    tone = tone_of(hz)
    found = share(tone + hiss, hz)
    powers = [np.exp(2.0 * log_mel(each)[8:50]).mean(axis=0) - FLOOR**2 for each in (hiss, tone)]
    true = powers[0] / (powers[0] + powers[1])
    # Wherever partials lie close enough to be heard with the noise, or there are none.
    clear = np.flatnonzero(powers[0] > 4 * FLOOR**2)
    assert len(clear) > 30
    off = 10.0 * np.log10(np.maximum(found[clear], 1e-6) / true[clear])
    assert abs(float(np.median(off))) < 3.0
    assert float(np.abs(off).mean()) < 3.0


def test_a_pure_tone_has_none_and_noise_is_all_noise() -> None:
    hz: Doubles = 220.0 * np.arange(1, 40, dtype=np.float64)
    loud = log_mel(tone_of(hz))[20] > -4.0
    assert share(tone_of(hz), hz)[loud].max() < 2e-3
    random = np.random.default_rng(4)
    hiss = (0.05 * random.standard_normal(len(FRAMES))).astype(np.float32)
    assert share(hiss, hz)[3:].mean() > 0.7


def test_a_single_partial_is_measured_too() -> None:
    hz = np.array([880.0])
    assert share(tone_of(hz), hz).shape == (MELS,)


def test_flutes_breathe_more_than_square_waves_and_drums_are_no_matter() -> None:
    timbres = Timbres()
    mids = slice(40, 90)
    voices, square = (timbres.breath(program, 60)[mids].mean() for program in (52, 80))
    assert voices > 5 * square
    assert not timbres.breath(FIRST_KIT, 38).any()
    everything = [timbres.breath(program, 60) for program in range(FIRST_KIT)]
    assert 0.0 <= np.min(everything) <= np.max(everything) <= 1.0


def test_what_was_measured_is_not_measured_again(tmp_path: Path) -> None:
    (tmp_path / "breath.safetensors").write_bytes(b"")
    breath.make(tmp_path, tmp_path / "no.sf2")
