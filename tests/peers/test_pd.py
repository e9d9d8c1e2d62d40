"""Pd (Pure Data) as a client: a patch asks over OSC, and the audio comes back as floats."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

if TYPE_CHECKING:
    from tests.conftest import Program, Server

PATCH = Path(__file__).with_name("render.pd")
WEIGHTS = Path(__file__).parents[2] / "engine/models/house"
HEARD_SECONDS = 120.0


class Reports:
    """What the patch tells over FUDI, Pd's own protocol: a list of words a message."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(HEARD_SECONDS)
        self.port = int(self._listener.getsockname()[1])

    def __enter__(self) -> Reports:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def read(self) -> Iterator[list[str]]:
        """Yield each message until the patch has written its file and its call has ended."""
        connection, _ = self._listener.accept()
        ends = {"written", "done 7"}
        with connection, connection.makefile() as lines:
            connection.settimeout(HEARD_SECONDS)
            for line in lines:
                words = line.strip().removesuffix(";").split(" ")
                yield words
                ends -= {words[0], " ".join(words[:2])}
                if not ends or words[0] == "fail":
                    return


def render(
    server: Server, start: Callable[..., Program], wav: Path, port: int, *more: object
) -> list[list[str]] | None:
    """Let Pd render the song; return what its patch told, or None where audio was lost."""
    with Reports() as reports:
        words = ("start", server.port, port, reports.port, wav, *more)
        flags = ["-nogui", "-noaudio", "-nomidi", "-noprefs", "-nrt", "-stderr"]
        pd = start("pd", *flags, "-open", str(PATCH), "-send", " ".join(map(str, words)))
        try:
            told = list(reports.read())
        except TimeoutError:
            pytest.fail(f"Pd fell silent:\n{pd.output}\n{server.output}")
        finally:
            pd.end()
    assert [words for words in told if words[0] == "fail"] == []
    return told if is_whole(told) else None


def is_whole(told: list[list[str]]) -> bool:
    numbers = [int(words[1]) for words in told if words[0] == "audio"]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def replies_in(told: list[list[str]]) -> list[list[str]]:
    return [words for words in told if words[0] != "audio" and words[1] == "7"]


@pytest.mark.peer("pd")
def test_pd_renders_and_receives_the_very_samples(
    undisturbed: Callable[..., list[list[str]]],
    start: Callable[..., Program],
    sound: Callable[[Path], np.ndarray],
    path_of_done: Callable[..., Path],
    free_port: int,
    tmp_path: Path,
) -> None:
    wav = tmp_path / "heard.wav"
    told = undisturbed(lambda server: render(server, start, wav, free_port, "tone", 0))
    path = path_of_done(replies_in(told))
    assert np.array_equal(sound(wav), sound(path))
    assert np.abs(sound(wav)).max() > 0.01


@pytest.mark.peer("pd")
def test_pd_receives_the_built_in_models_samples(
    undisturbed: Callable[..., tuple[list[list[str]], int]],
    start: Callable[..., Program],
    sound: Callable[[Path], np.ndarray],
    path_of_done: Callable[..., Path],
    free_port: int,
    tmp_path: Path,
) -> None:
    """The last window alone: what comes in one piece is exact however slow the machine is."""
    if not list(WEIGHTS.glob("*.safetensors")):
        pytest.skip("house's weights are not in this checkout")
    wav = tmp_path / "heard.wav"

    def scene(server: Server) -> tuple[list[list[str]], int] | None:
        with server.remote() as remote:
            replies = list(remote.render(Path("song.mid"), {"model": "house", "play": 0}))
        last = [int(reply.arguments[0]) for reply in replies if reply.address == "/window"][-1]
        told = render(server, start, wav, free_port, "house", last)
        return (told, last) if told else None

    told, last = undisturbed(scene)
    path = path_of_done(replies_in(told), last)
    (window,) = [words for words in replies_in(told) if words[0] == "window"]
    first_frame = round(float(window[4]) * 48_000)
    rest = tmp_path / "rest.wav"
    soundfile.write(rest, soundfile.read(path, dtype="float32")[0][first_frame:], 48_000, "FLOAT")
    assert np.array_equal(sound(wav), sound(rest))
