"""Receivers of the sinks that send: each hears one sink, packet by packet, as a client would.

They decode by the formats' own descriptions, with nothing of the sinks' code.
"""

from __future__ import annotations

import contextlib
import itertools
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from pythonosc.osc_message import OscMessage

from engine.wire import Value

Samples: TypeAlias = np.ndarray[Any, np.dtype[np.float32]]

POLL_SECONDS = 0.2
AUDIBLE = 1e-4
BUFFER_BYTES = 8 << 20
JITTER_HEADER_BYTES = 296
WRAPS = {"rtp": 1 << 16, "vban": 1 << 32, "osc": 1 << 31}


class Packet(NamedTuple):
    """One packet: its number and first frame, where the format has them, and when it came."""

    number: int | None
    first_frame: int | None
    samples: Samples
    arrival_seconds: float


class Ear:
    """Hears one sink of `kind`, opened with `options`, until it is closed."""

    def __init__(self, kind: str, **more: Value) -> None:
        self.kind = kind
        self.packets: list[Packet] = []
        self._loud_seconds: float | None = None
        self._stop = threading.Event()
        self._form = str(more.get("format", "L16"))
        self._socket = self._opened()
        self.port = int(self._socket.getsockname()[1])
        self.options: dict[str, Value] = {"port": self.port, **more}
        self._thread = threading.Thread(target=self._run, name=f"ear {kind}", daemon=True)

    def _opened(self) -> socket.socket:
        if self.kind in ("jitter", "tcp"):
            return socket.create_server(("127.0.0.1", 0))
        found = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        while True:
            found.bind(("127.0.0.1", 0))
            if found.getsockname()[1] % 2 == 0:  # RTP's are even.
                return found
            found.close()
            found = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)

    def release(self) -> None:
        """Leave the port to a sink that listens on it itself."""
        self._socket.close()

    def start(self) -> None:
        """Hear from now on; the sink is open."""
        if self.kind == "tcp":
            self._socket = socket.create_connection(("127.0.0.1", self.port))
        self._thread.start()

    def close(self) -> None:
        """Hear no more."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self._socket.close()

    @property
    def missing(self) -> int:
        """How many packets never came, by their numbers; those in a wrong place count, too."""
        numbers = [p.number for p in self.packets if p.number is not None]
        wrap = WRAPS.get(self.kind, 1 << 32)
        return sum((b - a - 1) % wrap != 0 for a, b in itertools.pairwise(numbers))

    def is_over(self, seconds: float) -> bool:
        """Say whether something was heard, and nothing any more for so long."""
        return self._loud_seconds is not None and time.monotonic() - self._loud_seconds > seconds

    def samples(self) -> Samples:
        """Return all that was heard, `[frames, channels] float32`."""
        return np.concatenate([packet.samples for packet in self.packets])

    def _run(self) -> None:
        work = {"jitter": self._matrices, "tcp": self._stream}.get(self.kind, self._datagrams)
        self._socket.settimeout(POLL_SECONDS)
        with contextlib.suppress(ConnectionError):
            for number, first_frame, samples in work():
                packet = Packet(number, first_frame, samples, time.monotonic())
                self.packets.append(packet)
                if np.abs(samples).max(initial=0.0) > AUDIBLE:
                    self._loud_seconds = packet.arrival_seconds

    def _datagrams(self) -> Iterator[tuple[int | None, int | None, Samples]]:
        read = {"rtp": self._rtp, "vban": vban, "reastream": reastream, "osc": osc}[self.kind]
        while not self._stop.is_set():
            with contextlib.suppress(TimeoutError):
                if (found := read(self._socket.recv(65_536))) is not None:
                    yield found

    def _rtp(self, data: bytes) -> tuple[int, int, Samples]:
        return rtp(data, 3 if self._form == "L24" else 2)

    def _matrices(self) -> Iterator[tuple[int, int, Samples]]:
        connection = self._accepted()
        if connection is None:
            return
        with connection:
            read, number, frame = self._reader(connection), 0, 0
            while head := read(JITTER_HEADER_BYTES):
                planes, size = (
                    *struct.unpack_from(">i", head, 16),
                    *struct.unpack_from(">i", head, 284),
                )
                data = np.frombuffer(read(size), ">f4").astype(np.float32).reshape(-1, planes)
                yield number, frame, data
                number, frame = number + 1, frame + len(data)

    def _accepted(self) -> socket.socket | None:
        while not self._stop.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = self._socket.accept()
                connection.settimeout(POLL_SECONDS)
                return connection
        return None

    def _stream(self) -> Iterator[tuple[None, int, Samples]]:
        rest, frame = b"", 0
        while not self._stop.is_set():
            with contextlib.suppress(TimeoutError):
                rest += self._socket.recv(1 << 16)
                whole = len(rest) // 8 * 8
                samples = np.frombuffer(rest[:whole], "<f4").reshape(-1, 2)
                yield None, frame, samples
                rest, frame = rest[whole:], frame + len(samples)

    def _reader(self, connection: socket.socket) -> Callable[[int], bytes]:
        """Return what reads so many bytes, or none once it is over."""

        def read(size: int) -> bytes:
            data = b""
            while len(data) < size and not self._stop.is_set():
                with contextlib.suppress(TimeoutError):
                    if not (part := connection.recv(size - len(data))):
                        return b""
                    data += part
            return data if len(data) == size else b""

        return read


def rtp(data: bytes, sample_bytes: int) -> tuple[int, int, Samples]:
    """Read a packet of stereo L16 or L24 (RFC 3550, 3190)."""
    _, _, number, stamp, _ = struct.unpack_from(">BBHII", data)
    body = np.frombuffer(data, np.uint8, offset=12).reshape(-1, sample_bytes)
    wide = np.zeros((len(body), 4), np.uint8)
    wide[:, :sample_bytes] = body
    whole = wide.view(">i4")[:, 0].astype(np.float64) / (1 << 31)
    return number, stamp, whole.astype(np.float32).reshape(-1, 2)


def vban(data: bytes) -> tuple[int, None, Samples]:
    """Read a packet of float32 (VBAN, revision 11)."""
    (number,) = struct.unpack_from("<I", data, 24)
    return number, None, np.frombuffer(data, "<f4", offset=28).reshape(-1, data[6] + 1)


def reastream(data: bytes) -> tuple[None, None, Samples] | None:
    """Read an audio packet, one channel after the other; its format has no number."""
    if data[:4] != b"MRSR":
        return None
    channels = data[40]
    return None, None, np.frombuffer(data, "<f4", offset=47).reshape(channels, -1).T


def osc(data: bytes) -> tuple[int, int, Samples] | None:
    """Read a message of one blob of little-endian float32."""
    message = OscMessage(data)
    if message.address != "/legato/audio":
        return None
    _, number, first_frame, _, channels, blob = message.params
    return number, first_frame, np.frombuffer(blob, "<f4").reshape(-1, channels)
