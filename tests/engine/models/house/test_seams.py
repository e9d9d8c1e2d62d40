"""What was made goes over into its source evenly: in phase, as loud, without a stroke backwards."""

from __future__ import annotations

import numpy as np
import pytest

from engine.models.base import Audio
from engine.models.house.seams import BLOCK_FRAMES, joined
from tests.engine.models.house.joins import decibels, jump

FIRST, LAST, FRAMES = 6_000, 26_000, 32_000


def noise(seed: int, level: float = 0.1) -> Audio:
    found = np.random.default_rng(seed).standard_normal((FRAMES, 2))
    return (level * found).astype(np.float32)


def tone(level: float = 0.3) -> Audio:
    wave = level * np.sin(np.arange(FRAMES) * 2.0 * np.pi * 440.0 / 48_000.0)
    return np.stack((wave, 0.5 * wave), axis=1).astype(np.float32)


def whole(source: Audio, made: Audio, most_frames: int = 4_800) -> Audio:
    inside = joined(source, made, FIRST, LAST, most_frames)
    return np.concatenate((source[:FIRST], inside, source[LAST:]))


def test_what_goes_on_in_phase_is_left_as_it_was_made() -> None:
    source = tone()
    np.testing.assert_allclose(whole(source, source), source, atol=1e-6)
    found = whole(source, (0.7 * source).astype(np.float32))
    assert jump(found, FIRST) <= 1.05
    assert jump(found, LAST) <= 1.05
    np.testing.assert_allclose(found[12_000:20_000], 0.7 * source[12_000:20_000], atol=1e-6)


def test_what_is_unlike_the_source_gives_way_as_loud_as_both() -> None:
    source, made = noise(1), noise(2)
    found = whole(source, made)
    for edge in (FIRST, LAST):
        for begin in range(edge - 5_000, edge + 5_000, 1_000):
            assert abs(decibels(found[begin : begin + 1_000]) - decibels(made)) < 0.8


def test_notes_that_both_have_stay_while_others_change() -> None:
    source, made = tone() + noise(1, 0.03), tone() + noise(2, 0.03)
    found = whole(source, made)
    held = tone()[:, 0].astype(np.float64)
    for begin in (FIRST, FIRST + 2_000, LAST - 4_000, LAST - 2_000):
        part = slice(begin, begin + 2_000)
        share = float(np.dot(found[part, 0], held[part]) / np.dot(held[part], held[part]))
        assert share == pytest.approx(1.0, abs=0.06)


def test_samples_go_on_where_what_is_made_grows_from_the_edge_on() -> None:
    source = tone()
    swung = np.cos((np.arange(FRAMES) - FIRST) * 2.0 * np.pi * 330.0 / 48_000.0)
    grown = np.clip((np.arange(FRAMES) - FIRST + 400) / 400.0, 0.0, 1.0)
    made = (0.3 * swung * grown)[:, None].repeat(2, axis=1).astype(np.float32)
    assert jump(whole(source, made), FIRST) <= 1.1


def test_no_attack_is_heard_backwards() -> None:
    source, made = noise(1, 0.01), noise(2, 0.01)
    source[LAST : LAST + 3_000] *= np.float32(40.0)  # A stroke on the edge,
    source[FIRST - 2_000 : FIRST - 500] *= np.float32(40.0)  # and one shortly before the other.
    found = whole(source, made)
    assert decibels(found[LAST - 4_800 : LAST - BLOCK_FRAMES]) < decibels(made) + 1.0
    assert decibels(found[FIRST + BLOCK_FRAMES : FIRST + 4_800]) < decibels(made) + 1.0


def test_what_begins_at_the_edge_keeps_its_attack() -> None:
    source, made = noise(1, 0.01), tone()
    made[:FIRST] = 0.0
    found = whole(source, made, 1_440)
    for begin in range(FIRST, FIRST + 1_200, 240):
        part = slice(begin, begin + 240)
        assert abs(decibels(found[part]) - decibels(made[part])) < 0.5


@pytest.mark.parametrize(
    ("frames", "first", "last"), [(100, 0, 100), (100, 0, 30), (100, 70, 100), (100, 40, 41)]
)
def test_a_span_may_reach_an_end_or_be_one_sample(frames: int, first: int, last: int) -> None:
    source, made = noise(3)[:frames], noise(4)[:frames]
    found = joined(source, made, first, last, 50)
    assert found.shape == (last - first, 2)
    assert found.dtype == np.float32
    assert np.isfinite(found).all()
    assert np.abs(found).max() < 2.0
    np.testing.assert_array_equal(joined(source, made, first, last, 0), made[first:last])
    silent = np.zeros_like(source)
    np.testing.assert_array_equal(joined(silent, silent, first, last, 50), silent[first:last])
