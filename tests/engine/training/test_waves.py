import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.models.house import coding
from engine.models.house.lines import AROUND, ENDS, Line, played
from engine.models.house.notes import FIRST_KIT, RATE_HZ, Doubles, Floats
from engine.models.house.waves import FILE, Ear, Wave, Waves
from engine.training import data, loops, waves, zones
from engine.training.waves import LONG_FRAMES, Kept, Known
from engine.training.zones import HELD_FRAMES, Zone

needs_fluidsynth = pytest.mark.skipif(
    shutil.which("fluidsynth") is None or not data.SOUNDFONT.exists(),
    reason="FluidSynth and FluidR3 GM are not installed",
)


def humming(seed: int, frames: int = LONG_FRAMES) -> Floats:
    """A sample of its own, without a loop, `[frames] float32`."""
    noise = np.random.default_rng(seed).standard_normal(frames + 800)
    smooth = np.convolve(noise, np.hanning(64), "same")
    return np.asarray(0.02 * smooth[:frames], np.float32)


def up(sound: Floats, frames: int) -> Floats:
    """Play a sound a semitone higher."""
    return played(sound, ENDS, 2.0 ** (1.0 / 12.0) * np.arange(frames))


def after(kept: Kept, frames: Doubles) -> Floats:
    """What is kept of a sound, played on."""
    sound = coding.decode(kept.coded)[: kept.frames]
    return played(sound, kept.loop, frames)


@pytest.mark.parametrize("fall", [0.0, 0.5])
def test_what_goes_round_is_kept_short_and_goes_on_as_it_does(fall: float) -> None:
    """A second of something else, then a tone that goes round and falls; an hour is as good."""
    frames, hz = np.arange(LONG_FRAMES), 441.7
    tone = np.sin(2 * np.pi * hz * frames / RATE_HZ) + np.sin(6 * np.pi * hz * frames / RATE_HZ)
    sound = 0.1 * tone * np.exp(-fall * frames / RATE_HZ)
    sound[:RATE_HZ] += humming(1)[:RATE_HZ]
    kept = waves.looped(sound.astype(np.float32))
    assert kept.loop.is_exact
    assert kept.frames < 1.2 * RATE_HZ
    late = np.arange(7.0 * RATE_HZ, 7.5 * RATE_HZ)
    error = after(kept, late) - sound[late.astype(int)]
    assert np.square(error).sum() < 0.03 * np.square(sound[late.astype(int)]).sum()


def test_a_round_is_not_mixed_with_what_was_before_it() -> None:
    """A second of something else, then a third of a second of breath again and again."""
    again = np.resize(humming(2, RATE_HZ // 3), LONG_FRAMES)
    sound = np.where(np.arange(LONG_FRAMES) < RATE_HZ, humming(1), again)
    kept = waves.looped(sound)
    assert kept.loop.is_exact
    late = np.arange(4.0 * RATE_HZ, 5.0 * RATE_HZ)
    assert loops.lost(sound[late.astype(int)], after(kept, late)) < 0.02


def test_what_dies_away_otherwise_than_it_goes_round_is_kept_whole() -> None:
    """A string: its partials fall at their own paces, so no period is the one before, softer."""
    seconds = np.arange(LONG_FRAMES) / RATE_HZ
    pairs = zip((330.0, 330.9, 992.0), (2.0, 2.6, 4.0), strict=True)
    partials = [np.exp(-fall * seconds) * np.sin(2 * np.pi * hz * seconds) for hz, fall in pairs]
    sound = 0.1 * np.sum(partials, axis=0, dtype=np.float32)
    kept = waves.looped(sound)
    late = np.arange(2.0 * RATE_HZ, 2.5 * RATE_HZ)
    assert loops.lost(sound[late.astype(int)], after(kept, late)) < 0.02


def test_what_does_not_go_round_goes_on_about_as_loud() -> None:
    sound = humming(1) * np.exp(-0.2 * np.arange(LONG_FRAMES) / RATE_HZ).astype(np.float32)
    kept = waves.looped(sound)
    assert not kept.loop.is_exact
    assert kept.frames < 2.5 * RATE_HZ
    late = np.arange(7.0 * RATE_HZ, 9.0 * RATE_HZ)
    ours, theirs = (np.square(each).mean() for each in (after(kept, late), sound[late.astype(int)]))
    assert 0.5 < ours / theirs < 2.0
    steps = np.abs(np.diff(after(kept, np.arange(4.0 * RATE_HZ))))
    assert steps[2 * RATE_HZ :].max() < 1.2 * steps[: 2 * RATE_HZ].max()


def test_what_dies_away_ends() -> None:
    sound = humming(1) * np.exp(-np.arange(LONG_FRAMES) / 2000.0).astype(np.float32)
    kept = waves.looped(sound)
    assert kept.loop == ENDS
    assert kept.frames < HELD_FRAMES // 4


def test_programs_with_one_sample_share_a_wave() -> None:
    sample, other = humming(1), humming(2)
    slow = sample * np.minimum(np.arange(LONG_FRAMES) / 20_000.0, 1.0).astype(np.float32)
    known = Known([], [], {})
    zones = [Zone(number, 60, 3, 61, 1.0, sound) for number, sound in enumerate((sample, slow))]
    zones.append(Zone(2, 60, 3, 61, 1.0, other))
    zones.append(Zone(3, 61, 3, 62, 1.0, up(sample, LONG_FRAMES)))
    zones.append(Zone(FIRST_KIT, 61, 1, 61, 1.0, sample))
    found = [waves._wave(zone, known) for zone in zones]
    assert found == [0, 0, 1, 0, 2]


def test_pure_tones_that_fall_differently_share_no_wave() -> None:
    """They are alike once each is divided by its envelope, but one is a bell and one an organ."""
    frames = np.arange(HELD_FRAMES)
    tone, known = 0.1 * np.sin(2 * np.pi * 440.0 * frames / RATE_HZ), Known([], [], {})
    found = []
    for number, fall in enumerate((0.0, 3.0, 0.1)):
        sound = (tone * np.exp(-fall * frames / RATE_HZ)).astype(np.float32)
        found.append(waves._wave(Zone(number, 69, 1, 69, 1.0, sound), known))
    assert found == [0, 1, 0]


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
def test_a_key_is_struck_for_long_to_hear_how_it_goes_on() -> None:
    struck = [zone for zone in zones.zones_of(73, data.SOUNDFONT) if 60 < zone.middle < 90]
    sounds = list(waves.long_strikes(struck, data.SOUNDFONT))
    assert len(sounds) == len(struck) > 3
    for zone, sound in zip(struck, sounds, strict=True):
        assert len(sound) == LONG_FRAMES
        assert loops.alike(sound[: RATE_HZ // 2], zone.sound[: RATE_HZ // 2]) > 0.999
        assert waves.looped(sound).loop.is_exact


def test_an_envelope_that_goes_on_while_a_sample_goes_round_is_told() -> None:
    """It falls fast at first, and not at all from two seconds on; then fast again."""
    seconds = np.arange(LONG_FRAMES) / RATE_HZ
    nats = np.interp(seconds, [0.0, 2.0, 5.0, 9.5], [0.0, -3.0, -3.0, -6.0])
    again = np.resize(humming(2, RATE_HZ // 3), LONG_FRAMES)
    sound = np.asarray(again * np.exp(nats), np.float32)
    kept = waves.looped(sound)
    line = Line.of(coding.decode(kept.coded)[: kept.frames + AROUND], True)
    wave = Wave(line, kept.loop, 1.0, Ear(), course=kept.course)
    for begin in (1, 3, 4, 6, 8):
        ours = wave.from_to(begin * RATE_HZ, (begin + 1) * RATE_HZ)
        theirs = sound[begin * RATE_HZ : (begin + 1) * RATE_HZ]
        decibels = 20.0 * np.log10(np.linalg.norm(ours) / np.linalg.norm(theirs))
        assert abs(decibels) < 2.0
