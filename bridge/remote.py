"""A running server, spoken to over the OSC that anyone else uses (TCP, size-prefixed)."""

from __future__ import annotations

import contextlib
import itertools
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import msgspec

from bridge.osc.codec import Atom, Message, Sendable, decode, encode
from bridge.osc.command import ROOT
from bridge.osc.framing import SizePrefixed
from engine.wire import BadFrame, EngineLost, LegatoError, Value

R = TypeVar("R", bound=msgspec.Struct)

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 5.0
QUIET_SECONDS = 5.0  # A job may say nothing for long; then the server is asked whether it lives.
PIECE_BYTES = 1 << 16
ENDINGS = ("/done", "/fail", "/cancelled")


class Status(msgspec.Struct, frozen=True, array_like=True):
    """`/legato/status` as it is answered."""

    state: str
    queue: int
    real_time_factor: float
    buffered_seconds: float
    underruns: int
    rate_hz: int
    uptime_seconds: float
    sequence: int


class ModelRow(msgspec.Struct, frozen=True, array_like=True):
    """One model as `/legato/models` tells it."""

    name: str
    rate_hz: int
    channels: int
    operations: str
    parameters: str
    licence: str
    text: str


class TakeRow(msgspec.Struct, frozen=True, array_like=True):
    """One take as `/legato/take/list` tells it."""

    take: str
    state: str
    operation: str
    model: str
    seconds: float
    title: str


class Reply(msgspec.Struct, frozen=True):
    """One answer to a call: its address without the root, and its arguments after the id."""

    address: str
    arguments: tuple[Atom, ...]


class RemoteServer:
    """One connection to a running server; its methods wait for the answer and raise its errors."""

    def __init__(self, host: str, port: int, token: str = "") -> None:
        """Connect, and show the token where there is one.

        Raises: EngineLost when nothing listens, BadFrame when it is no Legato.
        """
        self.host = reachable(host)
        self.port = port
        self._framing = SizePrefixed()
        self._ready: list[Message] = []
        self._ids = itertools.count(1)
        try:
            self._socket = socket.create_connection((self.host, port), CONNECT_SECONDS)
        except OSError:
            raise EngineLost(
                f"no Legato answers on {self.host} port {port}; start one with `legato serve`"
            ) from None
        try:
            self._greet(token)
        except LegatoError:
            self.close()
            raise

    def ping(self) -> str:
        """Return the server's version. Raises: LegatoError."""
        self._send("/ping", call := next(self._ids))
        return str(self._answer("/pong", call)[0])

    def status(self) -> Status:
        """Return how the server is. Raises: LegatoError."""
        self._send("/status", call := next(self._ids))
        return _row(Status, self._answer("/status", call))

    def models(self) -> list[ModelRow]:
        """Return the server's models. Raises: LegatoError."""
        return self._rows(ModelRow, "/models")

    def load(self, model: str) -> float:
        """Have a model's weights loaded; return the seconds it took. Raises: LegatoError."""
        self._send("/model/load", call := next(self._ids), model)
        while True:
            reply = self._next_reply(call)
            if reply.address == "/fail":
                raise error_of(reply.arguments)
            if reply.address == "/done":
                return float(str(reply.arguments[1]))

    def takes(self, limit: int = 20) -> list[TakeRow]:
        """Return the newest takes, newest first. Raises: LegatoError."""
        return self._rows(TakeRow, "/take/list", "limit", limit)

    def cancel(self, target: int | str) -> None:
        """End a call of this connection by its id, or any take by its own. Raises: LegatoError."""
        self._send("/cancel", target)
        self._answer("/cancelling", None)

    def render(self, score: Path | bytes, options: Mapping[str, Value]) -> Iterator[Reply]:
        """Ask for a score by its path there, or by its bytes; see `make`."""
        return self.make("render", [score if isinstance(score, bytes) else str(score)], options)

    def make(
        self, operation: str, arguments: Sequence[Sendable], options: Mapping[str, Value]
    ) -> Iterator[Reply]:
        """Ask for audio by an operation's fixed arguments and options; yield its replies.

        The last is the ending. A caller that stops early cancels the call.
        Raises: LegatoError, also for `/fail`.
        """
        pairs = [item for pair in options.items() for item in pair]
        self._send(f"/{operation}", call := next(self._ids), *arguments, *pairs)
        ended = False
        try:
            while not ended:
                reply = self._next_reply(call)
                ended = reply.address in ENDINGS
                if reply.address == "/fail":
                    raise error_of(reply.arguments)
                yield reply
        finally:
            if not ended:
                with contextlib.suppress(LegatoError):
                    self._send("/cancel", call)

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def __enter__(self) -> RemoteServer:
        """Return the server itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self.close()

    def _greet(self, token: str) -> None:
        if token:
            self._send("/hello", "", 0, token)
            self._answer("/welcome", None)
        self.version = self.ping()

    def _send(self, address: str, *arguments: Sendable) -> None:
        packet = self._framing.wrap(encode(ROOT + address, *arguments))
        try:
            self._socket.settimeout(ANSWER_SECONDS)
            self._socket.sendall(packet)
        except OSError:
            raise self._gone() from None

    def _rows(self, kind: type[R], address: str, *arguments: Sendable) -> list[R]:
        """Read an answer of one message a row, each beginning with its index and the count."""
        self._send(address, call := next(self._ids), *arguments)
        rows: list[R] = []
        while True:
            index, count, *columns = self._answer(address, call)
            if count == 0:
                return rows
            rows.append(_row(kind, columns))
            if index == count - 1:  # type: ignore[operator]  # _row checked the columns only
                return rows

    def _next_reply(self, call: int) -> Reply:
        """Return the next answer to a call; while none comes, ask whether the server lives."""
        asked = False
        while True:
            message = self._receive(ANSWER_SECONDS if asked else QUIET_SECONDS)
            if message is None:
                if asked:
                    raise self._gone()
                self._send("/ping", next(self._ids))
            elif message.arguments[:1] == (call,):
                return Reply(message.address.removeprefix(ROOT), message.arguments[1:])
            asked = message is None

    def _answer(self, address: str, call: int | None) -> tuple[Atom, ...]:
        """Return the arguments of an answer, after the call's id where it has one."""
        deadline = time.monotonic() + ANSWER_SECONDS
        while (message := self._receive(deadline - time.monotonic())) is not None:
            mine = call is None or message.arguments[:1] == (call,)
            refused = message.address == ROOT + "/fail"
            if refused and (mine or message.arguments[:1] == (0,)):
                raise error_of(message.arguments[1:])
            if message.address == ROOT + address and mine:
                return message.arguments if call is None else message.arguments[1:]
        raise self._gone()

    def _receive(self, timeout_seconds: float) -> Message | None:
        """Return the next message, or None when none came in time. Raises: LegatoError."""
        deadline = time.monotonic() + timeout_seconds
        while not self._ready:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            try:
                self._socket.settimeout(left)
                data = self._socket.recv(PIECE_BYTES)
            except TimeoutError:
                return None
            except OSError:
                raise self._gone() from None
            if not data:
                raise self._gone()
            self._ready.extend(self._messages(data))
        return self._ready.pop(0)

    def _messages(self, data: bytes) -> Iterator[Message]:
        try:
            for packet in self._framing.feed(data):
                for part in decode(packet):
                    if not isinstance(part, Message):
                        raise part.error
                    yield part
        except LegatoError:
            raise BadFrame(
                f"what listens on {self.host} port {self.port} is no Legato; "
                "choose another port, or end that program"
            ) from None

    def _gone(self) -> EngineLost:
        return EngineLost(
            f"the server on {self.host} port {self.port} does not answer; "
            "is it a Legato, and does it still run? `legato doctor` looks"
        )


def reachable(host: str) -> str:
    """Return the address to reach a server at that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def error_of(arguments: tuple[Atom, ...]) -> LegatoError:
    """Return the error of the tree that a `/fail` names by its code."""
    code, text = (*map(str, arguments), "", "")[:2]
    kinds = [LegatoError]
    for kind in kinds:
        if kind.code == code:
            return kind(text)
        kinds.extend(kind.__subclasses__())
    return LegatoError(text or code)


def _row(kind: type[R], columns: object) -> R:
    try:
        return msgspec.convert(columns, kind)
    except msgspec.ValidationError as error:
        raise BadFrame(
            f"an answer of another shape came ({error}); is the server another version of Legato?"
        ) from None
