"""The address table: every command of the OSC contract, as data.

Argument checks, `/legato/schema`, the README's table, the patches and the tests all come from
`COMMANDS`. Addresses are written without their root, `/legato`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

ROOT = "/legato"
DEFAULT_PORT = 7770
INT32_MIN, INT32_MAX = -(1 << 31), (1 << 31) - 1
TOPICS = ("jobs", "status", "underruns", "sinks")

Kind: TypeAlias = Literal["int", "float", "bool", "string", "source", "file", "call"]
TAGS: dict[Kind, str] = {
    "int": "i",
    "float": "f",
    "bool": "i",
    "string": "s",
    "source": "s",
    "file": "s|b",
    "call": "i|s",
}
MEANINGS: dict[Kind, str] = {
    "int": "a whole number",
    "float": "a number",
    "bool": "0 or 1",
    "string": "text",
    "source": "a take's id, a file under the media folders, or live",
    "file": "a path under the media folders, or a blob of the file's bytes",
    "call": "the id of a call of this client, or the id of a take",
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
    def tags(self) -> str:
        """The type tags that we would send for the fixed arguments, such as `iss|b`."""
        fixed = "" if self.id == "none" else "i"
        return fixed + "".join(TAGS[a.kind] + ("..." if a.rest else "") for a in self.arguments)


_MODEL = Argument("model", "string", "the model; the configured one where left out")
_SEED = Argument("seed", "int", "the same seed gives the same samples", minimum=0)
_SECONDS = Argument("seconds", "float", "how much audio", minimum=0.01, maximum=86_400)
_PLAY = Argument("play", "bool", "0 makes the take without putting it on the stream")
_SOURCE = Argument("source", "source")
_TAKE = Argument("take", "source", "the take's id")
_NAME = Argument("name", "string")
_FAIL = Reply("/fail", ("id", "code", "text"))
_MAKING = (
    Reply("/accepted", ("id", "queue_position", "eta_seconds")),
    Reply("/progress", ("id", "fraction", "stage")),
    Reply("/window", ("id", "k", "n", "start_seconds", "end_seconds")),
    Reply("/done", ("id", "seconds", "rate_hz", "path")),
    Reply("/cancelled", ("id",)),
    _FAIL,
)


def _making(
    address: str, text: str, *arguments: Argument, options: tuple[Argument, ...] = ()
) -> Command:
    return Command(
        address,
        text,
        arguments,
        asynchronous=True,
        takes_parameters=True,
        takes_prompt=True,
        options=(_MODEL, _SEED, _PLAY, *options),
        replies=_MAKING,
    )


def _doing(
    address: str,
    text: str,
    *arguments: Argument,
    done: tuple[str, ...],
    takes_parameters: bool = False,
) -> Command:
    accepted = Reply("/accepted", ("id", "queue_position", "eta_seconds"))
    return Command(
        address,
        text,
        arguments,
        asynchronous=True,
        takes_parameters=takes_parameters,
        replies=(accepted, Reply("/done", ("id", *done)), _FAIL),
    )


def _asking(
    address: str,
    text: str,
    *arguments: Argument,
    answer: tuple[str, ...],
    reply: str = "",
    rows: bool = False,
    id: Literal["required", "optional", "none"] = "optional",
    options: tuple[Argument, ...] = (),
) -> Command:
    first = () if id == "none" else ("id",)
    reply_line = Reply(reply or address, first + answer, rows)
    return Command(address, text, arguments, id=id, options=options, replies=(reply_line, _FAIL))


COMMANDS: tuple[Command, ...] = (
    _asking("/ping", "Says that somebody is there.", answer=("version",), reply="/pong"),
    _asking(
        "/version",
        "Which Legato this is.",
        answer=("version", "python", "device"),
    ),
    _asking(
        "/status",
        "How the engine is, always within 10 ms; state is booting, loading, ready, busy or "
        "degraded.",
        answer=(
            "state",
            "queue",
            "real_time_factor",
            "buffered_seconds",
            "underruns",
            "rate_hz",
            "uptime_seconds",
            "sequence",
        ),
    ),
    _asking(
        "/schema",
        "This table, one message a command.",
        answer=("address", "signature", "tags", "replies", "text"),
        rows=True,
    ),
    _asking(
        "/models",
        "The models, one message each.",
        answer=("name", "rate_hz", "channels", "operations", "parameters", "licence", "text"),
        rows=True,
    ),
    _asking(
        "/sinks",
        "The open sinks, one message each.",
        answer=("name", "kind", "state", "rate_hz", "gain", "underruns"),
        rows=True,
    ),
    _asking(
        "/hello",
        "Sends this client's replies to another address, and proves the token where one is "
        "needed. Host is a numeric address or empty for the sender's; port 0 means back to "
        "where the message came from.",
        Argument("host", "string"),
        Argument("port", "int", minimum=0, maximum=65_535),
        Argument("token", "string", optional=True),
        id="none",
        reply="/welcome",
        answer=("version", "host", "port"),
    ),
    _asking(
        "/notify",
        "Subscribes the sender (1) until the lease ends, or no more (0); no topics means all.",
        Argument("on", "bool"),
        Argument("topics", "string", optional=True, rest=True, choices=TOPICS),
        id="none",
        answer=("on", "lease_seconds", "topics..."),
    ),
    _asking(
        "/sync",
        "Answered when everything this client sent before has ended.",
        id="required",
        reply="/synced",
        answer=(),
    ),
    _doing("/model/load", "Loads a model's weights.", _NAME, done=("name", "seconds")),
    _doing("/model/unload", "Lets a model's weights go.", _NAME, done=("name",)),
    _making("/generate", "New audio, from a prompt where the model can.", options=(_SECONDS,)),
    _making("/continue", "More of a take, a file or the live stream.", _SOURCE, _SECONDS),
    _making(
        "/inpaint",
        "Replaces a span; the rest stays untouched.",
        _SOURCE,
        Argument("start_seconds", "float", minimum=0),
        Argument("end_seconds", "float", minimum=0),
    ),
    _making(
        "/vary",
        "Noises again by a strength and denoises.",
        _SOURCE,
        Argument("strength", "float", minimum=0, maximum=1),
    ),
    _making(
        "/interpolate",
        "Spherical interpolation between two sources.",
        Argument("source_a", "source"),
        Argument("source_b", "source"),
        Argument("mix", "float", minimum=0, maximum=1),
    ),
    _making(
        "/render",
        "A MIDI file to audio, heard after its first window.",
        Argument("score", "file"),
        options=(
            Argument("from_window", "int", "render again from this window on", minimum=0),
            Argument("take", "source", "the take to render again"),
        ),
    ),
    _asking(
        "/cancel",
        "Ends a job within one denoising step; the job's own call then ends with /cancelled.",
        Argument("target", "call"),
        id="none",
        reply="/cancelling",
        answer=("target",),
    ),
    _doing(
        "/sink/open",
        "Routes the stream out; kind is wav, device, osc or null.",
        Argument("kind", "string"),
        _NAME,
        done=("name",),
        takes_parameters=True,
    ),
    _doing("/sink/close", "Closes a sink.", _NAME, done=("name",)),
    _doing(
        "/sink/set",
        "Changes a sink's parameters, such as gain.",
        _NAME,
        done=("name",),
        takes_parameters=True,
    ),
    _asking(
        "/take/list",
        "The takes, newest first, one message each.",
        id="required",
        answer=("take", "state", "operation", "model", "seconds", "title"),
        rows=True,
        options=(
            Argument("limit", "int", "at most this many, 100 where left out", minimum=1),
            Argument("offset", "int", "leave out this many of the newest", minimum=0),
        ),
    ),
    _asking(
        "/take/info",
        "What is known of a take, one message a field.",
        _TAKE,
        id="required",
        answer=("field", "value"),
        rows=True,
    ),
    _doing(
        "/take/branch",
        "A new take that keeps the windows before this one.",
        _TAKE,
        Argument("window", "int", minimum=0),
        done=("take",),
    ),
    _doing(
        "/take/export",
        "Copies a take's audio to a path under the media folders.",
        _TAKE,
        Argument("path", "string"),
        done=("path",),
    ),
    _doing(
        "/take/pin",
        "Keeps a take for good (1) or no longer (0).",
        _TAKE,
        Argument("pinned", "bool", optional=True),
        done=("take", "pinned"),
    ),
)


_ENDINGS = (
    "A command whose answer is `/legato/done` is first acknowledged with `/legato/accepted id "
    "queue_position eta_seconds`; one that makes audio then tells `/legato/progress id fraction "
    "stage` and `/legato/window id k n start_seconds end_seconds`. It ends with exactly one of "
    "`/legato/done`, `/legato/cancelled id` and `/legato/fail id code text`. Whatever else is "
    "refused is answered by `/legato/fail` too, with id 0 where it had none."
)


def markdown() -> str:
    """Return the table as Markdown, for the README."""
    lines = [_ENDINGS, "", "| address | arguments | answer | meaning |", "|---|---|---|---|"]
    for command in COMMANDS:
        answer = next((r for r in command.replies if r.address == "/done"), command.replies[0])
        cells = (f"{ROOT}{command.address}", command.signature, _reply_words(answer))
        coded = (f"`{cell}`" if cell else "" for cell in cells)
        lines.append(f"| {' | '.join(coded)} | {command.text} |")
    return "\n".join(lines) + "\n"


def schema_rows() -> tuple[tuple[str, str, str, str, str], ...]:
    """Return `/legato/schema`'s rows: address, signature, tags, replies and text."""
    return tuple(
        (
            ROOT + command.address,
            command.signature,
            command.tags,
            "; ".join(_reply_words(reply) for reply in command.replies if reply is not _FAIL),
            command.text,
        )
        for command in COMMANDS
    )


def _reply_words(reply: Reply) -> str:
    words = reply.arguments
    if reply.rows:
        words = (*words[:1], "index", "count", *words[1:])
    return " ".join([ROOT + reply.address, *words])


def _argument_words(argument: Argument) -> str:
    word = argument.name + (" ..." if argument.rest else "")
    return f"[{word}]" if argument.optional else word
