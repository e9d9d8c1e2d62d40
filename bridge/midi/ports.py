"""MIDI input ports, by python-rtmidi: opened by name, watched, and opened again when they return.

The library's own threads put what comes into its queues and never run Python: a callback would
hold up the audio system until the interpreter is free, and lose messages of everybody. A thread
of ours empties the queues into an inbox; everything else happens on the event loop. `rtmidi` is
imported when the first port is wanted.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import structlog

from engine.wire import StartFailed

Backend: TypeAlias = Literal["auto", "alsa", "jack", "coremidi", "winmm"]

CLIENT_NAME = "Legato"
VIRTUAL = "virtual:"
ANY_PORT = "*"
READ_SECONDS = 0.001
WATCH_SECONDS = 1.0
ABSENT_SECONDS = 10.0  # Between looks for a MIDI system that is not there: each is noisy.
RENEW_SECONDS = 10.0
QUEUE_MESSAGES = 16_384
TURN_MESSAGES = 500
MAX_WAITING = 65_536
MAX_EXCLUSIVE_BYTES = 256

_APIS: dict[Backend, str] = {
    "alsa": "API_LINUX_ALSA",
    "jack": "API_UNIX_JACK",
    "coremidi": "API_MACOSX_CORE",
    "winmm": "API_WINDOWS_MM",
}
_ALSA_DEVICE = "/dev/snd/seq"


class Backends:
    """The MIDI system that is used, and its clients."""

    def __init__(self, wanted: Backend = "auto") -> None:
        """Choose a system; automatic is ALSA where the kernel has it, else JACK, or the native.

        Raises: StartFailed without python-rtmidi, or where it lacks the wanted system.
        """
        try:
            import rtmidi
        except ImportError as error:
            raise StartFailed(
                f"MIDI ports need the package python-rtmidi ({error}): pip install 'legato[midi]'"
            ) from None
        self._rtmidi: Any = rtmidi
        compiled = set(rtmidi.get_compiled_api())
        there = [name for name, api in _APIS.items() if getattr(rtmidi, api) in compiled]
        if wanted == "auto" and "alsa" in there and not os.path.exists(_ALSA_DEVICE):
            there.remove("alsa")
        if not there or (wanted != "auto" and wanted not in there):
            raise StartFailed(
                f"the MIDI system {wanted} was asked; this python-rtmidi has: "
                f"{', '.join(there) or 'none'}"
            )
        self.name: Backend = there[0] if wanted == "auto" else wanted

    def client(self, name: str = CLIENT_NAME) -> Any:
        """Return a new input client. Raises: StartFailed where the system does not answer."""
        try:
            api = getattr(self._rtmidi, _APIS[self.name])
            return self._rtmidi.MidiIn(api, name, QUEUE_MESSAGES)
        except self._rtmidi.RtMidiError as error:
            raise StartFailed(f"the MIDI system {self.name} does not answer: {error}") from None

    @contextlib.contextmanager
    def trouble(self, what: str) -> Iterator[None]:
        """Turn what the library raises into an error with advice. Raises: StartFailed."""
        try:
            yield
        except self._rtmidi.UnsupportedOperationError:
            raise StartFailed(
                f"{what}: this system has no virtual ports; on Windows install loopMIDI and "
                "name its port instead"
            ) from None
        except self._rtmidi.RtMidiError as error:
            raise StartFailed(f"{what}: {error}") from None


def list_inputs(backend: Backend = "auto") -> tuple[Backend, tuple[str, ...]]:
    """Return the MIDI system's name and the ports that could be opened. Raises: StartFailed."""
    backends = Backends(backend)
    client = backends.client(f"{CLIENT_NAME} looks")
    try:
        return backends.name, tuple(client.get_ports())
    finally:
        client.delete()


class Arrivals:
    """When messages came, out of the seconds between them that the library tells.

    They are read a moment later: the least delay there was says how its clock lies to ours,
    and is let grow a little, because the two may not run alike.
    """

    drift = 0.001

    def __init__(self) -> None:
        self._theirs_seconds = 0.0
        self._offset_seconds: float | None = None

    def stamp(self, passed_seconds: float, now_seconds: float) -> float:
        """Return when a message came that was read now, so long after the one before it."""
        self._theirs_seconds += passed_seconds
        offset = now_seconds - self._theirs_seconds
        if self._offset_seconds is not None:
            offset = min(offset, self._offset_seconds + self.drift * max(0.0, passed_seconds))
        self._offset_seconds = offset
        return self._theirs_seconds + offset


@dataclass
class _Open:
    client: Any
    arrivals: Arrivals = field(default_factory=Arrivals)


class Ports:
    """Keeps the wanted ports open: each by its name or a part of it, or `virtual:NAME`."""

    def __init__(
        self,
        wanted: Sequence[str],
        receive: Callable[[str, bytes, float], None],
        changed: Callable[[str, bool], None],
        lost: Callable[[str], None],
        backend: Backend = "auto",
    ) -> None:
        """Hand each message with its port and arrival to `receive`, on the event loop.

        `changed` hears of a port that is open now (true) or gone; `lost` of one whose messages
        have ended, or were too many to be all taken.
        """
        self.messages = 0
        self.left_messages = 0
        self._wanted = tuple(wanted)
        self._receive = receive
        self._changed = changed
        self._lost = lost
        self._backend: Backend = backend
        self._backends: Backends | None = None
        self._watcher: Any = None
        self._renewed_seconds = self._heard_seconds = time.monotonic()
        self._open: dict[str, _Open] = {}
        self._opening = threading.Lock()
        self._ended = threading.Event()
        self._reader = threading.Thread(target=self._read, name="midi reader", daemon=True)
        self._refused: set[str] = set()
        self._told: set[str] = set()
        self._inbox: deque[tuple[str, bytes, float]] = deque()
        self._woken = False
        self._overflowed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="midi ports")
        self._log = structlog.get_logger("legato.midi")

    @property
    def names(self) -> tuple[str, ...]:
        """The ports that are open."""
        return tuple(self._open)

    async def run(self) -> None:
        """Open what is wanted, and watch for what comes and goes, until cancelled."""
        self._loop = asyncio.get_running_loop()
        said = ""
        if self._wanted:
            self._reader.start()
        while self._wanted:
            pause_seconds = WATCH_SECONDS
            try:
                gone = await self._loop.run_in_executor(self._thread, self._look)
                said = ""
            except StartFailed as error:
                gone, pause_seconds = self._let_all_go(), ABSENT_SECONDS
                if str(error) != said:
                    said = str(error)
                    self._log.warning("no MIDI ports", reason=said)
            self._tell(gone)
            await asyncio.sleep(pause_seconds)

    async def close(self) -> None:
        """Close every port."""
        self._ended.set()
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._let_all_go)
        self._thread.shutdown()
        if self._reader.is_alive():
            await asyncio.to_thread(self._reader.join)

    def _tell(self, gone: Sequence[str]) -> None:
        for name in gone:
            self._log.warning("MIDI port gone", port=name)
            self._lost(name)
            self._changed(name, False)
        for name in self._told.symmetric_difference(self._open) - set(gone):
            self._log.info("MIDI port open", port=name)
            self._changed(name, True)
        self._told = set(self._open)

    def _look(self) -> list[str]:
        """Open what has come, and return the names of what has gone; on the ports' thread."""
        self._backends = self._backends or Backends(self._backend)
        self._renew_watcher()
        self._watcher = self._watcher or self._backends.client(f"{CLIENT_NAME} watches")
        there = [name for name in self._watcher.get_ports() if not name.startswith(CLIENT_NAME)]
        gone = [n for n in self._open if n not in there and not n.startswith(VIRTUAL)]
        for name in gone:
            self._close(name)
        self._refused &= set(there)
        virtual = [text for text in self._wanted if text.startswith(VIRTUAL)]
        for name in [*virtual, *filter(self._is_wanted, there)]:
            if name not in self._open and name not in self._refused:
                self._try(name, there)
        return gone

    def _renew_watcher(self) -> None:
        """Look through a new client, while nothing comes: an old one does not see JACK's death."""
        now_seconds = time.monotonic()
        idle_seconds = now_seconds - max(self._renewed_seconds, self._heard_seconds)
        if self._watcher is not None and idle_seconds > RENEW_SECONDS:
            self._renewed_seconds = now_seconds
            self._watcher.delete()
            self._watcher = None

    def _is_wanted(self, name: str) -> bool:
        return any(text == ANY_PORT or text.lower() in name.lower() for text in self._wanted)

    def _try(self, name: str, there: Sequence[str]) -> None:
        """Open a port; one that cannot be opened is left alone until it has gone and come."""
        try:
            client = self._opened(name, there)
            with self._opening:
                self._open[name] = _Open(client)
        except StartFailed as error:
            self._refused.add(name)
            self._log.warning("MIDI port not opened", port=name, reason=str(error))

    def _opened(self, name: str, there: Sequence[str]) -> Any:
        assert self._backends is not None
        client = self._backends.client()
        client.ignore_types(sysex=False, timing=False, active_sense=True)
        try:
            with self._backends.trouble(f"the port {name} cannot be opened"):
                if name.startswith(VIRTUAL):
                    client.open_virtual_port(name.removeprefix(VIRTUAL))
                else:
                    client.open_port(there.index(name), name.replace(":", " "))
        except StartFailed:
            client.delete()
            raise
        return client

    def _let_all_go(self) -> list[str]:
        names = list(self._open)
        for name in names:
            self._close(name)
        if self._watcher is not None:
            self._watcher.delete()
            self._watcher = None
        return names

    def _close(self, name: str) -> None:
        with self._opening:  # The reader must have let go of it.
            client = self._open.pop(name).client
        client.close_port()
        client.delete()

    def _read(self) -> None:
        """Empty the library's queues, again and again; on the reader's thread."""
        while not self._ended.wait(READ_SECONDS):
            with self._opening:
                for name, port in self._open.items():
                    while (message := port.client.get_message()) is not None:
                        arrival_seconds = port.arrivals.stamp(message[1], time.monotonic())
                        self._arrived(name, message[0], arrival_seconds)
            if self._inbox and not self._woken and self._loop is not None:
                self._woken = True
                # A loop that is closed is one of a process that ends.
                with contextlib.suppress(RuntimeError):
                    self._loop.call_soon_threadsafe(self._drain)

    def _arrived(self, port: str, message: list[int], arrival_seconds: float) -> None:
        if len(message) > MAX_EXCLUSIVE_BYTES:  # A dump of some device's memory.
            return
        self._heard_seconds = arrival_seconds
        if len(self._inbox) < MAX_WAITING:
            self._inbox.append((port, bytes(message), arrival_seconds))
        else:
            self._overflowed = True
            self.left_messages += 1

    def _drain(self) -> None:
        """Hand on what waits, letting others have their turn in between."""
        self._woken = False
        for _ in range(min(len(self._inbox), TURN_MESSAGES)):
            self.messages += 1
            self._receive(*self._inbox.popleft())
        if self._inbox and not self._woken and self._loop is not None:
            self._woken = True
            self._loop.call_soon(self._drain)
        if self._overflowed and not self._inbox:
            # Among what was left there may have been the end of a note.
            self._overflowed = False
            self._log.warning("MIDI came too fast", left=self.left_messages)
            for name in self.names:
                self._lost(name)
