"""Synthesis: waves as loud as envelopes, sharp onsets, exact joins, gains towards the target."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.models.house import notes
from engine.models.house.notes import (
    FFT,
    FLOOR,
    HOP,
    LOG_FLOOR,
    MELS,
    RATE_HZ,
    Floats,
    Integers,
)
from engine.models.house.renderer import noises, white_noise
from engine.models.house.stage import (
    Envelopes,
    Stage,
    Track,
    heard_frames,
    stage_of,
    tracks_of,
    window_share,
)
from engine.models.house.synthesis import (
    LEAD_HOPS,
    LOOKAHEAD_HOPS,
    TAIL_FRAMES,
    NoisePower,
    Synthesizer,
    shares,
    spread_to_bins,
)
from engine.performance import Performance
from engine.wire import Bend, Control, Note, Score

SYNTHESIZER = Synthesizer()
HELD = np.array([np.inf])


def stage(score: Score, blocks: int = 400) -> Stage:
    return stage_of(Performance(score), notes.table(score), blocks)


def score_of(*played: Note, **more: tuple[Control, ...] | tuple[Bend, ...]) -> Score:
    return Score(notes=played, duration_seconds=2.0, **more)  # type: ignore[arg-type]


def tone(pitch: int, amplitudes: list[float], frames: int = RATE_HZ) -> Floats:
    """Harmonics of a pitch, `[frames] float32`."""
    hz = 440.0 * 2.0 ** ((pitch - 69) / 12.0)
    time = np.arange(frames) / RATE_HZ
    parts = [a * np.cos(2 * np.pi * hz * k * time + k) for k, a in enumerate(amplitudes, 1)]
    out: Floats = np.sum(parts, axis=0).astype(np.float32)
    return out


def steady(note: int, first: int, last: int, level: float = -3.0) -> Envelopes:
    """A note whose envelope is the same in every mel and hop."""
    hops = np.arange(first, last)
    power = np.full((len(hops), MELS), np.exp(2.0 * level), np.float32)
    return Envelopes(np.full(len(hops), note), hops, power, np.zeros(len(hops), np.float32))


def held(hops: Integers, mel: Floats) -> Envelopes:
    """The first note, of which `[hops, MELS]` log-mels are heard."""
    none = np.zeros(len(hops), np.int64)
    return Envelopes(none, hops, np.exp(2.0 * mel), np.zeros(len(hops), np.float32))


def rms(sound: Floats) -> float:
    return float(np.sqrt(np.square(sound.astype(np.float64)).mean()))


def play(
    staged: Stage, envelopes: Envelopes, target: Floats, by_expected: bool = True
) -> tuple[Floats, Floats]:
    """Synthesise a target's hops from hop -1 on, as a first window does."""
    sound, tail = play_stems(staged, envelopes, target, by_expected)
    return sound[0], tail[0]


def play_stems(
    staged: Stage, envelopes: Envelopes, target: Floats, by_expected: bool = True
) -> tuple[Floats, Floats]:
    """The same, `[stems, sides, frames]`."""
    first, blocks = -1 - LEAD_HOPS, len(target) + LOOKAHEAD_HOPS
    stems = len(staged.stems) or 1
    mixtures = np.full((stems, blocks + 1, MELS), LOG_FLOOR, np.float32)
    excitation = SYNTHESIZER.excite(staged, envelopes, mixtures, first)
    noise = noises(0, staged.stems, first * HOP, blocks * HOP)
    tail = np.zeros((stems, staged.sides, TAIL_FRAMES), np.float32)
    sound, tail = SYNTHESIZER.shape(excitation, noise, target, tail, by_expected)
    return sound[..., 3 * HOP :], tail


def test_half_of_a_window_hears_half_of_an_onset_at_its_centre() -> None:
    np.testing.assert_allclose(
        window_share(np.array([-1024.0, 0.0, 1024.0])), [0, 0.5, 1], atol=1e-6
    )


@settings(deadline=None)
@given(st.floats(0.0, 3 * HOP), st.integers(-3, 30), st.integers(1, 40))
def test_tracks_begin_at_their_onset_and_stay_within(
    onset_frame: float, first: int, blocks: int
) -> None:
    envelopes = steady(0, int(np.ceil(onset_frame / HOP)) - 2, 30)
    for track in tracks_of(envelopes, np.array([onset_frame]), HELD, first, first + blocks):
        assert first <= track.first
        assert track.first + track.blocks <= first + blocks
        assert track.power.shape == (track.blocks + 1, MELS)
        assert np.isfinite(track.power).all()
        begins_here = track.first * HOP <= onset_frame < (track.first + 1) * HOP
        assert track.is_onset == begins_here
        if track.is_onset:
            assert track.silent_frames == int(onset_frame) - track.first * HOP


def test_notes_begin_when_the_reference_lets_them() -> None:
    # Frames at which renders by FluidSynth 2 are first other than 0.
    onsets = np.array([4800.0, 4479.0, 4662.2, 4428.3, 4271.9, 5268.0]) / RATE_HZ
    assert heard_frames(onsets).tolist() == [4865, 4609, 4801, 4545, 4353, 5377]
    anywhere = np.random.default_rng(0).uniform(0.0, 300.0, 1000)
    late = heard_frames(anywhere) - anywhere * RATE_HZ
    assert late.min() > 0.0
    assert late.max() <= 0.004 * RATE_HZ


def test_an_attack_is_as_loud_as_what_follows() -> None:
    onset_frame = 2000.0
    sound = np.zeros(RATE_HZ // 2, np.float32)
    sound[2000:] = tone(69, [0.2])[: len(sound) - 2000]
    mel = notes.log_mel(sound)
    envelopes = held(np.arange(40), mel[:40])
    (track,) = tracks_of(envelopes, np.array([onset_frame]), HELD, 0, 39)
    power = track.power[:, track.power[20].argmax()]
    np.testing.assert_allclose(power[:6], power[20], rtol=0.25)


def test_noise_falls_as_its_note_does() -> None:
    power = np.full((5, MELS), 1.0 / MELS, np.float32)
    sharper = np.array([0.0, 0.0, -1.0, -3.0, -5.0], np.float32)
    noise = NoisePower(1, 8)
    noise.add(
        Track(0, -1e6, 2, 0, False, power, sharper, 3.5 * HOP), 2, np.ones((1, 5), np.float32)
    )
    level = noise.level().reshape(-1)
    np.testing.assert_allclose(level[2 * HOP : 7 * HOP // 2], 1.0, rtol=1e-5)
    falling = np.diff(np.log(level[7 * HOP // 2 : 6 * HOP]))
    np.testing.assert_allclose(falling, -4.0 / HOP, rtol=2e-2)
    assert not level[: 2 * HOP].any()
    assert not level[6 * HOP :].any()


def test_nothing_is_heard_before_an_onset() -> None:
    onset = 1.0 + 200 / RATE_HZ
    score = score_of(Note(onset, 1.9, 38, 100, 0, 9, True), Note(onset, 1.9, 60, 100))
    mels = np.full((130, MELS), LOG_FLOOR, np.float32)
    begin = int(np.ceil(onset * RATE_HZ / HOP))
    mels[begin + 1 :] = -3.0
    both = [steady(note, begin - 2, 140) for note in (0, 1)]
    envelopes = Envelopes(*(np.concatenate(parts) for parts in zip(*both, strict=True)))
    sound = play(stage(score), envelopes, mels)[0][0]
    frame = round(onset * RATE_HZ)
    after = rms(sound[frame : frame + 480])
    assert rms(sound[frame - 960 : frame - 240]) < 0.02 * after
    assert not sound[: frame - 3 * FFT].any()


def test_the_mel_of_the_sound_is_the_target_on_average() -> None:
    slow = -3.0 + 0.5 * np.sin(np.arange(120)[:, None] / 15.0)
    target = (slow + np.linspace(0, -3, MELS)).astype(np.float32)
    score = score_of(Note(0.0, 1.9, 48, 100, 48))
    envelopes = held(np.arange(117), target[1:118])
    heard = notes.log_mel(play(stage(score), envelopes, target)[0][0])[10:100]
    off = heard - target[11:101]
    assert abs(float(off.mean())) < 0.2
    assert np.abs(off.mean(axis=0)).mean() < 0.35


def test_a_mel_that_was_told_is_kept_moment_by_moment() -> None:
    random = np.random.default_rng(3)
    slow = np.cumsum(random.normal(0, 0.1, (120, 1)), axis=0) - 3.0
    target = (slow + np.linspace(0, -3, MELS)).astype(np.float32)
    score = score_of(Note(0.0, 1.9, 48, 100, 48))
    sound = play(stage(score), steady(0, 0, 130), target, by_expected=False)[0][0]
    heard = notes.log_mel(sound)[10:100]
    assert np.abs(heard - target[11:101]).mean() < 0.25


def test_silence_in_silence_out() -> None:
    nothing = held(np.arange(0), np.zeros((0, MELS), np.float32))
    target = np.full((30, MELS), -2.0, np.float32)
    sound, tail = play(stage(score_of(Note(1.9, 2.0, 60, 90))), nothing, target)
    assert not sound.any()
    assert not tail.any()


def test_a_panned_part_sounds_on_its_side_and_a_centred_one_on_both() -> None:
    notes_ = (Note(0.0, 1.5, 60, 90, 48, 0), Note(0.0, 1.5, 72, 90, 48, 1))
    left = stage(score_of(*notes_, controls=(Control(0.0, 0, 10, 0), Control(0.0, 1, 10, 64))))
    assert left.sides == 2
    envelopes, target = steady(0, 0, 100), np.full((60, MELS), -3.0, np.float32)
    sound = play(left, envelopes, target)[0]
    assert rms(sound[0]) > 100 * rms(sound[1])
    mean = left.mean_gain(np.array([0, 1]), np.array([5, 5]))
    np.testing.assert_allclose(mean, [np.sqrt(0.5), 1.0], rtol=1e-6)
    centred = stage(score_of(*notes_))
    assert centred.sides == 1


def test_stems_are_shared_out_by_what_each_channel_plays() -> None:
    score = score_of(
        *(Note(0.0, 1.5, 60, 90, 48, 0), Note(0.5, 1.5, 72, 90, 48, 3)),
        Note(0.3, 0.5, 38, 100, 0, 9, True),
    )
    staged = stage_of(Performance(score), notes.table(score), 400, with_stems=True)
    assert staged.stems == (0, 3, 9)
    both = [steady(note, first, 100) for note, first in ((0, 0), (1, 28), (2, 47))]
    envelopes = Envelopes(*(np.concatenate(parts) for parts in zip(*both, strict=True)))
    target = np.full((60, MELS), -3.0, np.float32)
    stems = play_stems(staged, envelopes, target)[0]
    assert stems.shape[:2] == (3, 1)
    begun = round(0.3 * RATE_HZ) - 2 * FFT
    assert rms(stems[0, 0, :begun]) > 100 * max(rms(stems[1, 0, :begun]), rms(stems[2, 0, :begun]))
    whole, parts = stems.sum(axis=0), [rms(stem) for stem in stems]
    assert rms(whole) == pytest.approx(np.sqrt(np.square(parts).sum()), rel=0.2)
    heard = notes.log_mel(whole[0])[5:50]
    assert abs(float(heard.mean()) + 3.0) < 0.5


def test_shares_add_up_even_where_nothing_sounds() -> None:
    powers = np.exp(np.random.default_rng(0).normal(-6, 4, (3, 7, MELS))).astype(np.float32)
    powers[:, 3] = FLOOR**2
    np.testing.assert_allclose(shares(powers).sum(axis=0), 1.0, rtol=1e-5)


def test_each_stem_has_noise_of_its_own() -> None:
    several = noises(5, (0, 9), 0, 4096)
    assert abs(float(np.asarray(np.corrcoef(several))[0, 1])) < 0.05
    np.testing.assert_array_equal(noises(5, (), 0, 4096), white_noise(5, 0, 4096)[None])


def test_the_modulation_wheel_is_vibrato_and_bends_are_integrated() -> None:
    score = score_of(
        Note(0.0, 1.9, 60, 90, 48, 0),
        Note(0.0, 1.9, 60, 90, 48, 1),
        controls=(Control(0.5, 0, 1, 127),),
        bends=(Bend(1.0, 1, 12.0),),
    )
    parts = stage(score, 180).parts
    assert (parts[0].ratio[:46] == 1.0).all()
    cents = 1200 * np.log2(parts[0].ratio[47:])
    assert cents.max() == pytest.approx(50.0, abs=3.0)
    assert cents.min() == pytest.approx(-50.0, abs=3.0)
    at_bend, end = parts[1].played_at(1.0 * RATE_HZ), parts[1].played_at(1.5 * RATE_HZ)
    assert at_bend == pytest.approx(RATE_HZ, abs=HOP)
    assert end - at_bend == pytest.approx(RATE_HZ, abs=HOP)


@pytest.mark.parametrize(("first", "frames"), [(-1536, 9000), (60_000, 70_000), (65_536, 512)])
def test_noise_is_the_same_in_any_window(first: int, frames: int) -> None:
    seed = 2**63 + 5
    whole = white_noise(seed, first, frames)
    middle = frames // 2
    np.testing.assert_array_equal(
        whole[middle:], white_noise(seed, first + middle, frames - middle)
    )
    assert not whole[: max(0, -first)].any()
    assert whole[max(0, -first) :].std() == pytest.approx(1.0, abs=0.1)
    assert (whole != white_noise(seed + 1, first, frames)).any()


def test_gains_between_mels_are_interpolated() -> None:
    weights = spread_to_bins()
    assert weights.shape == (MELS, FFT // 2 + 1)
    np.testing.assert_allclose(weights.sum(axis=0), 1.0, rtol=1e-5)
