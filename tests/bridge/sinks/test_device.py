from __future__ import annotations

import ctypes.util
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.sinks.base import check_options
from bridge.sinks.device import Sink
from engine.wire import LegatoError, NotFound, StartFailed, Value

ROOT = Path(__file__).parents[3]
RATE = 48_000
BUFFER = 1_920  # 0.04 s.
ALSA = Path("/usr/share/alsa/alsa.conf")


def noise(frames: int, channels: int = 2) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (frames, channels)).astype(np.float32)


class FakeStream:
    """A device's output that plays when the test says so."""

    def __init__(self, system: FakeSystem, **settings: Any) -> None:
        if settings["samplerate"] not in system.rates:
            raise system.PortAudioError("Invalid sample rate")
        self.settings = settings
        self.active = False
        self.closed = False
        self._callback: Callable[..., None] = settings["callback"]
        system.streams.append(self)

    def start(self) -> None:
        self.active = True

    def stop(self, ignore_errors: bool) -> None:
        self.active = False

    def close(self, ignore_errors: bool) -> None:
        self.closed = True

    def play(self, frames: int) -> np.ndarray:
        out = np.full((frames, self.settings["channels"]), np.nan, np.float32)
        self._callback(out, frames, None, None)
        return out


class FakeSystem:
    """As much of sounddevice as the sink uses: three devices in two audio systems."""

    class PortAudioError(Exception):
        pass

    class default:
        device = (0, 1)

    def __init__(self) -> None:
        self.rates = {RATE, 44_100}
        self.streams: list[FakeStream] = []

    def query_hostapis(self) -> list[dict[str, Any]]:
        return [
            {"name": "ALSA", "default_output_device": 1},
            {"name": "JACK Audio Connection Kit", "default_output_device": 3},
        ]

    def query_devices(self) -> list[dict[str, Any]]:
        rows = [("mic", 0, 0), ("USB Audio", 0, 2), ("USB Audio 2", 0, 1), ("system", 1, 8)]
        return [
            {
                "name": name,
                "index": index,
                "hostapi": api,
                "max_output_channels": channels,
                "default_samplerate": 44_100.0,
            }
            for index, (name, api, channels) in enumerate(rows)
        ]

    def check_output_settings(
        self, device: int, channels: int, dtype: str, extra_settings: object, samplerate: int
    ) -> None:
        if samplerate not in self.rates:
            raise self.PortAudioError("Invalid sample rate")

    def OutputStream(self, **settings: Any) -> FakeStream:
        return FakeStream(self, **settings)


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> FakeSystem:
    fake = FakeSystem()
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    return fake


@pytest.fixture
def sink(system: FakeSystem) -> Iterator[Sink]:
    sink = opened()
    yield sink
    system.streams[0].active = False
    sink.close()


def opened(**options: Value) -> Sink:
    sink = Sink()
    sink.open("speakers", check_options("device", options), RATE, 2)
    return sink


def play(stream: FakeStream, frames: int, block: int = 256) -> np.ndarray:
    return np.concatenate([stream.play(block) for _ in range(frames // block)])


def test_plays_bit_exactly_behind_its_buffer(system: FakeSystem, sink: Sink) -> None:
    audio, heard = noise(48_000), []
    for start in range(0, len(audio), 480):
        sink.write(start, audio[start : start + 480])
        heard.append(system.streams[0].play(480))
    played = np.concatenate(heard)
    assert not played[:BUFFER].any()
    assert np.array_equal(played[BUFFER:], audio[:-BUFFER])
    assert sink.surplus_frames() == 0
    stats = sink.stats
    assert (stats.frames, stats.underruns, stats.late_frames, stats.lost_frames) == (
        48_000,
        0,
        0,
        0,
    )


def test_running_dry_is_counted_and_told_as_underrun(system: FakeSystem, sink: Sink) -> None:
    play(system.streams[0], 2_560)
    assert (sink.stats.underruns, sink.stats.late_frames) == (1, 2_560 - BUFFER)
    assert sink.surplus_frames() == -BUFFER


def test_music_is_never_cut_when_the_ring_runs_away_but_silence_is(
    system: FakeSystem, sink: Sink
) -> None:
    music, silence = noise(19_200), np.zeros((480, 2), np.float32)
    sink.write(0, music)
    for start in range(0, 4_800, 480):
        sink.write(start, silence)
    assert sink.surplus_frames() == len(music)
    heard = play(system.streams[0], 20_480)
    assert np.array_equal(heard[BUFFER:], music[: 20_480 - BUFFER])
    assert sink.resyncs > 0


def test_silence_fills_a_ring_that_ran_low(system: FakeSystem, sink: Sink) -> None:
    play(system.streams[0], 1_792)
    sink.write(0, np.zeros((480, 2), np.float32))
    assert sink.surplus_frames() == 480
    assert sink.resyncs == 1


def test_small_deviations_leave_silence_as_it_is(system: FakeSystem, sink: Sink) -> None:
    for _ in range(100):
        sink.write(0, np.zeros((480, 2), np.float32))
        play(system.streams[0], 256)
        system.streams[0].play(224)
    assert (sink.resyncs, sink.surplus_frames()) == (0, 0)


def test_a_device_that_hangs_is_told_of_and_played_on_in_time(
    system: FakeSystem, sink: Sink
) -> None:
    for start in range(0, 3 * RATE, 480):
        sink.write(start, noise(480))
    assert "hangs" in sink.stats.state
    assert sink.surplus_frames() is None
    assert sink.stats.frames <= 2 * RATE + 480
    assert sink.stats.frames + sink.stats.lost_frames == 3 * RATE
    system.streams[0].play(480)
    audio = noise(480)
    sink.write(3 * RATE, audio)
    assert sink.stats.state == "open"
    assert sink.surplus_frames() == 480
    played = system.streams[0].play(BUFFER + 480)
    assert np.array_equal(played[BUFFER:], audio)


def test_a_device_that_went_away_ends_the_sink(system: FakeSystem, sink: Sink) -> None:
    system.streams[0].active = False
    with pytest.raises(LegatoError, match="plug it in"):
        sink.write(0, noise(480))


def test_close_plays_what_waits_even_after_running_dry(system: FakeSystem) -> None:
    sink = opened()
    stream = system.streams[0]
    play(stream, 5_120)
    sink.write(0, noise(480))
    heard: list[np.ndarray] = []
    stop = stream.stop

    def play_while_closing(ignore_errors: bool) -> None:
        heard.append(play(stream, 1_024))
        stop(ignore_errors)

    stream.stop = play_while_closing  # type: ignore[method-assign]
    sink.close()
    assert np.count_nonzero(heard[0][:, 0]) > 480
    assert stream.closed
    sink.close()


def play_live(sink: Sink, stream: FakeStream, chunks: int, key: str = "job") -> np.ndarray:
    heard = []
    for _ in range(chunks):
        sink.write(0, np.zeros((512, 2), np.float32))
        sink.write_live(key, np.full((512, 2), 0.1, np.float32))
        heard.append(play(stream, 512))
    return np.concatenate(heard)


def test_live_that_ran_dry_twice_keeps_more_ahead_for_this_job_and_the_next(
    system: FakeSystem, sink: Sink
) -> None:
    stream = system.streams[0]
    play_live(sink, stream, 10)
    assert (sink.stats.live_seconds, sink.stats.underruns) == (0.016, 0)
    play(stream, 1_536)
    play_live(sink, stream, 100)
    assert (sink.stats.live_seconds, sink.stats.underruns) == (0.016, 1)
    play(stream, 1_536)
    play_live(sink, stream, 20)
    assert sink.stats.live_seconds == 1.25 * 1_536 / RATE
    assert sink.stats.underruns == 2
    sink.end_live("job")
    play(stream, 4_096)
    dry = sink.stats.underruns
    assert not play_live(sink, stream, 4, "next")[:1_920].any()
    assert sink.stats.underruns == dry


def test_live_after_the_device_hung_is_of_its_time_at_once(system: FakeSystem, sink: Sink) -> None:
    stream = system.streams[0]
    play_live(sink, stream, 4)
    for _ in range(200):  # Two seconds and more, of which nothing is taken.
        sink.write(0, np.zeros((512, 2), np.float32))
        sink.write_live("job", np.full((512, 2), 0.5, np.float32))
    assert "hangs" in sink.stats.state
    stream.play(256)
    heard = play_live(sink, stream, 20)
    assert sink.stats.state == "open"
    assert np.abs(heard[512:]).max() < 0.11


def test_live_seconds_are_fixed_where_that_is_asked(system: FakeSystem) -> None:
    sink = opened(live_seconds=0.02, live_max_seconds=0.0)
    stream = system.streams[0]
    for _ in range(3):
        play_live(sink, stream, 4)
        play(stream, 4_096)
    assert sink.stats.live_seconds == 0.02
    assert sink.stats.underruns >= 2
    stream.active = False
    sink.close()


@pytest.mark.parametrize(
    ("options", "index"),
    [
        ({}, 1),
        ({"device": "usb audio"}, 1),
        ({"device": "USB Audio 2"}, 2),
        ({"device": "audio 2"}, 2),
        ({"device": "3"}, 3),
        ({"hostapi": "jack"}, 3),
        ({"device": "sys", "hostapi": "JACK"}, 3),
    ],
)
def test_devices_are_found_by_name_part_number_or_audio_system(
    system: FakeSystem, options: dict[str, Value], index: int
) -> None:
    sink = opened(**options)
    assert system.streams[0].settings["device"] == index
    assert sink.channels == min(2, system.query_devices()[index]["max_output_channels"])
    system.streams[0].active = False
    sink.close()


@pytest.mark.parametrize(
    "options", [{"device": "piano"}, {"device": "mic"}, {"device": "USB", "hostapi": "JACK"},
                {"device": "0"}, {"hostapi": "ASIO"}],
)  # fmt: skip
def test_what_is_not_there_is_answered_with_what_is(
    system: FakeSystem, options: dict[str, Value]
) -> None:
    with pytest.raises(NotFound, match=r"there is 1 USB Audio \(ALSA\), 2 USB Audio 2"):
        opened(**options)


def test_the_devices_own_rate_is_used_where_the_streams_is_refused(system: FakeSystem) -> None:
    system.rates = {44_100}
    sink = opened()
    assert sink.rate_hz == 44_100
    assert system.streams[0].settings["samplerate"] == 44_100
    system.streams[0].active = False
    sink.close()


def test_a_device_that_refuses_says_how_it_was_asked(system: FakeSystem) -> None:
    with pytest.raises(StartFailed, match="does not open at 96000 Hz and 2 channels"):
        opened(rate=96_000)


def test_options_reach_the_device(system: FakeSystem) -> None:
    sink = opened(block_frames=128, latency=0.02, buffer_seconds=0.1, rate=44_100)
    settings = system.streams[0].settings
    assert (settings["blocksize"], settings["latency"], settings["samplerate"]) == (
        128,
        0.02,
        44_100,
    )
    assert not play(system.streams[0], 4_352).any()
    assert sink.stats.underruns == 0
    system.streams[0].active = False
    sink.close()


# The real PortAudio, in processes of its own.


def in_child(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join((str(folder), str(ROOT)))
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={**os.environ, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


OPEN = """
    from bridge.sinks.base import check_options, find_sink
    from engine.wire import LegatoError
    try:
        find_sink("device")().open("d", check_options("device", {"device": "xyz"}), 48_000, 2)
    except LegatoError as error:
        print(error.code, error)
"""


def test_without_portaudio_there_is_advice(tmp_path: Path) -> None:
    (tmp_path / "sounddevice.py").write_text('raise OSError("PortAudio library not found")')
    child = in_child(OPEN, tmp_path)
    assert child.returncode == 0, child.stderr
    assert child.stdout.startswith("start_failed PortAudio is missing")
    assert "libportaudio2" in child.stdout


needs_alsa = pytest.mark.skipif(
    not (ALSA.exists() and ctypes.util.find_library("portaudio")),
    reason="needs PortAudio with ALSA",
)


@needs_alsa
def test_a_machine_without_that_device_gets_advice(tmp_path: Path) -> None:
    child = in_child(OPEN, tmp_path)
    assert child.returncode == 0, child.stderr
    assert "not_found no output device is like 'xyz'" in child.stdout


# The file takes samples as fast as they come, so all of them wait before the silence is played.
PLAY = """
    import numpy as np
    from bridge.sinks.base import check_options, find_sink
    audio = np.random.default_rng(0).uniform(-1, 1, (96_000, 2)).astype(np.float32)
    options = check_options("device", {"device": "legato", "buffer_seconds": 30.0})
    sink = find_sink("device")()
    sink.open("d", options, 48_000, 2)
    sink.write(0, audio)
    sink.close()
    print(sink.rate_hz, sink.channels, sink.stats)
"""


@needs_alsa
def test_alsa_gets_the_stream_bit_exactly(tmp_path: Path) -> None:
    raw, config = tmp_path / "out.raw", tmp_path / "asound.conf"
    config.write_text(
        f'<{ALSA}>\npcm.legato {{ type file slave.pcm null file "{raw}" format raw }}\n'
    )
    child = in_child(PLAY, tmp_path, ALSA_CONFIG_PATH=str(config))
    assert child.returncode == 0, child.stderr
    assert child.stdout.startswith("48000 2 "), child.stdout
    heard = np.fromfile(raw, "<f4").reshape(-1, 2)
    audio = noise(96_000)
    start = int(np.flatnonzero(heard[:, 0])[0])
    assert np.array_equal(heard[start : start + len(audio)], audio)
