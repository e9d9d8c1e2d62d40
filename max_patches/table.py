"""The address table as the patches show it: groups, forms, an example to click, the replies."""

from __future__ import annotations

from collections.abc import Iterator
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
    "/transport": "tempo 120",
    "/map/learn": "pedal /transport play",
    "/preset/save": "warm",
    "/preset/load": "warm",
    "/live/note": "1 60 100",
    "/live/cc": "1 64 127",
    "/live/program": "1 0",
    "/live/bend": "1 0",
}
_KINDS: dict[Kind, str] = {
    "string": "name",
    "source": "song.wav",
    "file": "song.mid",
    "call": "1",
}
# The first word of an address decides on whose page a command stands; others get their own word's.
_PAGES = {
    "generate": "make",
    "continue": "make",
    "inpaint": "make",
    "vary": "make",
    "interpolate": "make",
    "render": "make",
    "cancel": "make",
    "ping": "server",
    "version": "server",
    "status": "server",
    "schema": "server",
    "models": "server",
    "sinks": "sink",
    "notify": "server",
    "sync": "server",
}
_LENGTHS = {"seconds": 8, "start_seconds": 2, "end_seconds": 4, "strength": 0.3, "mix": 0.5}


@dataclass(frozen=True)
class Row:
    """One command: the message to click, whether the patch puts an id behind its address."""

    message: str
    numbered: bool
    signature: str
    text: str


def commands() -> list[Command]:
    """Return every command but `/hello`, which a patch says by itself."""
    return [command for command in COMMANDS if command.address != "/hello"]


def pages() -> dict[str, list[Command]]:
    """Return the commands by the page that they stand on, in the table's order."""
    found: dict[str, list[Command]] = {"make": []}
    for command in commands():
        first = command.address.split("/")[1]
        found.setdefault(_PAGES.get(first, first), []).append(command)
    return found


def rows() -> list[Row]:
    """Return a row for each command but `/hello`."""
    return [row(command) for command in commands()]


def row(command: Command) -> Row:
    """Return a command as a message with an example's arguments."""
    words = _EXAMPLES.get(command.address) or " ".join(map(_example, _required(command)))
    message = f"{ROOT}{command.address} {words}".strip()
    return Row(message, command.id != "none", command.signature, command.text)


def start(command: Command, argument: Argument) -> str | float | None:
    """Return what a required argument's control says before anybody set it, or None."""
    if argument.optional or argument not in command.arguments or argument.rest:
        return None
    if argument.choices:
        return argument.choices[0]
    if argument.kind in ("int", "float", "bool"):
        return _LENGTHS.get(argument.name, float(_example(argument)))
    return None


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
    for reply in _all_replies(render):
        found.setdefault(reply.address, reply)
    return list(found.values())


def _all_replies(first: Command) -> Iterator[Reply]:
    for command in (first, *COMMANDS):
        yield from command.replies


def names(reply: Reply) -> str:
    """Return the names of a reply's arguments as one line."""
    counts = ("index", "count") if reply.rows else ()
    words = " ".join((*reply.arguments[:1], *counts, *reply.arguments[1:]))
    return words + (" (or as the command's row says)" if reply.address == "/done" else "")


def makes_audio(command: Command) -> bool:
    """Say whether a command's `/done` carries a file of audio."""
    return any(
        reply.address == "/done" and {"seconds", "path"} <= set(reply.arguments)
        for reply in command.replies
    )
