"""Keys that the soundfont leaves out are heard all the same: as the nearest that it has."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
import torch

from engine.models.base import Audio
from engine.models.house import weights
from engine.models.house.notes import FIRST_KIT, INSTRUMENTS, MELS, RATE_HZ, mel_edges_hz, pitch_hz
from engine.models.house.templates import LOWEST_KEY, OWN_KEYS, moved
from engine.models.house.waves import Waves, nearest
from engine.wire import MidiEvent, Note, Score
from tests.engine.models.house.test_live import live, quiet, render

HELD_SECONDS = 0.8
# Program, a key that FluidR3 leaves out, and the nearest that it has.
LEFT_OUT = [(58, 84, 72), (43, 72, 57), (33, 96, 84), (19, 103, 96), (67, 80, 72)]
LEVEL_DB, SEMITONES = 6.0, 0.35


@lru_cache(maxsize=1)
def reaching() -> Waves:
    waves = Waves()
    waves.reach()
    return waves


def test_the_nearest_key_is_found_the_lower_of_two() -> None:
    is_there = np.zeros((INSTRUMENTS, OWN_KEYS), bool)
    is_there[5, [10, 14]] = is_there[FIRST_KIT, [30, 31]] = is_there[FIRST_KIT + 1, 30] = True
    found = nearest(is_there)
    assert (found[5, [0, 10, 12, 13, 87]] - 5 * OWN_KEYS).tolist() == [10, 10, 10, 14, 14]
    for whole in (4, FIRST_KIT):
        assert (found[whole] // OWN_KEYS == whole).all()
        assert (found[whole] % OWN_KEYS == np.arange(OWN_KEYS)).all()
    own = np.arange(OWN_KEYS) + (FIRST_KIT + 1) * OWN_KEYS
    own[31] -= OWN_KEYS
    assert np.array_equal(found[FIRST_KIT + 1], own)


@pytest.mark.parametrize("program", range(FIRST_KIT))
def test_every_key_of_every_program_has_a_wave(program: int) -> None:
    keys = range(LOWEST_KEY, LOWEST_KEY + OWN_KEYS)
    assert all(reaching().of(key, program) is not None for key in keys)


@pytest.mark.parametrize("kit", range(FIRST_KIT, INSTRUMENTS))
def test_every_drum_of_every_kit_has_a_wave(kit: int) -> None:
    """Of General MIDI's map, the TR-808's lacks three."""
    assert all(reaching().of(key, kit) is not None for key in range(35, 82))
    assert reaching().of(21, kit) is None


def test_what_a_wave_lacks_moves_with_it() -> None:
    hz = mel_edges_hz()[1:-1]
    spectrum = torch.zeros(2, MELS)
    spectrum[:, 60] = 1.0
    up = moved(spectrum, 12)
    assert up.shape == (2, MELS)
    assert hz[int(up[0].argmax())] == pytest.approx(2.0 * hz[60], rel=0.03)
    assert torch.equal(moved(spectrum, 0), spectrum)


def test_the_network_knows_keys_that_it_has_as_before() -> None:
    before, after = weights.load()[0], weights.load()[0]
    alike = Waves().alike()
    after.reach(alike)
    rows = alike.reshape(-1)
    own = rows == np.arange(len(rows))
    for name in ("times", "spectra", "fading", "lingering"):
        old, new = (getattr(net.templates, name)[own] for net in (before, after))
        assert torch.equal(old, new)
    of, like = np.divmod(alike, OWN_KEYS)
    keys = slice(LOWEST_KEY, LOWEST_KEY + OWN_KEYS)
    assert np.array_equal(after.tails()[:, keys], before.tails()[of, LOWEST_KEY + like])


@pytest.mark.parametrize(("program", "pitch", "has"), LEFT_OUT)
def test_it_is_as_loud_as_the_nearest_and_in_tune_with_it(
    program: int, pitch: int, has: int
) -> None:
    def alone(key: int) -> Audio:
        return render(Score((Note(0.0, HELD_SECONDS, key, 100, program),)), 2)

    check_alike(alone(pitch), alone(has), pitch - has)


@pytest.mark.parametrize(("program", "pitch", "has"), LEFT_OUT)
def test_so_it_is_when_it_is_played(program: int, pitch: int, has: int) -> None:
    def alone(key: int) -> Audio:
        instrument = live()
        events = [MidiEvent(0, 0xC0, program, 0), MidiEvent(0, 0x90, key, 100)]
        return np.concatenate(
            [instrument.play(events if block == 0 else [], 0, quiet) for block in range(75)]
        )

    check_alike(alone(pitch), alone(has), pitch - has)


def test_a_drum_that_a_kit_lacks_is_the_standard_kits() -> None:
    def alone(kit: int) -> Audio:
        return render(Score((Note(0.1, 0.4, 65, 110, kit, 9, True),)), 0)

    level_db = 10.0 * np.log10(np.square(alone(25)).sum() / np.square(alone(0)).sum())
    assert abs(level_db) < LEVEL_DB


@pytest.mark.parametrize(("pitch", "octave"), [(115, 103), (15, 27)])
def test_keys_beyond_the_pianos_are_in_tune(pitch: int, octave: int) -> None:
    """An ocarina's, which are nearly sines."""
    low, high = (
        strongest(render(Score((Note(0.0, 1.5, k, 100, 79),)), 0)) for k in (octave, pitch)
    )
    assert high / low == pytest.approx(float(pitch_hz(pitch) / pitch_hz(octave)), rel=0.02)


def check_alike(ours: Audio, has: Audio, semitones: int) -> None:
    """Hold what is left out to the nearest that is there, so many semitones lower."""
    frames = slice(RATE_HZ // 10, int(HELD_SECONDS * RATE_HZ) - RATE_HZ // 10)
    one, other = (sound[frames].mean(axis=1) for sound in (ours, has))
    level_db = 10.0 * np.log10(np.square(one).mean() / np.square(other).mean())
    assert abs(level_db) < LEVEL_DB
    higher = 12.0 * np.log2(strongest(ours[frames]) / strongest(has[frames]))
    assert np.abs((higher - semitones + 6.0) % 12.0 - 6.0) < SEMITONES  # of another partial, maybe


def strongest(sound: Audio) -> float:
    """Return the strongest frequency of a sound, in Hz."""
    mono = sound.mean(axis=1)
    spectrum = np.abs(np.fft.rfft(mono * np.hanning(len(mono)), 8 * RATE_HZ))
    return float(np.argmax(spectrum)) / 8.0
