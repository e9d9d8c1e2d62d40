"""The input `jack`: ports of our own in a JACK graph, which any program's can be joined to.

Needs the package JACK-Client. Unlike PortAudio's, these ports are there for whoever connects
them later, and ports of programs that started after Legato can be named.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import structlog

from bridge.inputs.base import Audio, Hear
from bridge.jack_output import CALL_SECONDS, LEFT, jack_module
from engine.wire import LegatoError, NotFound, Parameter, StartFailed, Value

AGAIN_SECONDS = 1.0  # Between looks for a server that has gone.


class Input:
    """A JACK client with input ports in_1, in_2 and so on."""

    text: ClassVar[str] = "hears JACK ports, by a client of its own"
    options: ClassVar[tuple[Parameter, ...]] = (
        Parameter("ports", "str", "", text="output ports to join, by spaces, or their client"),
        Parameter("channels", "int", 2, 1, 64, text="how many ports of our own"),
        Parameter("server", "str", "", text="the JACK server's name; empty: the default one"),
    )

    def __init__(self) -> None:
        self.rate_hz = 0
        self.channels = 0
        self.lost_blocks = 0
        self._name = self._server = ""
        self._client: Any = None
        self._ports: tuple[Any, ...] = ()
        self._wanted: list[str] = []
        self._block: Audio = np.zeros((0, 1), np.float32)
        self._hear: Hear = _deaf
        self._closed = threading.Event()
        self._called = threading.Event()
        self._rejoining: threading.Thread | None = None
        self._log = structlog.get_logger("legato.inputs")

    def open(self, name: str, options: Mapping[str, Value]) -> None:
        """Join the server. Raises: StartFailed without JACK, NotFound for a port."""
        self._name, self._server = name, str(options["server"])
        self.channels = int(options["channels"])
        self._join()
        self.rate_hz = int(self._client.samplerate)
        self._wanted = self._find(str(options["ports"]))

    def _join(self) -> None:
        """Become a client of the server, with our ports. Raises: StartFailed."""
        jack = jack_module()
        try:
            self._client = jack.Client(
                f"legato-{self._name}"[:32],
                servername=self._server or None,
                no_start_server=True,
            )
        except jack.JackError as error:
            raise StartFailed(
                f"no JACK server takes us in ({str(error)[:120]}): start one, or name it by server"
            ) from None
        register = self._client.inports.register
        self._ports = tuple(register(f"in_{number + 1}") for number in range(self.channels))

    def _find(self, text: str) -> list[str]:
        """Return the names of the output ports that a text names. Raises: NotFound."""
        ports = [port.name for port in self._client.get_ports(is_audio=True, is_output=True)]
        names = text.split()
        found = [name for name in names if name in ports]
        if not found and text:
            found = [port for port in ports if port.rpartition(":")[0] == text]
        if text and not found:
            raise NotFound(
                f"no JACK output port is {text[:64]!r}; there is {', '.join(ports)[:200] or 'none'}"
            )
        return found

    def start(self, hear: Hear) -> None:
        """Begin to listen, and connect what was named. Raises: LegatoError."""
        jack = jack_module()
        self._hear = hear
        try:
            self._begin()
        except jack.JackError as error:
            self.close()
            raise LegatoError(f"JACK does not connect: {str(error)[:200]}") from None

    def _begin(self) -> None:
        client = self._client
        self._block = np.zeros((client.blocksize, self.channels), np.float32)
        client.set_process_callback(self._process)
        client.set_xrun_callback(self._lost)
        client.set_shutdown_callback(self._died)
        client.activate()
        for source, port in zip(self._wanted, self._ports, strict=False):
            client.connect(source, port)

    def _died(self, status: object, reason: str) -> None:
        """Look for another server, on a thread of its own: this is JACK's."""
        client, self._client = self._client, None
        LEFT.leave(client)
        if self._rejoining is None or not self._rejoining.is_alive():
            self._rejoining = threading.Thread(target=self._rejoin, name="rejoin", daemon=True)
            self._rejoining.start()

    def _rejoin(self) -> None:
        jack = jack_module()
        self._log.warning("the JACK server has gone; waiting for another", input=self._name)
        while not self._closed.wait(AGAIN_SECONDS):
            with contextlib.suppress(StartFailed, jack.JackError):
                self._join()
                if self._hears_again() and self._client is not None:  # Nor did it die meanwhile.
                    self._log.info("heard again", input=self._name)
                    break
            self._leave()
        if self._closed.is_set():
            self._leave()

    def _hears_again(self) -> bool:
        """Begin at the server that was joined, and say whether it calls us (as in JackOutput)."""
        if self._client.samplerate != self.rate_hz:
            self._log.warning("another rate", input=self._name, rate=self._client.samplerate)
            return False
        self._called.clear()
        self._begin()
        return self._called.wait(CALL_SECONDS)

    def _process(self, frames: int) -> None:
        self._called.set()
        if frames > len(self._block):  # The server's block size was changed.
            self._block = np.zeros((frames, self.channels), np.float32)
        block = self._block[:frames]
        for channel, port in enumerate(self._ports):
            block[:, channel] = port.get_array()
        self._hear(block, time.monotonic())

    def _lost(self, delayed_microseconds: float) -> None:
        self.lost_blocks += 1

    def close(self) -> None:
        """Leave the server, and look for no other."""
        self._closed.set()
        self._leave()

    def _leave(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.deactivate(ignore_errors=True)
            client.close(ignore_errors=True)


def _deaf(block: Audio, end_seconds: float) -> None:
    """Hear nothing."""
