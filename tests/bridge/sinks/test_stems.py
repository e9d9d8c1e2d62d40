from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from bridge.sinks.base import Surroundings, check_options
from bridge.sinks.stems import Sink
from engine.wire import ForbiddenPath, Value


def noise(frames: int, channels: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (frames, channels)).astype(np.float32)


def opened(path: Path, channels: int, told: list[str], **options: Value) -> Sink:
    sink = Sink(Surroundings(told=lambda name, path, text: told.append(Path(path).name)))
    checked = check_options("stems", {"path": str(path), **options})
    sink.open("band", checked, 48_000, channels)
    return sink


@pytest.mark.parametrize(
    ("channels", "width", "widths"), [(4, 2, [2, 2]), (5, 2, [2, 2, 1]), (3, 1, [1, 1, 1])]
)
def test_channels_are_parted_bit_exactly(
    tmp_path: Path, channels: int, width: int, widths: list[int]
) -> None:
    told: list[str] = []
    sink, audio = opened(tmp_path / "band.wav", channels, told, width=width), noise(1_001, channels)
    for start in range(0, len(audio), 480):
        sink.write(start, audio[start : start + 480])
    sink.close()
    names = [f"band_{number + 1:02}.wav" for number in range(len(widths))]
    assert told == names
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    read = [soundfile.read(tmp_path / name, dtype="float32", always_2d=True)[0] for name in names]
    assert [samples.shape[1] for samples in read] == widths
    assert np.array_equal(np.concatenate(read, axis=1), audio)
    assert (sink.stats.frames, sink.stats.lost_frames) == (1_001, 0)


def test_no_stem_is_overwritten_unasked(tmp_path: Path) -> None:
    (tmp_path / "band_02.wav").write_text("precious")
    with pytest.raises(ForbiddenPath, match="another name"):
        opened(tmp_path / "band.wav", 4, [])
    assert (tmp_path / "band_02.wav").read_text() == "precious"
    assert not (tmp_path / "band_01.wav").exists()
    opened(tmp_path / "band.wav", 4, [], overwrite=True).close()
    assert soundfile.info(tmp_path / "band_02.wav").frames == 0
