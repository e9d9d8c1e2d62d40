"""The door between the two rooms: every message, how it is framed, and what may go wrong.

Both rooms import this file and nothing else of each other; errors.py draws the errors, score.py
the score.
"""

from __future__ import annotations

import struct
from typing import TypeVar

import msgspec

from engine.composing import instruments
from engine.errors import BadAudio as BadAudio
from engine.errors import BadFrame as BadFrame
from engine.errors import BadScore as BadScore
from engine.errors import EngineLost as EngineLost
from engine.errors import ForbiddenPath as ForbiddenPath
from engine.errors import JobCancelled as JobCancelled
from engine.errors import LegatoError as LegatoError
from engine.errors import ModelFailed as ModelFailed
from engine.errors import NotFound as NotFound
from engine.errors import OutOfMemory as OutOfMemory
from engine.errors import OutOfRange as OutOfRange
from engine.errors import QueueFull as QueueFull
from engine.errors import RequestError as RequestError
from engine.errors import StartFailed as StartFailed
from engine.errors import StorageFailed as StorageFailed
from engine.errors import TooLarge as TooLarge
from engine.errors import TooLate as TooLate
from engine.errors import Unauthorized as Unauthorized
from engine.errors import UnknownAddress as UnknownAddress
from engine.errors import UnknownModel as UnknownModel
from engine.errors import UnknownParameter as UnknownParameter
from engine.errors import UnknownSink as UnknownSink
from engine.errors import Unsupported as Unsupported
from engine.errors import WrongTypes as WrongTypes
from engine.errors import error_of as error_of
from engine.parameters import DRAFT as DRAFT
from engine.parameters import Operation as Operation
from engine.parameters import Parameter as Parameter
from engine.parameters import Value as Value
from engine.score import CHANNEL_PRESSURE as CHANNEL_PRESSURE
from engine.score import Bend as Bend
from engine.score import Control as Control
from engine.score import Metre as Metre
from engine.score import MidiEvent as MidiEvent
from engine.score import Note as Note
from engine.score import Score as Score
from engine.score import Tempo as Tempo

T = TypeVar("T")

# General MIDI's names, everyday ones, and kits: what both rooms call an instrument.
INSTRUMENTS, DRUM_KITS = instruments.NAMES, instruments.KITS
instrument_words = instruments.words_of

WIRE_VERSION = 8
LONG_CHUNK_SECONDS = 0.25  # From so long on a live job's chunk is a window, and none may be late.
MAX_HEADER_BYTES = 64 << 20  # Room for the most moves that a score may have, 13 bytes each.
MAX_PAYLOAD_BYTES = 512 << 20
MAX_HELLO_BYTES = 4 << 10

Bytes = bytes | memoryview


class ModelSpec(msgspec.Struct, frozen=True):
    """What a model is and can do; `window_frames` and `context_frames` are sample frames.

    `by_score` are the operations for which a source may be a score alone, without samples.
    """

    name: str
    rate_hz: int
    channels: int
    window_frames: int
    context_frames: int
    operations: tuple[Operation, ...]
    parameters: tuple[Parameter, ...] = ()
    licence: str = ""
    text: str = ""
    by_score: tuple[Operation, ...] = ()

    def filled(self, request: Request) -> Request:
        """Return a request with every parameter checked, and filled in where none came.

        Raises: UnknownParameter, WrongTypes, OutOfRange.
        """
        mine = [one for one in self.parameters if one.belongs_to(request.operation)]
        kinds = {parameter.name: parameter for parameter in mine}
        values = {name: parameter.default for name, parameter in kinds.items()}
        for name, value in request.parameters.items():
            if name not in kinds:
                known = ", ".join(kinds) or "none"
                raise UnknownParameter(
                    f"{self.name} has no parameter {name[:40]!r} to {request.operation} by; "
                    f"it has: {known}"
                )
            values[name] = kinds[name].checked(value)
        if values.get(DRAFT.name):
            values |= {one.name: one.drafted for one in mine if one.drafted is not None} | {
                name: values[name] for name in request.parameters
            }
        return msgspec.structs.replace(request, parameters=values)


class Request(msgspec.Struct, frozen=True):
    """What to make: an operation on a model, with every parameter filled in.

    `score` is what is to be rendered. `from_window` > 0 renders again from that window on, out
    of the context of the window before it. `source_frames` are the lengths of the audio to work
    on, one a source, at the model's own rate and channels, 0 for a score alone; `source_scores`
    what each of them follows, where that is known. Context and sources travel in the frame's
    payload.
    """

    operation: Operation
    model: str
    seed: int = 0
    parameters: dict[str, Value] = {}
    score: Score | None = None
    from_window: int = 0
    source_frames: tuple[int, ...] = ()
    source_scores: tuple[Score | None, ...] = ()

    def source_score(self, number: int = 0) -> Score | None:
        """Return what a source follows, None where nobody knows."""
        return self.source_scores[number] if number < len(self.source_scores) else None


class ToEngine(msgspec.Struct, frozen=True):
    """A message from the bridge to the engine."""


class Hello(ToEngine, tag="hello", frozen=True):
    """Opens a connection; nothing else is read before its token was right."""

    token: str
    version: int = WIRE_VERSION


class Submit(ToEngine, tag="submit", frozen=True):
    """Asks for a job; the payload is `context_bytes` of context, then the sources' samples.

    Each source is `[frames, channels] float32` little-endian, of the model's channels.
    """

    job: str
    request: Request
    context_bytes: int = 0
    source_bytes: int = 0


class Play(ToEngine, tag="play", frozen=True):
    """Asks for the next chunk of a live job: `events` were played while it passed.

    Chunks are numbered from 0 and asked for one by one, as their time is over; so the job's
    clock is its listener's. With `last` the job is done after this chunk. In `left_seconds` after
    this is sent nothing is left to be heard, where that is known.
    """

    job: str
    chunk: int
    events: tuple[MidiEvent, ...] = ()
    last: bool = False
    left_seconds: float | None = None


class Cancel(ToEngine, tag="cancel", frozen=True):
    """Asks that a job end within one denoising step."""

    job: str


class Load(ToEngine, tag="load", frozen=True):
    """Asks that a model be loaded ahead of its first job."""

    model: str


class Unload(ToEngine, tag="unload", frozen=True):
    """Asks that a model's weights be let go."""

    model: str


class Ping(ToEngine, tag="ping", frozen=True):
    """Asks for a `Pong` with the same sequence; answered off the GPU thread."""

    sequence: int


class Shutdown(ToEngine, tag="shutdown", frozen=True):
    """Asks the engine to cancel what runs and leave."""


class ToBridge(msgspec.Struct, frozen=True):
    """A message from the engine to the bridge."""


class Welcome(ToBridge, tag="welcome", frozen=True):
    """Answers `Hello`: who the engine is and which models it has.

    `refused` are checkpoints that are there and cannot be used, each with the reason.
    """

    device: str
    pid: int
    models: tuple[ModelSpec, ...]
    version: int = WIRE_VERSION
    refused: dict[str, str] = {}


class Catalogue(ToBridge, tag="catalogue", frozen=True):
    """The models there are now, and the checkpoints that cannot be used, each with the reason."""

    models: tuple[ModelSpec, ...]
    refused: dict[str, str] = {}


class Accepted(ToBridge, tag="accepted", frozen=True):
    """A job was planned: `frames` sample frames in `windows` windows, from `first_window` on.

    A live job has no windows yet: it is played in chunks of `chunk_frames`. `stems` names those
    that come with every chunk. `score` is what the model composed, where it did.
    """

    job: str
    windows: int
    frames: int
    rate_hz: int
    channels: int
    first_window: int = 0
    chunk_frames: int = 0
    stems: tuple[str, ...] = ()
    score: Score | None = None


class Progress(ToBridge, tag="progress", frozen=True):
    """How far a job is, 0 to 1 over all its windows; `stage` "load" while its model is loaded.

    An engine that loads may be silent for a while. With an empty `job` a `Load` began.
    """

    job: str
    window: int
    fraction: float
    stage: str = "render"


class Chunk(ToBridge, tag="chunk", frozen=True):
    """A window's audio, the context after it, and its stems and picture where there are some.

    The payload is `[frames, channels] float32` little-endian samples, then `context_bytes`
    bytes of context, then `stems` times as many samples as the first, stem after stem, then an
    image of `image_height` rows of `image_width` uint8.
    """

    job: str
    window: int
    windows: int
    first_frame: int
    frames: int
    channels: int
    rate_hz: int
    context_bytes: int
    compute_seconds: float
    image_height: int = 0
    image_width: int = 0
    stems: int = 0


class Effort(ToBridge, tag="effort", frozen=True):
    """A live job gives this effort from this chunk on; `behind_seconds` says why it is less."""

    job: str
    chunk: int
    effort: str
    behind_seconds: float


class Done(ToBridge, tag="done", frozen=True):
    """The job ended well after `frames` sample frames in all."""

    job: str
    frames: int


class Failed(ToBridge, tag="failed", frozen=True):
    """The job (or, with an empty `job`, the last load or unload) ended with an error."""

    job: str
    code: str
    text: str


class Cancelled(ToBridge, tag="cancelled", frozen=True):
    """The job ended because it was cancelled."""

    job: str


class Loaded(ToBridge, tag="loaded", frozen=True):
    """A model's weights are in memory (or, with `resident` false, no longer)."""

    model: str
    resident: bool
    seconds: float


class Pong(ToBridge, tag="pong", frozen=True):
    """Answers `Ping`; `stalled_seconds` is the time since a busy engine last made progress."""

    sequence: int
    jobs: int
    stalled_seconds: float
    resident: tuple[str, ...] = ()


AnyToEngine = Hello | Submit | Play | Cancel | Load | Unload | Ping | Shutdown
AnyToBridge = (
    Welcome
    | Catalogue
    | Accepted
    | Progress
    | Chunk
    | Effort
    | Done
    | Failed
    | Cancelled
    | Loaded
    | Pong
)

LENGTHS = struct.Struct("<II")
_TO_ENGINE: msgspec.msgpack.Decoder[AnyToEngine] = msgspec.msgpack.Decoder(AnyToEngine)
_TO_BRIDGE: msgspec.msgpack.Decoder[AnyToBridge] = msgspec.msgpack.Decoder(AnyToBridge)


def frame(message: ToEngine | ToBridge, payload: Bytes = b"") -> tuple[bytes, Bytes]:
    """Return a message's frame in two parts to be written in order: nothing is copied."""
    header, payload_bytes = msgspec.msgpack.encode(message), memoryview(payload).nbytes
    check_lengths(len(header), payload_bytes)
    return LENGTHS.pack(len(header), payload_bytes) + header, payload


def check_lengths(header_bytes: int, payload_bytes: int, cap_bytes: int = MAX_HEADER_BYTES) -> None:
    """Refuse declared lengths beyond the caps, before anything is allocated. Raises: BadFrame."""
    if header_bytes > cap_bytes or payload_bytes > MAX_PAYLOAD_BYTES:
        raise BadFrame(
            f"a frame of {header_bytes} header and {payload_bytes} payload bytes came; at most "
            f"{cap_bytes} and {MAX_PAYLOAD_BYTES} are allowed: is the peer a Legato room?"
        )


def decode_to_engine(header: Bytes) -> AnyToEngine:
    """Read a header sent to the engine. Raises: BadFrame."""
    return _decode(_TO_ENGINE, header)


def decode_to_bridge(header: Bytes) -> AnyToBridge:
    """Read a header sent to the bridge. Raises: BadFrame."""
    return _decode(_TO_BRIDGE, header)


def _decode(decoder: msgspec.msgpack.Decoder[T], header: Bytes) -> T:
    try:
        return decoder.decode(header)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise BadFrame(f"a frame that is no Legato message came: {error}") from None
