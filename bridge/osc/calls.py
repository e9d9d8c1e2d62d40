"""Calls: what a client asked, the replies that keep the contract, and the book of ids.

A call of an asynchronous command is acknowledged, tells its progress, and ends exactly once;
the same id again from the same client never runs twice.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from bridge.osc.codec import Sendable
from bridge.osc.command import ROOT, Command
from bridge.osc.peer import Peer
from engine.wire import LegatoError, OutOfRange, QueueFull, Value

PROGRESS_INTERVAL_SECONDS = 0.1
MAX_OPEN_CALLS = 1_024
MAX_SYNCS = 64
MAX_REMEMBERED = 1_024
REMEMBERED_SECONDS = 600.0
MAX_TEXT = 500

_LOG = logging.getLogger("legato.osc")
_Barrier: TypeAlias = "tuple[set[Call], Call]"


class Call:
    """One command from one client, checked against the table.

    `arguments` holds the fixed arguments by name (an optional one that did not come is
    missing), `parameters` the key value pairs. `begun` is false while its timetag is still to
    come; a command that can be put in a place begins at once, and has `due_seconds` (of the
    clock) instead. Compared and hashed by identity. Used on the event loop's thread alone.
    """

    def __init__(
        self,
        command: Command,
        id: int,
        arguments: Mapping[str, Any],
        parameters: Mapping[str, Value],
        peer: Peer,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.command = command
        self.id = id
        self.arguments = dict(arguments)
        self.parameters = dict(parameters)
        self.peer = peer
        self.begun = False
        self.came_seconds = clock()
        self.due_seconds: float | None = None
        self.ended = False
        self.on_end: Callable[[Call], None] = _nothing
        self.last: dict[str, tuple[Sendable, ...]] = {}
        self._clock = clock
        self._progress_at = -PROGRESS_INTERVAL_SECONDS

    def accepted(self, position: int, eta_seconds: float) -> None:
        """Acknowledge the call: its place in the queue, and in how long it is heard or done."""
        self._tell("/accepted", position, float(eta_seconds))

    def progress(self, fraction: float, stage: str) -> None:
        """Say how far the call is, 0 to 1; at most 10 a second go out."""
        now = self._clock()
        if now - self._progress_at >= PROGRESS_INTERVAL_SECONDS:
            self._progress_at = now
            self._tell("/progress", float(fraction), stage)

    def window(self, k: int, n: int, start_seconds: float, end_seconds: float) -> None:
        """Say that window `k` of `n` is audible from `start_seconds` to `end_seconds`."""
        self._tell("/window", k, n, float(start_seconds), float(end_seconds))

    def variation(self, k: int, n: int, take: str) -> None:
        """Say which take the call's `k`th of `n` variations is; the 0th is the call's own."""
        self._tell("/variation", k, n, take)

    def done(self, seconds: float, rate_hz: int, path: str) -> None:
        """End the call well, with the audio it made."""
        self.done_with(float(seconds), rate_hz, path)

    def done_with(self, *arguments: Sendable) -> None:
        """End the call well, with what the table says its `/done` carries."""
        self._end("/done", self.id, *arguments)

    def cancelled(self) -> None:
        """End the call because it was cancelled."""
        self._end("/cancelled", self.id)

    def fail(self, error: LegatoError) -> None:
        """End the call with an error's stable code and its text."""
        self._end("/fail", self.id, error.code, str(error)[:MAX_TEXT])

    def answer(self, *arguments: Sendable) -> None:
        """Answer an immediate command at the address that the table names."""
        self._end(self.command.replies[0].address, *self._echoed(), *arguments)

    def end_silently(self) -> None:
        """End an immediate command that the table gives no answer."""
        if not self.ended:
            self._close()

    def answer_rows(self, rows: Sequence[Sequence[Sendable]]) -> None:
        """Answer with one message a row: its index, how many there are, then its columns.

        Where there is none, one message says that the count is 0.
        """
        if self.ended:
            return
        address = self.command.replies[0].address
        for index, row in enumerate(rows):
            self.peer.send(address, *self._echoed(), index, len(rows), *row)
        if not rows:
            self.answer(0, 0)
        else:
            self._close()

    @contextlib.contextmanager
    def guard(self) -> Iterator[None]:
        """Turn whatever is raised inside into the call's `/fail`; the server lives on."""
        try:
            yield
        except LegatoError as error:
            self.fail(error)
        except Exception:  # noqa: BLE001 - the last line of defence of a room that must not die
            _LOG.exception("%s%s failed", ROOT, self.command.address)
            self.fail(LegatoError("an error inside Legato; its log has the details"))

    def resend(self) -> None:
        """Say the latest state again, to a client that may have missed it."""
        for address, arguments in self.last.items():
            self.peer.send(address, *arguments)

    def _echoed(self) -> tuple[int, ...]:
        return () if self.command.id == "none" else (self.id,)

    def _tell(self, address: str, *arguments: Sendable) -> None:
        if self.ended:
            return
        if address != "/window":
            self.last[address] = (self.id, *arguments)
        self.peer.send(address, self.id, *arguments)

    def _end(self, address: str, *arguments: Sendable) -> None:
        if self.ended:
            return
        self.peer.send(address, *arguments)
        self.last = {address: arguments}
        self._close()

    def _close(self) -> None:
        self.ended = True
        self.on_end(self)


def _nothing(call: Call) -> None:
    """A call in no book tells nobody that it ended."""


@dataclass(frozen=True)
class _Ending:
    """How an ended call ended, kept for clients that ask the same again."""

    fingerprint: int
    last: dict[str, tuple[Sendable, ...]]
    at_seconds: float


class Calls:
    """The book of calls by client and id: the open ones, and how the latest others ended.

    A call outlives its client: where a TCP client vanishes its calls go on, unheard.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._open: dict[Hashable, dict[Call, int]] = {}
        self._by_id: dict[tuple[Hashable, int], Call] = {}
        self._endings: OrderedDict[tuple[Hashable, int], _Ending] = OrderedDict()
        self._waiting: dict[Hashable, list[_Barrier]] = {}

    def find(self, peer: Peer, id: int) -> Call | None:
        """Return a client's open asynchronous call of this id."""
        return self._by_id.get((peer.identity, id))

    def open(self, peer: Peer) -> tuple[Call, ...]:
        """Return a client's calls that have not ended, oldest first."""
        return tuple(self._open.get(peer.identity, ()))

    def recall(self, peer: Peer, id: int) -> bool:
        """Say again how a client's call ended; false where no such ending is remembered."""
        self._forget_old()
        ending = self._endings.get((peer.identity, id))
        for address, arguments in ending.last.items() if ending else ():
            peer.send(address, *arguments)
        return ending is not None

    def admit(self, call: Call, fingerprint: int) -> bool:
        """Enter a call; false where it is a retry, whose latest state was then sent again.

        An ended id may be used anew for another request; the identical one is a retry for
        REMEMBERED_SECONDS. Raises: OutOfRange for an id that an open call of another content
        has, QueueFull.
        """
        if call.command.asynchronous and self._is_retry(call, fingerprint):
            return False
        mine = self._open.setdefault(call.peer.identity, {})
        if len(mine) >= MAX_OPEN_CALLS:
            raise QueueFull(f"{len(mine)} calls of yours are open; wait until some have ended")
        mine[call] = fingerprint
        if call.command.asynchronous:
            key = (call.peer.identity, call.id)
            self._by_id[key] = call
            self._endings.pop(key, None)
        call.on_end = self._end
        return True

    def answer_when_ended(self, sync: Call) -> None:
        """Answer a call once every other that its client has open now has ended.

        Raises: QueueFull.
        """
        identity = sync.peer.identity
        waiting = self._waiting.setdefault(identity, [])
        if len(waiting) >= MAX_SYNCS:
            raise QueueFull(f"{len(waiting)} of your syncs are waiting; wait for some of them")
        waiting.append((set(self._open.get(identity, ())) - {sync}, sync))
        self._release(identity)

    def forget(self, peer: Peer) -> None:
        """Drop the endings that are kept for retries of a client that is gone."""
        for key in [key for key in self._endings if key[0] == peer.identity]:
            del self._endings[key]

    def _is_retry(self, call: Call, fingerprint: int) -> bool:
        self._forget_old()
        key = (call.peer.identity, call.id)
        open_call = self._by_id.get(key)
        if open_call is None:
            ending = self._endings.get(key)
            same = ending is not None and ending.fingerprint == fingerprint
            return same and self.recall(call.peer, call.id)
        if self._open[call.peer.identity][open_call] != fingerprint:
            raise OutOfRange(
                f"the id {call.id} belongs to an open {ROOT}{open_call.command.address} of yours; "
                "choose another, or wait until it has ended"
            )
        open_call.resend()
        return True

    def _end(self, call: Call) -> None:
        identity = call.peer.identity
        fingerprint = self._open[identity].pop(call)
        if not self._open[identity]:
            del self._open[identity]
        if call.command.asynchronous:
            del self._by_id[(identity, call.id)]
            self._endings[(identity, call.id)] = _Ending(fingerprint, call.last, self._clock())
        self._forget_old()
        self._release(identity)

    def _release(self, identity: Hashable) -> None:
        open_calls = self._open.get(identity, {})
        for calls, sync in self._waiting.pop(identity, []):
            if calls & open_calls.keys():
                self._waiting.setdefault(identity, []).append((calls, sync))
            else:
                sync.answer()

    def _forget_old(self) -> None:
        horizon = self._clock() - REMEMBERED_SECONDS
        while self._endings:
            key, ending = next(iter(self._endings.items()))
            if len(self._endings) <= MAX_REMEMBERED and ending.at_seconds >= horizon:
                return
            del self._endings[key]
