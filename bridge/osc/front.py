"""The front door: bytes in, checked calls out, and a refusal for everything else."""

from __future__ import annotations

import hmac
import ipaddress
import logging
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Protocol

from bridge.osc.arguments import bind, leading_id
from bridge.osc.calls import MAX_TEXT, Call, Calls
from bridge.osc.codec import IMMEDIATELY, Message, Rejection, decode, encode
from bridge.osc.command import ROOT, TOPICS, Command
from bridge.osc.match import AddressSpace, is_pattern
from bridge.osc.notify import Notifier
from bridge.osc.peer import Peer, Route, Throttle
from bridge.osc.schedule import Scheduler
from bridge.osc.spec import COMMANDS, schema_rows
from engine.wire import LegatoError, NotFound, OutOfRange, TooLarge, Unauthorized, UnknownAddress

LATE_SECONDS = 0.01
MAX_CALLS = 256

_LOG = logging.getLogger("legato.osc")


class Outside(Protocol):
    """What the front door needs of the server it stands in."""

    def wake(self, seconds: float) -> None:
        """Have `scheduler.run_due` called after so many seconds, and not as asked before."""

    def route_to(self, host: str, port: int) -> Route:
        """Return a way to send UDP packets to an address. Raises: OutOfRange."""


class FrontDoor:
    """Takes packets from peers, and gives each well-formed command to `handler` as a Call.

    Whatever `handler` raises becomes the call's `/fail`. `token`, where there is one, is what a
    client beyond loopback must prove by `/legato/hello`. Used on the event loop's thread alone.
    """

    def __init__(
        self,
        handler: Callable[[Call], None],
        token: str = "",
        version: str = "",
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.calls = Calls(clock)
        self.notifier = Notifier(clock)
        self.counters: Counter[str] = Counter()
        self.scheduler = Scheduler(self._wake, clock, wall)
        self.has_token = bool(token)
        self._handler = handler
        self._token = token.encode()
        self._version = version
        self._clock = clock
        self._outside: Outside | None = None
        self._guesses = Throttle(5, 20, clock)
        self._log_lines = Throttle(1, 1, clock)
        self._commands = {ROOT + command.address: command for command in COMMANDS}
        self._addresses = AddressSpace(tuple(self._commands))
        self._own: dict[str, Callable[[Call], None]] = {
            "/schema": lambda call: call.answer_rows(schema_rows()),
            "/hello": self._hello,
            "/notify": self._notify,
            "/sync": self.calls.answer_when_ended,
            "/cancel": self._cancel,
        }

    def stand_in(self, outside: Outside) -> None:
        """Join the door to the server whose sockets it speaks through."""
        self._outside = outside

    def receive(self, packet: bytes, peer: Peer) -> None:
        """Take one packet, OSC message or bundle, from a client. Raises nothing."""
        self.counters["packets"] += 1
        peer.heard(len(packet))
        calls = 0
        for part in decode(packet):
            if isinstance(part, Rejection):
                self.refuse(peer, leading_id(None, part.arguments), part.error)
                continue
            calls += self._take(part, peer)
            if calls > MAX_CALLS:
                text = f"more than {MAX_CALLS} commands came in a packet; the rest was left"
                self.refuse(peer, 0, TooLarge(f"{text}: send several packets"))
                return

    def refuse(self, peer: Peer, id: int, error: LegatoError) -> None:
        """Answer `/legato/fail`, unless so many were sent that it would be a flood."""
        self.counters[f"refused {error.code}"] += 1
        text = str(error)
        if id and self.calls.find(peer, id):
            # With its id, the refusal would read as the ending of the call that is open.
            id, text = 0, f"(the call {id} goes on) {text}"
        if self._log_lines.allow():
            _LOG.warning("refused a message from %s: %s: %s", peer.host, error.code, text)
        packet = encode(f"{ROOT}/fail", id, error.code, text[:MAX_TEXT])
        if peer.may_be_refused(len(packet)):
            peer.send_packet(packet)
        else:
            self.counters["refused silently"] += 1

    def gone(self, peer: Peer) -> None:
        """Note that a client has closed its connection; its calls go on, unheard."""
        self.notifier.unsubscribe(peer)
        self.calls.forget(peer)

    def _take(self, message: Message, peer: Peer) -> int:
        """Start the calls that a message makes, and return how many commands it named."""
        self.counters["messages"] += 1
        commands = self._resolve(message.address)
        if not commands:
            text = f"no command at {message.address[:80]!r}; ask {ROOT}/schema for those there are"
            self.refuse(peer, leading_id(None, message.arguments), UnknownAddress(text))
        for command in commands:
            try:
                self._admit(command, message, peer)
            except LegatoError as error:
                self.refuse(peer, leading_id(command, message.arguments), error)
        return len(commands)

    def _resolve(self, address: str) -> list[Command]:
        if address in self._commands:
            return [self._commands[address]]
        if not is_pattern(address):
            return []
        return [self._commands[match] for match in self._addresses.match(address)]

    def _admit(self, command: Command, message: Message, peer: Peer) -> None:
        """Make a call of a message and start it, now or at its time. Raises: LegatoError."""
        if not peer.authorized and command.address != "/hello":
            raise Unauthorized(f"send {ROOT}/hello with the token first")
        bound = bind(command, message.arguments)
        arrived, ahead_seconds = self.scheduler.arrival(message.timetag)
        id = leading_id(command, message.arguments)
        call = Call(command, id, bound.arguments, bound.parameters, peer, self._clock)
        if not self.calls.admit(call, hash((command.address, message.arguments))):
            self.counters["retries"] += 1
            return
        if ahead_seconds > 0 and command.has_place:
            call.due_seconds = arrived + ahead_seconds
            self._start(call, None, arrived)
            return
        if ahead_seconds <= 0:
            due_seconds = None if message.timetag <= IMMEDIATELY else ahead_seconds
            self._start(call, due_seconds, arrived)
            return
        with call.guard():
            self.scheduler.after(ahead_seconds, partial(self._start, call, ahead_seconds, arrived))

    def _start(self, call: Call, due_seconds: float | None, arrived: float) -> None:
        """Run a call; where it was due earlier than now, say so, in seconds since it arrived."""
        if call.ended:
            return
        call.begun = True
        with call.guard():
            actual_seconds = self._clock() - arrived
            if due_seconds is not None and actual_seconds - due_seconds > LATE_SECONDS:
                self.counters["late"] += 1
                call.peer.send("/late", call.id, due_seconds, actual_seconds)
            self._own.get(call.command.address, self._handler)(call)

    def _wake(self, seconds: float) -> None:
        if self._outside:
            self._outside.wake(seconds)

    def _hello(self, call: Call) -> None:
        peer, port = call.peer, int(call.arguments["port"])
        host = call.arguments["host"] or peer.host
        try:
            host = str(ipaddress.ip_address("127.0.0.1" if host == "localhost" else host))
        except ValueError:
            text = f"the host {host[:80]!r} came; a numeric address such as 192.168.0.7, or empty"
            raise OutOfRange(f"{text} for the sender's own, is expected") from None
        # Over UDP a sender is easily forged: only who has the token sends replies to others.
        is_own = peer.is_loopback or host == peer.host
        self._check_token(peer, call.arguments.get("token", ""), is_known=is_own)
        peer.redirect(self._outside.route_to(host, port) if port and self._outside else None)
        call.answer(self._version, host, port)

    def _check_token(self, peer: Peer, token: str, is_known: bool) -> None:
        """Let in who sends the token, or is known to have sent it. Raises: Unauthorized."""
        if not token and peer.authorized and is_known:
            return
        if not self._guesses.allow():
            raise Unauthorized("too many tokens came; wait a second")
        if not self._token or not hmac.compare_digest(self._token, token.encode()):
            raise Unauthorized("the token is missing or wrong; it is in the server's legato.toml")
        peer.authorized = True

    def _notify(self, call: Call) -> None:
        if not call.arguments["on"]:
            self.notifier.unsubscribe(call.peer)
            call.answer(0, 0.0)
            return
        topics = call.arguments["topics"] or TOPICS
        call.answer(1, self.notifier.subscribe(call.peer, topics), *topics)

    def _cancel(self, call: Call) -> None:
        """Cancel what has not begun here; leave what has, and takes, to the handler."""
        target = call.arguments["target"]
        if isinstance(target, str):
            self._handler(call)
            return
        found = self.calls.find(call.peer, target)
        if found and found.begun:
            self._handler(call)
        elif found:
            found.cancelled()
            call.answer(target)
        elif self.calls.recall(call.peer, target):
            call.answer(target)
        else:
            call.id = target
            raise NotFound(f"no call of yours has the id {target}; name a take to cancel any job")
