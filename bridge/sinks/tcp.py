"""The sink `tcp`: a server of raw PCM, for whatever reads samples from a socket.

A client connects and gets interleaved little-endian samples from that moment on, in silence
too, with nothing around them: `ffplay -f f32le -ar 48000 -ch_layout stereo tcp://127.0.0.1:7780`.
With `header 1` one line of text comes first: `LEGATO f32le 48000 2` (format, rate, channels).
A client too slow for the stream loses whole blocks, never parts of a frame.
"""

from __future__ import annotations

import ipaddress
import os
import selectors
import socket
import time
from collections.abc import Mapping
from typing import ClassVar, cast

from bridge.net.feed import Feed
from bridge.net.outbox import Outbox
from bridge.net.pcm import SAMPLE_BYTES, PcmFormat, encode
from bridge.sinks.base import Audio, Stats, Surroundings
from engine.wire import OutOfRange, Parameter, StartFailed, Value

PORT = 7_780
MAX_CLIENTS = 32
_NAMES: dict[str, str] = {"f32": "f32le", "s16": "s16le", "s24": "s24le"}
_OUTBOX_SECONDS = 1.0
_STUCK_SECONDS = 10.0
_FAREWELL_SECONDS = 0.5
_REST_SECONDS = 0.02  # Rather than try at once again, for as long as there is no room.


class Sink:
    """Gives every client that may have audio the stream, by one thread."""

    text: ClassVar[str] = "serves raw PCM over TCP, for ffmpeg and whatever reads a socket"
    options: ClassVar[tuple[Parameter, ...]] = (
        Parameter("host", "str", "127.0.0.1", text="the numeric address to listen on"),
        Parameter("port", "int", PORT, 0, 65_535, text="the port to listen on; 0: any free one"),
        Parameter("format", "str", "f32", choices=tuple(_NAMES), text="sample format"),
        Parameter("header", "bool", False, text="whether a line of text says what follows"),
        Parameter("rate", "int", 0, 0, 768_000, unit="Hz", text="0 for the stream's own"),
    )
    suffix: ClassVar[str] = ""

    def __init__(self, around: Surroundings | None = None) -> None:
        self.rate_hz = 0
        self.channels = 0
        self.port = 0
        self.stats = Stats()
        self._around = around or Surroundings()
        self._format: PcmFormat = "f32"
        self._header = b""
        self._clients: dict[int, Outbox] = {}
        self._listener: socket.socket | None = None
        self._feed = Feed("tcp sink", self._run)

    def open(self, name: str, options: Mapping[str, Value], rate_hz: int, channels: int) -> None:
        """Listen. Raises: StartFailed where the port is taken, OutOfRange for the address."""
        self.rate_hz, self.channels = int(options["rate"]) or rate_hz, channels
        self._format = cast(PcmFormat, options["format"])
        if options["header"]:
            form = (_NAMES[self._format], self.rate_hz, self.channels)
            self._header = "LEGATO {} {} {}\n".format(*form).encode()
        host, port = str(options["host"]), int(options["port"])
        self._listener = _listen(host, port)
        self.port = int(self._listener.getsockname()[1])
        self._around.told(name, "", f"tcp://{host}:{self.port}")
        self._feed.selector.register(self._listener, selectors.EVENT_READ)
        self._set_state()
        self._feed.start()

    def write(self, first_frame: int, block: Audio) -> None:
        """Queue `[frames, channels] float32` for every client. Raises: LegatoError."""
        if not self._feed.offer(block):
            self.stats.lost_frames += len(block)

    def surplus_frames(self) -> None:
        """Keep no clock: the stream paces what is written."""

    def close(self) -> None:
        """Write what waits, where it is taken soon, and close every connection."""
        self._feed.end()
        until_seconds = time.monotonic() + _FAREWELL_SECONDS
        for client in self._clients.values():
            client.finish(until_seconds)
        self._clients.clear()
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        self._feed.close()

    def _run(self) -> None:
        while True:
            for key, events in self._feed.ready():
                if key.fileobj is self._listener:
                    self._welcome()
                else:
                    self._serve(key.fd, events)
            for block in self._feed.blocks():
                if block is None:
                    return
                self._spread(block)

    def _spread(self, block: Audio) -> None:
        """Give every client a block; where one has no room, the block is lost for it."""
        if not self._clients:
            return
        data = encode(block, self._format)
        whole = True
        for number in tuple(self._clients):
            client = self._clients[number]
            taken = client.offer(data)
            whole = whole and taken
            self._serve(number, selectors.EVENT_WRITE)
            if client.stuck_seconds > _STUCK_SECONDS:
                self._part_from(number)
        if whole:
            self.stats.frames += len(block)
        else:
            self.stats.lost_frames += len(block)

    def _welcome(self) -> None:
        assert self._listener is not None
        try:
            connection, address = self._listener.accept()
        except OSError:  # It went away again, or too many files are open: then it still waits.
            time.sleep(_REST_SECONDS)
            return
        may = self._around.targets.allows(str(address[0]).partition("%")[0])
        if not may or len(self._clients) >= MAX_CLIENTS:
            connection.close()
            return
        frame_bytes = SAMPLE_BYTES[self._format] * self.channels
        client = Outbox(connection, round(_OUTBOX_SECONDS * self.rate_hz) * frame_bytes)
        if self._header:
            client.offer(self._header)
        self._clients[connection.fileno()] = client
        self._feed.selector.register(connection, selectors.EVENT_READ)
        self._set_state()

    def _serve(self, number: int, events: int) -> None:
        client = self._clients.get(number)
        if client is None:
            return
        try:
            if events & selectors.EVENT_READ:
                client.discard_input()
            client.flush()
        except OSError:
            self._part_from(number)
            return
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if client.waits else 0)
        self._feed.selector.modify(client.connection, wanted)

    def _part_from(self, number: int) -> None:
        client = self._clients.pop(number)
        self._feed.selector.unregister(client.connection)
        client.close()
        self._set_state()

    def _set_state(self) -> None:
        count = len(self._clients)
        self.stats.state = f"port {self.port}, {count} client{'s' * (count != 1)}"


def _listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises: StartFailed, OutOfRange."""
    try:
        version = ipaddress.ip_address(host).version
        family = socket.AF_INET6 if version == 6 else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
    except ValueError:
        raise OutOfRange(f"host is {host[:64]!r}; a numeric address is expected") from None
    except OSError as error:
        raise StartFailed(
            f"port {port} on {host[:64]} cannot be listened on: {os.strerror(error.errno or 0)}; "
            "choose another"
        ) from None
    listener.setblocking(False)
    return listener
