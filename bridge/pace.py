"""How quickly the engine renders, as measured, and so when a request is heard or done.

The engine renders the window of whoever has least audio ahead of a listener (engine/desk.py): a
new request's first window comes before the later ones of others, and then all go on side by
side. What was never measured is guessed: as slow as the sound itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bridge.client import Lost
from bridge.ticket import Ticket
from engine.wire import AnyToBridge, Chunk, Loaded, ModelSpec, Request

KEPT = 100.0  # times real time: what is so quick is no rendering, a source is kept
NEWEST = 0.2  # the weight of what was measured last
UNKNOWN_COST = 1.0
UNKNOWN_SECONDS = 30.0  # of a piece whose length its model decides


@dataclass(frozen=True)
class Work:
    """What is left of a request, in seconds of audio; `cost` is the time that one of them takes."""

    cost: float
    window_seconds: float
    left_seconds: float
    ahead_seconds: float | None  # of its listener; None before its first window

    @property
    def first_seconds(self) -> float:
        """How much its next window holds."""
        return min(self.window_seconds, self.left_seconds)

    def before_first(self) -> float:
        """Return how long it is rendered before a new request's first window."""
        return self.cost * self.first_seconds if self.ahead_seconds is None else 0.0

    def until_ahead(self, seconds: float) -> float:
        """Return how long it is rendered before another request is so far ahead."""
        audio_seconds = max(0.0, seconds - (self.ahead_seconds or 0.0))
        return self.cost * min(audio_seconds, self.left_seconds)


class Pace:
    """Measures every window, and tells from that how long others take."""

    def __init__(self) -> None:
        self.real_time_factor = 0.0
        self._costs: dict[object, float] = {}
        self._latest_cost_seconds = 0.0
        self._latest_came_seconds = float("-inf")
        self._resident: set[str] = set()
        self._load_seconds: dict[str, float] = {}

    def hear(self, message: AnyToBridge | Lost) -> None:
        """Learn which models' weights are in the engine's memory, and how long that takes."""
        match message:
            case Loaded(model, True, seconds):
                self._resident.add(model)
                # One that was there already took no time.
                self._load_seconds[model] = seconds or self._load_seconds.get(model, 0.0)
            case Loaded(model, False):
                self._resident.discard(model)
            case Lost():
                self._resident.clear()
            case _:
                pass

    def load_seconds(self, models: Iterable[str]) -> float:
        """Return how long it takes until the weights of all of them are in memory, as last time."""
        absent = set(models) - self._resident
        return sum(self._load_seconds.get(model, 0.0) for model in absent)

    def measure(self, request: Request, chunk: Chunk, now_seconds: float) -> None:
        """Learn from a window that has just come."""
        cost = max(chunk.compute_seconds, 1e-6) * chunk.rate_hz / chunk.frames
        self._latest_cost_seconds = chunk.compute_seconds
        self._latest_came_seconds = now_seconds
        if any(request.source_frames) and cost * KEPT < 1.0:
            return
        for key in (_kind(request), request.model):
            before = self._costs.get(key, cost)
            self._costs[key] = before + NEWEST * (cost - before)
        weight = NEWEST if self.real_time_factor else 1.0
        self.real_time_factor += weight * (1.0 / cost - self.real_time_factor)

    def eta_seconds(
        self,
        ticket: Ticket,
        others: Iterable[Ticket],
        models: Mapping[str, ModelSpec],
        now_seconds: float,
    ) -> float:
        """Return in how long a new request is heard, or done where it is not played."""
        if ticket.request.operation == "live":
            return self.load_seconds([ticket.request.model])
        others = [other for other in others if other.request.operation != "live"]
        mine = self._work(ticket, models, now_seconds)
        works = [self._work(other, models, now_seconds) for other in others]
        loading = self.load_seconds(one.request.model for one in (ticket, *others))
        if ticket.plays:
            before = sum(work.before_first() for work in works)
            own = mine.cost * mine.first_seconds
        else:
            before = sum(work.until_ahead(mine.left_seconds) for work in works)
            own = mine.cost * mine.left_seconds
        return loading + (self._under_way(now_seconds) if works else 0.0) + before + own

    def _under_way(self, now_seconds: float) -> float:
        """Return how long the window that is being rendered still takes."""
        passed_seconds = now_seconds - self._latest_came_seconds
        return max(0.0, self._latest_cost_seconds - passed_seconds)

    def _work(self, ticket: Ticket, models: Mapping[str, ModelSpec], now_seconds: float) -> Work:
        request, take = ticket.request, ticket.take
        spec = models.get(request.model)
        cost = self._costs.get(request.model, UNKNOWN_COST)
        cost = self._costs.get(_kind(request), cost)
        window_seconds = spec.window_frames / spec.rate_hz if spec else 0.0
        if take.plan is not None:
            whole_seconds = take.plan.frames / take.plan.rate_hz
        else:
            whole_seconds = _expected_seconds(request, spec.rate_hz if spec else 1)
        ahead_seconds = None
        if ticket.first_came_seconds is not None:
            ahead_seconds = take.seconds - (now_seconds - ticket.first_came_seconds)
        return Work(cost, window_seconds, max(0.0, whole_seconds - take.seconds), ahead_seconds)


def _kind(request: Request) -> object:
    """Return what requests that cost alike have in common."""
    return request.model, request.operation, request.parameters.get("steps")


def _expected_seconds(request: Request, rate_hz: int) -> float:
    """Guess how much audio a request makes that was not planned yet."""
    if request.score is not None:
        return request.score.duration_seconds
    asked = float(request.parameters.get("seconds", 0.0))
    scores = [score.duration_seconds for score in request.source_scores if score is not None]
    sources = max([*(frames / rate_hz for frames in request.source_frames), *scores], default=0.0)
    if request.operation in ("generate", "continue"):
        return asked or UNKNOWN_SECONDS
    return sources or UNKNOWN_SECONDS
