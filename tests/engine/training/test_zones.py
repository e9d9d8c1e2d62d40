"""Finding which keys are one sound played faster: of keys that are made, and of the soundfont's."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from engine.models.house.lines import ENDS, played
from engine.models.house.notes import RATE_HZ, Floats
from engine.training import data, zones
from engine.training.zones import HELD_FRAMES, Struck

needs_fluidsynth = pytest.mark.skipif(
    shutil.which("fluidsynth") is None or not data.SOUNDFONT.exists(),
    reason="FluidSynth and FluidR3 GM are not installed",
)
KEYS = 24


def sample(seed: int) -> Floats:
    noise = np.random.default_rng(seed).standard_normal(4 * RATE_HZ + 800)
    return np.asarray(0.02 * np.convolve(noise, np.hanning(96), "same"), np.float32)


def keys_of(sound: Floats, delay: int = 0) -> list[Floats]:
    """Play a sample at KEYS paces, each from frame `delay` on."""
    paces = 2.0 ** ((np.arange(KEYS) - KEYS // 2) / 12.0)
    frames = np.arange(HELD_FRAMES, dtype=np.float64)
    return [played(sound, ENDS, pace * (frames - delay)) for pace in paces]


def struck(sounds: list[Floats]) -> Struck:
    return Struck(sounds, 1.0, 48, 1.0)


def test_keys_of_one_sample_are_told_by_any_of_them() -> None:
    found = struck(keys_of(sample(1)))
    assert max(found.lost(12, row) for row in range(KEYS)) < 0.01
    assert found.lost(0, KEYS - 1) > 0.3
    cost, row = found.fit(0, KEYS)
    assert cost < 0.1 * KEYS
    assert found.fit(0, KEYS) == (cost, row)


def test_another_sample_is_not_told_and_what_is_silent_does_not_matter() -> None:
    sounds = keys_of(sample(1))
    sounds[7], sounds[8] = sample(2)[:HELD_FRAMES], np.zeros(HELD_FRAMES, np.float32)
    found = struck(sounds)
    assert found.lost(5, 7) > 0.9
    assert found.lost(5, 8) == 0.0


@pytest.mark.parametrize("delay", [0, 128])
def test_what_waits_as_long_at_every_key_is_heard(delay: int) -> None:
    found = struck(keys_of(sample(1), delay))
    assert found.find_delay() == found.delay == delay
    assert found.lost(12, 20) < 0.01


def test_what_differs_from_key_to_key_has_no_delay() -> None:
    assert struck([sample(seed)[:HELD_FRAMES] for seed in range(KEYS)]).find_delay() == 0


def test_keys_are_parted_where_that_is_worth_a_wave() -> None:
    """Eighteen keys of a sample and six of another; then all drift away from one another."""
    sounds = keys_of(sample(1))[:18] + keys_of(sample(2))[18:]
    assert zones._parted(struck(sounds), (0, KEYS)) == [(0, 18), (18, KEYS)]
    frames = np.arange(HELD_FRAMES)
    swaying = frames + 30.0 * np.sin(frames / 1500.0)
    whistling = [played(sound, ENDS, swaying) for sound in keys_of(sample(1))]
    assert len(zones._parted(struck(whistling), (0, KEYS))) > 2


def test_neighbours_that_one_tells_are_joined() -> None:
    sounds = keys_of(sample(1))[:12] + keys_of(sample(2))[12:]
    parts = [(0, 4), (4, 12), (12, 13), (13, 14), (14, KEYS)]
    assert zones._merged(struck(sounds), parts) == [(0, 12), (12, KEYS)]


@needs_fluidsynth
@pytest.mark.parametrize(("instrument", "most"), [(0, 40), (117, 4), (80, 6)])
def test_keys_of_one_sample_are_one_zone(instrument: int, most: int) -> None:
    found = list(zones.zones_of(instrument, data.SOUNDFONT))
    assert 1 <= len(found) <= most
    ends = [zone.first_key + zone.keys for zone in found]
    assert all(zone.first_key >= end for zone, end in zip(found[1:], ends[:-1], strict=True))
    assert all(zone.first_key <= zone.middle < end for zone, end in zip(found, ends, strict=True))


@needs_fluidsynth
def test_an_organ_that_waits_is_one_zone() -> None:
    (found,) = zones.zones_of(16, data.SOUNDFONT)
    assert found.delay == 128
