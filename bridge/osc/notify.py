"""Subscriptions: several clients at once, each for a lease that it renews."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass

from bridge.osc.codec import Sendable, encode
from bridge.osc.command import ROOT
from bridge.osc.peer import Peer
from engine.wire import QueueFull, TooLarge

LEASE_SECONDS = 60.0
MAX_SUBSCRIBERS = 64


@dataclass(frozen=True)
class _Subscription:
    peer: Peer
    topics: frozenset[str]
    ends_seconds: float


class Notifier:
    """Who wants to hear of what, until when."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._subscriptions: dict[Hashable, _Subscription] = {}

    def subscribe(self, peer: Peer, topics: Collection[str]) -> float:
        """Subscribe a client anew and return the seconds its lease lasts. Raises: QueueFull."""
        self._drop_ended()
        others = len(self._subscriptions.keys() - {peer.identity})
        if others >= MAX_SUBSCRIBERS:
            raise QueueFull(f"{others} clients are subscribed already; end another one's lease")
        ends_seconds = self._clock() + LEASE_SECONDS
        self._subscriptions[peer.identity] = _Subscription(peer, frozenset(topics), ends_seconds)
        return LEASE_SECONDS

    def unsubscribe(self, peer: Peer) -> None:
        """Stop telling a client anything."""
        self._subscriptions.pop(peer.identity, None)

    def publish(self, topic: str, address: str, *arguments: Sendable) -> None:
        """Send one message, its address without the root, to whoever subscribed to the topic."""
        self._drop_ended()
        wanting = [s.peer for s in self._subscriptions.values() if topic in s.topics]
        if not wanting:
            return
        packet = encode(ROOT + address, *arguments)
        for peer in wanting:
            try:
                peer.send_packet(packet)
            except TooLarge:
                self.unsubscribe(peer)

    def _drop_ended(self) -> None:
        now = self._clock()
        ended = [key for key, s in self._subscriptions.items() if s.ends_seconds <= now]
        for key in ended:
            del self._subscriptions[key]
