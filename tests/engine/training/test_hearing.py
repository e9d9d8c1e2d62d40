from pathlib import Path

import numpy as np

from engine.models.house.notes import HOP
from engine.models.house.waves import FILE, Waves
from engine.training.hearing import HeardWave, waves_of


def test_training_hears_what_is_played(tmp_path: Path) -> None:
    (tmp_path / FILE.name).symlink_to(FILE)
    waves, usual = waves_of(tmp_path), Waves()
    frames = np.array([-1.5, 0.0, 3.25, 60.0, 250.0, 900.0]) * HOP
    for pitch, instrument in ((60, 0), (67, 48), (40, 130)):
        heard, played = waves.of(pitch, instrument), usual.of(pitch, instrument)
        assert isinstance(heard, HeardWave)
        assert played is not None
        for _ in range(2):
            np.testing.assert_array_equal(heard.powers(frames), played.powers(frames))
        assert heard.floor(9e5) == played.floor(9e5)


def test_every_wave_is_kept(tmp_path: Path) -> None:
    (tmp_path / FILE.name).symlink_to(FILE)
    waves = waves_of(tmp_path)
    assert waves.of(60, 0) is waves.of(60, 0)
