"""Notes' waves, added up as loud as their envelopes say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.models.house.falling import heard
from engine.models.house.falling import sharper as sharp
from engine.models.house.lines import ENDS, Line
from engine.models.house.notes import EARLY_HOPS, FLOOR, HOP, MELS, Doubles, Floats, log_mel
from engine.models.house.stage import Part, Track, window_share
from engine.models.house.tones import Tones
from engine.models.house.waves import Ear, Wave, Waves

BLOCKS = 40
WAVES = Waves()


def part(ratio: Doubles | None = None, blocks: int = 200) -> Part:
    bends = np.ones(blocks) if ratio is None else ratio
    played = np.concatenate(([0.0], np.cumsum(bends * HOP)))
    return Part(bends, played, np.ones((2, blocks + 1), np.float32))


def wave_of(key: int, program: int = 48) -> Wave:
    found = WAVES.of(key, program)
    assert found is not None
    return found


def track(wave: Wave, onset: int, first: int, blocks: int, gain: float = 1.0) -> Track:
    """A note as loud as its wave, or so many times as loud."""
    since = (np.arange(first, first + blocks + 1) * float(HOP) - onset).clip(min=HOP / 4)
    is_onset = first == onset // HOP
    whole = wave.from_to(-onset, (first + blocks + 4) * HOP - onset)
    heard = np.exp(2.0 * log_mel(whole))[first : first + blocks + 1] - FLOOR**2
    power = gain**2 * heard / np.square(window_share(since))[:, None]
    silent, sharper = onset - first * HOP if is_onset else 0, np.zeros(len(power), np.float32)
    return Track(0, float(onset), first, silent, is_onset, power, sharper)


def sides(blocks: int, *gains: float) -> Floats:
    return np.tile(np.array(gains or (1.0,), np.float32)[:, None], blocks + 1)


def test_a_note_as_loud_as_its_wave_is_its_wave() -> None:
    wave, onset = wave_of(60), 700
    tones = Tones(1, BLOCKS)
    tones.add(1, wave, track(wave, onset, 1, BLOCKS - 1), part(), sides(BLOCKS - 1))
    expected = wave.from_to(-onset, BLOCKS * HOP - onset)
    heard = tones.sound.reshape(-1)
    assert np.abs(heard[:onset]).max() < 1e-4
    error = heard[onset + 4 * HOP :] - expected[onset + 4 * HOP :]
    assert np.square(error).sum() < 0.01 * np.square(expected).sum()


def test_a_note_is_the_same_however_it_is_cut() -> None:
    wave, onset = wave_of(64), 700
    whole = Tones(1, BLOCKS)
    whole.add(1, wave, track(wave, onset, 1, BLOCKS - 1), part(), sides(BLOCKS - 1))
    cut = Tones(1, BLOCKS)
    cut.add(1, wave, track(wave, onset, 1, 16), part(), sides(16))
    cut.add(17, wave, track(wave, onset, 17, BLOCKS - 17), part(), sides(BLOCKS - 17))
    np.testing.assert_allclose(cut.sound, whole.sound, atol=1e-6)


def test_a_note_is_level_until_it_is_let_go_and_falls_by_the_same_ratio_then() -> None:
    wave = wave_of(60)
    level = np.array([1.0, 0.9, 0.9 * np.exp(-1.5), 0.9 * np.exp(-4.5), 0.0], np.float32)
    held = track(wave, 0, 5, 4)
    assert len(held.falls(level)[0]) == 0
    steep, falling = replace(held, release_frame=6.5 * HOP).falls(level)
    assert steep.tolist() == [1, 2]
    np.testing.assert_allclose(falling[0, : HOP // 2], 0.9)
    ratios = np.diff(np.log(np.concatenate((falling[0, HOP // 2 :], falling[1]))))
    np.testing.assert_allclose(ratios, -3.0 / HOP, rtol=1e-2)


def test_sides_and_envelopes_are_gains() -> None:
    wave = wave_of(60)
    tones = Tones(2, BLOCKS)
    mean = (0.5 + 1.5) / 2.0
    tones.add(0, wave, track(wave, 0, 0, BLOCKS, 2.0 * mean), part(), sides(BLOCKS, 0.5, 1.5))
    left, right = tones.sound.reshape(2, -1)
    np.testing.assert_allclose(right, 3.0 * left, atol=1e-6)
    expected = wave.from_to(0, BLOCKS * HOP)
    np.testing.assert_allclose(left[9 * HOP :], expected[9 * HOP :], atol=2e-3)


@pytest.mark.parametrize("beside_frames", [0, 1, 170, 256, 511])
@pytest.mark.parametrize(("key", "program"), [(57, 0), (74, 73)])
def test_what_is_expected_is_what_is_heard_of_a_note(
    key: int, program: int, beside_frames: int
) -> None:
    """In its attack, too, which flutes begin a hundred times softer than they go on."""
    wave, onset = wave_of(key, program), 3 * HOP + beside_frames
    tones = Tones(1, BLOCKS)
    tones.add(3, wave, track(wave, onset, 3, BLOCKS - 3), part(), sides(BLOCKS - 3))
    mel = np.exp(2.0 * log_mel(tones.sound.reshape(-1))) - FLOOR**2
    here = slice(3 - EARLY_HOPS, BLOCKS - 4)
    loud = mel[here] > 1e-3 * mel[here].max()
    off = np.abs(tones.expected[here][loud] / mel[here][loud] - 1.0)
    assert np.quantile(off, 0.99) < 0.25
    attack = slice(4, 9)
    heard, expected = mel[attack].sum(axis=1), tones.expected[attack].sum(axis=1)
    np.testing.assert_allclose(expected, heard, rtol=0.04)
    assert not tones.expected[: 3 - EARLY_HOPS].any()


@pytest.mark.parametrize("fading", [0.3, 1.0, 2.0])
def test_a_release_is_heard_when_it_was_and_not_later(fading: float) -> None:
    wave, release = wave_of(69, 73), 20
    since = torch.arange(BLOCKS + 1.0) - release
    fallen, sharper = (of(torch.full_like(since, fading), since).numpy() for of in (heard, sharp))
    whole = track(wave, 0, 0, BLOCKS)
    let_go = replace(whole, power=whole.power * np.exp(-2.0 * fallen)[:, None])

    def off(note: Track) -> Floats:
        tones = Tones(1, BLOCKS)
        tones.add(0, wave, note, part(), sides(BLOCKS))
        level = 0.5 * np.log(np.exp(2.0 * log_mel(tones.sound.reshape(-1))).sum(axis=1))
        plain = 0.5 * np.log(whole.power.sum(axis=1))
        told = (fallen[release - 1 :] < 5.0) & (since[release - 1 :].numpy() < 8)
        return np.abs((level - plain + fallen)[release - 1 : BLOCKS + 1][told])

    blurred, sharpened = off(let_go), off(replace(let_go, sharper=sharper))
    assert sharpened.max() < 0.15 + 0.2 * fading
    assert sharpened.mean() < 0.6 * blurred.mean() + 0.03


@pytest.mark.parametrize("semitones", [-2.0, 0.5, 7.0])
def test_a_bend_plays_the_wave_faster(semitones: float) -> None:
    wave = wave_of(60, 73)
    ratio = np.full(200, 2.0 ** (semitones / 12.0))
    tones = Tones(1, BLOCKS)
    tones.add(0, wave, track(wave, 0, 0, BLOCKS), part(ratio), sides(BLOCKS))
    straight = wave.at(ratio[0] * np.arange(BLOCKS * HOP, dtype=np.float64))
    heard = tones.sound.reshape(-1)
    alike = np.corrcoef(heard[8 * HOP :], straight[8 * HOP :])[0, 1]
    assert alike > 0.95


def test_a_silent_wave_is_not_blown_up() -> None:
    nothing = np.zeros(HOP, np.float32)
    silent = Wave(Line.of(nothing, False), ENDS, 1.0, Ear())
    power, sharper = np.ones((BLOCKS + 1, MELS), np.float32), np.zeros(BLOCKS + 1, np.float32)
    loud = Track(0, 0.0, 0, 0, True, power, sharper)
    tones = Tones(1, BLOCKS)
    tones.add(0, silent, loud, part(), sides(BLOCKS))
    assert not tones.sound.any()
    assert np.isfinite(tones.expected).all()
