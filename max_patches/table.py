"""The address table as rows of a patch: an example to click, what it means, what comes back."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.osc.command import ROOT, Argument, Command, Kind, Reply
from bridge.osc.spec import COMMANDS

SERVER_PORT = 7770
MAX_PORT, PD_PORT = 7771, 7772
HELLO = f"{ROOT}/hello 127.0.0.1"
CANCEL = f"{ROOT}/cancel"

# What a musician would try first; a command that is not here gets one example of each kind.
_EXAMPLES = {
    "/model/load": "house",
    "/model/unload": "house",
    "/generate": "seconds 8 seed 3 prompt warm slow pad",
    "/continue": "song.wav 8 seed 3",
    "/inpaint": "song.wav 2 4 seed 3",
    "/vary": "song.wav 0.3 seed 3",
    "/interpolate": "song.wav other.wav 0.5 seed 3",
    "/render": "song.mid seed 3",
    "/sink/open": "device speakers",
    "/sink/close": "speakers",
    "/sink/set": "speakers gain 0.5",
    "/take/list": "limit 10",
    "/take/info": "TAKE",
    "/take/branch": "TAKE 1",
    "/take/export": "TAKE copy.wav",
    "/take/pin": "TAKE 1",
}
_KINDS: dict[Kind, str] = {
    "string": "name",
    "source": "song.wav",
    "file": "song.mid",
    "call": "1",
}


@dataclass(frozen=True)
class Row:
    """One command: the message to click, whether the patch puts an id behind its address."""

    message: str
    numbered: bool
    signature: str
    text: str


def rows() -> list[Row]:
    """Return a row for each command but `/hello`, which a patch says by itself."""
    return [_row(command) for command in COMMANDS if command.address != "/hello"]


def _row(command: Command) -> Row:
    words = _EXAMPLES.get(command.address) or " ".join(map(_example, _required(command)))
    message = f"{ROOT}{command.address} {words}".strip()
    return Row(message, command.id != "none", command.signature, command.text)


def _required(command: Command) -> list[Argument]:
    return [argument for argument in command.arguments if not argument.optional]


def _example(argument: Argument) -> str:
    if argument.choices:
        return argument.choices[0]
    if argument.kind in _KINDS:
        return _KINDS[argument.kind]
    least = 1 if argument.minimum is None else max(1, argument.minimum)
    return f"{least if argument.maximum is None else min(least, argument.maximum):g}"


def replies() -> list[Reply]:
    """Return each reply address once: first what a render answers, then the others."""
    render = next(command for command in COMMANDS if command.address == "/render")
    found: dict[str, Reply] = {}
    for command in (render, *COMMANDS):
        for reply in command.replies:
            found.setdefault(reply.address, reply)
    return list(found.values())


def names(reply: Reply) -> str:
    """Return the names of a reply's arguments as one line."""
    counts = ("index", "count") if reply.rows else ()
    words = " ".join((*reply.arguments[:1], *counts, *reply.arguments[1:]))
    return words + (" (or as the command's row says)" if reply.address == "/done" else "")
