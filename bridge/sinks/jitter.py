"""The sink `jitter`: the stream as matrices over TCP, for Max's `jit.net.recv`.

Max listens, Legato connects, again and again where nobody does yet. A matrix has one
dimension of frames and a plane a channel, float32. On the wire: a chunk `JMTX` and its size
288 (little-endian), then the header `XTMJ`, 288, planes, type, dimensions, 32 sizes and 32
strides in bytes, the data's size (big-endian int32), a time in ms (big-endian float64), then
the data. Max answers chunks about the time that passed, which are read and discarded.

The order of the data's bytes is big-endian as real senders have it; `data_order little` is
there for a Max that reads it otherwise: none was at hand to ask.
"""

from __future__ import annotations

import errno
import selectors
import socket
import struct
import time
from collections.abc import Mapping
from typing import ClassVar, cast

import numpy as np

from bridge.net.feed import Feed
from bridge.net.outbox import Outbox
from bridge.net.pcm import ByteOrder, encode
from bridge.sinks.base import Audio, Stats, Surroundings
from engine.wire import OutOfRange, Parameter, Value

PORT = 7_474
MAX_PLANES = 32
_HEADER_BYTES = 288
_CHUNK = struct.Struct("<4si")
_HEADER = struct.Struct(">4s4i32i32iid")
_FLOAT32 = 2
_BEGUN = (0, errno.EINPROGRESS, errno.EWOULDBLOCK)
_OUTBOX_SECONDS = 1.0
_RETRY_SECONDS = 1.0
_STUCK_SECONDS = 5.0
_FAREWELL_SECONDS = 0.5


class Sink:
    """Sends a matrix whenever enough frames came; what Max does not take in time is lost."""

    text: ClassVar[str] = "sends Jitter matrices over TCP, for Max's jit.net.recv"
    options: ClassVar[tuple[Parameter, ...]] = (
        Parameter("host", "str", "127.0.0.1", text="the numeric address of Max's machine"),
        Parameter("port", "int", PORT, 1, 65_535, text="the port of jit.net.recv"),
        Parameter("frames", "int", 1_024, 64, 65_536, unit="frames", text="of a matrix"),
        Parameter("data_order", "str", "big", choices=("big", "little"), text="of the samples"),
        Parameter("rate", "int", 0, 0, 768_000, unit="Hz", text="Max's; 0: the stream's own"),
    )
    suffix: ClassVar[str] = ""

    def __init__(self, around: Surroundings | None = None) -> None:
        self.rate_hz = 0
        self.channels = 0
        self.stats = Stats()
        self._around = around or Surroundings()
        self._host, self._port = "", 0
        self._order: ByteOrder = "big"
        self._matrix_frames = 0
        self._sent_frames = 0
        self._rest = np.zeros((0, 1), np.float32)
        self._socket: socket.socket | None = None
        self._outbox: Outbox | None = None
        self._retry_seconds = 0.0
        self._feed = Feed("jitter sink", self._run)

    def open(self, name: str, options: Mapping[str, Value], rate_hz: int, channels: int) -> None:
        """Begin to connect; nobody need listen yet. Raises: OutOfRange."""
        self._host = self._around.targets.check(str(options["host"]))
        self._port = int(options["port"])
        if channels > MAX_PLANES:
            raise OutOfRange(f"{channels} channels came; a matrix has at most {MAX_PLANES} planes")
        self.rate_hz, self.channels = int(options["rate"]) or rate_hz, channels
        self._order = cast(ByteOrder, options["data_order"])
        self._matrix_frames = int(options["frames"])
        self._rest = np.zeros((0, self.channels), np.float32)
        self.stats.state = f"waits for {self._host} port {self._port}"
        self._feed.start()

    def write(self, first_frame: int, block: Audio) -> None:
        """Queue `[frames, channels] float32`. Raises: LegatoError."""
        if not self._feed.offer(block):
            self.stats.lost_frames += len(block)

    def surplus_frames(self) -> None:
        """Keep no clock: the stream paces the matrices."""

    def close(self) -> None:
        """Send what waits, where it is taken soon, and close the connection."""
        self._feed.end()
        if self._outbox is not None:
            self._outbox.finish(time.monotonic() + _FAREWELL_SECONDS)
        elif self._socket is not None:
            self._socket.close()
        self._feed.close()

    def _run(self) -> None:
        while True:
            if self._socket is None and time.monotonic() >= self._retry_seconds:
                self._connect()
            for _, events in self._feed.ready(_RETRY_SECONDS):
                self._serve(events)
            for block in self._feed.blocks():
                if block is None:
                    self._send(self._rest)
                    return
                self._gather(block)

    def _connect(self) -> None:
        self._retry_seconds = time.monotonic() + _RETRY_SECONDS
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        connection = socket.socket(family, socket.SOCK_STREAM)
        connection.setblocking(False)
        if connection.connect_ex((self._host, self._port)) not in _BEGUN:
            connection.close()
            return
        self._socket = connection
        self._feed.selector.register(connection, selectors.EVENT_WRITE)

    def _serve(self, events: int) -> None:
        assert self._socket is not None
        try:
            if self._outbox is None:
                self._begin(self._socket)
            elif events & selectors.EVENT_READ:
                self._outbox.discard_input()
            self._flush()
        except OSError:
            self._disconnect()

    def _begin(self, connection: socket.socket) -> None:
        """Take up a connection that is made or failed. Raises: OSError."""
        if error := connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise OSError(error, "no connection")
        room_frames = max(round(_OUTBOX_SECONDS * self.rate_hz), 2 * self._matrix_frames)
        self._outbox = Outbox(connection, 4 * self.channels * room_frames)
        self.stats.state = "open"

    def _flush(self) -> None:
        """Write what is taken at once. Raises: OSError."""
        outbox = self._outbox
        if outbox is None:
            return
        outbox.flush()
        if outbox.stuck_seconds > _STUCK_SECONDS:
            raise TimeoutError("the receiver takes nothing any more")
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if outbox.waits else 0)
        self._feed.selector.modify(outbox.connection, wanted)

    def _disconnect(self) -> None:
        connection, self._socket, self._outbox = self._socket, None, None
        if connection is not None:
            self._feed.selector.unregister(connection)
            connection.close()
            self._retry_seconds = time.monotonic() + _RETRY_SECONDS
            self.stats.state = f"waits for {self._host} port {self._port}"

    def _gather(self, block: Audio) -> None:
        """Send as many whole matrices as there are, and keep the rest."""
        waiting = np.concatenate([self._rest, block])
        whole = len(waiting) - len(waiting) % self._matrix_frames
        for first in range(0, whole, self._matrix_frames):
            self._send(waiting[first : first + self._matrix_frames])
        self._rest = waiting[whole:]

    def _send(self, frames: Audio) -> None:
        milliseconds = 1000 * self._sent_frames / self.rate_hz
        self._sent_frames += len(frames)
        try:
            taken = (
                len(frames) > 0
                and self._outbox is not None
                and self._outbox.offer(matrix(frames, milliseconds, self._order))
            )
            self._flush()
        except OSError:
            self._disconnect()
            taken = False
        self.stats.frames += len(frames) if taken else 0
        self.stats.lost_frames += 0 if taken else len(frames)


def matrix(frames: Audio, milliseconds: float, data_order: ByteOrder) -> bytes:
    """Return `[frames, channels] float32` as a matrix chunk with its header."""
    data = encode(frames, "f32", data_order)
    planes = frames.shape[1]
    unused = (0,) * 31
    header = _HEADER.pack(
        *(b"XTMJ", _HEADER_BYTES, planes, _FLOAT32, 1),
        *(len(frames), *unused),
        *(4 * planes, *unused),
        *(len(data), milliseconds),
    )
    return _CHUNK.pack(b"JMTX", _HEADER_BYTES) + header + data
