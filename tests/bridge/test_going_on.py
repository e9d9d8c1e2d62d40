"""How a sound that has run dry goes on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.going_on import FADE_SECONDS, HOLD_SECONDS, JOIN_SECONDS, Memory

RATE, BLOCK = 48_000, 256
HELD, WHOLE = round(HOLD_SECONDS * RATE), round((HOLD_SECONDS + FADE_SECONDS) * RATE)
CHORD_HZ = (220.0, 277.2, 329.6, 440.0)


def sung(*tones_hz: float, seconds: float = 0.3, decay: float = 0.0) -> np.ndarray:
    """Return tones in stereo, the second channel softer and later."""
    at = np.arange(round(seconds * RATE)) / RATE
    left, right = (
        sum(np.sin(2 * np.pi * hz * (at - lag)) for hz in tones_hz) for lag in (0.0, 0.0004)
    )
    return (np.exp(-decay * at)[:, None] * np.stack([left, 0.6 * right], axis=1)).astype(np.float32)


def heard(sound: np.ndarray) -> Memory:
    memory = Memory(RATE, sound.shape[1])
    for first in range(0, len(sound), BLOCK):
        memory.keep(sound[first : first + BLOCK])
    return memory


def off(found: np.ndarray, expected: np.ndarray) -> float:
    """Return the error's level over that of what was expected."""
    return float(np.sqrt(np.square(found - expected).mean() / np.square(expected).mean()))


@pytest.mark.parametrize("hz", [41.2, 97.3, 440.0, 1_234.5, 5_000.0])
def test_a_tone_goes_on_as_if_nothing_was_missing_and_then_fades(hz: float) -> None:
    sound = sung(hz)
    on = heard(sound[:-WHOLE]).going_on()
    assert len(on) == WHOLE
    assert off(on[:HELD], sound[-WHOLE:][:HELD]) < 0.1
    assert np.abs(on[-WHOLE // 8 :]).max() < 0.3 * np.abs(on[:HELD]).max()
    assert not on[-1].any()


def test_a_chord_goes_on_nearly_as_it_was() -> None:
    sound = sung(*CHORD_HZ)
    assert off(heard(sound[:-WHOLE]).going_on()[:HELD], sound[-WHOLE:][:HELD]) < 0.35


def test_what_decays_gets_no_louder() -> None:
    sound = sung(*CHORD_HZ, decay=20.0)
    on, expected = heard(sound[:-WHOLE]).going_on(), sound[-WHOLE:]
    assert np.abs(on).max() < 1.2 * np.abs(expected).max()


def test_silence_goes_on_as_silence() -> None:
    assert not Memory(RATE, 2).going_on().any()
    assert (
        not heard(np.concatenate([sung(440.0), np.zeros((8_192, 2), np.float32)])).going_on().any()
    )


def test_it_begins_where_the_sound_was() -> None:
    sound = sung(*CHORD_HZ)
    memory = heard(sound)
    assert np.array_equal(memory.last, sound[-1:])
    steps = np.abs(np.diff(np.concatenate([sound, memory.going_on()]), axis=0)).max(axis=1)
    assert steps[len(sound) - 2 :].max() < 1.5 * steps[: len(sound) - 2].max()


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**31),
    pieces=st.lists(st.tuples(st.integers(1, 3_000), st.sampled_from([0.0, 0.1, 1.0])), max_size=6),
    rate_hz=st.sampled_from([8_000, 44_100, 96_000]),
    channels=st.integers(1, 3),
)
def test_whatever_was_heard_it_is_no_louder_and_does_not_click(
    seed: int, pieces: list[tuple[int, float]], rate_hz: int, channels: int
) -> None:
    random, memory, past = np.random.default_rng(seed), Memory(rate_hz, channels), [0.0]
    steepest = 0.0
    for frames, level in pieces:
        smooth = np.cumsum(random.uniform(-0.02, 0.02, (frames, channels)), axis=0)
        block = (level * np.sin(smooth)).astype(np.float32)
        block[: min(64, frames)] *= np.linspace(0.0, 1.0, min(64, frames))[:, None]
        block[-min(64, frames) :] *= np.linspace(1.0, 0.0, min(64, frames))[:, None]
        memory.keep(block)
        steepest = max(steepest, float(np.abs(np.diff(block, axis=0, prepend=0.0)).max()))
        past.append(float(np.abs(block).max()))
    on = memory.going_on()
    assert on.dtype == np.float32
    assert np.isfinite(on).all()
    assert np.abs(on).max() <= max(past)
    steps = np.abs(np.diff(np.concatenate([memory.last, on]), axis=0)).max()
    assert steps <= 2.0 * steepest + 4.0 * max(past) / (JOIN_SECONDS * rate_hz) + 1e-6
