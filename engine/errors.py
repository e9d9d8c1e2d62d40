"""The error tree of both rooms; `engine.wire` passes it on to the bridge.

LegatoError               everything Legato raises on purpose
├── RequestError          what a client asked cannot be done
│   ├── UnknownAddress
│   ├── WrongTypes
│   ├── OutOfRange
│   ├── UnknownModel
│   ├── UnknownParameter
│   ├── UnknownSink
│   ├── Unsupported
│   ├── QueueFull
│   ├── ForbiddenPath
│   ├── NotFound
│   ├── TooLarge
│   ├── BadScore
│   └── BadAudio
├── ModelFailed
│   └── OutOfMemory
├── EngineLost
├── BadFrame
├── Unauthorized
├── StartFailed
├── StorageFailed
├── TooLate
└── JobCancelled
"""

from __future__ import annotations

import re
from typing import ClassVar


class LegatoError(Exception):
    """An error whose text says what came, what was expected and what to do.

    Its text is safe to show a client; `code`, its name in snake case, is stable across releases.
    """

    code: ClassVar[str] = "internal"

    def __init_subclass__(cls) -> None:
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


class RequestError(LegatoError):
    """What a client asked cannot be done."""


class UnknownAddress(RequestError):
    """No command has this OSC address."""


class WrongTypes(RequestError):
    """The arguments are not of the command's types."""


class OutOfRange(RequestError):
    """A value lies outside its declared range."""


class UnknownModel(RequestError):
    """No model has this name."""


class UnknownParameter(RequestError):
    """The command or the model has no parameter of this name."""


class UnknownSink(RequestError):
    """No sink has this kind or name."""


class Unsupported(RequestError):
    """The model cannot do the operation."""


class QueueFull(RequestError):
    """As many jobs are waiting as the queue holds."""


class ForbiddenPath(RequestError):
    """The path lies outside the media folders."""


class NotFound(RequestError):
    """There is no such take, job or file."""


class TooLarge(RequestError):
    """The input passes a limit on size or duration."""


class BadScore(RequestError):
    """The file is not a score that can be read."""


class BadAudio(RequestError):
    """The file is not audio that can be read."""


class ModelFailed(LegatoError):
    """A model could not load or render."""


class OutOfMemory(ModelFailed):
    """The device has too little memory for the window."""


class EngineLost(LegatoError):
    """The engine process died or stopped answering."""


class BadFrame(LegatoError):
    """The peer sent bytes that are no frame of this protocol."""


class Unauthorized(LegatoError):
    """The token is missing or wrong."""


class StartFailed(LegatoError):
    """A room cannot start: a port is taken, a token is missing, a file is broken."""


class StorageFailed(LegatoError):
    """The disk could not take or give back what was asked of it."""


class TooLate(LegatoError):
    """Raised inside a live model by `tick` when its chunk would come too late."""


class JobCancelled(LegatoError):
    """Raised inside a model by `tick` when its job was cancelled."""


def error_of(code: str, text: str) -> LegatoError:
    """Return the error of the tree with a code that came across the door."""
    kinds: list[type[LegatoError]] = [LegatoError]
    for kind in kinds:
        if kind.code == code:
            return kind(text)
        kinds.extend(kind.__subclasses__())
    return LegatoError(text)
