import numpy as np
import pytest
import torch

from engine.models.house import weights
from engine.models.house.notes import FIRST_KIT, LOG_FLOOR, MELS
from engine.models.house.templates import (
    NODES,
    NODES_HOPS,
    OWN_KEYS,
    Templates,
    own_key,
    places,
    places_of,
    read,
)


@pytest.mark.parametrize("hops", [-9.0, -2.0, -1.5, 0.0, 0.25, 7.0, 18.0, 220.0, 221.0, 9000.0])
def test_places_lie_between_their_nodes(hops: float) -> None:
    place = float(places(torch.tensor([hops]))[0])
    assert place == pytest.approx(float(places_of(np.array([hops], np.float32))[0]), abs=1e-5)
    at = np.interp(place, np.arange(NODES), NODES_HOPS)
    assert at == pytest.approx(min(max(hops, NODES_HOPS[0]), NODES_HOPS[-1]), abs=1e-3)


def test_reading_goes_straight_from_node_to_node() -> None:
    levels = torch.randn(3, NODES, MELS)
    found = read(levels, torch.tensor([0, 2, 1]), torch.tensor([0.0, 5.25, NODES - 1.0]))
    torch.testing.assert_close(found[0], levels[0, 0])
    torch.testing.assert_close(found[1], 0.75 * levels[2, 5] + 0.25 * levels[2, 6])
    torch.testing.assert_close(found[2], levels[1, -1])


def test_keys_beyond_the_piano_share_the_outermost() -> None:
    rows = own_key(torch.tensor([0, 0, 2]), torch.tensor([0, 127, 21]))
    assert rows.tolist() == [0, OWN_KEYS - 1, 2 * OWN_KEYS]


def test_a_bent_note_lies_between_two_keys() -> None:
    tables = weights.load()[0].templates
    levels, _ = tables.at(torch.tensor([48, 48, 48]), torch.tensor([60.0, 60.5, 61.0]))
    torch.testing.assert_close(levels[1], (levels[0] + levels[2]) / 2)


@pytest.mark.parametrize("instrument", [0, 19, 40, 73, FIRST_KIT])
def test_every_key_was_measured(instrument: int) -> None:
    tables: Templates = weights.load()[0].templates
    pitch = torch.arange(36, 82, dtype=torch.float32)
    levels, fading = tables.at(torch.full((len(pitch),), instrument), pitch)
    assert (levels.amax((1, 2)) > LOG_FLOOR + 3.0).all()
    assert (fading >= 0.0).all()
