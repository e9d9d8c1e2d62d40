"""ReaStream from a running server: a receiver of the test's own hears its sound and its MIDI.

REAPER cannot run here; the layout is decoded as it was published, in the sink's own tests.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.bridge.sinks.test_reastream import read_audio
from tests.peers.hearing import sounding
from tests.peers.listener import Listener

if TYPE_CHECKING:
    from tests.conftest import Server

IDENTIFIER = "legato"
WAIT_SECONDS = 180.0
RATE_HZ = 48_000
EVENT = struct.Struct("<iiiiii3sBBBH")  # Type, size, three times, MIDI, and what it leaves out.
PLAYED = (
    ("/live/program", (1, 48), (0xC0, 48, 0)),
    ("/live/note", (1, 60, 100), (0x90, 60, 100)),
    ("/live/cc", (2, 74, 33), (0xB1, 74, 33)),
    ("/live/bend", (16, 0.0), (0xEF, 0, 64)),
    ("/live/note", (1, 60, 0), (0x80, 60, 0)),
)


class Receiver:
    """Hears packets as REAPER would, and keeps them."""

    def __init__(self) -> None:
        self.sound: list[np.ndarray] = []
        self.notes: list[tuple[int, ...]] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self._socket.bind(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._turned = threading.Condition()
        self._thread = threading.Thread(target=self._hear)
        self._thread.start()

    def until(self, condition: Callable[[], object]) -> None:
        """Wait for what must come true, looking at each packet."""
        with self._turned:
            assert self._turned.wait_for(condition, WAIT_SECONDS)

    def close(self) -> None:
        """Hear no more."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join(WAIT_SECONDS)
        self._socket.close()

    def _hear(self) -> None:
        while packet := self._socket.recv(1 << 16):
            with self._turned:
                if packet.startswith(b"mRSR"):
                    self.notes.extend(read_midi(packet))
                else:
                    identifier, rate, samples = read_audio(packet)
                    assert (identifier, rate) == (IDENTIFIER, RATE_HZ)
                    self.sound.append(samples)
                self._turned.notify_all()


def read_midi(packet: bytes) -> list[tuple[int, ...]]:
    """Return the messages of a MIDI packet, checked all over."""
    assert int.from_bytes(packet[4:8], "little") == len(packet)
    assert packet[8:40].rstrip(b"\0").decode() == IDENTIFIER
    messages = []
    for event in EVENT.iter_unpack(packet[40:]):
        assert event[:6] == (1, 24, 0, 0, 0, 0)
        assert not any(event[7:])
        messages.append(tuple(event[6]))
    return messages


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


def test_what_is_rendered_arrives_bit_by_bit(
    receiver: Receiver,
    undisturbed: Callable[..., tuple[np.ndarray, Path]],
    sound: Callable[[Path], np.ndarray],
) -> None:
    def scene(server: Server) -> tuple[np.ndarray, Path]:
        receiver.sound.clear()
        options = {"port": receiver.port, "identifier": IDENTIFIER}
        with server.remote() as remote:
            list(remote.make("sink/open", ["reastream", "daw"], options))
            *_, done = remote.make("render", ["song.mid"], {})
            server.until(lambda: remote.status().buffered_seconds == 0)
            receiver.until(lambda: is_over(receiver.sound))
            list(remote.make("sink/close", ["daw"], {}))
        heard = np.concatenate(receiver.sound)
        return heard[sounding(heard)], Path(str(done.arguments[2]))

    heard, path = undisturbed(scene)
    assert np.array_equal(heard, sound(path))


def is_over(parts: list[np.ndarray]) -> bool:
    """Say whether something was heard, and then half a second of nothing."""
    last = RATE_HZ // 2 // 150
    return any(part.any() for part in parts) and not any(part.any() for part in parts[-last:])


def test_what_is_played_live_goes_on_as_midi(
    receiver: Receiver, serve: Callable[..., Server]
) -> None:
    server = serve()
    with Listener(server.port) as listener:
        options = ("port", receiver.port, "identifier", IDENTIFIER)
        listener.ask("/sink/open", 1, "reastream", "daw", *options)
        listener.wait("/done", lambda fields: fields[0] == 1)
        listener.ask("/live/start", 2, "model", "house", "play", 0)
        listener.wait("/progress", lambda fields: fields[0] == 2 and fields[2] == "live")
        for number, (address, arguments, _) in enumerate(PLAYED):
            listener.ask(address, *arguments)
            receiver.until(lambda count=number: len(receiver.notes) > count)
        listener.ask("/live/stop", 2)
        listener.wait("/done", lambda fields: fields[0] == 2)
    assert receiver.notes == [message for *_, message in PLAYED]
