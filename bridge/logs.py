"""The log: console or JSON lines on stderr, and JSON lines in a file where one is named.

Modules write with `structlog.get_logger("legato.part")`, whose keywords become the line's fields,
or with `logging.getLogger`, whose `extra` does; `job_bound` adds the job to all that is logged
inside it. Lines leave through a thread of their own behind a bounded queue, so a terminal that
does not read stops nothing.
"""

from __future__ import annotations

import copy
import logging
import queue
import sys
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

from engine.wire import StartFailed

if TYPE_CHECKING:
    from bridge.config import Config

INTERVAL_SECONDS = 1.0
MAX_KEYS = 256
MAX_WAITING_LINES = 1_000
MAX_FIELD_CHARACTERS = 1_000
FILE_BYTES = 10_000_000
FILES_KEPT = 3
SECRET_WORDS = ("token", "secret", "password", "authorization")

_TAKEN_NAMES = frozenset(logging.makeLogRecord({}).__dict__) - {"exc_info", "stack_info"} | {
    "message",
    "asctime",
}
_JOB: ContextVar[str] = ContextVar("job", default="")


@contextmanager
def job_bound(job: str) -> Iterator[None]:
    """Add `job` to every line logged inside, in this task or thread alone."""
    token = _JOB.set(job)
    try:
        yield
    finally:
        _JOB.reset(token)


class Logs:
    """Where the log goes while the `with` block runs; what was there before comes back."""

    def __init__(self, config: Config, stream: TextIO | None = None) -> None:
        """Log as `config` says, to `stream` (default: stderr). Raises: StartFailed."""
        self._root = logging.getLogger()
        self._legato = logging.getLogger("legato")
        self._before = (self._root.level, self._legato.level)
        self._level = config.log_level.upper()
        secrets = tuple(secret for secret in (config.token, config.engine_token) if secret)
        handlers: list[logging.Handler] = [_Stream(stream or sys.stderr)]
        handlers[0].setFormatter(_formatter(config.log_format, secrets, stream or sys.stderr))
        if config.log_file is not None:
            handlers.append(_file_handler(config.log_file))
            handlers[1].setFormatter(_formatter("json", secrets, None))
        lines: queue.Queue[object] = queue.Queue(MAX_WAITING_LINES)
        self._handlers = handlers
        self._front = _Front(lines)
        self._front.addFilter(Limit())
        self._listener = QueueListener(lines, *handlers)

    def __enter__(self) -> Logs:
        """Start logging."""
        _join_structlog()
        self._legato.setLevel(self._level)
        self._root.setLevel(logging.WARNING)  # Other people's libraries only speak up.
        self._root.addHandler(self._front)
        self._listener.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Write what waits, and put back what was there."""
        import structlog

        structlog.reset_defaults()
        self._root.removeHandler(self._front)
        self._root.setLevel(self._before[0])
        self._legato.setLevel(self._before[1])
        self._listener.stop()
        for handler in self._handlers:
            handler.close()


@dataclass
class _Seen:
    at_seconds: float
    suppressed: int = 0


class Limit(logging.Filter):
    """Lets one line a second through for each event, peer and job, counting the others.

    The event is the text before its arguments are filled in. What was suppressed is told by
    the next line that passes. A flood of made-up peers shares one allowance.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Read the time from `clock`, in seconds."""
        super().__init__()
        self._clock = clock
        self._seen: OrderedDict[tuple[str, ...], _Seen] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether the line passes; `record.suppressed` then counts those before it."""
        now = self._clock()
        key = self._key(record, now)
        seen = self._seen.get(key)
        if seen is not None and now - seen.at_seconds < INTERVAL_SECONDS:
            seen.suppressed += 1
            return False
        if seen is not None and seen.suppressed:
            record.suppressed = seen.suppressed
        self._seen[key] = _Seen(now)
        self._seen.move_to_end(key)
        return True

    def _key(self, record: logging.LogRecord, now: float) -> tuple[str, ...]:
        event = f"{record.name}:{record.msg}"
        key = (event, str(getattr(record, "peer", "")), _job_of(record))
        while self._seen and len(self._seen) > MAX_KEYS:
            oldest = next(iter(self._seen))
            if now - self._seen[oldest].at_seconds < INTERVAL_SECONDS:
                return key if key in self._seen else (event,)
            del self._seen[oldest]
        return key


class _Front(QueueHandler):
    """Takes a line where it is logged; drops it where the queue is full."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """Fill in what only this thread and task know."""
        record = copy.copy(record)
        record.job = "" if hasattr(record, "take") else _job_of(record)
        record.msg = record.getMessage()
        record.args = None
        return record

    def handleError(self, record: logging.LogRecord) -> None:
        """Drop the line: a full queue means that nobody reads."""


class _Stream(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:
        """Drop the line: a closed terminal must not end a server."""


class _File(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:
        """Drop the line: a full disk must not end a server; later lines try again."""


def _join_structlog() -> None:
    """Send what is logged by structlog the way of what is logged by logging."""
    import structlog

    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            _without_taken_names,
            structlog.stdlib.render_to_log_kwargs,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def _without_taken_names(_: object, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Rename fields that a LogRecord has already, which logging would refuse."""
    return {f"{key}_" if key in _TAKEN_NAMES else key: value for key, value in event.items()}


def _file_handler(path: Path) -> logging.Handler:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _File(path, maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise StartFailed(f"log_file {path} cannot be written: {reason}") from None


def _formatter(style: str, secrets: tuple[str, ...], stream: TextIO | None) -> logging.Formatter:
    import structlog

    def clean(_: object, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        return {key: _clean(key, value, secrets) for key, value in event.items()}

    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _without_noise,
        clean,
    ]
    renderer: structlog.typing.Processor
    if style == "json":
        renderer = structlog.processors.JSONRenderer()
    else:
        colours = stream is not None and stream.isatty()
        renderer = structlog.dev.ConsoleRenderer(
            colors=colours, exception_formatter=structlog.dev.plain_traceback
        )
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return structlog.stdlib.ProcessorFormatter(
        processors=[remove, renderer], foreign_pre_chain=shared
    )


def _without_noise(_: object, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Drop an empty job, and what another handler's formatter left on the record."""
    return {
        key: value
        for key, value in event.items()
        if key not in ("message", "asctime") and (key != "job" or value)
    }


def _clean(key: str, value: object, secrets: tuple[str, ...]) -> object:
    """Mask secrets, and escape what would move a terminal's cursor or forge a line."""
    if key.startswith("_"):  # structlog's own
        return value
    if any(word in key.lower() for word in SECRET_WORDS):
        return "***"
    if isinstance(value, (int, float, bool)) or value is None:
        return value
    text = str(value)
    for secret in secrets:
        text = text.replace(secret, "***")
    if key == "exception":
        return text
    short = text[:MAX_FIELD_CHARACTERS]
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in short)


def _job_of(record: logging.LogRecord) -> str:
    return str(getattr(record, "job", "")) or str(getattr(record, "take", "")) or _JOB.get()
