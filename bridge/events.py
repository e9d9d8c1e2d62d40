"""What happens to a request, from its acceptance to its one ending."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True)
class Queued:
    """The request is a take now; `position` requests go before it."""

    take_id: str
    position: int
    eta_seconds: float


@dataclass(frozen=True)
class Progressed:
    """How far the request is, 0 to 1."""

    fraction: float
    stage: str


@dataclass(frozen=True)
class Heard:
    """A window can be heard: it is stored in the take, and on the stream if it plays."""

    window: int
    windows: int
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True)
class Finished:
    """The request ended well; `path` is the take's WAV."""

    take_id: str
    seconds: float
    rate_hz: int
    path: Path


@dataclass(frozen=True)
class Broken:
    """The request ended with an error."""

    code: str
    text: str


@dataclass(frozen=True)
class Stopped:
    """The request ended because it was cancelled."""


Event: TypeAlias = Queued | Progressed | Heard | Finished | Broken | Stopped
Ending: TypeAlias = Finished | Broken | Stopped
