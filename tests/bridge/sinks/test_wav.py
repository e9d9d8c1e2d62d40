from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bridge.sinks.base import Surroundings, check_options
from bridge.sinks.wav import Sink
from bridge.wav import WavWriter
from engine.wire import ForbiddenPath, LegatoError, Value


def noise(frames: int, channels: int = 2) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (frames, channels)).astype(np.float32)


def wait_until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def opened(path: Path, around: Surroundings | None = None, **options: Value) -> Sink:
    sink = Sink(around)
    sink.open("tape", check_options("wav", {"path": str(path), **options}), 48_000, 2)
    return sink


def record(sink: Sink, audio: np.ndarray, block: int = 480) -> None:
    for start in range(0, len(audio), block):
        sink.write(start, audio[start : start + block])
    sink.close()


def test_records_bit_exactly(tmp_path: Path) -> None:
    sink, audio = opened(tmp_path / "a.wav"), noise(10_001)
    record(sink, audio)
    read, rate_hz = soundfile.read(tmp_path / "a.wav", dtype="float32")
    assert rate_hz == 48_000
    assert np.array_equal(read, audio)
    assert (sink.stats.frames, sink.stats.lost_frames) == (10_001, 0)


def test_records_24_bits_at_a_rate_of_its_own(tmp_path: Path) -> None:
    sink = opened(tmp_path / "a.wav", format="int24", rate=44_100)
    assert (sink.rate_hz, sink.channels) == (44_100, 2)
    record(sink, noise(1_000))
    info = soundfile.info(tmp_path / "a.wav")
    assert (info.samplerate, info.subtype, info.frames) == (44_100, "PCM_24", 1_000)


def test_can_be_read_while_it_records(tmp_path: Path) -> None:
    sink, audio = opened(tmp_path / "a.wav"), noise(4_800)
    for start in range(0, len(audio), 480):
        sink.write(start, audio[start : start + 480])
        read, _ = soundfile.read(tmp_path / "a.wav", dtype="float32", always_2d=True)
        assert np.array_equal(read, audio[: len(read)])
    sink.close()
    assert soundfile.info(tmp_path / "a.wav").frames == 4_800


def test_a_disk_too_slow_loses_blocks_but_keeps_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, write = threading.Event(), WavWriter.write

    def slow(self: WavWriter, samples: np.ndarray) -> None:
        assert gate.wait(60)
        write(self, samples)

    monkeypatch.setattr(WavWriter, "write", slow)
    sink, audio = opened(tmp_path / "a.wav"), noise(1_200 * 10)
    for start in range(0, 1_200 * 10, 10):
        sink.write(start, audio[start : start + 10])
    gate.set()
    wait_until(lambda: sink.stats.frames >= 100)
    sink.write(12_000, audio[:10])
    sink.close()
    read, _ = soundfile.read(tmp_path / "a.wav", dtype="float32")
    silent = ~read[:12_000].any(axis=1)
    # The writer takes its first block when it gets to run: a later one may find that place.
    assert sink.stats.lost_frames == silent.sum()
    assert 0 < sink.stats.lost_frames < 2_000 + 10
    assert np.array_equal(read[:12_000], np.where(silent[:, None], 0.0, audio))
    assert np.array_equal(read[12_000:], audio[:10])


@pytest.mark.parametrize("path", ["", "relative.wav", "../up.wav"])
def test_only_an_absolute_path_is_taken(path: str) -> None:
    with pytest.raises(ForbiddenPath, match="name a file"):
        Sink().open("tape", check_options("wav", {"path": path}), 48_000, 2)


def test_overwrites_nothing_unasked(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("precious")
    with pytest.raises(ForbiddenPath, match="another name"):
        opened(tmp_path / "a.wav")
    assert (tmp_path / "a.wav").read_text() == "precious"
    record(opened(tmp_path / "a.wav", overwrite=True), noise(5))
    assert soundfile.info(tmp_path / "a.wav").frames == 5


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(LegatoError, match="tape could not be stored") as caught:
        opened(tmp_path / "none" / "a.wav")
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_ends_the_sink_with_advice() -> None:
    with pytest.raises(LegatoError, match="free some space"):
        opened(Path("/dev/full"), overwrite=True)


def failing(error: int, until: Callable[[], bool]) -> Callable[[WavWriter, np.ndarray], None]:
    write = WavWriter.write

    def fail(self: WavWriter, samples: np.ndarray) -> None:
        if not until():
            raise OSError(error, os.strerror(error), "/some/folder")
        write(self, samples)

    return fail


def test_a_disk_that_breaks_ends_the_sink_at_its_next_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = opened(tmp_path / "a.wav")
    monkeypatch.setattr(WavWriter, "write", failing(errno.EIO, lambda: False))
    deadline = time.monotonic() + 60
    with pytest.raises(LegatoError, match="reports a fault") as caught:  # noqa: PT012
        while time.monotonic() < deadline:
            sink.write(0, noise(5))
    assert "/some/folder" not in str(caught.value)
    sink.close()
    assert soundfile.info(tmp_path / "a.wav").frames == 0


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (errno.ENOSPC, "the disk is full: what comes is lost until there is space"),
        (errno.EROFS, "the disk is read-only: what comes is lost until it may be written again"),
        (errno.EACCES, "its file or folder may not be written: what comes is lost until"),
    ],
)
def test_a_disk_that_takes_nothing_is_told_and_recorded_on_in_time_when_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int, told: str
) -> None:
    space = threading.Event()
    sink, audio = opened(tmp_path / "a.wav"), noise(4_800)
    sink.write(0, audio[:480])
    wait_until(lambda: sink.stats.frames == 480)
    monkeypatch.setattr(WavWriter, "write", failing(error, space.is_set))
    for start in range(480, 2_400, 480):
        sink.write(start, audio[start : start + 480])
    wait_until(lambda: sink.stats.lost_frames == 1_920)
    assert sink.stats.state.startswith(told)
    space.set()
    sink.write(2_400, audio[2_400:])
    sink.close()
    read, _ = soundfile.read(tmp_path / "a.wav", dtype="float32")
    assert np.array_equal(read[:480], audio[:480])
    assert not read[480:2_400].any()
    assert np.array_equal(read[2_400:], audio[2_400:])
    assert (sink.stats.frames, sink.stats.state) == (480 + 2_400, "open")


FULL = """
    import os, subprocess, sys, threading
    from pathlib import Path
    import numpy as np, soundfile
    from bridge.sinks.base import check_options, find_sink

    def play(sink, first, last):
        for frame in range(first, last, 4_800):
            sink.write(frame, np.full((4_800, 2), 0.1, np.float32))
        while sink.stats.frames + sink.stats.lost_frames < last:
            threading.Event().wait(0.01)

    folder = Path(sys.argv[1])
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], check=True)
    sinks = [find_sink(kind)() for kind in ("wav", "stems")]
    for sink, kind in zip(sinks, ("wav", "stems")):
        options = check_options(kind, {"path": str(folder / f"{kind}.wav")})
        sink.open(kind, options, 48_000, 2)
    for sink in sinks:
        play(sink, 0, 9_600)
    full = folder / "full"
    with full.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(1_000)):
                pass
        except OSError:
            pass
    for sink in sinks:
        play(sink, 9_600, 48_000)
        assert sink.stats.state.startswith("the disk is full"), sink.stats
    full.unlink()
    for sink in sinks:
        play(sink, 48_000, 52_800)
        assert sink.stats.state == "open", sink.stats
    for sink in sinks:
        play(sink, 52_800, 960_000)  # More than there is room for.
        assert sink.stats.state.startswith("the disk is full"), sink.stats
    for name in ("wav.wav", "stems_01.wav"):
        read, _ = soundfile.read(folder / name, dtype="float32")
        assert read[:9_600].all() and not read[14_400:48_000].any(), name
        assert read[48_000:52_800].all(), name
    for sink in sinks:
        sink.close()
"""


@pytest.mark.skipif(
    sys.platform != "linux"
    or subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode != 0,
    reason="needs a mount namespace",
)
def test_a_disk_that_really_is_full_and_then_is_not(tmp_path: Path) -> None:
    child = subprocess.run(
        ["unshare", "-rm", sys.executable, "-c", textwrap.dedent(FULL), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=Path(__file__).parents[3],
    )
    assert child.returncode == 0, child.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is open stays there")
def test_a_file_that_is_moved_is_told_and_recorded_on(tmp_path: Path) -> None:
    sink = opened(tmp_path / "a.wav")
    sink.write(0, noise(480))
    wait_until(lambda: sink.stats.frames == 480)
    (tmp_path / "a.wav").rename(tmp_path / "b.wav")
    sink.write(480, noise(48_000))
    wait_until(lambda: sink.stats.state.startswith("its file was moved"))
    (tmp_path / "b.wav").rename(tmp_path / "a.wav")
    sink.write(48_480, noise(48_000))
    wait_until(lambda: sink.stats.state == "open")
    sink.close()
    assert soundfile.info(tmp_path / "a.wav").frames == 96_480


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is open stays there")
def test_a_folder_that_is_deleted_ends_the_sink_within_a_second_of_sound(tmp_path: Path) -> None:
    folder = tmp_path / "takes"
    folder.mkdir()
    sink = opened(folder / "a.wav")
    sink.write(0, noise(480))
    wait_until(lambda: sink.stats.frames == 480)
    shutil.rmtree(folder)
    sink.write(480, noise(48_000))
    wait_until(lambda: sink._tape is not None and sink._tape._error is not None)
    with pytest.raises(LegatoError, match="was deleted; make its folder again"):
        sink.write(48_480, noise(480))
    sink.close()
    assert not folder.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is open stays there")
@pytest.mark.parametrize(
    ("happens", "told"),
    [
        (lambda folder: None, "1.000 s"),
        (lambda folder: folder.rename(folder.with_name("moved")), "1.000 s, moved"),
        (shutil.rmtree, "deleted while it was recorded"),
    ],
)
def test_at_the_end_it_tells_what_has_become_of_the_file(
    tmp_path: Path, happens: Callable[[Path], object], told: str
) -> None:
    folder, heard = tmp_path / "takes", []
    folder.mkdir()
    sink = opened(folder / "a.wav", Surroundings(told=lambda *said: heard.append(said)))
    audio = noise(48_000)
    sink.write(0, audio)
    wait_until(lambda: sink.stats.frames == 48_000)
    happens(folder)
    sink.close()
    assert heard == [("tape", str(folder / "a.wav"), told)]
    if told.endswith("moved"):
        read, _ = soundfile.read(tmp_path / "moved" / "a.wav", dtype="float32")
        assert np.array_equal(read, audio)
