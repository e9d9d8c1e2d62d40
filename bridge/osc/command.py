"""What a command of the OSC contract is, as data, and short ways to write one down.

Addresses are written without their root, `/legato`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

ROOT = "/legato"
DEFAULT_PORT = 7770
INT32_MIN, INT32_MAX = -(1 << 31), (1 << 31) - 1
TOPICS = ("jobs", "status", "underruns", "sinks", "transport", "midi", "live")

Kind: TypeAlias = Literal[
    "int", "float", "bool", "string", "source", "file", "call", "place", "any"
]
TAGS: dict[Kind, str] = {
    "int": "i",
    "float": "f",
    "bool": "i",
    "string": "s",
    "source": "s",
    "file": "s|b",
    "call": "i|s",
    "place": "s f",
    "any": "i|f|s",
}
MEANINGS: dict[Kind, str] = {
    "int": "a whole number",
    "float": "a number",
    "bool": "0 or 1",
    "string": "text",
    "source": "a take's id, a file under the media folders, or live",
    "file": "a path under the media folders, or a blob of the file's bytes",
    "call": "the id of a call of this client, or the id of a take",
    "place": "bar 17, beat 64.5, next bar or next beat",
    "any": "a number or text",
}


@dataclass(frozen=True)
class Argument:
    """One argument: its kind and range; `rest` takes all that remains, as a tuple."""

    name: str
    kind: Kind
    text: str = ""
    optional: bool = False
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    rest: bool = False


@dataclass(frozen=True)
class Reply:
    """One answer as documentation: its address and its arguments' names, in order.

    `rows` says that the answer is as many messages as there are rows, each beginning with its
    number (from 0) and how many there are.
    """

    address: str
    arguments: tuple[str, ...]
    rows: bool = False


@dataclass(frozen=True)
class Command:
    """One command: what it takes, and what comes back.

    `id` says whether a client-chosen int32 comes first. An asynchronous command is
    acknowledged and ends exactly once; any other is answered at `replies[0]`, at once.
    `options` are the keys known here; with `takes_parameters` any other key is let through
    for the model to check, and with `takes_prompt` the key `prompt` takes all that follows it.
    """

    address: str
    text: str
    arguments: tuple[Argument, ...] = ()
    id: Literal["required", "optional", "none"] = "required"
    asynchronous: bool = False
    takes_parameters: bool = False
    takes_prompt: bool = False
    options: tuple[Argument, ...] = ()
    replies: tuple[Reply, ...] = ()

    @property
    def signature(self) -> str:
        """The arguments as one line, optional ones in brackets: `id source seconds [seed i]`."""
        words = {"required": ["id"], "optional": ["[id]"], "none": []}[self.id]
        words += [_argument_words(argument) for argument in self.arguments]
        words += [f"[{option.name} {TAGS[option.kind]}]" for option in self.options]
        words += ["[key value ...]"] if self.takes_parameters else []
        words += ["[prompt ...]"] if self.takes_prompt else []
        return " ".join(words)

    @property
    def has_place(self) -> bool:
        """Whether the command makes audio that can be put in a place of the stream."""
        return any(option.kind == "place" for option in self.options)

    @property
    def tags(self) -> str:
        """The type tags that we would send for the fixed arguments, such as `iss|b`."""
        fixed = "" if self.id == "none" else "i"
        return fixed + "".join(TAGS[a.kind] + ("..." if a.rest else "") for a in self.arguments)


_MODEL = Argument("model", "string", "the model; the configured one where left out")
_SEED = Argument("seed", "int", "the same seed gives the same samples", minimum=0)
_PLAY = Argument("play", "bool", "0 makes the take without putting it on the stream")
_TAKES = Argument(
    "takes", "int", "so many, of seeds in a row; the first is heard", minimum=1, maximum=16
)
_AT = Argument("at", "place", "where it sounds, by the transport; /late where it cannot")
FAIL = Reply("/fail", ("id", "code", "text"))
_MAKING = (
    Reply("/accepted", ("id", "queue_position", "eta_seconds")),
    Reply("/progress", ("id", "fraction", "stage")),
    Reply("/window", ("id", "k", "n", "start_seconds", "end_seconds")),
    Reply("/variation", ("id", "k", "n", "take")),
    Reply("/late", ("id", "scheduled_seconds", "actual_seconds")),
    Reply("/done", ("id", "seconds", "rate_hz", "path")),
    Reply("/cancelled", ("id",)),
    FAIL,
)


def making(
    address: str,
    text: str,
    *arguments: Argument,
    options: tuple[Argument, ...] = (),
    is_played: bool = False,
) -> Command:
    """Return a command that makes audio: model, seed and play, any parameter, a prompt.

    What is played live is neither made several times nor put in a place of the stream.
    """
    mine = (_MODEL, _SEED, _PLAY) if is_played else (_MODEL, _SEED, _PLAY, _TAKES, _AT)
    return Command(
        address,
        text,
        arguments,
        asynchronous=True,
        takes_parameters=True,
        takes_prompt=True,
        options=(*mine, *options),
        replies=_MAKING,
    )


def doing(
    address: str,
    text: str,
    *arguments: Argument,
    done: tuple[str, ...],
    takes_parameters: bool = False,
    options: tuple[Argument, ...] = (),
) -> Command:
    """Return an asynchronous command whose `/done` carries `done` after the id."""
    accepted = Reply("/accepted", ("id", "queue_position", "eta_seconds"))
    return Command(
        address,
        text,
        arguments,
        asynchronous=True,
        takes_parameters=takes_parameters,
        options=options,
        replies=(accepted, Reply("/done", ("id", *done)), FAIL),
    )


def playing(address: str, text: str, *arguments: Argument) -> Command:
    """Return a command that is carried out at once and answered only when it is refused."""
    return Command(address, text, arguments, id="none", replies=(FAIL,))


def asking(
    address: str,
    text: str,
    *arguments: Argument,
    answer: tuple[str, ...],
    reply: str = "",
    rows: bool = False,
    id: Literal["required", "optional", "none"] = "optional",
    options: tuple[Argument, ...] = (),
) -> Command:
    """Return a command that is answered at once, at its own address or at `reply`."""
    first = () if id == "none" else ("id",)
    reply_line = Reply(reply or address, first + answer, rows)
    return Command(address, text, arguments, id=id, options=options, replies=(reply_line, FAIL))


def _argument_words(argument: Argument) -> str:
    word = argument.name + (" ..." if argument.rest else "")
    return f"[{word}]" if argument.optional else word
