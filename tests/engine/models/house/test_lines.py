import numpy as np
import pytest

from engine.models.house.lines import AROUND, ENDS, HEAD_FRAMES, Line, Loop, played
from engine.models.house.notes import Floats


class Read:
    """A sound that remembers how much of it was read."""

    def __init__(self, frames: int) -> None:
        self.sound = np.random.default_rng(1).standard_normal(frames).astype(np.float32)
        self.read: list[int] = []

    def __call__(self, frames: int) -> Floats:
        self.read.append(frames)
        return self.sound[:frames]


@pytest.mark.parametrize("loop", [ENDS, Loop(1_000.5, 0.1)])
def test_a_long_sound_is_read_in_full_when_more_than_its_beginning_is_due(loop: Loop) -> None:
    source = Read(4 * HEAD_FRAMES)
    line = Line(source, 4 * HEAD_FRAMES, bool(loop.frames))
    early, late = np.arange(0.25, HEAD_FRAMES - AROUND - 1), np.arange(0.25, 5.0 * HEAD_FRAMES)
    begun = line.played(loop, early)
    assert source.read == [HEAD_FRAMES]
    whole = line.played(loop, late)
    assert source.read == [HEAD_FRAMES, 4 * HEAD_FRAMES]
    np.testing.assert_array_equal(begun, whole[: len(begun)])
    np.testing.assert_array_equal(begun, line.played(loop, early))
    np.testing.assert_array_equal(whole, played(source.sound, loop, late))
    assert source.read == [HEAD_FRAMES, 4 * HEAD_FRAMES]


def test_what_is_read_ahead_is_not_read_again() -> None:
    source = Read(4 * HEAD_FRAMES)
    line = Line(source, 4 * HEAD_FRAMES, False)
    line.read()
    line.played(ENDS, np.arange(3.0 * HEAD_FRAMES))
    assert source.read == [HEAD_FRAMES, 4 * HEAD_FRAMES]


def test_a_short_sound_is_read_at_once() -> None:
    source = Read(HEAD_FRAMES)
    line = Line(source, HEAD_FRAMES, False)
    line.played(ENDS, np.arange(10.0))
    assert source.read == [HEAD_FRAMES]


def test_a_sound_is_as_exact_far_into_it_as_at_its_beginning() -> None:
    """A slow sine, so that the interpolation itself errs by next to nothing."""
    turn = 2.0 * np.pi / 64.0
    sine = np.sin(turn * np.arange(1_000_000.0)).astype(np.float32)
    for first in (1_000.0, 900_000.0):
        places = first + 0.7371 * np.arange(20_000.0)
        found = played(sine, ENDS, places)
        np.testing.assert_allclose(found, np.sin(turn * places), atol=2e-5)
