import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.models.house.notes import FIRST_KIT, RATE_HZ, Floats
from engine.models.house.waves import FILE, Waves, played
from engine.training import data, waves
from engine.training.waves import HELD_FRAMES, Known, Zone

needs_fluidsynth = pytest.mark.skipif(
    shutil.which("fluidsynth") is None or not data.SOUNDFONT.exists(),
    reason="FluidSynth and FluidR3 GM are not installed",
)


def humming(seed: int, frames: int = HELD_FRAMES) -> Floats:
    """A sample of its own, without a loop, `[frames] float32`."""
    noise = np.random.default_rng(seed).standard_normal(frames + 800)
    smooth = np.convolve(noise, np.hanning(64), "same")
    return np.asarray(0.02 * smooth[:frames], np.float32)


def up(sound: Floats, frames: int) -> Floats:
    """Play a sound a semitone higher."""
    return played(sound, 0, 2.0 ** (1.0 / 12.0) * np.arange(frames))


def test_what_repeats_is_found_with_where_it_begins() -> None:
    period = np.random.default_rng(0).standard_normal(6_000).astype(np.float32)
    before = np.random.default_rng(1).standard_normal(30_000).astype(np.float32)
    start, loop = waves.repeating(np.concatenate((before, np.tile(period, 14))))
    assert loop == 6_000
    assert 30_000 <= start <= 30_000 + 2 * waves.LOOKED_FRAMES


def test_what_does_not_repeat_has_no_loop() -> None:
    assert waves.repeating(humming(3)) == (0, 0)


def test_a_tone_that_goes_round_is_kept_short_and_stays_in_tune() -> None:
    sound = np.sin(2 * np.pi * 441.7 * np.arange(HELD_FRAMES) / RATE_HZ).astype(np.float32)
    kept = waves.looped(sound)
    assert kept.loop
    assert kept.frames < HELD_FRAMES // 3
    turns = kept.loop * 441.7 / RATE_HZ
    assert turns == pytest.approx(round(turns), abs=0.01)


def test_what_dies_away_ends() -> None:
    sound = humming(1) * np.exp(-np.arange(HELD_FRAMES) / 2000.0).astype(np.float32)
    kept = waves.looped(sound)
    assert kept.loop == 0
    assert kept.frames < HELD_FRAMES // 4


def test_programs_with_one_sample_share_a_wave() -> None:
    sample, other = humming(1), humming(2)
    slow = sample * np.minimum(np.arange(HELD_FRAMES) / 20_000.0, 1.0).astype(np.float32)
    known = Known([], [], {})
    zones = [Zone(number, 60, 3, 61, 1.0, sound) for number, sound in enumerate((sample, slow))]
    zones.append(Zone(2, 60, 3, 61, 1.0, other))
    zones.append(Zone(3, 61, 3, 62, 1.0, up(sample, HELD_FRAMES)))
    zones.append(Zone(FIRST_KIT, 61, 1, 61, 1.0, sample))
    found = [waves._wave(zone, known) for zone in zones]
    assert found == [0, 0, 1, 0, 2]


def test_tables_are_read_back(tmp_path: Path) -> None:
    zone = Zone(5, 60, 3, 61, 1.0, humming(1))
    known = Known([(zone, 0)], [zone], {})
    save_file(waves.tables(known, [waves.looped(zone.sound)]), tmp_path / FILE.name)
    found = Waves(tmp_path / FILE.name)
    wave = found.of(61, 5)
    assert wave is not None
    expected = zone.sound[:40_000]
    error = wave.from_to(0, 40_000) - expected
    assert np.square(error).sum() < 0.1 * np.square(expected).sum()
    faster = found.of(62, 5)
    assert faster is not None
    heard = faster.from_to(0, 30_000)
    assert np.corrcoef(heard, up(expected, 30_000))[0, 1] > 0.9
    assert found.of(63, 5) is None
    assert found.of(61, 6) is None


@needs_fluidsynth
@pytest.mark.parametrize(("instrument", "most"), [(0, 40), (117, 4), (80, 3)])
def test_keys_of_one_sample_are_one_zone(instrument: int, most: int) -> None:
    found = list(waves.zones_of(instrument, data.SOUNDFONT))
    assert 1 <= len(found) <= most
    ends = [zone.first_key + zone.keys for zone in found]
    assert all(zone.first_key >= end for zone, end in zip(found[1:], ends[:-1], strict=True))
    assert all(zone.first_key <= zone.middle < end for zone, end in zip(found, ends, strict=True))
