"""The engine process: `python -m engine.server`; renders for one bridge at a time.

A child gets its token on the first line of stdin and lives as long as stdin stays open. A
long-running engine, for a bridge on another machine, gets it from LEGATO_ENGINE_TOKEN. Once
it listens it says so in one line of JSON on stdout: `{"port": ..., "pid": ...}`.

The main thread renders; one thread listens at the door, two more read and write a bridge's
socket, and a child's watches stdin.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import functools
import ipaddress
import json
import logging
import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from engine import wire
from engine.discovery import Models
from engine.door import Door, refuse
from engine.loop import Loop
from engine.precedence import go_first
from engine.session import Session
from engine.wire import BadFrame, EngineLost, QueueFull, Shutdown, StartFailed

LOG = logging.getLogger("engine")
TOKEN_VARIABLE = "LEGATO_ENGINE_TOKEN"
MAX_TOKEN_BYTES = 1024
LEAVE_SECONDS = 1.5
SILENCE_SECONDS = 30.0  # A bridge pings every second; one that does not has gone.
NICENESS = 5
EXIT_REFUSED, EXIT_DEVICE_LOST = 2, 3


class Server:
    """Carries frames between the bridges at the door and the loop."""

    def __init__(self, loop: Loop, door: Door, *, is_child: bool) -> None:
        self._loop, self._door, self._is_child = loop, door, is_child
        self._session: Session | None = None
        self._writer: threading.Thread | None = None
        self._leaving = threading.Event()

    def start(self) -> None:
        """Let bridges in from now on."""
        _spawn("door", self._listen)
        if self._is_child:
            _spawn("parent", self._watch_parent)

    def leave(self, reason: str) -> None:
        """Leave within seconds, on any thread, even from the middle of a window."""
        if not self._leaving.is_set():
            self._leaving.set()
            LOG.info("leaving: %s", reason)
            _spawn("watchdog", _exit_late)
            self._door.close()
            self._loop.stop()

    def flush(self) -> None:
        """Wait until a bridge that reads has been told everything."""
        if self._writer is not None:
            self._writer.join(LEAVE_SECONDS)

    def _listen(self) -> None:
        go_first()  # So do the reader and the writer, which this thread starts.
        for bridge in self._door.bridges():
            if self._session is not None:
                refuse(bridge, QueueFull("another bridge uses this engine; close that one first"))
                bridge.close()
                continue
            session = self._session = self._loop.open()
            self._writer = _spawn("writer", functools.partial(self._write, bridge, session))
            _spawn("reader", functools.partial(self._serve, bridge, session, self._writer))
            if self._is_child:
                return

    def _serve(self, bridge: socket.socket, session: Session, writer: threading.Thread) -> None:
        self._read(bridge, session)
        writer.join()
        bridge.close()

    def _read(self, bridge: socket.socket, session: Session) -> None:
        try:
            while True:
                session.wait_calm()
                self._await_sign_of_life(bridge)
                message, payload = _read_frame(bridge)
                if isinstance(message, Shutdown):
                    self.leave("the bridge asked for it")
                session.post(message, payload)
        except (OSError, EOFError, BadFrame) as error:
            self._part(bridge, session, str(error) or "it closed the connection")

    def _write(self, bridge: socket.socket, session: Session) -> None:
        try:
            while (event := session.take()) is not None:
                for part in wire.frame(*event):
                    bridge.sendall(part)
        except OSError as error:
            self._part(bridge, session, str(error))
        with contextlib.suppress(OSError):
            bridge.shutdown(socket.SHUT_RDWR)

    def _await_sign_of_life(self, bridge: socket.socket) -> None:
        """Wait for the next frame: a child's parent needs no pings, its death closes stdin."""
        limit_seconds = None if self._is_child else SILENCE_SECONDS
        if not select.select([bridge], [], [], limit_seconds)[0]:
            raise EOFError(f"it sent nothing, not even a ping, for {SILENCE_SECONDS:g} s")

    def _part(self, bridge: socket.socket, session: Session, reason: str) -> None:
        """Let a bridge go; a child goes with it."""
        self._loop.close(session)
        if session is self._session:
            # Before the socket is shut: that fails the other thread, whose reason is not the cause.
            self._session = None
            LOG.info("the bridge left: %s", reason)
        with contextlib.suppress(OSError):
            bridge.shutdown(socket.SHUT_RDWR)
        if self._is_child:
            self.leave("the bridge is gone")

    def _watch_parent(self) -> None:
        with contextlib.suppress(OSError):
            while os.read(sys.stdin.fileno(), 1024):
                continue
        self.leave("stdin was closed: the bridge is gone")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run an engine until it is told to leave, then end the process.

    Returns the exit status when it cannot start.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(message)s")
    faulthandler.enable()
    try:
        _run(_parsed(arguments))
    except StartFailed as error:
        LOG.error("%s", error)
        return EXIT_REFUSED


def _run(options: argparse.Namespace) -> NoReturn:
    configured = os.environ.pop(TOKEN_VARIABLE, "")
    if not configured and not _is_loopback(options.host):
        raise StartFailed(
            f"{options.host} can be reached from other machines: set {TOKEN_VARIABLE} to a secret "
            "that the bridge also knows, or use 127.0.0.1"
        )
    door = Door(options.host, options.port, configured or _token_from_stdin())
    models = Models(device=options.device, dtype=options.dtype, models_folder=options.models)
    loop = Loop(models)
    server = Server(loop, door, is_child=not configured)
    _heed_signals(server)
    server.start()
    _yield_to_bridge()
    _announce(door.port)
    try:
        loop.run()
    except EngineLost as error:
        LOG.critical("%s", error)
        server.flush()
        _exit(EXIT_DEVICE_LOST)
    server.leave("the loop ended")
    server.flush()
    _exit(0)


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("engine.server", description="Render for a bridge.")
    parser.add_argument("--host", default="127.0.0.1", help="where to listen")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--models", type=Path, metavar="FOLDER", help="where checkpoints lie")
    dtypes = ("float32", "float16", "bfloat16")
    parser.add_argument("--dtype", default="float32", choices=dtypes, help="what models compute in")
    return parser.parse_args(arguments)


def _is_loopback(host: str) -> bool:
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:
        raise StartFailed(f"host {host!r} is not known; use 127.0.0.1 or one's address") from None
    addresses = [str(entry[4][0]).split("%")[0] for entry in found]
    return all(ipaddress.ip_address(address).is_loopback for address in addresses)


def _token_from_stdin() -> str:
    """Read the first line, unbuffered: the rest of stdin only tells when the parent dies."""
    if sys.stdin is None or sys.stdin.isatty():
        raise StartFailed(f"no token came: set {TOKEN_VARIABLE} to a secret the bridge also knows")
    line = bytearray()
    while len(line) < MAX_TOKEN_BYTES and (byte := os.read(sys.stdin.fileno(), 1)) not in b"\n":
        line += byte
    token = line.decode("ascii", "replace").strip()
    if not token:
        raise StartFailed(f"no token came on stdin; send one, or set {TOKEN_VARIABLE}")
    return token


def _read_frame(bridge: socket.socket) -> tuple[wire.AnyToEngine, memoryview]:
    lengths = wire.LENGTHS.unpack(_read_exactly(bridge, wire.LENGTHS.size))
    wire.check_lengths(*lengths)
    message = wire.decode_to_engine(_read_exactly(bridge, lengths[0]))
    return message, _read_exactly(bridge, lengths[1])


def _read_exactly(bridge: socket.socket, size: int) -> memoryview:
    data = memoryview(bytearray(size))
    filled = 0
    while filled < size:
        received = bridge.recv_into(data[filled:])
        if not received:
            raise EOFError
        filled += received
    return data.toreadonly()


def _announce(port: int) -> None:
    sys.stdout.write(json.dumps({"port": port, "pid": os.getpid()}) + "\n")
    sys.stdout.flush()
    # Whatever a library prints from now on belongs with the log.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())


def _heed_signals(server: Server) -> None:
    """Leave on SIGTERM; Ctrl-C is the bridge's to decide."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # On a thread, because the handler may interrupt a holder of the lock that leaving takes.
    signal.signal(signal.SIGTERM, lambda *_: _spawn("leave", lambda: server.leave("SIGTERM")))


def _yield_to_bridge() -> None:
    """Let the bridge answer at once while every core renders; on Linux it is this thread's own."""
    with contextlib.suppress(OSError):
        if hasattr(os, "nice"):
            os.nice(NICENESS)
        else:
            import psutil

            psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)


def _exit_late() -> None:
    threading.Event().wait(LEAVE_SECONDS)
    _exit(0)


def _exit(status: int) -> NoReturn:
    """End without the interpreter's own farewell, which a broken device or driver can hang."""
    logging.shutdown()
    os._exit(status)


def _spawn(name: str, work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, name=f"legato-{name}", daemon=True)
    thread.start()
    return thread


if __name__ == "__main__":
    sys.exit(main())
