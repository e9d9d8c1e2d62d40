import librosa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.models.house import notes
from engine.wire import Bend, Control, Note, Score


def score_of(*found: Note, controls: tuple[Control, ...] = (), seconds: float = 4.0) -> Score:
    return Score(notes=found, controls=controls, duration_seconds=seconds)


def no_tails(hops: int = 0) -> notes.Integers:
    return np.full((notes.INSTRUMENTS, 128), hops, np.int64)


def test_filters_are_librosas() -> None:
    theirs = librosa.filters.mel(sr=notes.RATE_HZ, n_fft=notes.FFT, n_mels=notes.MELS)
    np.testing.assert_allclose(notes.mel_filters(), theirs, atol=1e-7)


def test_log_mel_is_librosas() -> None:
    samples = np.random.default_rng(0).normal(0, 0.1, 30_000).astype(np.float32)
    power = librosa.feature.melspectrogram(
        y=samples,
        sr=notes.RATE_HZ,
        n_fft=notes.FFT,
        hop_length=notes.HOP,
        n_mels=notes.MELS,
        pad_mode="constant",
    )
    expected = 0.5 * np.log(power.T + notes.FLOOR**2)
    np.testing.assert_allclose(notes.log_mel(samples), expected, atol=1e-4)


@given(st.integers(1, 5000))
def test_silence_is_the_floor_at_any_length(frames: int) -> None:
    mel = notes.log_mel(np.zeros(frames, np.float32))
    assert mel.shape == (notes.hop_count(frames), notes.MELS)
    np.testing.assert_allclose(mel, notes.LOG_FLOOR, rtol=1e-6)


def test_mel_scale_inverts() -> None:
    hz = np.linspace(0.0, 24_000.0, 200)
    np.testing.assert_allclose(notes.mel_to_hz(notes.hz_to_mel(hz)), hz, atol=1e-6)


def test_table_maps_programs_and_kits_to_instruments() -> None:
    found = notes.table(
        score_of(
            Note(0.0, 1.0, 60, 64, program=5),
            Note(0.1, 1.0, 38, 64, program=0, channel=9, is_drum=True),
            Note(0.2, 1.0, 38, 64, program=34, channel=9, is_drum=True),
            Note(0.3, 1.0, 38, 64, program=127, channel=9, is_drum=True),
        )
    )
    kits = [notes.KITS.index(number) for number in (0, 32, 0)]
    assert found.instrument.tolist() == [5, *(notes.FIRST_KIT + kit for kit in kits)]


def test_volume_and_expression_are_square_laws_above_the_reference() -> None:
    plain = Note(0.0, 1.0, 60, 64)
    assert notes.table(score_of(plain)).log_gain[0, 0] == pytest.approx(0.0, abs=1e-6)
    controls = (Control(0.0, 0, 7, 50), Control(0.0, 0, 11, 127))
    gain = notes.table(score_of(plain, controls=controls)).log_gain[0, 5]
    assert gain == pytest.approx(2.0 * np.log(50 / 100), abs=1e-6)


def test_bend_moves_by_hop() -> None:
    score = Score(
        notes=(Note(0.0, 2.0, 60, 64, channel=3),),
        bends=(Bend(1.0, 3, 1.5),),
        duration_seconds=2.0,
    )
    bend = notes.table(score).bend_semitones[3]
    assert bend[int(0.9 * notes.HOPS_PER_SECOND)] == 0.0
    assert bend[int(1.1 * notes.HOPS_PER_SECOND)] == 1.5


def test_modulation_moves_the_envelopes_too_but_no_drums() -> None:
    score = score_of(
        *(Note(0.0, 2.0, 60, 64, channel=3), Note(0.0, 2.0, 40, 64, channel=9, is_drum=True)),
        controls=(Control(1.0, 3, 1, 127), Control(1.0, 9, 1, 127)),
    )
    bend = notes.table(score).bend_semitones
    assert np.abs(bend[3, :90]).max() == 0.0
    assert bend[3, 95:].max() == pytest.approx(0.5, abs=0.02)
    assert not bend[9].any()


def test_the_soft_pedal_takes_velocity_off_what_is_struck_under_it() -> None:
    score = score_of(
        *(Note(at, at + 0.5, 60, 100) for at in (0.0, 1.0, 2.0)),
        Note(1.0, 2.0, 60, 100, channel=1),
        controls=(Control(0.5, 0, 67, 127), Control(1.5, 0, 67, 0)),
    )
    assert notes.table(score).velocity.tolist() == [100, 78, 100, 100]


def test_all_sound_off_ends_what_sounds_and_nothing_after_it() -> None:
    score = score_of(
        *(Note(0.0, 3.0, 60, 64), Note(1.05, 3.0, 62, 64), Note(0.0, 3.0, 64, 64, channel=1)),
        controls=(Control(1.0, 0, 120, 0),),
    )
    note, hop = notes.pairs(notes.table(score), no_tails(50), 0, 400)
    last = [hop[note == row].max() / notes.HOPS_PER_SECOND for row in range(3)]
    assert last[0] == pytest.approx(1.0, abs=0.011)
    assert last[1:] == pytest.approx([3.55, 3.55], abs=0.03)  # 0 of channel 1, then 62


def test_pedal_delays_the_release() -> None:
    controls = (Control(0.5, 0, 64, 127), Control(2.0, 0, 64, 0))
    found = notes.table(score_of(Note(0.0, 1.0, 60, 64), controls=controls))
    assert found.release_seconds[0] == pytest.approx(2.0)


def test_a_closed_hat_chokes_the_open_one_only() -> None:
    drums = [
        Note(at, at + 0.1, pitch, 90, 0, 9, True) for at, pitch in ((0, 46), (0.1, 38), (1, 42))
    ]
    found = notes.table(score_of(*drums))
    assert found.choke_seconds.tolist() == [1.0, np.inf, np.inf]


def test_the_hats_of_two_drum_parts_choke_their_own() -> None:
    drums = [Note(at, at + 0.1, 46, 90, 0, 9, True) for at in (0.0, 2.0)]
    found = notes.table(score_of(*drums, Note(1.0, 1.1, 42, 90, 0, 25, True)))
    assert found.choke_seconds.tolist() == [2.0, np.inf, np.inf]


def test_channels_of_further_ports_have_curves_of_their_own() -> None:
    score = score_of(
        *(Note(0.0, 1.0, 60, 64, channel=channel) for channel in (0, 16)),
        controls=(Control(0.0, 16, 7, 50),),
    )
    found = notes.table(score)
    assert found.log_gain[[0, 16], 5] == pytest.approx([0.0, 2.0 * np.log(0.5)], abs=1e-6)


def test_pairs_reach_from_before_the_onset_to_the_end_of_the_tail() -> None:
    table = notes.table(score_of(Note(1.0, 1.5, 60, 64)))
    note, hop = notes.pairs(table, no_tails(10), 0, 400)
    assert set(note.tolist()) == {0}
    assert hop.min() == np.ceil(1.0 * notes.HOPS_PER_SECOND) - notes.EARLY_HOPS
    assert hop.max() == np.floor(1.5 * notes.HOPS_PER_SECOND) + notes.EARLY_HOPS + 10


@given(st.integers(0, 380), st.integers(1, 200))
def test_a_window_has_the_pairs_of_the_whole(first: int, hops: int) -> None:
    random = np.random.default_rng(5)
    starts = np.sort(random.uniform(0.0, 3.0, 20))
    table = notes.table(score_of(*(Note(float(t), float(t) + 0.3, 60, 64) for t in starts)))
    whole = set(zip(*map(np.ndarray.tolist, notes.pairs(table, no_tails(7), 0, 600)), strict=True))
    part = notes.pairs(table, no_tails(7), first, hops)
    got = {(n, h + first) for n, h in zip(*map(np.ndarray.tolist, part), strict=True)}
    assert got == {(n, h) for n, h in whole if first <= h < first + hops}


def test_no_notes_no_pairs() -> None:
    note, hop = notes.pairs(notes.table(Score(duration_seconds=1.0)), no_tails(), 0, 64)
    assert len(note) == len(hop) == 0
