from pathlib import Path

import numpy as np
from PIL import Image

from engine.models.house.notes import HOPS_PER_SECOND, LOG_FLOOR, MELS
from engine.training.evaluation import pictures


def test_the_reference_is_above_and_the_model_below(tmp_path: Path) -> None:
    silent = np.full((1000, MELS), LOG_FLOOR, np.float32)
    low, high = silent.copy(), silent.copy()
    low[:, :4] = 0.0
    high[:, -4:] = 0.0
    pictures.save(tmp_path / "house" / "both.png", low, high)
    with Image.open(tmp_path / "house" / "both.png") as image:
        width = round(pictures.SECONDS * HOPS_PER_SECOND)
        assert image.size == (width, 2 * MELS + pictures.GAP_ROWS)
        light = np.asarray(image.convert("L"), int)[:, 10]
    assert light[MELS - 1] > 200 > 20 > light[0]
    below = light[MELS + pictures.GAP_ROWS :]
    assert below[0] > 200 > 20 > below[-1]


def test_short_sounds_and_silence_are_drawn(tmp_path: Path) -> None:
    silent = np.full((20, MELS), LOG_FLOOR, np.float32)
    pictures.save(tmp_path / "silent.png", silent, silent[:10])
    with Image.open(tmp_path / "silent.png") as image:
        assert image.width == 10


def test_pictures_are_small(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).uniform(-8.0, 0.0, (1000, MELS)).astype(np.float32)
    pictures.save(tmp_path / "noise.png", noise, noise)
    assert (tmp_path / "noise.png").stat().st_size < 100_000
