from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine.models.house import vocoder
from engine.models.house.notes import HOP, LOG_FLOOR, MELS, RATE_HZ, log_mel, mel_filters
from engine.models.house.vocoder import LOOKAHEAD_HOPS, PhaseNet, Vocoder, bin_powers
from engine.training.evaluation.distances import mel_l1, spectra, stft_distance
from engine.wire import ModelFailed


@pytest.fixture(scope="module")
def untrained() -> Vocoder:
    torch.manual_seed(1)
    torch.set_num_threads(1)
    return Vocoder(PhaseNet())


def notes(seconds: float = 0.5) -> np.ndarray:
    """Two plucked notes over a little noise, `[frames] float32`."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    sound = np.random.default_rng(0).normal(0.0, 1e-3, len(time))
    for start, hz in ((0.05, 261.6), (0.2, 392.0)):
        after = np.maximum(time - start, 0.0)
        for partial in range(1, 7):
            wave = np.sin(2 * np.pi * hz * partial * after) * np.exp(-6.0 * after)
            sound += 0.1 / partial * wave * (time >= start)
    return sound.astype(np.float32)


@pytest.mark.parametrize("sizes", [(1,), (3, 1, 7), (40,)])
def test_chunks_make_the_samples_of_the_whole(untrained: Vocoder, sizes: tuple[int, ...]) -> None:
    mel = log_mel(notes())
    stream, parts, at = untrained.stream(seed=4), [], 0
    while at < len(mel):
        size = sizes[len(parts) % len(sizes)]
        parts.append(stream.push(mel[at : at + size]))
        at += size
    parts.append(stream.finish())
    whole = untrained.sound(mel, len(mel) * HOP, seed=4)
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_nothing_beyond_two_frames_is_heard(untrained: Vocoder) -> None:
    mel = log_mel(notes())
    changed = mel.copy()
    changed[20:] = -2.0
    one, two = (untrained.sound(each, len(mel) * HOP) for each in (mel, changed))
    first = (20 - LOOKAHEAD_HOPS) * HOP
    np.testing.assert_array_equal(one[:first], two[:first])
    assert np.abs(one[first : first + HOP] - two[first : first + HOP]).max() > 1e-3


def test_samples_are_due_two_frames_later(untrained: Vocoder) -> None:
    stream, mel = untrained.stream(), log_mel(notes(0.1))
    lengths = [len(stream.push(mel[hop : hop + 1])) for hop in range(5)]
    assert lengths == [0] * LOOKAHEAD_HOPS + [HOP] * (5 - LOOKAHEAD_HOPS)


def test_silence_stays_silent(untrained: Vocoder) -> None:
    mel = np.full((12, MELS), LOG_FLOOR, np.float32)
    assert not untrained.sound(mel, 12 * HOP).any()


def test_it_is_silent_again_after_a_sound(untrained: Vocoder) -> None:
    quiet = np.full((12, MELS), LOG_FLOOR, np.float32)
    loud = np.full((6, MELS), -1.0, np.float32)
    sound = untrained.sound(np.concatenate((quiet, loud, quiet)), 30 * HOP)
    assert np.isfinite(sound).all()
    assert np.abs(sound[13 * HOP : 17 * HOP]).max() > 1e-2
    assert not sound[: 10 * HOP].any()
    assert not sound[21 * HOP :].any()


def test_bins_are_true_to_the_mel() -> None:
    mel = log_mel(notes())[10:20]
    powers = bin_powers(torch.from_numpy(mel))
    assert (powers >= 0).all()
    again = powers.numpy() @ mel_filters().T
    loud = mel > mel.max() - 5.0
    difference = np.abs(0.5 * np.log(again[loud]) - mel[loud])
    assert difference.mean() < 0.06, difference
    assert difference.max() < 0.5


def test_an_extreme_mel_makes_finite_sound(untrained: Vocoder) -> None:
    mel = np.full((8, MELS), LOG_FLOOR, np.float32)
    mel[2:4, 5], mel[4:6] = 5.0, -40.0
    assert np.isfinite(untrained.sound(mel, 8 * HOP)).all()


def test_weights_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFailed, match="legato train vocoder"):
        Vocoder.load(tmp_path / "none.safetensors")
    save_file({"enter.weight": torch.zeros(3)}, tmp_path / "other.safetensors")
    with pytest.raises(ModelFailed, match="cannot be used"):
        Vocoder.load(tmp_path / "other.safetensors")


def test_the_packed_weights_know_phases() -> None:
    """What this test hears no instrument played: nearer to it than an untaught network comes."""
    sound = notes()
    mel, truth = log_mel(sound), spectra(sound)
    torch.manual_seed(1)
    made = [each.sound(mel, len(sound)) for each in (Vocoder.load(), Vocoder(PhaseNet()))]
    distance, untaught = (stft_distance(spectra(each), truth) for each in made)
    assert distance < untaught - 0.05
    assert mel_l1(log_mel(made[0]), mel) < 0.25
    assert vocoder.FILE.stat().st_size < 4_000_000
