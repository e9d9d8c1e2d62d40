from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine.models.house import vocoder
from engine.models.house.notes import FFT, HOP, LOG_FLOOR, MELS, RATE_HZ, log_mel, mel_filters
from engine.models.house.vocoder import (
    ADVANCE,
    AHEAD,
    BINS,
    LOOKAHEAD_HOPS,
    PAST,
    WINDOW,
    Frame,
    PhaseNet,
    Turns,
    Vocoder,
    agreed,
    bin_power,
    bin_powers,
    joined,
    waveform,
)
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


def test_a_single_hop_is_spread_as_many_are() -> None:
    mel = log_mel(notes())[:20]
    mel[3], mel[4] = LOG_FLOOR, 3.0
    for one, powers in zip(mel, bin_powers(torch.from_numpy(mel)), strict=True):
        np.testing.assert_allclose(bin_power(one), powers.numpy(), rtol=2e-3, atol=1e-9)


def test_turns_are_the_networks_own(untrained: Vocoder) -> None:
    torch.manual_seed(1)
    net, logs = PhaseNet().eval(), torch.randn(PAST + 1 + AHEAD, BINS) - 3.0
    both = torch.stack((logs, torch.cat((logs[1:], logs[-1:]))))
    with torch.inference_mode():
        found = net(both, torch.tensor([1.0, 0.0])).numpy()
    for turns, expected in zip(untrained.turns(logs), found, strict=True):
        np.testing.assert_allclose(turns.since, expected[0] + 1j * expected[1], atol=1e-5)
        np.testing.assert_allclose(turns.below, expected[2] + 1j * expected[3], atol=1e-5)


def some_frame(random: np.random.Generator) -> Frame:
    magnitude = np.exp(random.normal(-4.0, 3.0, BINS))
    return Frame(magnitude, np.exp(2j * np.pi * random.random(BINS)))


def test_joined_phases_are_the_least_squares_ones() -> None:
    random = np.random.default_rng(2)
    last, (magnitude, _) = some_frame(random), some_frame(random)
    since, below = 0.6 * random.normal(size=(2, BINS)) + 0.6j * random.normal(size=(2, BINS))
    found = joined(last, magnitude, Turns(since, below), np.random.default_rng(7))
    told, unknown = magnitude + 1e-6, np.exp(2j * np.pi * np.random.default_rng(7).random(BINS))
    sure = [
        np.minimum(abs(turn), 1.0) / (1.05 - np.minimum(abs(turn), 1.0)) for turn in (since, below)
    ]
    along = sure[0] * np.minimum(told, last.magnitude) ** 2
    across = sure[1][1:] * np.minimum(told[1:], told[:-1]) ** 2
    step = np.eye(BINS, dtype=complex)[1:] - (below / abs(below))[1:, None] * np.eye(BINS)[:-1]
    matrix = np.diag(along + 1e-7 * told**2) + step.conj().T @ (across[:, None] * step)
    wanted = along * last.phase * ADVANCE * since / abs(since) + 1e-3 * told**2 * unknown
    phase = np.linalg.solve(matrix, wanted)
    np.testing.assert_allclose(found.phase, phase / abs(phase), atol=1e-6)
    np.testing.assert_array_equal(found.magnitude, magnitude)


def test_two_frames_agree_by_griffin_and_lims_projection() -> None:
    random = np.random.default_rng(3)
    frames, settled = [some_frame(random), some_frame(random)], random.normal(size=FFT)
    wanted = frames
    around = [np.arange(at, at + FFT) for at in range(-FFT + HOP, FFT + HOP, HOP)]
    weight = np.zeros(FFT + HOP)
    for place in around[: 1 + FFT // HOP]:
        inside = (place >= 0) & (place < FFT + HOP)
        weight[place[inside]] += WINDOW[inside] ** 2
    for _ in range(3):
        summed = np.pad(settled, (0, HOP))
        for at, frame in enumerate(wanted):
            summed[at * HOP : at * HOP + FFT] += waveform(frame) * WINDOW
        summed /= np.maximum(weight, 1e-2)
        pieces = [summed[at * HOP : at * HOP + FFT] * WINDOW for at in range(2)]
        spectra = [np.fft.rfft(np.roll(piece, FFT // 2)) for piece in pieces]
        wanted = [Frame(f.magnitude, s / abs(s)) for f, s in zip(frames, spectra, strict=True)]
    found = agreed(settled, *frames)
    np.testing.assert_allclose(found.phase, wanted[0].phase, atol=1e-6)


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
