"""A live job's ring: nothing is heard twice, nothing clicks, and lateness does not stay."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.live_ring import LiveTap

TARGET, CHUNK, BLOCK, FADE = 480, 512, 256, 480


def chunk(first: int) -> np.ndarray:
    """Return a slow sine from a frame on, so that a click stands out."""
    wave = np.sin(2 * np.pi * np.arange(first, first + CHUNK) / 480)
    return np.repeat(wave[:, None], 2, axis=1).astype(np.float32)


def taken(tap: LiveTap, blocks: int) -> np.ndarray:
    out = [np.zeros((BLOCK, 2), np.float32) for _ in range(blocks)]
    for block in out:
        tap.mix_into(block)
    return np.concatenate(out)


def test_what_is_written_is_heard_bit_for_bit_after_the_target() -> None:
    tap, heard = LiveTap(2, TARGET, FADE), []
    for number in range(40):
        tap.write(chunk(number * CHUNK))
        heard.append(taken(tap, 2))
    sound = np.concatenate(heard)
    written = np.concatenate([chunk(number * CHUNK) for number in range(40)])
    assert not sound[:TARGET].any()
    assert np.array_equal(sound[TARGET:], written[: len(sound) - TARGET])
    assert tap.underruns == 0


def test_after_a_gap_little_waits_again() -> None:
    tap = LiveTap(2, TARGET, FADE)
    for number in range(10):
        tap.write(chunk(number * CHUNK))
        taken(tap, 2)
    taken(tap, 20)
    assert tap.underruns == 1
    for number in range(10, 20):  # What was late comes at once.
        tap.write(chunk(number * CHUNK))
    taken(tap, 2)
    surplus = [tap.write(chunk(number * CHUNK)) for number in range(20, 30) if [taken(tap, 2)]]
    assert max(surplus) <= CHUNK


def test_what_waits_too_long_is_left_out_in_a_fade() -> None:
    tap = LiveTap(2, TARGET, FADE)
    for number in range(8):
        tap.write(chunk(number * CHUNK))
    heard = []
    for number in range(8, 500):
        surplus = tap.write(chunk(number * CHUNK))
        heard.append(taken(tap, 2))
    assert tap.resyncs == 1
    assert surplus <= CHUNK
    assert np.abs(np.diff(np.concatenate(heard), axis=0)).max(initial=0.0) < 0.05
    assert tap.underruns == 0


@settings(deadline=None, max_examples=60)
@given(moves=st.lists(st.booleans(), max_size=200))
def test_whatever_comes_when_nothing_clicks(moves: list[bool]) -> None:
    tap, number, heard = LiveTap(2, TARGET, FADE), 0, [np.zeros((1, 2), np.float32)]
    for writes in moves:
        if writes:
            tap.write(chunk(number * CHUNK))
            number += 1
        else:
            heard.append(taken(tap, 1))
    # The chunks before and after those that were left out may differ by the sine's height,
    # and a fade hides that.
    assert np.abs(np.diff(np.concatenate(heard), axis=0)).max(initial=0.0) < 0.05
