"""Clips, read back by libsndfile: where they begin and end, their names and their metadata."""

from __future__ import annotations

import ctypes
import errno
import os
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bridge.sinks.base import Beat, Surroundings, check_options
from bridge.sinks.clips import Sink
from bridge.wav import WavWriter
from engine.wire import Value

RATE = 48_000
BAR = 96_000  # Of four quarters at 120 bpm.
LOOP_INFO = 0x10E0


class LoopInfo(ctypes.Structure):
    """SF_LOOP_INFO, as sndfile.h has it."""

    _fields_ = [
        ("numerator", ctypes.c_short),
        ("denominator", ctypes.c_short),
        ("loop_mode", ctypes.c_int),
        ("beats", ctypes.c_int),
        ("bpm", ctypes.c_float),
        ("root_key", ctypes.c_int),
        ("future", ctypes.c_int * 6),
    ]


def loop_info(path: Path) -> LoopInfo:
    """Return what libsndfile reads of a file's acid chunk."""
    info = LoopInfo()
    with soundfile.SoundFile(path) as file:
        pointer = soundfile._ffi.new("char[]", ctypes.sizeof(info))
        size = ctypes.sizeof(info)
        assert soundfile._snd.sf_command(file._file, LOOP_INFO, pointer, size) == 1
        ctypes.memmove(ctypes.byref(info), bytes(soundfile._ffi.buffer(pointer, size)), size)
    return info


class Scene:
    """A sink that is played to in blocks, and what it told."""

    def __init__(self, folder: Path, beat: Beat | None = None, **options: Value) -> None:
        self.told: list[tuple[Path, str]] = []
        around = Surroundings(
            beat=lambda: beat or Beat(),
            told=lambda name, path, text: self.told.append((Path(path), text)),
        )
        self.sink = Sink(around)
        checked = check_options("clips", {"path": str(folder / "lead.wav"), **options})
        self.sink.open("lead", checked, RATE, 2)
        self.frame = 0

    def play(self, samples: np.ndarray) -> None:
        for start in range(0, len(samples), 4_801):
            block = samples[start : start + 4_801]
            self.sink.write(self.frame, block)
            self.frame += len(block)

    def voice(self, began: int, ended: int, key: str = "a") -> None:
        self.sink.voice_began(began, key)
        self.sink.voice_ended(ended, key)


def sound(frames: int, channels: int = 2) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (frames, channels)).astype(np.float32)


def read(path: Path) -> np.ndarray:
    return np.asarray(soundfile.read(path, dtype="float32")[0])


def test_a_piece_becomes_a_clip_of_whole_bars_that_begins_where_it_does(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    audio = np.zeros((5 * BAR, 2), np.float32)
    audio[10_007 : 10_007 + 2 * BAR + 5] = sound(2 * BAR + 5)
    scene.voice(10_007, 10_007 + 2 * BAR + 5)
    scene.play(audio)
    scene.sink.close()
    path = tmp_path / "lead_001_120bpm_3bars.wav"
    assert scene.told == [(path, "120 bpm, 3 bars of 4/4")]
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert np.array_equal(read(path), audio[10_007 : 10_007 + 3 * BAR])


def test_metadata_is_read_by_others(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Beat(90.0, 3, 4), format="int24")
    scene.voice(480, 1_000)
    scene.play(np.zeros((2 * BAR, 2), np.float32))
    scene.sink.close()
    path = tmp_path / "lead_001_90bpm_1bars.wav"
    info = loop_info(path)
    assert (info.numerator, info.denominator, info.beats, info.bpm) == (3, 4, 3, 90.0)
    with soundfile.SoundFile(path) as file:
        assert file.copy_metadata()["title"] == "lead"
        assert file.copy_metadata()["comment"] == "90 bpm, 1 bars of 3/4"
        assert file.copy_metadata()["software"].startswith("Legato ")
        assert (file.frames, file.subtype) == (round(3 * 60 / 90 * RATE), "PCM_24")
    chunks = chunks_of(path)
    assert list(chunks) == ["JUNK", "fmt ", "fact", "data", "acid", "smpl", "LIST", "bext"]
    assert len(chunks["acid"]) == 24
    assert len(chunks["bext"]) == 602
    assert int.from_bytes(chunks["bext"][338:346], "little") == 480
    loop = [int.from_bytes(chunks["smpl"][at : at + 4], "little") for at in range(28, 52, 4)]
    assert loop == [1, 0, 0, 0, 0, file.frames - 1]


def chunks_of(path: Path) -> dict[str, bytes]:
    """Return a RIFF file's chunks by a walk of its own; sizes must add up to the file."""
    data = path.read_bytes()
    assert int.from_bytes(data[4:8], "little") == len(data) - 8
    found, at = {}, 12
    while at < len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        found[data[at : at + 4].decode()] = data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    assert at == len(data)
    return found


def test_jobs_that_overlap_are_one_clip_and_those_apart_are_two(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.voice(0, 50_000, "a")
    scene.voice(40_000, 100_000, "b")
    scene.voice(4 * BAR, 4 * BAR + 10, "c")
    audio = sound(6 * BAR)
    scene.play(audio)
    scene.sink.close()
    names = ["lead_001_120bpm_2bars.wav", "lead_002_120bpm_1bars.wav"]
    assert [path.name for path, _ in scene.told] == names
    assert np.array_equal(read(tmp_path / names[0]), audio[: 2 * BAR])
    assert np.array_equal(read(tmp_path / names[1]), audio[4 * BAR : 5 * BAR])


def test_a_job_that_goes_on_is_cut_every_so_many_bars_without_a_gap(tmp_path: Path) -> None:
    scene = Scene(tmp_path, bars=2, tempo=110.0)
    length = round(2 * 4 * 60 / 110 * RATE)
    audio = sound(3 * length)
    scene.sink.voice_began(0, "live")
    scene.play(audio[: 2 * length + 5_000])
    scene.sink.voice_ended(2 * length + 5_000, "live")
    scene.sink.close()
    assert [path.name for path, _ in scene.told] == [
        f"lead_{number:03}_110bpm_2bars.wav" for number in (1, 2, 3)
    ]
    clips = [read(path) for path, _ in scene.told]
    assert [len(clip) for clip in clips] == [length] * 3
    joined = np.concatenate(clips)
    assert np.array_equal(joined[: 2 * length + 5_000], audio[: 2 * length + 5_000])
    assert not joined[2 * length + 5_000 :].any()


def test_a_clip_that_is_open_at_the_end_is_finished(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.sink.voice_began(0, "a")
    scene.play(sound(BAR + 1))
    scene.sink.close()
    assert [path.name for path, _ in scene.told] == ["lead_001_120bpm_2bars.wav"]
    assert len(read(scene.told[0][0])) == 2 * BAR


def test_numbers_go_on_where_earlier_clips_ended(tmp_path: Path) -> None:
    (tmp_path / "lead_001_99bpm_1bars.wav").write_text("precious")
    scene = Scene(tmp_path)
    scene.voice(0, 10)
    scene.play(np.zeros((BAR + 1, 2), np.float32))
    scene.sink.close()
    assert (tmp_path / "lead_002_120bpm_1bars.wav").exists()
    assert (tmp_path / "lead_001_99bpm_1bars.wav").read_text() == "precious"


def test_silence_makes_no_clip(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.play(np.zeros((3 * BAR, 2), np.float32))
    scene.sink.close()
    assert (scene.told, list(tmp_path.iterdir())) == ([], [])


def test_a_full_disk_leaves_a_gap_and_the_clip_its_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    space, write = threading.Event(), WavWriter.write
    space.set()

    def limited(self: WavWriter, samples: np.ndarray) -> None:
        if not space.is_set():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(self, samples)

    monkeypatch.setattr(WavWriter, "write", limited)
    scene, audio = Scene(tmp_path), sound(2 * BAR)
    scene.voice(0, 90_000)
    scene.play(audio[:48_010])
    wait_for(lambda: scene.sink.stats.frames == 48_010)
    space.clear()
    scene.play(audio[48_010:57_612])
    wait_for(lambda: scene.sink.stats.lost_frames == 9_602)
    space.set()
    scene.play(audio[57_612:])
    scene.sink.close()
    ((path, _),) = scene.told
    clip = read(path)
    assert len(clip) == BAR
    assert np.array_equal(clip[:48_010], audio[:48_010])
    assert not clip[48_010:57_612].any()
    assert np.array_equal(clip[57_612:], audio[57_612:BAR])


def test_a_folder_that_is_read_only_when_a_clip_is_named_names_it_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed, rename = threading.Event(), Path.rename

    def limited(self: Path, target: Path) -> Path:
        if not allowed.is_set():
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", limited)
    scene, audio = Scene(tmp_path), sound(BAR)
    scene.voice(0, BAR)
    scene.play(audio)
    scene.play(np.zeros((14_400, 2), np.float32))
    wait_for(lambda: scene.sink.stats.state.startswith("the disk is read-only"))
    assert scene.told == []
    allowed.set()
    scene.voice(BAR + 19_200, BAR + 19_300)
    scene.play(audio)
    scene.sink.close()
    (first, _), (second, _) = scene.told
    assert np.array_equal(read(first), audio)
    assert len(read(second)) == BAR


@pytest.mark.skipif(os.name == "nt", reason="a folder with an open file stays there")
def test_a_clip_that_cannot_be_finished_is_told_with_its_hidden_name(tmp_path: Path) -> None:
    folder = tmp_path / "clips"
    folder.mkdir()
    scene, audio = Scene(folder), sound(BAR // 2)
    scene.voice(0, BAR)
    scene.play(audio)
    wait_for(lambda: scene.sink.stats.frames == BAR // 2)
    folder.rename(tmp_path / "moved")
    scene.sink.close()
    ((path, words),) = scene.told
    assert words.startswith("unfinished: the clips")
    assert "make its folder again" in words
    assert np.array_equal(read(tmp_path / "moved" / Path(path).name)[: len(audio)], audio)


def wait_for(done: object) -> None:
    assert callable(done)
    pause = threading.Event()
    for _ in range(3_000):
        if done():
            return
        pause.wait(0.01)
    raise AssertionError("it never came true")
