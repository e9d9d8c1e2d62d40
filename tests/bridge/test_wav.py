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


def test_16_bit_is_dithered_evenly_and_leaves_no_distortion(tmp_path: Path) -> None:
    """A sine of half a step is kept on the average, under a hiss that does not follow it."""
    step, cycles = 2.0**-15, 480
    seconds = np.arange(48_000)[:, None] / 48_000
    sine = 0.5 * step * np.sin(2.0 * np.pi * cycles * seconds)
    writer = WavWriter(tmp_path / "a.wav", 48_000, 1, "int16")
    for first in range(0, 48_000, 1_000):
        writer.write(sine[first : first + 1_000].astype(np.float32))
    writer.close()
    read, _ = soundfile.read(tmp_path / "a.wav")
    assert soundfile.info(tmp_path / "a.wav").subtype == "PCM_16"
    noise_of = read - sine[:, 0]
    assert np.abs(noise_of.mean()) < 0.02 * step
    assert np.mean(noise_of**2) == pytest.approx(step**2 / 4.0, rel=0.05)  # TPDF: 1/6 + 1/12.
    spectrum = np.abs(np.fft.rfft(read)) * 2.0 / len(read) / step
    assert spectrum[cycles] == pytest.approx(0.5, abs=0.02)
    assert spectrum[2 * cycles :: cycles].max() < 0.02


def test_what_16_bits_hold_is_kept_and_the_rest_is_always_the_same(tmp_path: Path) -> None:
    exact = np.random.default_rng(0).integers(-(1 << 15), 1 << 15, (5_000, 2))
    exact[1_000:2_000] = 0
    audio = (exact / (1 << 15)).astype(np.float32)
    copies = []
    for name in ("a.wav", "b.wav"):
        writer = WavWriter(tmp_path / name, 48_000, 2, "int16")
        writer.write(audio)
        writer.write(noise(70_000))
        writer.write(np.array([[2.0, -2.0], [np.nan, 1.0]], np.float32))
        writer.close()
        copies.append((tmp_path / name).read_bytes())
    read, _ = soundfile.read(tmp_path / "a.wav", dtype="int16")
    assert np.array_equal(read[:5_000], exact)
    assert read[-2:].tolist() == [[32767, -32768], [0, 32767]]
    assert copies[0] == copies[1]
    with WavReader(tmp_path / "a.wav") as reader:
        assert reader.sample_format == "int16"
        assert np.array_equal(reader.read(0, 5_000), audio)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 300), max_size=8),
    st.sampled_from(["float32", "int24", "int16"]),
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
        step = 2**-14 if sample_format == "int16" else 2**-23
        assert np.abs(read - audio[:done]).max(initial=0) <= step
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
    for sample_format, most in (("float32", 0.0), ("int24", 2**-23), ("int16", 2**-14)):
        copy_audio(tmp_path / "a.wav", tmp_path / "b.wav", 66_000, sample_format)
        read, _ = soundfile.read(tmp_path / "b.wav", dtype="float32")
        assert len(read) == 66_000
        assert np.abs(read - audio[:66_000]).max() <= most
    copy_audio(tmp_path / "a.wav", tmp_path / "b.wav", 66_000, "float32", gain=0.5)
    read, _ = soundfile.read(tmp_path / "b.wav", dtype="float32")
    assert np.array_equal(read, audio[:66_000] * np.float32(0.5))
