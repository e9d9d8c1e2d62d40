from __future__ import annotations

import os
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.wav import HEADER_BYTES, SampleFormat, WavReader, WavWriter, copy_audio
from engine.wire import LegatoError


def noise(frames: int, channels: int = 2, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, (frames, channels)).astype(np.float32)


def test_float_file_is_read_bit_exactly_by_libsndfile(tmp_path: Path) -> None:
    audio = noise(1001)
    writer = WavWriter(tmp_path / "a.wav", 44_100, 2)
    writer.write(audio)
    writer.close()
    read, rate_hz = soundfile.read(tmp_path / "a.wav", dtype="float32")
    info = soundfile.info(tmp_path / "a.wav")
    assert (rate_hz, info.subtype, info.frames) == (44_100, "FLOAT", 1001)
    assert np.array_equal(read, audio)


@pytest.mark.parametrize("channels", [1, 2, 3])
def test_24_bit_file_is_read_by_libsndfile_to_its_last_bit(tmp_path: Path, channels: int) -> None:
    audio = noise(777, channels)
    writer = WavWriter(tmp_path / "a.wav", 48_000, channels, "int24")
    writer.write(audio)
    writer.close()
    read, _ = soundfile.read(tmp_path / "a.wav", dtype="int32", always_2d=True)
    expected = np.rint(audio.astype(np.float64) * (1 << 23)).astype(np.int64)
    assert np.array_equal(read >> 8, np.clip(expected, -(1 << 23), (1 << 23) - 1))
    assert os.stat(tmp_path / "a.wav").st_size % 2 == 0


def test_24_bit_clips_and_counts_and_takes_no_nan(tmp_path: Path) -> None:
    writer = WavWriter(tmp_path / "a.wav", 48_000, 1, "int24")
    writer.write(np.array([[2.0], [-2.0], [1.0], [-1.0], [np.nan]], np.float32))
    writer.close()
    with WavReader(tmp_path / "a.wav") as reader:
        read = reader.read(0, 9)[:, 0]
    top = 1 - 2**-23
    assert read.tolist() == pytest.approx([top, -1.0, top, -1.0, 0.0], abs=0)
    assert writer.clipped_samples == 3


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 300), max_size=8),
    st.sampled_from(["float32", "int24"]),
    st.integers(1, 3),
)
def test_is_a_whole_wav_after_every_write(
    tmp_path_factory: pytest.TempPathFactory,
    sizes: list[int],
    sample_format: SampleFormat,
    channels: int,
) -> None:
    path = tmp_path_factory.mktemp("wav") / "a.wav"
    audio = noise(sum(sizes), channels)
    writer = WavWriter(path, 48_000, channels, sample_format)
    done = 0
    for size in sizes:
        writer.write(audio[done : done + size])
        done += size
        raw = path.read_bytes()
        assert struct.unpack_from("<I", raw, 4)[0] == len(raw) - 8
        with soundfile.SoundFile(path) as file:
            read = file.read(dtype="float32", always_2d=True)
        with WavReader(path) as reader:
            assert np.array_equal(reader.read(0, done + 1), read)
        assert np.abs(read - audio[:done]).max(initial=0) <= 2**-23
    writer.close()


def test_reader_gives_spans_and_sees_what_was_added(tmp_path: Path) -> None:
    audio = noise(500)
    writer = WavWriter(tmp_path / "a.wav", 48_000, 2)
    writer.write(audio[:200])
    with WavReader(tmp_path / "a.wav") as reader:
        assert reader.frames == 200
        assert np.array_equal(reader.read(150, 100), audio[150:200])
        assert len(reader.read(900, 5)) == 0
    writer.write(audio[200:])
    with WavReader(tmp_path / "a.wav") as reader:
        assert np.array_equal(reader.read(199, 300), audio[199:499])
    writer.close()


def test_goes_on_after_the_frames_kept_and_forgets_the_torn_rest(tmp_path: Path) -> None:
    audio, path = noise(300), tmp_path / "a.wav"
    writer = WavWriter(path, 48_000, 2)
    writer.write(audio[:250])
    writer.close()
    with path.open("ab") as file:
        file.write(b"torn")
    writer = WavWriter(path, 48_000, 2, keep_frames=200)
    writer.write(audio[200:])
    writer.close()
    read, _ = soundfile.read(path, dtype="float32")
    assert np.array_equal(read, audio)
    assert path.stat().st_size == HEADER_BYTES + 300 * 8


@pytest.mark.parametrize(
    ("rate_hz", "channels", "keep"), [(44_100, 2, 5), (48_000, 1, 5), (48_000, 2, 11)]
)
def test_refuses_to_go_on_with_other_audio(
    tmp_path: Path, rate_hz: int, channels: int, keep: int
) -> None:
    writer = WavWriter(tmp_path / "a.wav", 48_000, 2)
    writer.write(noise(10))
    writer.close()
    before = (tmp_path / "a.wav").read_bytes()
    with pytest.raises(LegatoError, match="were expected"):
        WavWriter(tmp_path / "a.wav", rate_hz, channels, keep_frames=keep)
    assert (tmp_path / "a.wav").read_bytes() == before


def test_beyond_4_gib_it_is_rf64(tmp_path: Path) -> None:
    path, channels = tmp_path / "big.wav", 100
    writer = WavWriter(path, 48_000, channels)
    frames = (1 << 32) // (4 * channels)
    os.truncate(path, HEADER_BYTES + frames * 4 * channels)  # A hole: no disk is used.
    writer.frames = frames
    tail = noise(50, channels)
    writer.write(tail)
    writer.close()
    with soundfile.SoundFile(path) as file:
        assert (file.format, file.frames) == ("RF64", frames + 50)
        file.seek(frames)
        assert np.array_equal(file.read(dtype="float32"), tail)
    with WavReader(path) as reader:
        assert reader.frames == frames + 50
        assert np.array_equal(reader.read(frames, 50), tail)
    writer = WavWriter(path, 48_000, channels, keep_frames=1000)
    writer.close()
    assert soundfile.info(path).format == "WAV"
    assert soundfile.info(path).frames == 1000


def test_other_files_are_refused(tmp_path: Path) -> None:
    for name, data in {"empty": b"", "text": b"x" * 500, "short": b"RIFF"}.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(LegatoError, match="render it again"):
            WavReader(tmp_path / name)


def test_samples_of_another_shape_are_refused(tmp_path: Path) -> None:
    writer = WavWriter(tmp_path / "a.wav", 48_000, 2)
    for shape in [(5,), (5, 1), (5, 3)]:
        with pytest.raises(ValueError, match="channels"):
            writer.write(np.zeros(shape, np.float32))
    writer.close()
    assert writer.frames == 0


def test_copy_takes_the_first_frames_in_either_format(tmp_path: Path) -> None:
    audio = noise(70_000)
    writer = WavWriter(tmp_path / "a.wav", 48_000, 2)
    writer.write(audio)
    writer.close()
    for sample_format in ("float32", "int24"):
        copy_audio(tmp_path / "a.wav", tmp_path / "b.wav", 66_000, sample_format)
        read, _ = soundfile.read(tmp_path / "b.wav", dtype="float32")
        assert len(read) == 66_000
        assert np.abs(read - audio[:66_000]).max() <= (0 if sample_format == "float32" else 2**-23)
