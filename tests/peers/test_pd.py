"""Pd (Pure Data) as a client: a patch asks over OSC, and the audio comes back as floats."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

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
    server: Server, start: Callable[..., Program], port: int, wav: Path, model: str
) -> list[list[str]]:
    """Let Pd render the song, and return what its patch told."""
    with Reports() as reports:
        begin = f"start {server.port} {port} {reports.port} {wav} {model}"
        flags = ["-nogui", "-noaudio", "-nomidi", "-noprefs", "-nrt", "-stderr"]
        pd = start("pd", *flags, "-open", str(PATCH), "-send", begin)
        try:
            return list(reports.read())
        except TimeoutError:
            pytest.fail(f"Pd fell silent:\n{pd.output}\n{server.output}")
        finally:
            pd.end()


def is_whole(told: list[list[str]]) -> bool:
    """Say whether no audio message was lost on the way."""
    numbers = [int(words[1]) for words in told if words[0] == "audio"]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


@pytest.mark.peer("pd")
@pytest.mark.parametrize("model", ["tone", "house"])
def test_pd_renders_and_receives_the_very_samples(
    serve: Callable[..., Server],
    start: Callable[..., Program],
    sound: Callable[[Path], np.ndarray],
    path_of_done: Callable[..., Path],
    free_port: int,
    tmp_path: Path,
    model: str,
) -> None:
    if model == "house" and not list(WEIGHTS.glob("*.safetensors")):
        pytest.skip("house's weights are not in this checkout")
    server, wav = serve(), tmp_path / "heard.wav"

    def scene() -> list[list[str]] | None:
        told = render(server, start, free_port, wav, model)
        return told if is_whole(told) else None

    told = server.undisturbed(scene)
    path = path_of_done([words for words in told if words[0] != "audio" and words[1] == "7"])
    assert np.array_equal(sound(wav), sound(path))
    assert np.abs(sound(wav)).max() > 0.01
