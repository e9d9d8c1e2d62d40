"""What each OSC command does: from a checked call to the bridge, and the answer back."""

from __future__ import annotations

import asyncio
import contextlib
import platform
from collections.abc import Callable, Coroutine, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import msgspec
import structlog

from bridge.events import Broken, Event, Finished, Heard, Progressed, Queued, Stopped
from bridge.midi.file import require_notes
from bridge.midi.notation import read_any
from bridge.osc.calls import Call
from bridge.osc.codec import Sendable
from bridge.requests import Ask, Ticket
from bridge.take import Take
from bridge.version import version
from engine.wire import NotFound, Operation, Request, Value, error_of

if TYPE_CHECKING:
    from bridge.app import Bridge

Answer: TypeAlias = Callable[[Call], None]
Key: TypeAlias = tuple[object, int]
Work: TypeAlias = Callable[[Call], Coroutine[Any, Any, None]]

DEFAULT_LISTED = 100


class Commands:
    """Carries calls out; those that must wait run as tasks of their own."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._tasks: set[asyncio.Task[None]] = set()
        self._tickets: dict[Key, Ticket | None] = {}
        self._doomed: set[Key] = set()
        self._log = structlog.get_logger("legato.commands")
        self.answers: Mapping[str, Answer] = {
            "/ping": self._ping,
            "/version": self._version,
            "/status": self._status,
            "/models": self._models,
            "/sinks": self._sinks,
        }
        self.works: Mapping[str, Work] = {
            "/model/load": self._load,
            "/model/unload": self._unload,
            "/generate": self._make,
            "/continue": self._make,
            "/inpaint": self._make,
            "/vary": self._make,
            "/interpolate": self._make,
            "/render": self._render,
            "/cancel": self._cancel,
            "/sink/open": self._open_sink,
            "/sink/close": self._close_sink,
            "/sink/set": self._set_sink,
            "/take/list": self._list_takes,
            "/take/info": self._take_info,
            "/take/branch": self._branch_take,
            "/take/export": self._export_take,
            "/take/pin": self._pin_take,
        }

    def __call__(self, call: Call) -> None:
        """Carry out a call: answer at once, or set a task to it."""
        address = call.command.address
        if address in self.answers:
            self.answers[address](call)
            return
        task = asyncio.get_running_loop().create_task(self._guarded(self.works[address], call))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Work, call: Call) -> None:
        with call.guard():
            await work(call)

    def _ping(self, call: Call) -> None:
        call.answer(version())

    def _version(self, call: Call) -> None:
        call.answer(version(), platform.python_version(), self._bridge.device)

    def _status(self, call: Call) -> None:
        call.answer(*self._bridge.status())

    def _models(self, call: Call) -> None:
        call.answer_rows(
            [
                (
                    spec.name,
                    spec.rate_hz,
                    spec.channels,
                    " ".join(spec.operations),
                    " ".join(f"{p.name}={p.default}" for p in spec.parameters),
                    spec.licence,
                    spec.text,
                )
                for spec in self._bridge.requests.models.values()
            ]
        )

    def _sinks(self, call: Call) -> None:
        call.answer_rows(
            [
                (
                    outlet.name,
                    self._bridge.kinds.get(outlet.name, ""),
                    "open",
                    outlet.sink.rate_hz,
                    outlet.gain,
                    outlet.sink.stats.underruns,
                )
                for outlet in self._bridge.player.outlets
            ]
        )

    async def _load(self, call: Call) -> None:
        call.accepted(0, 0.0)
        name = str(call.arguments["name"])
        call.done_with(name, await self._bridge.load(name))

    async def _unload(self, call: Call) -> None:
        call.accepted(0, 0.0)
        name = str(call.arguments["name"])
        await self._bridge.unload(name)
        call.done_with(name)

    async def _make(self, call: Call) -> None:
        """Ask for audio by an operation whose every argument the model itself declares."""
        with self._cancellable(call):
            await self._carry_out(call, self._made(call))

    def _made(self, call: Call) -> Ask:
        options = dict(call.parameters)
        model = str(options.pop("model", self._bridge.config.model))
        seed = int(options.pop("seed", self._bridge.config.seed))
        plays = bool(options.pop("play", 1))
        operation = cast(Operation, call.command.address.removeprefix("/"))
        request = Request(operation, model, seed, call.arguments | options)
        client = str(call.peer.identity)
        title = str(options.get("prompt", operation))
        return Ask(request, title, b"", client, call.id, plays)

    async def _render(self, call: Call) -> None:
        options = dict(call.parameters)
        with self._cancellable(call):
            data, title = await self._score_bytes(call.arguments["score"])
            start = int(options.pop("from_window", 0))
            parent = await self._parent(data, start, str(options.pop("take", "")), options)
            ask = await asyncio.to_thread(self._ask, call, data, title, options, start, parent)
            await self._carry_out(call, ask)

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
        read = read_any(title, data)
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
        client = str(call.peer.identity)
        return Ask(request, score.title or title, data, client, call.id, plays, parent)

    async def _carry_out(self, call: Call, ask: Ask) -> None:
        ticket = await self._bridge.requests.ask(ask)
        self._tickets[_key(call)] = ticket
        if _key(call) in self._doomed:
            await self._bridge.requests.cancel(ticket.take.id)
        async for event in ticket.events():
            self._tell(call, event)
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
            case Queued():
                call.accepted(event.position, event.eta_seconds)
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

    async def _open_sink(self, call: Call) -> None:
        kind, name = str(call.arguments["kind"]), str(call.arguments["name"])
        options = dict(call.parameters)
        if "path" in options:
            place = self._bridge.media.place
            options["path"] = str(await asyncio.to_thread(place, str(options["path"])))
        call.accepted(0, 0.0)
        await self._bridge.open_sink(kind, name, options)
        call.done_with(name)

    async def _close_sink(self, call: Call) -> None:
        name = str(call.arguments["name"])
        call.accepted(0, 0.0)
        await self._bridge.close_sink(name)
        call.done_with(name)

    async def _set_sink(self, call: Call) -> None:
        name = str(call.arguments["name"])
        call.accepted(0, 0.0)
        self._bridge.set_sink(name, call.parameters)
        call.done_with(name)

    async def _list_takes(self, call: Call) -> None:
        limit = int(call.parameters.get("limit", DEFAULT_LISTED))
        offset = int(call.parameters.get("offset", 0))

        def rows() -> list[tuple[Sendable, ...]]:
            takes = self._bridge.takes.all()[::-1][offset : offset + limit]
            infos = [take.info() for take in takes]
            return [(i.id, i.state, i.operation, i.model, i.seconds, i.title) for i in infos]

        call.answer_rows(await self._bridge.requests.on_files(rows))

    async def _take_info(self, call: Call) -> None:
        def rows() -> list[tuple[Sendable, ...]]:
            take = self._take(call)
            fields = msgspec.to_builtins(take.info()) | {"path": str(take.audio_path)}
            outcome = msgspec.to_builtins(take.outcome) if take.outcome else {}
            fields |= {name: outcome[name] for name in ("code", "text") if outcome.get(name)}
            return [(name, int(v) if isinstance(v, bool) else v) for name, v in fields.items()]

        call.answer_rows(await self._bridge.requests.on_files(rows))

    async def _branch_take(self, call: Call) -> None:
        call.accepted(0, 0.0)
        window = int(call.arguments["window"])
        branch = await self._bridge.requests.on_files(
            lambda: self._bridge.takes.branch(self._take(call), window)
        )
        call.done_with(branch.id)

    async def _export_take(self, call: Call) -> None:
        call.accepted(0, 0.0)

        def export() -> Path:
            path = self._bridge.media.place(str(call.arguments["path"]))
            self._take(call).export(path)
            return path

        call.done_with(str(await self._bridge.requests.on_files(export)))

    async def _pin_take(self, call: Call) -> None:
        call.accepted(0, 0.0)
        pinned = bool(call.arguments.get("pinned", True))

        def pin() -> str:
            take = self._take(call)
            take.pinned = pinned
            return take.id

        call.done_with(await self._bridge.requests.on_files(pin), int(pinned))

    def _take(self, call: Call) -> Take:
        return self._bridge.takes.open(str(call.arguments["take"]))


def _key(call: Call) -> Key:
    return (call.peer.identity, call.id)
