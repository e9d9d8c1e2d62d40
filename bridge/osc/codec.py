"""OSC 1.0 packets: bytes to messages within limits, and messages to bytes.

Every declared length is checked against the bytes that are there, nothing recurses, and what
cannot be read becomes a typed rejection beside the messages that can. Own code, because
python-osc copies the rest of the packet for every argument (quadratic), raises outside its own
error types, and sends types that Pd and liblo refuse.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bridge.osc.command import INT32_MAX, INT32_MIN
from engine.wire import BadFrame, LegatoError, OutOfRange, TooLarge, WrongTypes

Atom: TypeAlias = "int | float | str | bytes | bool | tuple[Atom, ...] | None"
Sendable: TypeAlias = int | float | str | bytes | NDArray[np.float32]

IMMEDIATELY = 1
MAX_PACKET_BYTES = 1 << 20
MAX_ADDRESS_BYTES = 255
MAX_ARGUMENTS = 1_024
MAX_NESTING = 16
MAX_ELEMENTS = 256
MAX_PACKET_ARGUMENTS = 4_096

_BUNDLE = b"#bundle\0"
_FIXED = {
    "i": struct.Struct(">i"),
    "f": struct.Struct(">f"),
    "h": struct.Struct(">q"),
    "d": struct.Struct(">d"),
    "t": struct.Struct(">Q"),
    "r": struct.Struct(">I"),
    "c": struct.Struct(">I"),
    "m": struct.Struct(">4s"),
}
_CONSTANTS: dict[str, Atom] = {"T": True, "F": False, "N": None, "I": None}
_INT32 = struct.Struct(">i")
_MAX_FLOAT32 = 3.4028234663852886e38
_UINT64 = struct.Struct(">Q")


@dataclass(frozen=True)
class Message:
    """One message; `timetag` is its bundle's NTP time (2**-32 s), or IMMEDIATELY."""

    address: str
    arguments: tuple[Atom, ...] = ()
    timetag: int = IMMEDIATELY


@dataclass(frozen=True)
class Rejection:
    """A part of a packet that was refused, and the arguments read before the bad one."""

    error: LegatoError
    arguments: tuple[Atom, ...] = ()


@dataclass(frozen=True)
class _Span:
    start: int
    end: int
    timetag: int
    depth: int


def decode(packet: bytes) -> Iterator[Message | Rejection]:
    """Yield a packet's messages in order, bundles opened, and a rejection for each bad part."""
    if len(packet) > MAX_PACKET_BYTES:
        text = f"a packet of {len(packet)} bytes came; at most {MAX_PACKET_BYTES} are read"
        yield Rejection(TooLarge(text))
        return
    pending: list[_Span | Rejection] = [_Span(0, len(packet), IMMEDIATELY, 0)]
    elements = 0
    budget = _Budget(MAX_PACKET_ARGUMENTS)
    while pending:
        part = pending.pop()
        if isinstance(part, Rejection):
            yield part
        elif (elements := elements + 1) > MAX_ELEMENTS:
            text = f"a bundle of more than {MAX_ELEMENTS} elements came; the rest was not read"
            yield Rejection(TooLarge(f"{text}: send several bundles"))
            return
        elif packet.startswith(_BUNDLE, part.start, part.end):
            pending.extend(reversed(_open_bundle(packet, part)))
        else:
            yield _read_message(packet, part, budget)


@dataclass
class _Budget:
    """How many arguments a packet may still hold, so that no packet holds the loop for long."""

    arguments: int


def _open_bundle(packet: bytes, bundle: _Span) -> list[_Span | Rejection]:
    """Cut a bundle into its elements; what cannot be cut ends the list as a rejection."""
    if bundle.depth >= MAX_NESTING:
        text = f"bundles nested deeper than {MAX_NESTING} came; flatten them"
        return [Rejection(TooLarge(text))]
    position = bundle.start + len(_BUNDLE)
    if bundle.end - position < _UINT64.size:
        return [Rejection(BadFrame("a bundle without its 8 bytes of timetag came"))]
    timetag = max(bundle.timetag, _UINT64.unpack_from(packet, position)[0])
    position += _UINT64.size
    parts: list[_Span | Rejection] = []
    while position < bundle.end and len(parts) <= MAX_ELEMENTS:
        left = bundle.end - position - _INT32.size
        size = _INT32.unpack_from(packet, position)[0] if left >= 0 else -1
        if not 0 < size <= left:
            text = f"a bundle's element says it has {size} bytes where {max(left, 0)} are left"
            return [*parts, Rejection(BadFrame(text))]
        position += _INT32.size + size
        parts.append(_Span(position - size, position, timetag, bundle.depth + 1))
    return parts


def _read_message(packet: bytes, span: _Span, budget: _Budget) -> Message | Rejection:
    reader = _Reader(packet, span.start, span.end, budget)
    arguments: list[Atom] = []
    try:
        address = reader.address()
        reader.arguments_into(arguments)
    except LegatoError as error:
        return Rejection(error, tuple(arguments))
    return Message(address, tuple(arguments), span.timetag)


class _Reader:
    """A cursor over one message's bytes."""

    def __init__(self, packet: bytes, start: int, end: int, budget: _Budget) -> None:
        self._packet = packet
        self._at = start
        self._end = end
        self._budget = budget

    def address(self) -> str:
        first = self._packet[self._at : self._at + 1]
        if (self._end - self._at) % 4 or first != b"/":
            raise BadFrame(
                f"{self._end - self._at} bytes came that begin with {first!r}; an OSC message "
                "begins with / and is a multiple of 4 bytes long"
            )
        address = self._string("address")
        if len(address) > MAX_ADDRESS_BYTES:
            raise TooLarge(
                f"an address of {len(address)} characters came; at most "
                f"{MAX_ADDRESS_BYTES} are read"
            )
        return address

    def arguments_into(self, arguments: list[Atom]) -> None:
        """Append what the type tags name. Raises: BadFrame, WrongTypes, OutOfRange, TooLarge."""
        if self._at == self._end:
            return
        tags = self._string("type tags")
        if not tags.startswith(","):
            raise BadFrame(
                "the type tags do not begin with a comma; is the sender older than OSC 1.0?"
            )
        allowed = min(MAX_ARGUMENTS, self._budget.arguments)
        if len(tags) - 1 > allowed:
            raise TooLarge(
                f"{len(tags) - 1} arguments came; at most {MAX_ARGUMENTS} are read in a message "
                f"and {MAX_PACKET_ARGUMENTS} in a packet"
            )
        self._budget.arguments -= len(tags) - 1
        stack = [arguments]
        for tag in tags[1:]:
            self._read(tag, stack)
        if len(stack) != 1:
            raise BadFrame("an array was opened and not closed in the type tags")
        if self._at != self._end:
            raise BadFrame(f"{self._end - self._at} bytes came beyond the last argument")

    def _read(self, tag: str, stack: list[list[Atom]]) -> None:
        if tag == "[":
            if len(stack) > MAX_NESTING:
                raise TooLarge(f"arrays nested deeper than {MAX_NESTING} came")
            stack.append([])
        elif tag == "]":
            if len(stack) == 1:
                raise BadFrame("an array was closed and never opened in the type tags")
            array = tuple(stack.pop())
            stack[-1].append(array)
        else:
            stack[-1].append(self._value(tag))

    def _value(self, tag: str) -> Atom:
        if tag in _CONSTANTS:
            return _CONSTANTS[tag]
        if tag in "sS":
            return self._string("a string")
        if tag == "b":
            return self._blob()
        if tag not in _FIXED:
            raise WrongTypes(
                f"the type tag {tag!r} came; OSC has i f s b h d t T F N I S c r m [ ]"
            )
        value: Atom = _FIXED[tag].unpack(self._take(_FIXED[tag].size, f"a {tag}"))[0]
        if isinstance(value, float) and not math.isfinite(value):
            raise OutOfRange(f"the number {value} came; only finite numbers are taken")
        return chr(value & 0x7F) if tag == "c" and isinstance(value, int) else value

    def _take(self, size: int, what: str) -> bytes:
        if size > self._end - self._at:
            raise BadFrame(f"{what} needs {size} bytes where {self._end - self._at} are left")
        self._at += size
        return self._packet[self._at - size : self._at]

    def _string(self, what: str) -> str:
        end = self._packet.find(b"\0", self._at, self._end)
        if end < 0:
            raise BadFrame(f"{what} has no closing zero byte")
        raw = self._take(end - self._at, what)
        self._skip_padding(4 - len(raw) % 4, what)
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            raise BadFrame(f"{what} is not UTF-8") from None

    def _blob(self) -> bytes:
        size = int(_INT32.unpack(self._take(_INT32.size, "a blob"))[0])
        if size < 0:
            raise BadFrame(f"a blob says it has {size} bytes")
        blob = self._take(size, "a blob")
        self._skip_padding(-size % 4, "a blob")
        return blob

    def _skip_padding(self, size: int, what: str) -> None:
        if any(self._take(size, what)):
            raise BadFrame(f"{what} is padded with bytes that are not zero")


def encode(address: str, *arguments: Sendable) -> bytes:
    """Return one message with the type tags i, f, s and b only.

    Booleans become 0 or 1, whole numbers beyond int32 become floats, and a
    `[frames] float32` array becomes as many floats, at the speed of numpy.
    Raises: ValueError for a number that is not finite or an argument of no such type.
    """
    tags, bodies = [","], []
    for argument in arguments:
        tag, body = _encode_one(argument)
        tags.append(tag)
        bodies.append(body)
    return b"".join((_padded(address), _padded("".join(tags)), *bodies))


def _encode_one(argument: Sendable) -> tuple[str, bytes]:
    if isinstance(argument, str):
        return "s", _padded(argument)
    if isinstance(argument, bytes):
        return "b", _INT32.pack(len(argument)) + argument + bytes(-len(argument) % 4)
    if isinstance(argument, np.ndarray):
        return _encode_block(argument)
    if isinstance(argument, int | np.integer) and INT32_MIN <= argument <= INT32_MAX:
        return "i", _INT32.pack(argument)
    if isinstance(argument, int | float | np.number) and abs(argument) <= _MAX_FLOAT32:
        return "f", _FIXED["f"].pack(argument)
    raise ValueError(f"OSC carries finite numbers, text and bytes; {argument!r} came")


def _encode_block(block: NDArray[np.float32]) -> tuple[str, bytes]:
    if block.ndim != 1 or not np.isfinite(block).all():
        raise ValueError("OSC carries one-dimensional blocks of finite floats")
    return "f" * len(block), block.astype(">f4").tobytes()


def _padded(text: str) -> bytes:
    # A zero byte would end the string early, and a lone surrogate has no UTF-8.
    raw = text.replace("\0", "").encode("utf-8", "replace")
    return raw + bytes(4 - len(raw) % 4)
