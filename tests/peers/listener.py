"""A bare OSC client of a server, over UDP."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

WAIT_SECONDS = 180.0


class Listener:
    """Asks by messages, and waits for those that fit."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(("127.0.0.1", port))
        self._heard: list[tuple[str, list[Any]]] = []

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, address: str, *arguments: object) -> None:
        """Send a message; its address is without the root."""
        builder = OscMessageBuilder("/legato" + address)
        for argument in arguments:
            builder.add_arg(argument)
        self._socket.send(builder.build().dgram)

    def wait(self, address: str, fits: Callable[[list[Any]], bool] = lambda _: True) -> list[Any]:
        """Return the next message of an address that fits."""
        deadline = time.monotonic() + WAIT_SECONDS
        while (left := deadline - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                message = OscMessage(self._socket.recv(1 << 16))
            except TimeoutError:
                break
            self._heard.append((message.address, list(message.params)))
            if message.address == "/legato" + address and fits(list(message.params)):
                return list(message.params)
        pytest.fail(f"no {address} came that fits; at last there came {self._heard[-5:]}")
