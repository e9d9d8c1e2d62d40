"""The input `jack`: ports of our own in a JACK graph, which any program's can be joined to.

Needs the package JACK-Client. Unlike PortAudio's, these ports are there for whoever connects
them later, and ports of programs that started after Legato can be named.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from bridge.inputs.base import Audio, Hear
from engine.wire import LegatoError, NotFound, Parameter, StartFailed, Value


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
        self._client: Any = None
        self._ports: tuple[Any, ...] = ()
        self._wanted: list[str] = []
        self._block: Audio = np.zeros((0, 1), np.float32)
        self._hear: Hear = _deaf

    def open(self, name: str, options: Mapping[str, Value]) -> None:
        """Join the server. Raises: StartFailed without JACK, NotFound for a port."""
        jack = _jack_module()
        server = str(options["server"]) or None
        try:
            self._client = jack.Client(
                f"legato-{name}"[:32], servername=server, no_start_server=True
            )
        except jack.JackError as error:
            raise StartFailed(
                f"no JACK server takes us in ({str(error)[:120]}): start one, or name it by server"
            ) from None
        self.rate_hz, self.channels = int(self._client.samplerate), int(options["channels"])
        register = self._client.inports.register
        self._ports = tuple(register(f"in_{number + 1}") for number in range(self.channels))
        self._wanted = self._find(str(options["ports"]))

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
        jack = _jack_module()
        self._hear = hear
        self._block = np.zeros((self._client.blocksize, self.channels), np.float32)
        self._client.set_process_callback(self._process)
        self._client.set_xrun_callback(self._lost)
        try:
            self._client.activate()
            for source, port in zip(self._wanted, self._ports, strict=False):
                self._client.connect(source, port)
        except jack.JackError as error:
            self.close()
            raise LegatoError(f"JACK does not connect: {str(error)[:200]}") from None

    def _process(self, frames: int) -> None:
        if frames > len(self._block):  # The server's block size was changed.
            self._block = np.zeros((frames, self.channels), np.float32)
        block = self._block[:frames]
        for channel, port in enumerate(self._ports):
            block[:, channel] = port.get_array()
        self._hear(block, time.monotonic())

    def _lost(self, delayed_microseconds: float) -> None:
        self.lost_blocks += 1

    def close(self) -> None:
        """Leave the server."""
        client, self._client = self._client, None
        if client is not None:
            client.deactivate(ignore_errors=True)
            client.close(ignore_errors=True)


def _jack_module() -> Any:
    try:
        import jack
    except (ImportError, OSError) as error:
        raise StartFailed(
            f"JACK cannot be spoken to ({str(error)[:120]}): pip install JACK-Client, and JACK "
            "itself (Debian and Ubuntu: jackd2), or open a device input"
        ) from None
    return jack


def _deaf(block: Audio, end_seconds: float) -> None:
    """Hear nothing."""
