from pathlib import Path

import numpy as np
import torch

from engine.models.house.notes import FIRST_KIT, HOP, HOPS_PER_SECOND, LOG_FLOOR, MELS
from engine.models.house.templates import (
    LAYERS,
    LOWEST_KEY,
    NODES,
    NODES_HOPS,
    OWN_KEYS,
    RANK,
    STRUCK_AT,
    STRUCK_LAYERS,
    layers,
)
from engine.models.house.waves import Waves
from engine.training import atlas
from engine.training.atlas import QUIETEST
from engine.training.kinds import LAYERED, LONG, SHORT
from tests.engine.training.strikes import kept


def test_strikes_begin_on_hops_and_keep_their_distance() -> None:
    score = atlas.score(SHORT, FIRST_KIT)
    starts = np.array([note.start_seconds for note in score.notes]) * HOPS_PER_SECOND
    np.testing.assert_allclose(starts, 16 + 128 * np.arange(len(starts)), atol=1e-6)
    assert [note.pitch for note in score.notes] == list(range(27, 88))
    assert all(note.is_drum and note.velocity == 100 for note in score.notes)


def held(folder: Path) -> np.ndarray:
    return atlas.of_note(atlas.strikes(folder, LONG, 5)[:, : LONG.hold_hops])


def test_nodes_follow_a_strike(tmp_path: Path) -> None:
    kept(tmp_path, 5, 0.1)
    levels = atlas.at_nodes(held(tmp_path))
    assert levels.shape == (OWN_KEYS, NODES, MELS)
    body = [place for place, hops in enumerate(NODES_HOPS) if hops >= 2]
    expected = 2.0 - 0.001 * np.array(NODES_HOPS)[body]
    np.testing.assert_allclose(levels[:, body, 0], np.tile(expected, (OWN_KEYS, 1)), atol=0.02)


def test_silence_is_kept_below_the_floor() -> None:
    silent = np.full((1, LONG.hold_hops, MELS), LOG_FLOOR, np.float32)
    np.testing.assert_allclose(atlas.at_nodes(atlas.of_note(silent)), QUIETEST, atol=1e-3)


def test_what_a_wave_is_heard_as_is_where_the_strikes_are() -> None:
    """A piano's key is loudest just after it is struck, and decays."""
    levels = atlas.heard(Waves(), 0)
    assert levels.shape == (OWN_KEYS, LONG.hold_hops, MELS)
    loud = levels[60 - LOWEST_KEY].max(axis=1)
    onset = -NODES_HOPS[0]
    assert loud[0] < loud[onset] - 2.0
    assert onset < int(loud.argmax()) < onset + 12
    assert loud[150] < loud.max() - 1.0


def test_beats_at_the_end_are_smoothed_where_a_wave_strays() -> None:
    hops = np.arange(LONG.hold_hops, dtype=np.float32)
    level = -0.01 * hops
    beating = np.tile((level + 0.5 * np.sin(hops))[:, None], (3, 1, MELS))
    found = atlas.settled(beating, [100, 200, LONG.hold_hops])
    off = np.abs(found - level[:, None])[:, :, 0]
    first = LONG.hold_hops - 2 * atlas.SETTLING_HOPS
    assert off[0, first + 20 : -20].max() < 0.1
    assert off[1, 200:-20].max(initial=0.0) < 0.1
    np.testing.assert_array_equal(found[0, :first], beating[0, :first])
    np.testing.assert_array_equal(found[1, :200], beating[1, :200])
    np.testing.assert_array_equal(found[2], beating[2])


def test_where_waves_stray_is_told_in_hops_of_the_strikes() -> None:
    waves = Waves()
    found = {program: atlas.strays(waves, program) for program in (19, 48)}
    assert found[19] == [LONG.hold_hops] * OWN_KEYS
    wave = waves.of(LOWEST_KEY + 40, 48)
    assert wave is not None
    expected = wave.strays_frame / HOP - NODES_HOPS[0]
    assert found[48][40] == min(int(expected), LONG.hold_hops)


def test_factors_give_a_sum_of_few_products_back() -> None:
    random = np.random.default_rng(0)
    courses, spectra = random.random((3, RANK, NODES)), random.random((3, RANK, MELS))
    levels = np.einsum("krn,krm->knm", courses, spectra)
    found = atlas.factors(levels, np.ones_like(levels))
    np.testing.assert_allclose(np.einsum("krn,krm->knm", *found), levels, atol=1e-6)


def test_what_counts_less_gives_way() -> None:
    """Twice as many products as can be kept: half of them where little counts."""
    random = np.random.default_rng(0)
    courses, spectra = (random.random((2, 2 * RANK, n)) for n in (NODES, MELS))
    spectra[:, :RANK, MELS // 2 :], spectra[:, RANK:, : MELS // 2] = 0.0, 0.0
    levels = np.einsum("krn,krm->knm", courses, spectra)
    counts = np.ones_like(levels)
    counts[:, :, MELS // 2 :] = 0.01
    error = []
    for each in (np.ones_like(counts), counts):
        found = np.einsum("krn,krm->knm", *atlas.factors(levels, each))
        error.append(np.abs(found - levels)[:, :, : MELS // 2].mean())
    assert error[1] < 0.5 * error[0]


def test_what_is_loud_counts_and_silence_hardly() -> None:
    levels = np.full((1, NODES, MELS), QUIETEST)
    levels[0, :, 0], levels[0, :, 1], levels[0, :, 2] = -1.0, -3.0, -6.0
    counts = atlas.weights(levels)[0, 0]
    assert counts[0] == counts[1] == 1.0
    assert atlas.LEAST_COUNTS <= counts[2] < 0.2
    assert counts[3] < atlas.LEAST_COUNTS


def test_the_timbre_of_each_layer_is_what_is_beyond_the_law() -> None:
    usual = np.full((3, 48, MELS), -2.0)
    usual[:, :, 100:] = LOG_FLOOR
    wanted = [0.1 * (n - STRUCK_LAYERS) * np.arange(MELS) / MELS for n in range(LAYERS + 1)]
    strikes = [
        np.maximum(usual + 2.0 * np.log(kind.velocity / STRUCK_AT) + more, LOG_FLOOR)
        for kind, more in zip(LAYERED, wanted, strict=True)
    ]
    found = atlas.timbres(strikes)
    np.testing.assert_allclose(found[:, :100], np.array(wanted)[:, :100], atol=1e-6)
    np.testing.assert_allclose(found[:, 100:], found[:, 99:100].repeat(28, axis=1))


def test_an_instrument_that_is_not_heard_has_no_timbre() -> None:
    assert not atlas.timbres([np.full((3, 48, MELS), LOG_FLOOR)] * (LAYERS + 1)).any()


def test_of_layers_only_some_keys_are_struck() -> None:
    kind = LAYERED[2]
    score = atlas.score(kind, 5)
    assert [note.pitch for note in score.notes] == list(range(21, 109, 8))
    assert all(int(layers(torch.tensor([float(n.velocity)])).sum()) == 2 for n in score.notes)


def test_what_lasts_is_told_by_several_nodes_together() -> None:
    levels = np.zeros((2, NODES, MELS), np.float32)
    levels[0, -1] = 4.0
    found = atlas.lasting(levels)
    np.testing.assert_array_equal(found[0, -1], 4.0 / atlas.LASTING_NODES)
    assert not found[:, :-1].any()
    assert not found[1].any()
