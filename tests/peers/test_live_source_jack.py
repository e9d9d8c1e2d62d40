"""A DAW's last bars, heard over JACK, as the source that a model continues and varies, by OSC."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from benchmarks.load import ENDINGS, Talker
from engine.audio import level_of
from tests.conftest import WAIT_SECONDS, Server
from tests.engine.models.tiny.audio_diffusion import write_audio_diffusion

pytestmark = [
    pytest.mark.peer("jackd", "jack_wait"),
    pytest.mark.filterwarnings("ignore:Empty filters:UserWarning"),
]

RATE = 48_000
BPM, BAR_SECONDS = 240, 1.0
BAR_FRAMES = round(BAR_SECONDS * RATE)
NAME = "tiny-audio-diffusion"
ANSWERS = 10
PROMPT_SECONDS = 0.1


class Daw:
    """A JACK client that plays noise which never repeats, and knows when it played what."""

    def __init__(self, server: str) -> None:
        jack = pytest.importorskip("jack", reason="needs JACK-Client")
        self._client = jack.Client("daw", servername=server, no_start_server=True)
        self._port = self._client.outports.register("master")
        self._random = np.random.Generator(np.random.PCG64(4))
        self.played: list[np.ndarray[Any, Any]] = []
        self.marks: list[tuple[float, int]] = []
        self._client.set_process_callback(self._process)

    def _process(self, frames: int) -> None:
        block = self._random.uniform(-0.3, 0.3, frames).astype(np.float32)
        self._port.get_array()[:] = block
        self.marks.append((time.monotonic(), len(self.played) * frames))
        self.played.append(block)

    def __enter__(self) -> Daw:
        self._client.activate()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.deactivate()
        self._client.close()

    def frame_at(self, seconds: float) -> float:
        """Return what was played at a moment of the steady clock."""
        times, frames = zip(*self.marks, strict=True)
        return float(np.interp(seconds, times, frames))

    def place_of(self, sound: np.ndarray[Any, Any]) -> int:
        """Return where a sound was played, bit for bit. Raises: AssertionError."""
        everything = np.concatenate(self.played)
        starts = np.flatnonzero(everything[: len(everything) - len(sound) + 1] == sound[0])
        found = [s for s in starts if np.array_equal(everything[s : s + len(sound)], sound)]
        assert len(found) == 1, "what was recorded is not what was played"
        return int(found[0])


@pytest.fixture
def server(
    tmp_path: Path, environ: dict[str, str], serve: Callable[..., Server]
) -> Iterator[Talker]:
    """A client of a server that has a tiny checkpoint, at a transport of a bar a second."""
    write_audio_diffusion(tmp_path / "models" / NAME, is_gentle=True, sample_rate=RATE)
    environ["LEGATO_MODELS_FOLDER"] = str(tmp_path / "models")
    talker = Talker(serve().port, by_tcp=True)
    for words in (("tempo", BPM), ("play",)):
        talker.send("/transport", *words)
    yield talker
    talker.close()


def listen(talker: Talker, jack_server: str) -> None:
    options = ("server", jack_server, "channels", 1, "ports", "daw:master", "keep", 8.0)
    done = talker.ask("/input/open", 1, "jack", "desk", *options, answer="/done")
    assert done.arguments == (1, "desk", RATE, 1)


def heard_seconds(talker: Talker, seconds: float) -> None:
    """Wait until the input has heard so much."""
    for call in range(1000, 2000):
        talker.send("/inputs", call)
        row = talker.wait(("/legato/inputs",), call).arguments
        if float(str(row[7])) >= seconds:
            return
        talker.listen(0.05)
    raise AssertionError("nothing is heard")


def bar_line(talker: Talker) -> float:
    """Return the moment of a bar line, of the steady clock, by the promptest of several answers."""

    def ask() -> tuple[float, float]:
        asked = time.monotonic()
        talker.send("/transport")
        told = talker.wait_new("/legato/transport")
        waited = time.monotonic() - asked
        beat = float(str(told.arguments[2]))
        return waited, asked + waited / 2 - beat % 4 * 60 / BPM

    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        waited, line = min(ask() for _ in range(ANSWERS))
        if waited < PROMPT_SECONDS:
            return line
        assert time.monotonic() < deadline, "the machine is too busy for its clock to be read"


def made(talker: Talker, call: int, *words: str | float) -> np.ndarray[Any, Any]:
    """Return the audio of a call to the tiny model, `[frames]`."""
    address, *arguments = words
    talker.send(str(address), call, *arguments, "model", NAME, "steps", 2, "play", 0)
    ending = talker.wait(ENDINGS, call)
    assert ending.address == "/legato/done", ending.arguments
    audio = soundfile.read(str(ending.arguments[3]), dtype="float32", always_2d=True)[0]
    assert audio.shape[1] == 1
    return np.asarray(audio[:, 0])


def test_the_last_bars_are_continued_bit_for_bit(server: Talker, jack_server: str) -> None:
    with Daw(jack_server) as daw:
        listen(server, jack_server)
        heard_seconds(server, 4.0)
        line = bar_line(server)
        audio = made(server, 7, "/continue", "live:2bars", 0.5)
        place = daw.place_of(audio[: 2 * BAR_FRAMES])
        assert len(audio) == 2 * BAR_FRAMES + RATE // 2
        new = audio[2 * BAR_FRAMES :]
        assert level_of(new[:, None]) > 0.0
        # The span ends on a bar line of the transport, as near as two clocks are read at once.
        off_bars = (place - daw.frame_at(line)) / BAR_FRAMES
        assert abs(off_bars - round(off_bars)) < 0.15


def test_the_last_seconds_are_varied_at_their_length_and_level(
    server: Talker, jack_server: str
) -> None:
    with Daw(jack_server) as daw:
        listen(server, jack_server)
        heard_seconds(server, 3.0)
        kept = made(server, 8, "/continue", "live:desk:1.5s", 0.25)
        daw.place_of(kept[: RATE * 3 // 2])
        varied = made(server, 9, "/vary", "live:1.5s", 0.1)
        assert len(varied) == RATE * 3 // 2
        decibels = 20 * np.log10(level_of(varied[:, None]) / level_of(kept[:RATE, None]))
        assert abs(decibels) < 3.0


def test_more_bars_than_were_heard_are_refused(server: Talker, jack_server: str) -> None:
    with Daw(jack_server):
        listen(server, jack_server)
        server.send("/continue", 9, "live:8bars", 0.5, "model", NAME)
        refused = server.wait(ENDINGS, 9)
        assert refused.arguments[1] == "not_found"
        assert "are there: wait" in str(refused.arguments[2])
