import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine.models.house import textures, weights
from engine.models.house.notes import (
    FIRST_KIT,
    INSTRUMENTS,
    MELS,
    log_mel,
    mel_edges_hz,
    table,
)
from engine.models.house.prior import mix
from engine.models.house.templates import LOWEST_KEY, OWN_KEYS, Voices, raised
from engine.models.house.textures import LARGEST, LAST_HOPS, MOMENTS, MOMENTS_HOPS, Textures
from engine.training import data
from engine.training.scores import struck

STEADY = torch.ones(1)
needs_fluidsynth = pytest.mark.skipif(
    shutil.which("fluidsynth") is None or not data.SOUNDFONT.exists(),
    reason="FluidSynth and FluidR3 GM are not installed",
)


def voices(instruments: list[int], pitches: list[int]) -> Voices:
    pitch = torch.tensor(pitches, dtype=torch.long)
    number = torch.tensor(instruments, dtype=torch.long)
    return Voices(number, pitch, pitch.float(), torch.full(pitch.shape, 100.0))


def read(hops: float, pace: float = 1.0) -> float:
    """Return the hop of the texture that is heard so long after the onset."""
    place = float(textures.moments(torch.tensor([hops]), torch.tensor([pace]))[0])
    return float(np.interp(place, np.arange(MOMENTS), MOMENTS_HOPS))


@pytest.mark.parametrize("hops", [-2.0, -0.5, 0.0, 12.25, 33.5, 34.0, 101.0, 221.5])
def test_moments_are_the_hops_since_the_onset(hops: float) -> None:
    assert read(hops) == pytest.approx(hops, abs=1e-4)


def test_a_higher_key_goes_faster_from_its_onset_on() -> None:
    assert read(50.0, pace=2.0) == pytest.approx(100.0, abs=1e-3)
    assert read(-1.5, pace=2.0) == pytest.approx(-1.5, abs=1e-4)


def test_a_long_note_goes_back_and_forth_without_a_jump() -> None:
    heard = [read(hops) for hops in np.arange(LAST_HOPS - 4.0, LAST_HOPS + 1000.0, 0.5)]
    assert max(heard) == pytest.approx(LAST_HOPS, abs=1e-3)
    assert min(heard[8:]) == pytest.approx(LAST_HOPS - textures.ROUND_HOPS, abs=1e-3)
    assert np.abs(np.diff(heard)).max() == pytest.approx(0.5, abs=1e-3)


def test_what_is_packed_comes_back() -> None:
    whole = np.random.default_rng(0).integers(-LARGEST, LARGEST + 1, (3, MOMENTS))
    found = textures.unpacked(torch.from_numpy(textures.packed(whole).copy()), MOMENTS)
    assert (found.numpy() == whole).all()


def test_a_spectrum_is_moved_by_what_its_frequencies_are_higher() -> None:
    centres_hz = mel_edges_hz()[1:-1]
    place = int(np.searchsorted(centres_hz, 2000.0))
    spectrum = torch.from_numpy(np.exp(-np.square((np.arange(MELS) - place) / 3.0)))[None, None]
    octave_up = raised(spectrum.float(), torch.tensor([2.0]))[0, 0]
    assert centres_hz[int(octave_up.argmax())] == pytest.approx(4000.0, rel=0.03)
    torch.testing.assert_close(raised(spectrum, STEADY), spectrum)


def one_texture(folder: Path, instrument: int, key: int) -> Textures:
    """Return a table with one texture: a course of its own in every mel."""
    course = np.zeros((1, MOMENTS))
    course[0, 20] = LARGEST
    zone = torch.zeros(INSTRUMENTS, OWN_KEYS, dtype=torch.int32)
    zone[instrument, key - LOWEST_KEY - 2 : key - LOWEST_KEY + 3] = 1
    tables = {
        "zone": zone,
        "middle": torch.tensor([60, key], dtype=torch.uint8),
        "first": torch.tensor([0, 0, 1]),
        "sizes": torch.tensor([1.0 / LARGEST / LARGEST]),
        "courses": torch.from_numpy(textures.packed(course).copy()),
        "spectra": torch.from_numpy(textures.packed(np.full((1, MELS), LARGEST)).copy()),
    }
    save_file(tables, folder / "t.safetensors")
    return Textures(folder / "t.safetensors")


def test_keys_of_a_zone_share_a_texture_and_others_have_none(tmp_path: Path) -> None:
    tables = one_texture(tmp_path, 7, 64)
    texture, pace = tables.at(voices([7, 7, 7, 8], [64, 66, 70, 64]))
    assert texture.shape == (4, MOMENTS, MELS)
    torch.testing.assert_close(texture[0, 20], torch.ones(MELS))
    torch.testing.assert_close(texture[1], texture[0])
    assert not texture[2:].any()
    assert float(pace[1]) == pytest.approx(2.0 ** (2 / 12))


def test_a_drum_keeps_its_pace(tmp_path: Path) -> None:
    tables = one_texture(tmp_path, FIRST_KIT, 40)
    _, pace = tables.at(voices([FIRST_KIT], [42]))
    assert float(pace[0]) == 1.0


def test_a_bent_note_stays_in_its_sample(tmp_path: Path) -> None:
    tables = one_texture(tmp_path, 7, 64)
    bent = voices([7, 7], [64, 70])._replace(sounding=torch.tensor([69.0, 65.0]))
    texture, pace = tables.at(bent)
    assert texture[0].any()
    assert not texture[1].any()
    assert float(pace[0]) == pytest.approx(2.0 ** (5 / 12))


def test_no_notes_have_no_texture() -> None:
    assert Textures().at(voices([], []))[0].shape == (0, MOMENTS, MELS)


def test_without_a_table_there_is_no_texture(tmp_path: Path) -> None:
    tables = Textures(tmp_path / "missing.safetensors")
    texture, _ = tables.at(voices([0, 48], [21, 108]))
    assert not texture.any()


@needs_fluidsynth
@pytest.mark.parametrize(
    ("program", "key", "velocity"),
    [(48, 62, 70), (3, 55, 110), (21, 66, 45), (50, 71, 90), (89, 50, 127), (61, 58, 80)],
)
def test_a_note_moves_as_its_sample_does(program: int, key: int, velocity: int) -> None:
    score = struck(program, [key], velocity, 0.1, 2.4, 2.0)
    render = log_mel(data.render(score, data.SOUNDFONT).mean(axis=1))[:180]
    net, _ = weights.load()
    error = {}
    for name, tables in (("with", net.textures), ("without", Textures(Path("none")))):
        net.textures = tables
        prior = mix(net, table(score), 0, len(render)).numpy()
        is_loud = render > render.max(axis=1, keepdims=True) - 2.0
        error[name] = np.abs(prior - render)[is_loud].mean()
    assert error["with"] < 0.7 * error["without"]


def test_the_package_knows_every_instrument() -> None:
    tables = Textures()
    texture, _ = tables.at(voices(list(range(INSTRUMENTS)), [50] * INSTRUMENTS))
    moving = texture.square().mean((1, 2)).sqrt()
    assert (moving > 0.01).float().mean() > 0.9
