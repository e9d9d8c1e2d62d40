from pathlib import Path

import numpy as np
import pytest

from engine.models.house.notes import FIRST_KIT, HOPS_PER_SECOND, LOG_FLOOR, MELS
from engine.models.house.templates import NODES, NODES_HOPS, OWN_KEYS, QUIETEST, RANK
from engine.training import atlas
from engine.training.atlas import LONG, SHORT


def row_of(kind: atlas.Kind, keys: int, nats_a_hop: float) -> np.ndarray:
    """Lay out strikes that begin at 2 nats, and fade once let go."""
    mel = np.full((atlas.FIRST_HOP + keys * kind.stride_hops, MELS), LOG_FLOOR)
    for key in range(keys):
        first = atlas.FIRST_HOP + key * kind.stride_hops
        since = np.arange(kind.stride_hops - 4)
        level = 2.0 - 0.001 * since - nats_a_hop * np.maximum(since - kind.hold_hops, 0)
        mel[first : first + len(level)] = np.maximum(level, LOG_FLOOR)[:, None]
    return mel.astype(np.float16)


def kept(folder: Path, instrument: int, nats_a_hop: float) -> None:
    for kind in (LONG, SHORT):
        path = atlas.path_of(folder, kind, instrument)
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, row_of(kind, len(atlas.keys_of(instrument)), nats_a_hop))


def test_strikes_begin_on_hops_and_keep_their_distance() -> None:
    score = atlas.score(SHORT, FIRST_KIT)
    starts = np.array([note.start_seconds for note in score.notes]) * HOPS_PER_SECOND
    np.testing.assert_allclose(starts, 16 + 128 * np.arange(len(starts)), atol=1e-6)
    assert [note.pitch for note in score.notes] == list(range(27, 88))
    assert all(note.is_drum and note.velocity == 100 for note in score.notes)


@pytest.mark.parametrize("nats_a_hop", [0.02, 0.2, 1.0])
def test_fading_is_found(tmp_path: Path, nats_a_hop: float) -> None:
    kept(tmp_path, 5, nats_a_hop)
    long, short = (atlas.strikes(tmp_path, kind, 5) for kind in (LONG, SHORT))
    assert long.shape == (OWN_KEYS, LONG.stride_hops, MELS)
    np.testing.assert_allclose(atlas.fadings(long, short, SHORT), nats_a_hop, rtol=0.05)


def test_what_is_gone_at_once_fades_fast(tmp_path: Path) -> None:
    kept(tmp_path, 5, 50.0)
    long, short = (atlas.strikes(tmp_path, kind, 5) for kind in (LONG, SHORT))
    assert atlas.fadings(long, short, SHORT).min() > 1.0


def test_templates_follow_a_strike(tmp_path: Path) -> None:
    kept(tmp_path, 5, 0.1)
    levels = atlas.templates(atlas.strikes(tmp_path, LONG, 5))
    assert levels.shape == (OWN_KEYS, NODES, MELS)
    body = [place for place, hops in enumerate(NODES_HOPS) if hops >= 2]
    expected = 2.0 - 0.001 * np.array(NODES_HOPS)[body]
    np.testing.assert_allclose(levels[:, body, 0], np.tile(expected, (OWN_KEYS, 1)), atol=0.02)


def test_silence_is_kept_below_the_floor(tmp_path: Path) -> None:
    silent = np.full((1, LONG.hold_hops, MELS), LOG_FLOOR, np.float32)
    np.testing.assert_allclose(atlas.templates(silent), QUIETEST, atol=1e-3)


def test_factors_give_a_sum_of_few_products_back() -> None:
    random = np.random.default_rng(0)
    courses, spectra = random.random((3, RANK, NODES)), random.random((3, RANK, MELS))
    levels = np.einsum("krn,krm->knm", courses, spectra)
    found = atlas.factors(levels)
    np.testing.assert_allclose(np.einsum("krn,krm->knm", *found), levels, atol=1e-6)


@pytest.mark.parametrize("lingering", [0.0, 0.12, 0.4])
def test_how_much_a_release_depends_on_the_velocity_is_found(lingering: float) -> None:
    own = 0.01
    usual, soft, loud = (
        np.full(OWN_KEYS, lingering * factor - own, np.float32) for factor in (1.0, 2.25, 0.75)
    )
    np.testing.assert_allclose(atlas.lingerings(usual, soft, loud), lingering, atol=1e-3)


def test_a_release_that_is_nearly_alike_does_not_depend_on_the_velocity() -> None:
    usual, soft, loud = (np.full(OWN_KEYS, nats) for nats in (0.2, 0.25, 0.22))
    assert not atlas.lingerings(usual, soft, loud).any()
