"""A UDP relay that loses, doubles and reorders what passes, by a seed: no system call can here."""

from __future__ import annotations

import random
import socket
import threading
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

POLL_SECONDS = 0.05
BUFFER_BYTES = 4 << 20


@dataclass
class Mischief:
    """What happens to packets of one direction, each with its probability."""

    seed: int
    lose: float = 0.0
    double: float = 0.0
    reorder: float = 0.0
    lost: int = 0
    doubled: int = 0
    reordered: int = 0
    passed: int = 0
    _held: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def let_pass(self, packet: bytes) -> list[bytes]:
        """Return the packets that leave now that this one came: none, itself, or several."""
        chance = self._random.random()
        if chance < self.lose:
            self.lost += 1
            return []
        if chance < self.lose + self.reorder and not self._held:
            self.reordered += 1
            self._held.append(packet)  # It leaves behind the next one.
            return []
        out = [packet, *self.flush()]
        if self._random.random() < self.double:
            self.doubled += 1
            out.append(packet)
        self.passed += 1
        return out

    def flush(self) -> list[bytes]:
        """Return what is held back."""
        held, self._held = self._held, []
        return held


class Relay:
    """Stands at `port` for what listens at `target_port`; answers go back to who sent last.

    It leaves once everything that has come to it went on.
    """

    def __init__(self, target_port: int, there: Mischief, back: Mischief | None = None) -> None:
        self._there, self._back = there, back or Mischief(0)
        self._front, self._rear = (_socket() for _ in range(2))
        self._rear.connect(("127.0.0.1", target_port))
        self.port = int(self._front.getsockname()[1])
        self._stop = threading.Event()
        self._client: Any = None
        self._threads = [threading.Thread(target=work) for work in (self._forward, self._return)]

    def __enter__(self) -> Relay:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._front.close()
        self._rear.close()

    def _forward(self) -> None:
        is_over = False
        while not is_over:
            try:
                packet, self._client = self._front.recvfrom(65_536)
                packets = self._there.let_pass(packet)
            except TimeoutError:
                is_over = self._stop.is_set()
                packets = self._there.flush()
            for one in packets:
                self._rear.send(one)

    def _return(self) -> None:
        while not self._stop.is_set():
            try:
                packets = self._back.let_pass(self._rear.recv(65_536))
            except TimeoutError:
                packets = self._back.flush()
            except ConnectionRefusedError:
                continue
            for one in packets:
                self._front.sendto(one, self._client)


def _socket() -> socket.socket:
    """Return a bound UDP socket whose port is even, as RTP's are."""
    while True:
        found = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        found.settimeout(POLL_SECONDS)
        found.bind(("127.0.0.1", 0))
        if found.getsockname()[1] % 2 == 0:
            return found
        found.close()
