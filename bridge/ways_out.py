"""The ways out: which sinks are open, who opened them on what, and what they have to tell."""

from __future__ import annotations

import asyncio
import contextlib
import shlex
from collections.abc import Callable, Mapping
from typing import TypeAlias

import structlog

from bridge.files import MediaFolders
from bridge.net.targets import Targets
from bridge.patience import apart
from bridge.player import Player, StemPlaced
from bridge.sinks.base import Beat, Stats, Surroundings, check_options, find_sink
from bridge.transport import Transport
from engine.wire import (
    ForbiddenPath,
    LegatoError,
    OutOfRange,
    Parameter,
    UnknownParameter,
    UnknownSink,
    Value,
)

# Topic, address without the root, arguments: as the notifier takes them.
Publish: TypeAlias = Callable[..., None]
Row: TypeAlias = tuple[str | int | float, ...]

GAIN = Parameter("gain", "float", 1.0, 0.0, 4.0, text="a factor on the samples")
STEMS = Parameter("stems", "int", 0, 0, 32, text="stems on channels of their own; 0: the mix")
_LARGEST = 0x7FFF_FFFF  # OSC's int32.
_WATCH_SECONDS = 0.1


class WaysOut:
    """Opens, changes and closes sinks; lives on the event loop."""

    def __init__(
        self,
        player: Player,
        media: MediaFolders,
        targets: Targets,
        publish: Publish,
        beat: Callable[[], Beat] = Beat,
    ) -> None:
        self.targets = targets
        self._player = player
        self._media = media
        self._publish = publish
        self._beat = beat
        self._kinds: dict[str, str] = {}
        self._paths: dict[str, str] = {}
        self._files: dict[str, tuple[str, str]] = {}
        self._changing = asyncio.Lock()
        self._opening = ""
        self._log = structlog.get_logger("legato.sinks")

    async def open(self, kind: str, name: str, given: Mapping[str, Value]) -> None:
        """Open a sink and give it the stream; one of the same name and kind gives way to it.

        Raises: LegatoError.
        """
        own = {key: value for key, value in given.items() if key not in (GAIN.name, STEMS.name)}
        gain = float(GAIN.checked(given.get(GAIN.name, GAIN.default)))
        stems = int(STEMS.checked(given.get(STEMS.name, STEMS.default)))
        options = check_options(kind, own)
        if options.get("path"):
            options["path"] = str(await asyncio.to_thread(self._place, kind, options))
        async with self._changing:
            other = self._kinds.get(name, kind)
            if other != kind:
                raise OutOfRange(
                    f"{name[:40]!r} is an open {other} sink; close it or choose another"
                )
            path = str(options.get("path", ""))
            self._check_unwritten(name, path)
            if name in self._kinds:
                await self._detach(name)
            self._paths[name] = path
            await self._attach(kind, name, options, gain, stems)

    def _check_unwritten(self, name: str, path: str) -> None:
        """Raises: ForbiddenPath where another sink writes there: two in one file destroy both."""
        for other, taken in self._paths.items():
            if path and taken == path and other != name:
                raise ForbiddenPath(
                    f"sink {other[:40]!r} writes to that path: close it or choose another name"
                )

    def _place(self, kind: str, options: Mapping[str, Value]) -> str:
        overwrite = bool(options.get("overwrite"))
        suffix = find_sink(kind).suffix
        return str(self._media.place(str(options["path"]), overwrite=overwrite, suffix=suffix))

    async def _attach(
        self, kind: str, name: str, options: Mapping[str, Value], gain: float, stems: int
    ) -> None:
        loop, stream = asyncio.get_running_loop(), self._player.stream

        def told(sink: str, path: str, text: str) -> None:
            with contextlib.suppress(RuntimeError):  # The loop has ended, nobody listens.
                loop.call_soon_threadsafe(self._told, sink, path, text)

        sink = find_sink(kind)(Surroundings(self.targets, self._beat, told))
        channels = stream.channels * (stems or 1)
        self._kinds[name] = kind  # What it tells while it opens is kept, too.
        self._opening = name
        try:
            await apart(lambda: sink.open(name, options, stream.rate_hz, channels))
            self._player.attach(name, sink, gain, stems)
        except BaseException:
            self._forget(name)
            await apart(sink.close)
            raise
        finally:
            self._opening = ""

    async def open_configured(self, text: str) -> None:
        """Open a sink of the configuration: `kind`, `kind:name`, `kind:name port=6980 ...`."""
        kind, name, options = read_configured(text)
        try:
            await self.open(kind, name, options)
        except LegatoError as error:
            self._log.warning("sink not opened", sink=name, code=error.code, reason=str(error))

    async def close(self, name: str) -> None:
        """Close a sink. Raises: UnknownSink."""
        async with self._changing:
            if name not in self._kinds:
                raise UnknownSink(
                    f"no sink {name[:40]!r} is open; /legato/sinks lists the open ones"
                )
            await self._detach(name)

    async def _detach(self, name: str) -> None:
        with contextlib.suppress(KeyError):  # It failed meanwhile, and was let go of.
            await self._player.detach(name)
        self._forget(name)

    def _forget(self, name: str) -> None:
        self._kinds.pop(name, None)
        self._paths.pop(name, None)
        self._files.pop(name, None)

    def change(self, name: str, options: Mapping[str, Value]) -> None:
        """Change an open sink's gain. Raises: UnknownSink, UnknownParameter, OutOfRange."""
        outlets = {outlet.name: outlet for outlet in self._player.outlets}
        if name not in outlets:
            raise UnknownSink(f"no sink {name[:40]!r} is open; /legato/sinks lists those that are")
        for option, value in options.items():
            if option != GAIN.name:
                raise UnknownParameter(f"{option[:40]!r} came; an open sink takes: {GAIN.name}")
            outlets[name].gain = float(GAIN.checked(value))

    async def watch(self) -> None:
        """Tell whenever a sink's state or its reserve becomes another, until cancelled."""
        said: dict[str, tuple[str, float]] = {}
        while True:
            stats = {outlet.name: outlet.sink.stats for outlet in self._player.outlets}
            now = {name: (s.state, s.live_seconds) for name, s in stats.items()}
            for name, (state, live_seconds) in now.items():
                before = said.get(name, ("open", 0.0))
                if state != before[0]:
                    self._log.info("sink", sink=name, state=state)
                    self._publish("sinks", "/sink/state", name, state)
                if live_seconds != before[1]:
                    self._log.info("sink", sink=name, live_seconds=round(live_seconds, 4))
                    self._publish("sinks", "/sink/live", name, float(live_seconds))
            said = now
            await asyncio.sleep(_WATCH_SECONDS)

    def failed(self, name: str, text: str) -> None:
        """Note that a sink could do no more and was let go of."""
        names = {self._opening, *(outlet.name for outlet in self._player.outlets)}
        if name not in names:  # Else it is opened anew since.
            self._forget(name)
        self._log.warning("sink failed", sink=name, reason=text)
        self._publish("sinks", "/sink/failed", name, text)

    def placed(self, event: StemPlaced) -> None:
        """Tell on which stem of a sink a job, or a stem of one, begins to sound."""
        take, _, stem = event.key.partition("/")
        if event.shared:
            self._log.warning("stems share a place", sink=event.sink, take=take, stem=stem)
        shared = int(event.shared)
        self._publish("sinks", "/sink/stem", event.sink, event.place + 1, take, stem, shared)

    def _told(self, name: str, path: str, text: str) -> None:
        if name in self._kinds:
            self._files[name] = (path, text)
        self._publish("sinks", "/sink/file", name, path, text)

    def rows(self) -> list[Row]:
        """Return what `/legato/sinks` tells: name, kind, state, rate, gain, then the counters."""
        return [
            (
                outlet.name,
                self._kinds.get(outlet.name, ""),
                outlet.sink.stats.state,
                outlet.sink.rate_hz,
                outlet.gain,
                outlet.sink.stats.underruns,
                outlet.sink.channels,
                *(min(count, _LARGEST) for count in _counts(outlet.sink.stats)),
            )
            for outlet in self._player.outlets
        ]

    def file(self, name: str) -> tuple[str, str]:
        """Return the path of the file a sink told of last, and what is in it; empty without one.

        Raises: UnknownSink.
        """
        if name not in self._kinds:
            raise UnknownSink(f"no sink {name[:40]!r} is open; /legato/sinks lists those that are")
        return self._files.get(name, ("", ""))


def read_configured(text: str) -> tuple[str, str, dict[str, Value]]:
    """Return kind, name and options of a configured sink such as `rtp:desk port=5006`."""
    head, *pairs = shlex.split(text)
    kind, _, name = head.partition(":")
    options = {key: _value(value) for key, _, value in (pair.partition("=") for pair in pairs)}
    return kind, name or kind, options


def _value(text: str) -> Value:
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            return kind(text)
    return text


def _counts(stats: Stats) -> tuple[int, int, int, int]:
    return stats.frames, stats.late_frames, stats.lost_frames, stats.xruns


def beat_of(transport: Transport) -> Beat:
    """Return a transport's tempo and time signature."""
    tempo = round(transport.tempo_bpm, 3)  # One that is measured has no end of digits.
    return Beat(tempo, transport.numerator, transport.denominator)
