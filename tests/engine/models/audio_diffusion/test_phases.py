"""Spectrograms and back: as upstream's Mel where both can, better and faster where they differ."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from engine.audio import level_of
from engine.models.audio_diffusion.geometry import Geometry
from engine.models.audio_diffusion.mel import basis, draw, powers
from engine.models.audio_diffusion.phases import Phases
from engine.models.audio_diffusion.task import Known
from engine.models.base import Audio
from engine.training.evaluation.references import phases_by

Music = Callable[..., Audio]
GEOMETRY = Geometry(22_050, 2048, 512, 80.0, 32, 64, 64)
pytestmark = pytest.mark.filterwarnings("ignore:Empty filters:UserWarning")


@pytest.mark.parametrize("frames", [32_768, 20_000, 40_000, 700])
@pytest.mark.parametrize("level", [0.3, 0.03])
def test_audio_is_drawn_as_upstream_draws_it(music: Music, frames: int, level: float) -> None:
    from diffusers import Mel

    source = music(frames, 1, level)[:, 0]
    upstream = Mel(x_res=64, y_res=64)
    upstream.load_audio(raw_audio=source)
    theirs = np.asarray(upstream.audio_slice_to_image(0)).astype(int)
    assert np.abs(draw(source, GEOMETRY).image.astype(int) - theirs).max() <= 1


def test_level_is_kept_though_white_is_the_loudest(music: Music) -> None:
    """Upstream's images of loud and quiet audio are the same, and so is what it makes of them."""
    loud, quiet = (draw(music(32_768, 1, level)[:, 0], GEOMETRY) for level in (0.2, 0.002))
    assert np.array_equal(loud.image, quiet.image)
    assert loud.reference / quiet.reference == pytest.approx(1e4, rel=1e-3)


def test_sound_is_librosas_from_the_same_phases(music: Music) -> None:
    import librosa

    phases = Phases(GEOMETRY, "cpu")
    magnitudes = phases.magnitudes(powers(draw(music(32_768)[:, 0], GEOMETRY).image, GEOMETRY))
    theirs = librosa.griffinlim(
        magnitudes.numpy(),
        n_iter=8,
        hop_length=512,
        n_fft=2048,
        **phases_by(np.random.default_rng(5)),
    )
    mine = phases.sound(magnitudes, 5, 8)
    assert mine.shape == theirs.shape
    assert np.abs(mine - theirs).max() < 1e-3 * np.abs(theirs).max()
    assert np.array_equal(mine, phases.sound(magnitudes, 5, 8))
    assert not np.array_equal(mine, phases.sound(magnitudes, 6, 8))


def test_bands_are_unmixed_closer_than_by_librosa(music: Music) -> None:
    import librosa

    power = powers(draw(music(32_768)[:, 0], GEOMETRY).image, GEOMETRY)
    mine = Phases(GEOMETRY, "cpu").magnitudes(power).numpy()
    theirs = librosa.feature.inverse.mel_to_stft(power, sr=22_050, n_fft=2048)
    errors = [np.linalg.norm(basis(GEOMETRY) @ found**2 - power) for found in (mine, theirs)]
    assert errors[0] <= errors[1]
    assert errors[0] < 0.1 * np.linalg.norm(power)


def test_the_level_of_a_spectrogram_is_that_of_its_sound(music: Music) -> None:
    phases = Phases(GEOMETRY, "cpu")
    drawing = draw(music(32_768)[:, 0], GEOMETRY)
    magnitudes = phases.magnitudes(powers(drawing.image, GEOMETRY)) * drawing.reference**0.5
    made = phases.sound(magnitudes, 1, 32)
    assert phases.level(magnitudes) == pytest.approx(level_of(made[:, None]), rel=0.2)
    assert level_of(made[:, None]) == pytest.approx(0.1, rel=0.2)


def test_known_sound_is_grown_out_of(music: Music) -> None:
    """The made sound meets the known one where that ends, from whatever phases it began."""
    source = music(32_768)[:, 0]
    drawing = draw(source, GEOMETRY)
    phases = Phases(GEOMETRY, "cpu")
    magnitudes = phases.magnitudes(powers(drawing.image, GEOMETRY)) * drawing.reference**0.5
    mask = np.arange(GEOMETRY.window_frames) < 16_384
    known = Known(np.where(mask, source[: len(mask)], 0.0).astype(np.float32), mask)
    apart = []
    for pinned in (known, None):
        made = phases.sound(magnitudes, 1, 32, pinned)
        before = slice(16_384 - 512, 16_384)
        apart.append(level_of((made[before] - source[before])[:, None]))
    assert apart[0] < 0.5 * apart[1]
