"""`legato serve` as processes: asked while it works, interrupted, killed, and started twice."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
import soundfile

from bridge.remote import ENDINGS, Reply
from engine.wire import EngineLost

if TYPE_CHECKING:
    from tests.conftest import Program, Server

WEIGHTS = Path(__file__).parents[1] / "engine/models/house"
# What to render, in bars of 2 s and notes a chord: it takes seconds on either model, or minutes.
SONGS = {"tone.mid": (10, 8), "house.mid": (8, 1), "endless.mid": (300, 1)}
WAIT_SECONDS = 180
ASKED_TIMES = 200


@pytest.fixture
def server(serve: Callable[..., Server], write_song: Callable[..., Path]) -> Server:
    """A server that has songs to work on for long."""
    server = serve()
    for name, size in SONGS.items():
        write_song(server.folder / name, *size)
    return server


@pytest.fixture(params=["tone", "house"])
def model(request: pytest.FixtureRequest) -> str:
    """Each model that this checkout can render with."""
    if request.param == "house" and not list(WEIGHTS.glob("*.safetensors")):
        pytest.skip("house's weights are not in this checkout")
    return str(request.param)


def engine_of(server: Server) -> psutil.Process:
    """Return the server's engine process, once there is one."""
    return server.until(server.engines)[0]


def until_window(replies: Iterator[Reply], window: int) -> None:
    """Read replies up to a window's."""
    for reply in replies:
        assert reply.address not in ENDINGS, reply
        if reply.address == "/window" and int(reply.arguments[0]) >= window:
            return


def all_gone(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=WAIT_SECONDS)[1]


def test_status_is_told_while_it_renders_flat_out(
    server: Server, start: Callable[..., Program], model: str
) -> None:
    with server.remote() as asking, server.remote() as other:
        replies = asking.render(Path("endless.mid"), {"model": model, "play": 0})
        until_window(replies, 0)
        states = [other.status().state for _ in range(ASKED_TIMES)]
        assert set(states) == {"busy"}
        command = (sys.executable, "-m", "bridge.cli", "status", "--json")
        status = start(*command, "--port", str(server.port))
        assert status.process.wait(WAIT_SECONDS) == 0
        told = json.loads(status.wait_line(r"^\{.*\}$")[0])
        assert (told["state"], told["queue"]) == ("busy", 1)
        assert told["real_time_factor"] > 0
        other.cancel(other.takes(limit=1)[0].take)
        assert [reply.address for reply in replies][-1] == "/cancelled"
        replies = asking.render(Path("song.mid"), {"model": model, "play": 0})
        assert [reply.address for reply in replies][-1] == "/done"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_mid_render_leaves_no_process(server: Server, number: int) -> None:
    with server.remote() as remote:
        until_window(remote.render(Path("tone.mid"), {}), 0)
        family = server.family()
        assert engine_of(server) in family
        assert server.end(number) == 0
    assert all_gone(family)
    assert "Traceback" not in server.output


def test_a_killed_server_leaves_no_engine(server: Server) -> None:
    with server.remote() as remote:
        until_window(remote.render(Path("tone.mid"), {}), 0)
        family = server.family()
        server.end(signal.SIGKILL)
    assert all_gone(family)


def test_a_render_survives_its_engine_and_is_the_same(server: Server, model: str) -> None:
    options = {"model": model, "play": 0, "seed": 5}
    with server.remote() as remote:
        *_, undisturbed = remote.render(Path(f"{model}.mid"), options)
        replies = remote.render(Path(f"{model}.mid"), options)
        until_window(replies, 1)
        first = engine_of(server)
        first.kill()
        rest = list(replies)
        assert [reply.address for reply in rest if reply.address in ENDINGS] == ["/done"]
        assert engine_of(server) != first
        assert remote.status().state == "ready"
    paths = [Path(str(reply.arguments[2])) for reply in (undisturbed, rest[-1])]
    assert paths[0] != paths[1]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_render_that_kills_engines_fails_once(server: Server) -> None:
    with server.remote() as remote:
        replies = remote.render(Path("endless.mid"), {"play": 0})
        until_window(replies, 0)
        engine_of(server).kill()
        until_window(replies, 2)
        engine_of(server).kill()
        with pytest.raises(EngineLost, match="died 2 times"):
            list(replies)
        server.until(lambda: remote.status().state == "ready")
        *_, done = remote.render(Path("song.mid"), {"play": 0})
        assert done.address == "/done"
        assert soundfile.info(done.arguments[2]).duration > 2


def test_a_second_server_says_who_holds_the_port(
    server: Server, serve: Callable[..., Server]
) -> None:
    second = serve("--port", str(server.port))
    assert second.process.wait(WAIT_SECONDS) == 1
    line = second.wait_line(r"error\[start_failed\].*")[0]
    assert str(server.port) in line
    assert str(server.process.pid) in line
    assert "Traceback" not in second.output
    with server.remote() as remote:
        assert remote.status().state == "ready"


def test_a_port_held_by_another_program(serve: Callable[..., Server]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        refused = serve("--port", str(holder.getsockname()[1]))
        assert refused.process.wait(WAIT_SECONDS) == 1
    assert str(os.getpid()) in refused.wait_line(r"error\[start_failed\].*")[0]
