from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from engine.models.house.notes import FIRST_KIT, LOG_FLOOR, MELS, Floats
from engine.models.house.templates import LOWEST_KEY, NODES_HOPS, OWN_KEYS, Voices
from engine.models.house.textures import FILE, MOMENTS_HOPS, Textures
from engine.training import atlas, textures
from engine.training.atlas import LONG

HOPS = LONG.hold_hops - NODES_HOPS[0]
BEATS = 0.1  # turns a hop: more than templates can follow


def voice(key: int) -> Voices:
    pitch = torch.tensor([key])
    return Voices(torch.tensor([5]), pitch, pitch.float(), torch.tensor([100.0]))


def beating(pace: float, phase: float = 0.0) -> Floats:
    """Return a held note that beats faster the higher it is, `[HOPS] float32` nats."""
    turns = np.maximum(np.arange(HOPS) - 2.0, 0.0) * BEATS * pace + phase
    return np.asarray(1.0 + 0.5 * np.cos(2.0 * np.pi * turns), np.float32)


def kept(folder: Path, instrument: int, zones: int) -> None:
    """Lay out strikes of so many samples, each beating from another moment on."""
    keys = atlas.keys_of(instrument)
    row = np.full((atlas.FIRST_HOP + len(keys) * LONG.stride_hops, MELS), LOG_FLOOR, np.float16)
    for key in range(len(keys)):
        zone, above = divmod(key, len(keys) // zones)
        first = atlas.FIRST_HOP + key * LONG.stride_hops
        sound = beating(2.0 ** (above / 12.0), 0.5 * (zone % 2))
        row[first - 2 : first - 2 + HOPS] = sound[:, None]
    path = atlas.path_of(folder, LONG, instrument)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, row)


def test_keys_of_one_sample_are_one_zone(tmp_path: Path) -> None:
    kept(tmp_path, 5, zones=11)
    found = textures.zones_of(5, textures.residues(tmp_path, 5))
    assert [zone.first_key for zone in found] == list(range(LOWEST_KEY, LOWEST_KEY + OWN_KEYS, 8))
    assert all(zone.keys == 8 for zone in found)
    assert all(zone.texture.shape == (len(MOMENTS_HOPS), MELS) for zone in found)


def test_keys_that_are_struck_alike_share_nothing_in_a_kit(tmp_path: Path) -> None:
    kept(tmp_path, FIRST_KIT, zones=1)
    found = textures.zones_of(FIRST_KIT, textures.residues(tmp_path, FIRST_KIT))
    assert [zone.middle for zone in found] == list(atlas.KIT_KEYS)


def test_what_is_measured_beats_as_the_strikes_do(tmp_path: Path) -> None:
    kept(tmp_path, 5, zones=11)
    residue = textures.residues(tmp_path, 5)
    save_file(textures.tables(textures.zones_of(5, residue)), tmp_path / FILE.name)
    tables = Textures(tmp_path / FILE.name)
    for key in (30, 47, 80):
        texture, pace = tables.at(voice(key))
        hop = np.arange(2.0, 150.0)
        place = np.interp(hop * float(pace[0]), MOMENTS_HOPS, np.arange(len(MOMENTS_HOPS)))
        rows = texture[0, :, 64].numpy()
        heard = np.interp(place, np.arange(len(rows)), rows)
        expected = residue[key - LOWEST_KEY][hop.astype(int) + 2, 64]
        assert np.corrcoef(heard, expected)[0, 1] > 0.9
        assert np.std(heard) == pytest.approx(np.std(expected), rel=0.25)


def test_silence_has_no_texture(tmp_path: Path) -> None:
    row = np.full((atlas.FIRST_HOP + OWN_KEYS * LONG.stride_hops, MELS), LOG_FLOOR, np.float16)
    path = atlas.path_of(tmp_path, LONG, 5)
    path.parent.mkdir(parents=True)
    np.save(path, row)
    assert not textures.residues(tmp_path, 5).any()
