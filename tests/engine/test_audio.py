"""Joins keep the power even, levels match, peaks stay inside, and pasting touches nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine import audio

RATE_HZ = 22_050
Audio = NDArray[np.float32]


def noise(seed: int, frames: int = RATE_HZ, channels: int = 1, level: float = 0.1) -> Audio:
    random = np.random.default_rng(seed)
    return (random.standard_normal((frames, channels)) * level).astype(np.float32)


@pytest.mark.parametrize("alike", [0.0, 0.5, 1.0])
def test_a_crossfade_keeps_the_level_however_alike_the_two_are(alike: float) -> None:
    one, other = noise(1), noise(2)
    mixed = (alike * one + np.sqrt(1 - alike**2) * other).astype(np.float32)
    middle = audio.crossfade(one, mixed)[RATE_HZ // 3 : -RATE_HZ // 3]
    assert audio.level_of(middle) == pytest.approx(0.1, rel=0.03)


def test_a_crossfade_of_a_signal_with_itself_is_that_signal() -> None:
    one = noise(3)
    np.testing.assert_allclose(audio.crossfade(one, one), one, atol=1e-7)


def test_a_crossfade_begins_near_the_one_and_ends_near_the_other() -> None:
    one, other = noise(4), noise(5)
    faded = audio.crossfade(one, other)
    np.testing.assert_allclose(faded[:5], one[:5], atol=1e-3)
    np.testing.assert_allclose(faded[-5:], other[-5:], atol=1e-3)


def test_only_equal_shapes_are_faded_or_pasted() -> None:
    with pytest.raises(ValueError, match="equal shapes"):
        audio.crossfade(noise(1, 10), noise(1, 11))
    with pytest.raises(ValueError, match="equal shapes"):
        audio.paste(noise(1, 10), noise(1, 11), 1, 2, 1)


@settings(deadline=None)
@given(
    frames=st.integers(2, 300),
    span=st.tuples(st.integers(0, 300), st.integers(0, 300)),
    fade=st.integers(0, 400),
    channels=st.integers(1, 2),
)
def test_pasting_leaves_every_sample_outside_as_it_was(
    frames: int, span: tuple[int, int], fade: int, channels: int
) -> None:
    first, last = sorted(min(edge, frames) for edge in span)
    source, made = noise(6, frames, channels), noise(7, frames, channels)
    kept = source.copy()
    pasted = audio.paste(source, made, first, last, fade)
    assert pasted.dtype == np.float32
    assert pasted[:first].tobytes() == kept[:first].tobytes()
    assert pasted[last:].tobytes() == kept[last:].tobytes()
    edge = min(fade, (last - first) // 3)
    begin, end = first + edge * (first > 0), last - edge * (last < frames)
    assert pasted[begin:end].tobytes() == made[begin:end].tobytes()
    assert source.tobytes() == kept.tobytes()


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=50))
def test_no_peak_passes_one_and_what_is_quiet_is_not_touched(samples: list[float]) -> None:
    loud = np.array(samples, np.float32)[:, None]
    limited = audio.limit_peaks(loud)
    assert limited.dtype == np.float32
    assert np.abs(limited).max() <= 1.0
    quiet = np.abs(loud) <= audio.KNEE - 1e-6
    assert limited[quiet].tobytes() == loud[quiet].tobytes()
    assert (np.sign(limited) == np.sign(loud)).all()


def test_limiting_never_turns_the_order_of_two_samples_round() -> None:
    ramp = np.linspace(-4, 4, 4001, dtype=np.float32)[:, None]
    assert (np.diff(audio.limit_peaks(ramp)[:, 0]) >= 0).all()


@pytest.mark.parametrize("level", [0.001, 0.05, 0.5])
def test_a_level_is_matched(level: float) -> None:
    assert audio.level_of(audio.match_level(noise(8), level)) == pytest.approx(level, rel=1e-5)


def test_a_level_may_stay_a_little_off() -> None:
    near = audio.match_level(noise(9), 0.12, within_decibels=3.0)
    assert near.tobytes() == noise(9).tobytes()
    far = audio.match_level(noise(9), 0.4, within_decibels=6.0)
    assert audio.level_of(far) == pytest.approx(0.4 / 10 ** (6 / 20), rel=1e-3)


def test_silence_has_no_level_to_match_and_may_be_matched() -> None:
    silence = np.zeros((100, 1), np.float32)
    assert not audio.match_level(silence, 0.1).any()
    assert not audio.match_level(noise(10), 0.0).any()
    assert np.abs(audio.match_level(noise(11, level=1e-5), 0.5)).max() < 0.01


def test_a_graft_goes_on_without_a_jump_and_touches_nothing_else() -> None:
    """What was made lies a little beside the source, on which it follows in phase."""
    ramp = np.sin(np.arange(3000, dtype=np.float32) / 40)[:, None]
    made = (ramp * np.float32(0.8) + np.float32(0.1)).astype(np.float32)
    grafted = audio.graft(ramp, made, 1000, 2000, 200)
    assert grafted[:1000].tobytes() == ramp[:1000].tobytes()
    assert grafted[2000:].tobytes() == ramp[2000:].tobytes()
    assert grafted[1200:1800].tobytes() == made[1200:1800].tobytes()
    assert np.abs(np.diff(grafted, axis=0)).max() < 1.5 * np.abs(np.diff(ramp, axis=0)).max()
    assert np.abs(np.diff(audio.paste(ramp, made, 1000, 2000, 0), axis=0)).max() > 0.1


@pytest.mark.parametrize(("first", "last"), [(0, 30), (70, 100), (0, 100), (99, 100), (40, 41)])
def test_a_graft_may_reach_an_end_or_be_one_sample(first: int, last: int) -> None:
    source, made = noise(12, 100), noise(13, 100)
    grafted = audio.graft(source, made, first, last, 50)
    assert grafted[:first].tobytes() == source[:first].tobytes()
    assert grafted[last:].tobytes() == source[last:].tobytes()
    assert np.isfinite(grafted).all()
