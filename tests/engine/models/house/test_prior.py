from functools import cache

import numpy as np
import torch

from engine.models.house import weights
from engine.models.house.notes import (
    HOPS_PER_SECOND,
    INSTRUMENTS,
    LOG_FLOOR,
    MELS,
    mel_edges_hz,
    pitch_hz,
    table,
)
from engine.models.house.prior import WIDER_HZ, EnvelopeNet, add_up, envelopes, mix
from engine.models.house.waves import Waves
from engine.wire import Bend, Control, Note, Score


@cache
def trained() -> EnvelopeNet:
    return weights.load()[0]


@cache
def waves() -> Waves:
    return Waves()


def prior_of(
    *notes: Note,
    controls: tuple[Control, ...] = (),
    bends: tuple[Bend, ...] = (),
    first: int = 0,
    hops: int = 200,
) -> np.ndarray:
    score = Score(notes=notes, controls=controls, bends=bends, duration_seconds=4.0)
    return mix(trained(), waves(), table(score), first, hops).numpy()


def test_silence_without_notes() -> None:
    np.testing.assert_allclose(prior_of(), LOG_FLOOR, rtol=1e-6)


def test_two_notes_add_up_in_power() -> None:
    low, high = Note(0.2, 1.0, 48, 90, 19), Note(0.5, 1.5, 76, 70, 73, 1)
    parts = [np.exp(2 * prior_of(note)) - np.exp(2 * LOG_FLOOR) for note in (low, high)]
    expected = 0.5 * np.log(sum(parts) + np.exp(2 * LOG_FLOOR))
    np.testing.assert_allclose(prior_of(low, high), expected, atol=1e-3)


def test_windows_equal_the_whole() -> None:
    notes = [Note(0.3 * k, 0.3 * k + 0.25, 50 + 3 * k, 80, 8 * k, k % 3) for k in range(8)]
    whole = prior_of(*notes, hops=300)
    cut = [prior_of(*notes, first=first, hops=50) for first in range(0, 300, 50)]
    np.testing.assert_allclose(np.concatenate(cut), whole, atol=1e-4)


def test_envelopes_name_rows_and_hops() -> None:
    score = Score(notes=(Note(0.5, 1.0, 60, 90), Note(0.7, 1.0, 64, 90)), duration_seconds=2.0)
    note, hop, level, sharper = envelopes(trained(), waves(), table(score), 30, 40)
    assert set(note.tolist()) == {0, 1}
    assert int(hop.min()) >= 0
    assert int(hop.max()) < 40
    assert level.shape == (len(note), MELS)
    assert level.dtype == sharper.dtype == torch.float32
    assert sharper.shape == hop.shape


def test_a_note_is_heard_where_it_sounds() -> None:
    mel = prior_of(Note(1.0, 1.6, 69, 100, 73))
    loud = mel.max(axis=1)
    onset = int(1.0 * HOPS_PER_SECOND)
    assert loud[: onset - 4].max() < LOG_FLOOR + 0.1
    assert loud[onset + 6] > LOG_FLOOR + 4.0


def test_louder_velocity_is_louder_for_every_instrument() -> None:
    for program in range(0, 128, 5):
        levels = [
            np.exp(2 * prior_of(Note(0.2, 0.8, 60, velocity, program))[15:80]).sum()
            for velocity in (20, 64, 110)
        ]
        assert levels == sorted(levels)
        assert levels[2] > 4 * levels[0]


def test_within_a_layer_of_velocities_only_the_law_counts() -> None:
    """FluidR3's layers are 1 to 64, 65 to 72 and so on: the law is the square of velocity."""
    for program in (0, 26, 48, 83):
        soft, louder = (
            prior_of(Note(0.2, 1.0, 60, velocity, program))[20:90] for velocity in (32, 64)
        )
        is_heard = soft > LOG_FLOOR + 4.0
        np.testing.assert_allclose((louder - soft)[is_heard], 2.0 * np.log(2.0), atol=0.01)


def test_volume_scales_a_note() -> None:
    note = Note(0.2, 1.0, 60, 100, 48)
    halved = prior_of(note, controls=(Control(0.0, 0, 7, 50),))
    full = prior_of(note)
    heard = full > LOG_FLOOR + 5
    np.testing.assert_allclose((full - halved)[heard], 2 * np.log(2), atol=0.02)


def test_a_bend_moves_the_sound_up() -> None:
    note = Note(0.2, 1.5, 60, 100, 73)

    def centre(mel: np.ndarray) -> float:
        power = np.exp(2 * mel[60:120]).sum(axis=0)
        return float((power * np.arange(MELS)).sum() / power.sum())

    assert centre(prior_of(note, bends=(Bend(0.0, 0, 2.0),))) > centre(prior_of(note)) + 0.3


def test_add_up_of_nothing_is_silence() -> None:
    mel = add_up(torch.empty((0, MELS)), torch.empty(0, dtype=torch.int64), 5)
    torch.testing.assert_close(mel, torch.full((5, MELS), LOG_FLOOR))


def test_every_instrument_and_key_has_a_tail() -> None:
    tails = trained().tails()
    assert tails.shape == (INSTRUMENTS, 128)
    assert tails.min() >= 1
    assert tails.max() < 500


def test_a_key_is_pictured_as_all_mels_hear_all_its_harmonics() -> None:
    low, centre, high = (mel_edges_hz()[first : first + MELS] for first in range(3))
    low, high = low - WIDER_HZ, high + WIDER_HZ
    for key in (0, 21, 69, 127):
        hz = pitch_hz(np.array([key])) * np.arange(1, 257)[:, None]
        heard = np.minimum((hz - low) / (centre - low), (high - hz) / (high - centre)).clip(0.0)
        power = (heard / np.arange(1, 257)[:, None] ** 2).sum(axis=0)
        picture = trained().template[key * 4].numpy()
        np.testing.assert_allclose(picture, np.log(power + 1e-6) / 6.0 + 1.0, rtol=1e-5)
