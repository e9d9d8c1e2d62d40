import numpy as np
import pytest
import torch

from engine.models.house import weights
from engine.models.house.notes import FIRST_KIT, LOG_FLOOR, MELS
from engine.models.house.templates import (
    BODY_NODE,
    NODES,
    NODES_HOPS,
    OWN_KEYS,
    Templates,
    Voices,
    layers,
    own_key,
    places,
    places_of,
    read,
    releases,
)
from engine.models.house.wave_levels import bodies
from engine.models.house.waves import Waves


def voices(instrument: int, pitches: list[float], velocity: float = 100.0) -> Voices:
    sounding = torch.tensor(pitches, dtype=torch.float32)
    number = torch.full((len(sounding),), instrument)
    pitch, struck = sounding.round().long(), torch.full_like(sounding, velocity)
    body = torch.from_numpy(bodies(Waves(), number.numpy(), pitch.numpy()))
    return Voices(number, pitch, sounding, struck, body)


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


@pytest.mark.parametrize("instrument", [0, 19, 40, 73, FIRST_KIT])
def test_every_key_was_measured(instrument: int) -> None:
    tables: Templates = weights.load()[0].templates
    keys = voices(instrument, list(range(36, 82)))
    lacking, fading = tables.at(keys)
    assert ((lacking[:, BODY_NODE] + keys.body).amax(1) > LOG_FLOOR + 3.0).all()
    assert (fading > -0.05).all()


def test_layers_begin_where_the_soundfonts_do() -> None:
    found = layers(torch.tensor([1.0, 64.0, 65.0, 72.0, 73.0, 127.0])).sum(dim=1)
    assert found.tolist() == [0.0, 0.0, 1.0, 1.0, 2.0, 8.0]


@pytest.mark.parametrize(
    ("layering", "lengths"),
    [(0.25, (1.0, 1.0, 1.25, 2.25, 3.0)), (-0.0625, (1.0, 1.0, 0.9375, 0.6875, 0.5))],
)
def test_releases_change_with_the_velocity_in_steps(
    layering: float, lengths: tuple[float, ...]
) -> None:
    velocities = torch.tensor([1.0, 64.0, 65.0, 100.0, 127.0])
    found = releases(velocities, torch.tensor(layering))
    np.testing.assert_allclose(1.0 / found, np.array(lengths) / lengths[3], rtol=1e-6)


def test_a_piano_fades_by_velocity_and_a_trumpet_does_not() -> None:
    tables: Templates = weights.load()[0].templates
    piano, trumpet = (
        [float(tables.at(voices(number, [60.0], velocity))[1][0]) for velocity in (40.0, 127.0)]
        for number in (0, 56)
    )
    assert piano[0] > 2.0 * piano[1]
    assert trumpet[0] == trumpet[1]


def test_a_trumpet_is_brighter_the_harder_it_is_blown() -> None:
    tables: Templates = weights.load()[0].templates
    soft, usual, hard = (
        tables.at(voices(56, [60.0], v))[0][0, BODY_NODE] for v in (40.0, 100.0, 127.0)
    )
    assert float((usual - soft)[80]) == pytest.approx(1.77, abs=0.05)  # nats, as FluidSynth's
    assert float((usual - soft)[30].abs()) < 0.05
    assert 0.0 < float((hard - usual)[80]) < 0.2


def test_strings_fade_faster_the_harder_they_are_played() -> None:
    tables: Templates = weights.load()[0].templates
    soft, hard = (float(tables.at(voices(48, [60.0], v))[1][0]) for v in (40.0, 127.0))
    assert hard == pytest.approx(2.0 * soft, rel=0.15)
