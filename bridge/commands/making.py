"""Making audio: from a checked call to a request, and its events back as answers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias, cast

import msgspec
import structlog

from bridge.commands.group import Answer, Work
from bridge.commands.placed import Place, place_of
from bridge.events import Broken, Ending, Event, Finished, Heard, Progressed, Queued, Stopped
from bridge.midi.file import ScoreFile, require_notes
from bridge.midi.notation import read_any
from bridge.osc.calls import Call
from bridge.take import Take
from bridge.ticket import Ask, Ticket
from engine.wire import LegatoError, NotFound, Operation, Request, Value, error_of

if TYPE_CHECKING:
    from bridge.app import Bridge

Key: TypeAlias = tuple[object, int]
SOURCES = ("source", "source_a", "source_b")
# Options of the call that are no parameters of the request.
OWN_OPTIONS = ("at", "takes")
# Scores that are kept as read, for who renders one again, and how large a file of one may be.
KEPT_SCORES, MOST_KEPT_BYTES = 8, 262_144


class Making:
    """Every command that makes audio, and `/cancel`."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._tickets: dict[Key, Ticket | None] = {}
        self._doomed: set[Key] = set()
        self._kept = lru_cache(KEPT_SCORES)(read_any)
        self._log = structlog.get_logger("legato.commands")
        self.answers: Mapping[str, Answer] = {}
        self.works: Mapping[str, Work] = {
            "/generate": self._make,
            "/continue": self._make,
            "/inpaint": self._make,
            "/vary": self._make,
            "/interpolate": self._make,
            "/render": self._render,
            "/cancel": self._cancel,
        }

    async def _make(self, call: Call) -> None:
        """Ask for audio by an operation whose every argument the model itself declares."""
        place = place_of(self._bridge, call)
        with self._cancellable(call):
            ask = await asyncio.to_thread(self._made, call)
            await self._carry_out(call, ask, place)

    def _made(self, call: Call) -> Ask:
        """Gather a call's parameters and the audio to work on; waits for files."""
        operation = cast(Operation, call.command.address.removeprefix("/"))
        options = self._options(call, operation)
        model = str(options.pop("model", self._bridge.config.model))
        seed = int(options.pop("seed", self._bridge.config.seed))
        plays = bool(options.pop("play", 1))
        self._bridge.requests.able(model, operation)  # Before files are read in vain.
        arguments = dict(call.arguments)
        names = [str(arguments.pop(key)) for key in SOURCES if key in arguments]
        sources = tuple(map(self._bridge.sources.read, names))
        request = Request(operation, model, seed, arguments | options)
        client = str(call.peer.identity)
        title = str(options.get("prompt", "") or operation)
        return Ask(request, title, b"", client, call.id, plays, sources=sources)

    async def _render(self, call: Call) -> None:
        # A take that is rendered again keeps its own parameters.
        again = "from_window" in call.parameters
        options = dict(call.parameters) if again else self._options(call, "render")
        for name in OWN_OPTIONS:
            options.pop(name, None)
        place = place_of(self._bridge, call)
        with self._cancellable(call):
            data, title = await self._score_bytes(call.arguments["score"])
            start = int(options.pop("from_window", 0))
            parent = await self._parent(data, start, str(options.pop("take", "")), options)
            ask = await asyncio.to_thread(self._ask, call, data, title, options, start, parent)
            await self._carry_out(call, ask, place)

    def _options(self, call: Call, operation: Operation) -> dict[str, Value]:
        """Return a call's parameters, and those in force that it left out."""
        models, model = self._bridge.requests.models, self._bridge.config.model
        given = {k: value for k, value in call.parameters.items() if k not in OWN_OPTIONS}
        presets = self._bridge.control.presets
        return presets.completed(given, call.arguments, operation, models, model)

    async def _score_bytes(self, score: str | bytes) -> tuple[bytes, str]:
        if isinstance(score, bytes):
            return score, "score"
        path = self._bridge.media.find(score)
        return await asyncio.to_thread(path.read_bytes), path.name

    async def _parent(
        self, data: bytes, from_window: int, take_id: str, options: dict[str, Value]
    ) -> Take | None:
        """Return the take to render again from a window of: the named one, or the latest alike."""
        if not from_window:
            return None
        takes = self._bridge.takes
        on_files = self._bridge.requests.on_files
        if take_id:
            return await on_files(takes.open, take_id)
        model = str(options.get("model", self._bridge.config.model))

        def alike(take: Take) -> bool:
            source = take.folder / "source.mid"
            request = take.record.request
            same = request.operation == "render" and request.model == model
            enough = take.next_window >= from_window
            return same and enough and source.exists() and source.read_bytes() == data

        found = await on_files(lambda: next(filter(alike, reversed(takes.all())), None))
        if found is None:
            raise NotFound(
                f"no take of this score holds window {from_window - 1} to go on from; "
                "render it from the start first, or name one with take"
            )
        return found

    def _ask(
        self,
        call: Call,
        data: bytes,
        title: str,
        options: dict[str, Value],
        from_window: int,
        parent: Take | None,
    ) -> Ask:
        """Read the score and fill in what the call left out; works on files, off the loop."""
        read = self._read(title, data)
        require_notes(score := read.score)
        if read.warnings:
            self._log.info("score read leniently", title=title, warnings=list(read.warnings))
        before = parent.record.request if parent else None
        inherited = dict(before.parameters) if before else {}
        request = Request(
            operation="render",
            model=str(options.pop("model", before.model if before else self._bridge.config.model)),
            seed=int(options.pop("seed", before.seed if before else self._bridge.config.seed)),
            score=score,
            from_window=from_window,
            parameters={},
        )
        plays = bool(options.pop("play", 1))
        request = msgspec.structs.replace(request, parameters=inherited | options)
        client, title = str(call.peer.identity), score.title or title
        return Ask(request, title, data, client, call.id, plays, parent, warnings=read.warnings)

    def _read(self, title: str, data: bytes) -> ScoreFile:
        """Read a score, unless that was done lately. Raises: BadScore, TooLarge."""
        return (self._kept if len(data) <= MOST_KEPT_BYTES else read_any)(title, data)

    async def perform(self, call: Call, ask: Ask) -> None:
        """Carry out what is asked in another group, with the answers of every making command."""
        with self._cancellable(call):
            await self._carry_out(call, ask)

    def take_of(self, call: Call, target: str | int) -> str:
        """Return the take that a client's call, or a take's id, means. Raises: NotFound."""
        if isinstance(target, str):
            return target
        ticket = self._tickets.get((call.peer.identity, target))
        if ticket is None:
            raise NotFound(f"no call {target} of yours is making audio; name it, or its take")
        return ticket.take.id

    async def _carry_out(self, call: Call, ask: Ask, place: Place | None = None) -> None:
        ask = replace(ask, put_in_place=place.put if place else None)
        ticket = await self._bridge.requests.ask(ask)
        self._tickets[_key(call)] = ticket
        if _key(call) in self._doomed:
            await self._bridge.requests.cancel(ticket.take.id)
        others = await self._variations(ask, int(call.parameters.get("takes", 1)), ticket)
        async for event in ticket.events():
            if isinstance(event, Stopped):
                await self._cancel_all(others)
            if isinstance(event, Ending):
                await asyncio.gather(*(self._see_out(other) for other in others))
            if isinstance(event, Queued):
                call.accepted(event.position, _eta_seconds([ticket, *others], place))
                for k, other in enumerate(others, start=1):
                    call.variation(k, 1 + len(others), other.take.id)
            else:
                self._tell(call, event)
            self._publish(ticket, event)

    async def _variations(self, ask: Ask, takes: int, first: Ticket) -> list[Ticket]:
        """Ask for the call's other takes, from the seeds that follow; they are not played.

        Raises: LegatoError where one cannot be had; then none is.
        """
        tickets: list[Ticket] = []
        for k in range(1, takes):
            request = msgspec.structs.replace(ask.request, seed=ask.request.seed + k)
            other = replace(ask, request=request, plays=False, put_in_place=None)
            try:
                tickets.append(await self._bridge.requests.ask(other))
            except LegatoError:
                begun = [first, *tickets]
                await self._cancel_all(begun)
                await asyncio.gather(*map(self._see_out, begun))
                raise
        return tickets

    async def _cancel_all(self, tickets: list[Ticket]) -> None:
        for ticket in tickets:
            with contextlib.suppress(NotFound):  # It has ended meanwhile.
                await self._bridge.requests.cancel(ticket.take.id)

    async def _see_out(self, ticket: Ticket) -> None:
        async for event in ticket.events():
            self._publish(ticket, event)

    @contextlib.contextmanager
    def _cancellable(self, call: Call) -> Iterator[None]:
        """Know a call by its client and id from its first moment on, for `/cancel`."""
        self._tickets[_key(call)] = None
        try:
            yield
        finally:
            del self._tickets[_key(call)]
            self._doomed.discard(_key(call))

    def _tell(self, call: Call, event: Event) -> None:
        match event:
            case Progressed():
                call.progress(event.fraction, event.stage)
            case Heard():
                call.window(event.window, event.windows, event.start_seconds, event.end_seconds)
            case Finished():
                call.done(event.seconds, event.rate_hz, str(event.path))
            case Broken():
                call.fail(error_of(event.code, event.text))
            case Stopped():
                call.cancelled()

    def _publish(self, ticket: Ticket, event: Event) -> None:
        names = {Queued: "queued", Finished: "done", Broken: "failed", Stopped: "cancelled"}
        if name := names.get(type(event)):
            self._bridge.front.notifier.publish("jobs", "/job", ticket.take.id, name)

    async def _cancel(self, call: Call) -> None:
        target = call.arguments["target"]
        key = (call.peer.identity, target)
        if isinstance(target, str):
            await self._bridge.requests.cancel(target)
        elif key not in self._tickets:
            raise NotFound(f"your call {target} makes no audio that could be cancelled")
        elif ticket := self._tickets[key]:
            await self._bridge.requests.cancel(ticket.take.id)
        else:
            self._doomed.add(key)
        call.answer(target)


def _key(call: Call) -> Key:
    return (call.peer.identity, call.id)


def _eta_seconds(tickets: Sequence[Ticket], place: Place | None) -> float:
    """Return in how long the first is heard, in its place; all are done where none is played."""
    if tickets[0].plays:
        return max(tickets[0].eta_seconds, place.seconds_until() if place else 0.0)
    return max(ticket.eta_seconds for ticket in tickets)
