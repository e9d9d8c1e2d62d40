"""RTP as ffmpeg and GStreamer receive it: every sample."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil
import pytest

from bridge.net.pcm import PcmFormat, encode
from bridge.sinks.base import Surroundings, check_options
from bridge.sinks.rtp import Sink

if TYPE_CHECKING:
    from tests.conftest import Program

RATE = 48_000
FORMATS: dict[str, tuple[PcmFormat, str, str]] = {
    "L16": ("s16", "s16le", "S16LE"),
    "L24": ("s24", "s24le", "S24LE"),
}


def opened(rtp_format: str, port: int, sdp: Path) -> Sink:
    sink = Sink(Surroundings())
    options = {"port": port, "format": rtp_format, "path": str(sdp)}
    sink.open("desk", check_options("rtp", options), RATE, 2)
    return sink


def play(sink: Sink, audio: np.ndarray) -> None:
    """Play audio between silence, in the stream's time."""
    quiet = np.zeros((RATE // 2, 2), np.float32)
    pause = threading.Event()
    everything = np.concatenate([quiet, audio, quiet])
    for first in range(0, len(everything), 4_800):
        sink.write(first, everything[first : first + 4_800])
        pause.wait(0.09)  # The ring holds a second.
    sink.close()


def listens(program: Program, port: int) -> bool:
    connections = psutil.Process(program.process.pid).net_connections("udp")
    return any(connection.laddr.port == port for connection in connections)


def heard(raw: Path, sample_bytes: int) -> bytes:
    """Return a file's samples from the first frame that is not silent to the last."""
    data = np.frombuffer(raw.read_bytes(), np.uint8)
    frames = data[: len(data) // (2 * sample_bytes) * 2 * sample_bytes].reshape(
        -1, 2 * sample_bytes
    )
    sounding = np.flatnonzero(frames.any(axis=1))
    return frames[sounding[0] : sounding[-1] + 1].tobytes() if len(sounding) else b""


@pytest.fixture
def audio() -> np.ndarray:
    noise = np.random.default_rng(5).uniform(-1, 1, (RATE, 2)).astype(np.float32)
    noise[[0, -1]] = 0.5  # So that no end of it is taken for silence.
    return noise


@pytest.fixture
def even_port(free_port: int) -> int:
    return free_port & ~1


@pytest.mark.peer("ffmpeg")
@pytest.mark.parametrize("rtp_format", ["L16", "L24"])
def test_ffmpeg_receives_the_very_samples(
    rtp_format: str,
    start: Callable[..., Program],
    audio: np.ndarray,
    even_port: int,
    tmp_path: Path,
) -> None:
    pcm, codec, _ = FORMATS[rtp_format]
    sdp, raw = tmp_path / "desk.sdp", tmp_path / "heard.raw"
    sink = opened(rtp_format, even_port, sdp)
    flags = (
        "-nostdin",
        "-v",
        "warning",
        "-protocol_whitelist",
        "file,udp,rtp",
        "-analyzeduration",
        "1",
        "-i",
        str(sdp),
    )
    out = ("-f", codec, "-c:a", f"pcm_{codec}", "-flush_packets", "1", str(raw))
    ffmpeg = start("ffmpeg", *flags, *out)
    ffmpeg.until(lambda: listens(ffmpeg, even_port))
    play(sink, audio)
    expected = encode(audio, pcm)
    size = len(expected) // len(audio) // 2
    ffmpeg.until(lambda: raw.exists() and len(heard(raw, size)) >= len(expected))
    ffmpeg.end(2)
    assert heard(raw, size) == expected
    assert sink.stats.lost_frames == 0


@pytest.mark.peer("gst-launch-1.0")
@pytest.mark.parametrize("rtp_format", ["L16", "L24"])
def test_gstreamer_receives_the_very_samples(
    rtp_format: str,
    start: Callable[..., Program],
    audio: np.ndarray,
    even_port: int,
    tmp_path: Path,
) -> None:
    pcm, _, form = FORMATS[rtp_format]
    raw = tmp_path / "heard.raw"
    caps = f"application/x-rtp,media=audio,clock-rate={RATE},encoding-name={rtp_format},channels=2"
    pipeline = (
        *("udpsrc", f"port={even_port}", "address=127.0.0.1", f"caps={caps},payload=96"),
        "buffer-size=8388608",  # What comes while a busy machine lets nobody read.
        *("!", "rtpjitterbuffer", "latency=3000", "!", f"rtp{rtp_format}depay"),
        *("!", "audioconvert", "dithering=none", "!", f"audio/x-raw,format={form}"),
        *("!", "filesink", f"location={raw}", "buffer-mode=unbuffered", "sync=false"),
    )
    gstreamer = start("gst-launch-1.0", "-q", *pipeline)
    gstreamer.until(lambda: listens(gstreamer, even_port))
    sink = opened(rtp_format, even_port, tmp_path / "desk.sdp")
    play(sink, audio)
    expected = encode(audio, pcm)
    size = len(expected) // len(audio) // 2
    gstreamer.until(lambda: len(heard(raw, size)) >= len(expected))
    gstreamer.end(2)
    assert heard(raw, size) == expected
