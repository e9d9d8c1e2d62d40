"""JACK servers that hang, die and are replaced: the bridge answers, says so, and plays on."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from tests.peers.conftest import jack
from tests.peers.listener import Listener

if TYPE_CHECKING:
    from tests.conftest import Server

pytestmark = pytest.mark.peer("jackd", "jack_wait")

BLOCK_FRAMES = 1024
DEVICE = {"device": "system", "hostapi": "JACK"}
SINK_STATE, SINK_FRAMES = 5, 10
HEARD_SECONDS = 7


class Desk:
    """A client that looks at the ways in and out of a server until they are as they should."""

    def __init__(self, server: Server, listener: Listener) -> None:
        self._server, self._listener = server, listener
        self._calls = count(100)

    def row(self, address: str) -> list[Any]:
        """Return the only row of a list; nothing but an answer makes it come."""
        call = next(self._calls)
        self._listener.ask(address, call)
        return self._listener.wait(address, lambda fields: fields[0] == call)

    def wait(self, address: str, field: int, fits: Callable[[Any], bool]) -> Any:
        """Return a field of it once it fits."""
        found: list[Any] = []

        def looked() -> bool:
            found[:] = [self.row(address)[field]]
            return fits(found[0])

        self._server.until(looked)
        return found[0]

    def plays_and_hears(self) -> None:
        """Wait until sound goes on both ways."""
        self.wait("/sinks", SINK_STATE, lambda state: state == "open")
        for address, field in (("/sinks", SINK_FRAMES), ("/inputs", HEARD_SECONDS)):
            before = self.row(address)[field]
            self.wait(address, field, lambda now, before=before: now > before)


def server_of(name: str) -> psutil.Process:
    """Return the process of a JACK server."""
    [found] = [p for p in psutil.Process().children() if name in p.cmdline()]
    return found


def test_a_jack_server_that_hangs_dies_and_is_replaced_is_waited_for(
    tmp_path: Path, environ: dict[str, str], serve: Callable[..., Server]
) -> None:
    pytest.importorskip("jack", reason="needs JACK-Client")
    with jack(tmp_path / "first.log", BLOCK_FRAMES) as name:
        environ |= {"JACK_DEFAULT_SERVER": name, "JACK_NO_START_SERVER": "1"}
        jackd, server = server_of(name), serve()
        with Listener(server.port) as listener:
            desk = Desk(server, listener)
            listener.ask("/sink/open", 1, "device", "speakers", *chain(*DEVICE.items()))
            listener.wait("/done", lambda fields: fields[0] == 1)
            listener.ask("/input/open", 2, "jack", "desk")
            listener.wait("/done", lambda fields: fields[0] == 2)
            desk.plays_and_hears()
            jackd.suspend()
            desk.wait("/sinks", SINK_STATE, lambda state: "hangs" in state)
            jackd.resume()
            desk.plays_and_hears()
            jackd.kill()
            jackd.wait()
            desk.wait("/sinks", SINK_STATE, lambda state: "waiting for another" in state)
            with jack(tmp_path / "second.log", BLOCK_FRAMES, name=name):
                desk.plays_and_hears()
                listener.ask("/sink/open", 3, "device", "speakers", *chain(*DEVICE.items()))
                listener.wait("/done", lambda fields: fields[0] == 3)
                desk.plays_and_hears()
                assert server.end() == 0


def test_what_is_opened_on_a_server_that_hangs_is_refused_in_words(
    steady_jack_server: str, environ: dict[str, str], serve: Callable[..., Server]
) -> None:
    pytest.importorskip("jack", reason="needs JACK-Client")
    environ |= {"JACK_DEFAULT_SERVER": steady_jack_server, "JACK_NO_START_SERVER": "1"}
    jackd, server = server_of(steady_jack_server), serve()
    with Listener(server.port) as listener:
        jackd.suspend()
        try:
            listener.ask("/sink/open", 1, "device", "speakers", *chain(*DEVICE.items()))
            listener.ask("/input/open", 2, "jack", "desk")
            failed = [listener.wait("/fail") for _ in range(2)]
        finally:
            jackd.resume()
        assert {(call, code) for call, code, _ in failed} == {
            (1, "start_failed"),
            (2, "start_failed"),
        }
        assert all("does not answer" in text for *_, text in failed)
        listener.ask("/input/open", 3, "jack", "desk")
        listener.wait("/done", lambda fields: fields[0] == 3)
        listener.ask("/sink/open", 4, "device", "speakers", *chain(*DEVICE.items()))
        listener.wait("/done", lambda fields: fields[0] == 4)
    assert server.end() == 0


def test_a_device_that_is_being_opened_on_a_server_that_hangs_neither_mutes_nor_holds_the_end(
    steady_jack_server: str, environ: dict[str, str], serve: Callable[..., Server]
) -> None:
    environ |= {"JACK_DEFAULT_SERVER": steady_jack_server, "JACK_NO_START_SERVER": "1"}
    jackd, server = server_of(steady_jack_server), serve()
    with Listener(server.port) as listener:
        jackd.suspend()
        try:
            listener.ask("/sink/open", 1, "device", "speakers", *chain(*DEVICE.items()))
            listener.ask("/sink/open", 2, "null", "late")  # Waits for the one before it.
            Desk(server, listener).row("/status")
            assert server.end() == 0
        finally:
            jackd.resume()
    # PortAudio, which looks for devices all this time, has led descriptor 2 to nowhere.
    server.wait_line("^stopping")
    server.wait_line("^stopped")
