"""What keys do once let go is measured from strikes beside long ones."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.models.house.notes import LOG_FLOOR, MELS, Floats
from engine.models.house.templates import NODES_HOPS, OWN_KEYS, halts
from engine.training import atlas, releases
from engine.training.kinds import FIRST_HOP, LET_GO, LONG, SHORT, Kind
from tests.engine.training.strikes import heard_less, kept


@pytest.mark.parametrize("nats_a_hop", [-0.02, 0.02, 0.2, 1.0, 2.4])
def test_fading_is_found(tmp_path: Path, nats_a_hop: float) -> None:
    kept(tmp_path, 5, nats_a_hop)
    long, short = (atlas.strikes(tmp_path, kind, 5) for kind in (LONG, SHORT))
    assert long.shape == (OWN_KEYS, LONG.stride_hops, MELS)
    np.testing.assert_allclose(releases.fadings(long, short, SHORT), nats_a_hop, rtol=0.05)


def test_what_is_gone_at_once_fades_fast(tmp_path: Path) -> None:
    kept(tmp_path, 5, 50.0)
    long, short = (atlas.strikes(tmp_path, kind, 5) for kind in (LONG, SHORT))
    assert releases.fadings(long, short, SHORT).min() > 1.0


def test_what_has_ended_by_itself_does_not_tell_how_it_fades(tmp_path: Path) -> None:
    kept(tmp_path, 5, 0.1)
    long, short = (atlas.strikes(tmp_path, kind, 5) for kind in (LONG, SHORT))
    long[:3, SHORT.hold_hops :], short[:3, SHORT.hold_hops :] = LOG_FLOOR, LOG_FLOOR
    found = releases.fadings(long, short, SHORT)
    assert np.isnan(found[:3]).all()
    assert not np.isnan(found[3:]).any()


@pytest.mark.parametrize("lingering", [0.0, 0.015, 0.12, 0.4])
def test_how_much_a_release_depends_on_the_velocity_is_found(lingering: float) -> None:
    own = 0.01
    usual, soft, loud = (
        np.full(OWN_KEYS, lingering * factor - own, np.float32) for factor in (1.0, 2.25, 0.75)
    )
    np.testing.assert_allclose(releases.lingerings(usual, soft, loud), lingering, atol=1e-3)


@pytest.mark.parametrize("layering", [-0.0833, -0.0625, 0.0833, 0.25])
def test_how_releases_change_by_the_layer_is_found(layering: float) -> None:
    fadings = [0.1 * (1 + 5 * layering) / (1 + n * layering) + 0.01 for n in (5, 0, 8)]
    usual, soft, loud = (np.full(OWN_KEYS, nats, np.float32) for nats in fadings)
    found = releases.layering(usual, soft, loud)
    assert found == pytest.approx(layering, abs=1e-3)
    parts = releases.lingerings(usual, soft, loud, found)
    np.testing.assert_allclose(parts, 0.1, rtol=0.02)


def test_a_release_that_is_nearly_alike_does_not_depend_on_the_velocity() -> None:
    usual, soft, loud = (np.full(OWN_KEYS, nats) for nats in (0.2, 0.25, 0.22))
    assert not releases.lingerings(usual, soft, loud).any()


def swelling(kind: Kind, rising_hops: float, fading: float) -> Floats:
    """Strikes of three keys of which the envelope rises for so long, unless they are let go."""
    since = np.arange(kind.stride_hops) + NODES_HOPS[0]
    reached = np.clip(np.minimum(since, kind.hold_hops), 1.0, max(rising_hops, 1.0))
    level = 2.0 + np.log(reached) - np.log(max(rising_hops, 1.0))
    found = np.empty((3, kind.stride_hops, MELS), np.float32)
    for key, first in enumerate(FIRST_HOP + kind.stride_hops * np.arange(3)):
        less = heard_less(first + kind.hold_hops, first + since, fading)
        found[key] = np.maximum(level - less, LOG_FLOOR)[:, None]
    return found


@pytest.mark.parametrize("rising_hops", [0.0, 20.0, 36.0, 70.0])
def test_how_long_an_envelope_rises_is_found_with_how_it_fades(rising_hops: float) -> None:
    long = swelling(LONG, rising_hops, 0.05)
    strikes = {kind: swelling(kind, rising_hops, 0.05) for kind in LET_GO}
    found = releases.measured(long, strikes)
    assert found.rising == pytest.approx(rising_hops, rel=0.1)
    np.testing.assert_allclose(found.fading, 0.05, rtol=0.1)


def test_what_is_let_go_while_it_rises_rises_no_more() -> None:
    hops, released = torch.tensor([10.0, 20.0, 60.0, 60.0]), torch.tensor([0.0, 10.0, 50.0, 5.0])
    found = halts(torch.tensor(40.0), hops, released)
    wanted = torch.tensor([1.0, 2.0, 4.0, 1.0]).log()
    torch.testing.assert_close(found, wanted)
    assert not halts(torch.tensor(0.0), hops, released).any()
