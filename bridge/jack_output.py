"""A stream to JACK by JACK's own library.

PortAudio joins a server once, and cannot join another after that one has died.
"""

from __future__ import annotations

import atexit
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from bridge.sinks.base import Audio
from engine.wire import StartFailed

# Fills `[frames, channels] float32`; the other two are what PortAudio tells beside.
Fill: TypeAlias = Callable[[Audio, int, object, Any], None]


class Left:
    """What is left behind of JACK servers that died: one for the process, as JACK's library is.

    A client of a dead server must not be closed: that hangs, or takes the library from under
    the clients of a new server. PortAudio is of no use any more, and hangs at exit.
    """

    def __init__(self) -> None:
        self._clients: list[Any] = []

    def __bool__(self) -> bool:
        """Say whether a JACK server has died under this process."""
        return bool(self._clients)

    def leave(self, client: Any) -> None:
        """Keep a client or stream of a dead server, which is never touched again."""
        self._clients.append(client)
        if hasattr(client, "_ptr"):
            client._ptr = None  # Or JACK-Client closes it when it is collected.
        if (sounddevice := sys.modules.get("sounddevice")) is not None:
            atexit.unregister(getattr(sounddevice, "_exit_handler", Left))


LEFT = Left()
CLIENT_NAME = "PortAudio"  # As before, so that what was connected to its ports is found again.
CALL_SECONDS = 2.0  # Far longer than any block.


def jack_module() -> Any:
    """Return JACK-Client, imported now. Raises: StartFailed."""
    try:
        import jack
    except (ImportError, OSError) as error:
        raise StartFailed(
            f"JACK cannot be spoken to ({str(error)[:120]}): pip install JACK-Client, and JACK "
            "itself (Debian and Ubuntu: jackd2), or use a device instead"
        ) from None
    return jack


class JackOutput:
    """Plays at the ports out_0, out_1 and so on, which are joined to a client's inputs.

    `latency` is the seconds between a block and its sound, as far as JACK knows; `active` is
    false once the server has gone.
    """

    def __init__(self, device: str, rate_hz: int, channels: int, fill: Fill) -> None:
        """Join the server and begin. Raises: StartFailed."""
        jack = jack_module()
        self.active = True
        self.latency = 0.0
        self._fill = fill
        self._called = threading.Event()
        try:
            self._client = jack.Client(CLIENT_NAME, no_start_server=True)
        except jack.JackError as error:
            raise StartFailed(f"no JACK server takes us in ({str(error)[:120]})") from None
        try:
            self._begin(device, rate_hz, channels)
        except (jack.JackError, StartFailed) as error:
            self._client.close(ignore_errors=True)
            raise StartFailed(f"JACK does not play: {str(error)[:160]}") from None

    def _begin(self, device: str, rate_hz: int, channels: int) -> None:
        client = self._client
        if client.samplerate != rate_hz:
            raise StartFailed(f"the server runs at {client.samplerate} Hz, not {rate_hz}")
        self._ports = [client.outports.register(f"out_{number}") for number in range(channels)]
        self._block = np.zeros((client.blocksize, channels), np.float32)
        self.latency = client.blocksize / client.samplerate
        client.set_process_callback(self._process)
        client.set_shutdown_callback(self._ended)
        client.activate()
        # JACK's library mistakes a client that comes as another one goes, and then never calls it.
        if not self._called.wait(CALL_SECONDS):
            raise StartFailed("the server does not call us")
        inputs = client.get_ports(is_audio=True, is_input=True)
        ears = [port for port in inputs if port.name.rpartition(":")[0] == device]
        for port, ear in zip(self._ports, ears, strict=False):
            client.connect(port, ear)

    def _process(self, frames: int) -> None:
        self._called.set()
        if frames > len(self._block):  # The server's block size was changed.
            self._block = np.zeros((frames, len(self._ports)), np.float32)
        block = self._block[:frames]
        self._fill(block, frames, None, None)
        for channel, port in enumerate(self._ports):
            port.get_array()[:] = block[:, channel]

    def _ended(self, status: object, reason: str) -> None:
        self.active = False
        LEFT.leave(self._client)

    def stop(self, ignore_errors: bool = True) -> None:
        """Play no more."""
        if self.active:
            self._client.deactivate(ignore_errors)

    def close(self, ignore_errors: bool = True) -> None:
        """Leave the server."""
        if self.active:
            self._client.close(ignore_errors)
