"""The process that listens to MIDI ports, apart from the bridge, which hears what it tells.

JACK's library waits for its server whenever a client comes or goes, python-rtmidi lets nothing
else of its process run meanwhile (0.1 s each time), and where a server dies badly neither
returns. Here that holds up nobody: the bridge ends this process, and starts another.

The library's own threads put what comes into its queues and never run Python: a callback would
hold up the audio system until the interpreter is free, and lose messages of everybody. One
thread empties the queues, one writes what they held, and the main thread looks what ports
there are.
"""

from __future__ import annotations

import math
import os
import signal
import struct
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO, TypeAlias, cast

import msgspec

from bridge.midi.messages import messages_in
from bridge.midi.systems import CLIENT_NAME, Backend, Backends, own_name
from bridge.precedence import give_way_often, go_first
from engine.wire import StartFailed

VIRTUAL = "virtual:"
ANY_PORT = "*"
READ_SECONDS = 0.001
WATCH_SECONDS = 1.0
SETTLE_SECONDS = 0.25  # A port of JACK's comes a moment before it can be connected.
ABSENT_SECONDS = 10.0  # Between looks for a MIDI system that is not there: each is noisy.
RENEW_SECONDS = 10.0
LEAVE_SECONDS = 1.0
TURN_MESSAGES = 500
MAX_WAITING = 65_536
MAX_EXCLUSIVE_BYTES = 256
ACTIVE_SENSING = 0xFE
HEADER = struct.Struct("<I")

# The port, one message, and when it came, in seconds of the steady clock.
Message: TypeAlias = tuple[str, bytes, float]


class Opened(msgspec.Struct, frozen=True, tag="opened"):
    """A port is open now."""

    port: str


class Gone(msgspec.Struct, frozen=True, tag="gone"):
    """A port that was open is not there any more."""

    port: str


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """A port could not be opened."""

    port: str
    reason: str


class Absent(msgspec.Struct, frozen=True, tag="absent"):
    """The MIDI system does not answer; what was open has gone."""

    reason: str


class Looked(msgspec.Struct, frozen=True, tag="looked"):
    """All ports were gone through: nothing hangs."""


class Came(msgspec.Struct, frozen=True, tag="came"):
    """Messages, in the order in which they came."""

    messages: list[Message]


class TooMany(msgspec.Struct, frozen=True, tag="too many"):
    """So many messages were left out, because nobody took them."""

    left: int


News: TypeAlias = Opened | Gone | Refused | Absent | Looked | Came | TooMany


class Arrivals:
    """When messages came, out of the seconds between them that the library tells.

    They are read a moment later: the least delay of the last seconds says how its clock lies to
    ours. An older one does not count, because the two may not run alike, and the library may
    leave a message out together with the time before it.
    """

    span_seconds = 1.0

    def __init__(self) -> None:
        self._theirs_seconds = 0.0
        self._span_ends_seconds = -math.inf
        self._least_seconds = self._least_before_seconds = math.inf

    def stamp(self, passed_seconds: float, now_seconds: float) -> float:
        """Return when a message came that was read now, so long after the one before it."""
        self._theirs_seconds += passed_seconds
        if now_seconds > self._span_ends_seconds:
            self._span_ends_seconds = now_seconds + self.span_seconds
            self._least_before_seconds, self._least_seconds = self._least_seconds, math.inf
        offset = now_seconds - self._theirs_seconds
        self._least_seconds = min(self._least_seconds, offset)
        return self._theirs_seconds + min(self._least_seconds, self._least_before_seconds)


class Telling:
    """What is to be told, in order; messages that nobody takes are left out at last."""

    def __init__(self) -> None:
        self._more = threading.Condition()
        self._waiting: deque[News | Message] = deque()
        self._left = 0

    def put(self, news: News) -> None:
        """Tell something, after the messages that came before it."""
        with self._more:
            self._waiting.append(news)
            self._more.notify()

    def came(self, messages: Sequence[Message]) -> None:
        """Tell of messages, together with those that still wait."""
        with self._more:
            room = max(0, MAX_WAITING - len(self._waiting))
            self._waiting += messages[:room]
            self._left += len(messages[room:])
            self._more.notify()

    def next(self) -> News:
        """Return what is told next, once there is something."""
        with self._more:
            self._more.wait_for(lambda: self._waiting)
            if not isinstance(self._waiting[0], tuple):
                return cast(News, self._waiting.popleft())
            messages: list[Message] = []
            while self._waiting and len(messages) < TURN_MESSAGES:
                first = self._waiting[0]
                if not isinstance(first, tuple):
                    break
                messages.append(first)
                self._waiting.popleft()
            if self._left and not self._waiting:
                self._waiting.append(TooMany(self._left))
                self._left = 0
            return Came(messages)


class Watch:
    """Keeps the wanted ports open: each by its name or a part of it, or `virtual:NAME`."""

    def __init__(self, wanted: Sequence[str], backend: Backend, telling: Telling) -> None:
        self._wanted = tuple(wanted)
        self._backend: Backend = backend
        self._telling = telling
        self._backends: Backends | None = None
        self._watcher: Any = None
        self._renewed_seconds = self._heard_seconds = time.monotonic()
        self._open: dict[str, tuple[Any, Arrivals]] = {}
        self._unjoined: set[str] = set()  # Open, but nothing comes from them yet.
        self._changing = threading.Lock()
        self._refused: set[str] = set()
        self._seen: set[str] = set()

    def run(self, ended: threading.Event) -> None:
        """Open what is wanted, and watch for what comes and goes."""
        pause_seconds = 0.0
        while not ended.wait(pause_seconds):
            try:
                has_settled = self._look()
                pause_seconds = WATCH_SECONDS if has_settled else SETTLE_SECONDS
            except StartFailed as error:
                self._let_all_go()
                self._telling.put(Absent(str(error)))
                pause_seconds = ABSENT_SECONDS
            self._telling.put(Looked())
        self._let_all_go()

    def read(self, ended: threading.Event) -> None:
        """Empty the library's queues, again and again."""
        while not ended.wait(READ_SECONDS):
            with self._changing:
                came = [
                    (name, data, came_seconds)
                    for name, (client, arrivals) in self._open.items()
                    for packet, passed_seconds in iter(client.get_message, None)
                    for came_seconds in [arrivals.stamp(passed_seconds, time.monotonic())]
                    for data in messages_in(bytes(packet))
                ]
            if came:
                self._heard_seconds = came[-1][2]
                self._telling.came([message for message in came if _is_told(message[1])])

    def _look(self) -> bool:
        """Open what has come, close what has gone, and say whether it is the same as before."""
        self._backends = self._backends or Backends(self._backend)
        self._renew_watcher()
        self._watcher = self._watcher or self._backends.client(f"{CLIENT_NAME} watches")
        there = {n for n in self._backends.ports(self._watcher) if not n.startswith(CLIENT_NAME)}
        for name in [n for n in self._open if n not in there and not n.startswith(VIRTUAL)]:
            self._let_go(name)
        self._refused &= there
        wanted = {text for text in self._wanted if text.startswith(VIRTUAL)}
        wanted |= set(filter(self._is_wanted, there & self._seen))
        has_settled = all(map(self._try, sorted(wanted - self._open.keys() - self._refused)))
        has_settled &= not any(map(self._is_wanted, there - self._seen))
        for name in sorted(self._backends.joined(self._unjoined)):
            self._unjoined.discard(name)
            self._telling.put(Opened(name))
        self._seen = there
        return has_settled

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

    def _try(self, name: str) -> bool:
        """Open a port, and say whether that is settled.

        One that cannot be opened is left alone until it has gone and come.
        """
        try:
            client = self._opened(name)
        except StartFailed as error:
            self._refused.add(name)
            self._telling.put(Refused(name, str(error)))
            return True
        if client is None:
            return False
        with self._changing:
            self._open[name] = (client, Arrivals())
        if name.startswith(VIRTUAL):
            self._telling.put(Opened(name))
        else:
            self._unjoined.add(name)
        return True

    def _opened(self, name: str) -> Any:
        """Return a client of a port, or None where the ports changed meanwhile."""
        assert self._backends is not None
        client = self._backends.client()
        # What the library leaves out of JACK's it leaves out with the time before it.
        client.ignore_types(sysex=False, timing=False, active_sense=False)
        try:
            with self._backends.trouble(f"the port {name} cannot be opened"):
                if name.startswith(VIRTUAL):
                    client.open_virtual_port(name.removeprefix(VIRTUAL))
                    return client
                # It is opened by its place, which must have been its own before and after.
                before = self._backends.ports(client)
                if name in before:
                    client.open_port(before.index(name), own_name(name))
                    if self._backends.ports(client) == before:
                        return client
        except StartFailed:
            client.delete()
            raise
        client.delete()
        return None

    def _let_all_go(self) -> None:
        for name in list(self._open):
            self._let_go(name)
        self._seen = set()
        if self._watcher is not None:
            self._watcher.delete()
            self._watcher = None

    def _let_go(self, name: str) -> None:
        with self._changing:  # The reader must have let go of it.
            client, _ = self._open.pop(name)
        client.close_port()
        client.delete()
        if name in self._unjoined:
            self._unjoined.discard(name)
        else:
            self._telling.put(Gone(name))


def main() -> int:
    """Listen, and tell of it on stdout, until stdin ends; arguments: a backend, and ports."""
    backend, *wanted = sys.argv[1:]
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # The libraries write there, too.
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the bridge's, which says when to end.
    give_way_often()
    telling, ended = Telling(), threading.Event()
    watch = Watch(wanted, cast(Backend, backend), telling)
    _begin(lambda: _write(out, telling))
    _begin(lambda: watch.read(ended))
    _begin(lambda: _leave(ended))
    watch.run(ended)
    return 0


def _is_told(data: bytes) -> bool:
    """Say whether a message means something; a long one is a dump of some device's memory."""
    return len(data) <= MAX_EXCLUSIVE_BYTES and data[:1] != bytes([ACTIVE_SENSING])


def _begin(work: Callable[[], None]) -> None:
    def go() -> None:
        go_first()
        work()

    threading.Thread(target=go, daemon=True).start()


def _write(out: BinaryIO, telling: Telling) -> None:
    encoder = msgspec.msgpack.Encoder()
    while True:
        packet = encoder.encode(telling.next())
        try:
            out.write(HEADER.pack(len(packet)) + packet)
            out.flush()
        except OSError:  # The bridge has gone, and stdin ends as well.
            return


def _leave(ended: threading.Event) -> None:
    """Wait for the bridge to say that it is enough; whatever hangs is then left behind."""
    sys.stdin.buffer.read()
    ended.set()
    time.sleep(LEAVE_SECONDS)
    os._exit(0)
