"""The address table: every command of the OSC contract, as data.

Argument checks, `/legato/schema`, the README's table, the patches and the tests all come from
`COMMANDS`. Addresses are written without their root, `/legato`.
"""

from __future__ import annotations

from bridge.osc.command import (
    FAIL,
    ROOT,
    TOPICS,
    Argument,
    Command,
    Reply,
    asking,
    doing,
    making,
    playing,
)

_SECONDS = Argument("seconds", "float", "how much audio", minimum=0.01, maximum=86_400)
_SOURCE = Argument("source", "source")
_TAKE = Argument("take", "source", "the take's id")
_NAME = Argument("name", "string")
_CHANNEL = Argument("channel", "int", minimum=1, maximum=16)


def _byte(name: str) -> Argument:
    return Argument(name, "int", minimum=0, maximum=127)


COMMANDS: tuple[Command, ...] = (
    asking("/ping", "Says that somebody is there.", answer=("version",), reply="/pong"),
    asking(
        "/version",
        "Which Legato this is.",
        answer=("version", "python", "device"),
    ),
    asking(
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
    asking(
        "/schema",
        "This table, one message a command.",
        answer=("address", "signature", "tags", "replies", "text"),
        rows=True,
    ),
    asking(
        "/models",
        "The models, one message each.",
        answer=("name", "rate_hz", "channels", "operations", "parameters", "licence", "text"),
        rows=True,
    ),
    asking(
        "/sinks",
        "The open sinks, one message each; state is open, or why nothing gets through.",
        answer=(
            *("name", "kind", "state", "rate_hz", "gain", "underruns", "channels"),
            *("frames", "late_frames", "lost_frames", "xruns"),
        ),
        rows=True,
    ),
    asking(
        "/sink/file",
        "What a sink told of last: the path of a finished file, a session description, an "
        "address. Subscribers of the topic sinks are told the same without asking.",
        _NAME,
        answer=("name", "path", "text"),
    ),
    asking(
        "/inputs",
        "The open inputs, one message each; seconds is how much of each is kept by now.",
        answer=("name", "kind", "rate_hz", "channels", "seconds", "peak", "lost_blocks"),
        rows=True,
    ),
    doing(
        "/input/open",
        "Listens to an input, device or jack, and keeps its last minute (or keep seconds) as the "
        "source live: live:4s, live:8bars, live:NAME:8bars.",
        Argument("kind", "string"),
        _NAME,
        done=("name", "rate_hz", "channels"),
        takes_parameters=True,
    ),
    doing("/input/close", "Closes an input and forgets what it heard.", _NAME, done=("name",)),
    asking(
        "/target/ask",
        "Asks for audio over UDP at the address that this reply arrives at; answered by a "
        "cookie that only who is there can know.",
        answer=("cookie",),
        reply="/target/cookie",
    ),
    asking(
        "/target/answer",
        "Sends the cookie back from that address: UDP sinks may send there for the lease.",
        Argument("cookie", "string"),
        answer=("host", "lease_seconds"),
        reply="/target/allowed",
    ),
    asking(
        "/hello",
        "Sends this client's replies to another address, and proves the token where one is "
        "needed. Host is a numeric address or empty for the sender's, and one that is not the "
        "sender's needs the token each time; port 0 means back to where the message came from.",
        Argument("host", "string"),
        Argument("port", "int", minimum=0, maximum=65_535),
        Argument("token", "string", optional=True),
        id="none",
        reply="/welcome",
        answer=("version", "host", "port"),
    ),
    asking(
        "/notify",
        "Subscribes the sender (1) until the lease ends, or no more (0); no topics means all.",
        Argument("on", "bool"),
        Argument("topics", "string", optional=True, rest=True, choices=TOPICS),
        id="none",
        answer=("on", "lease_seconds", "topics..."),
    ),
    asking(
        "/sync",
        "Answered when everything this client sent before has ended.",
        id="required",
        reply="/synced",
        answer=(),
    ),
    doing("/model/load", "Loads a model's weights.", _NAME, done=("name", "seconds")),
    doing("/model/unload", "Lets a model's weights go.", _NAME, done=("name",)),
    making("/generate", "New audio, from a prompt where the model can.", options=(_SECONDS,)),
    making("/continue", "More of a take, a file or the live stream.", _SOURCE, _SECONDS),
    making(
        "/inpaint",
        "Replaces a span; the rest stays untouched.",
        _SOURCE,
        Argument("start_seconds", "float", minimum=0),
        Argument("end_seconds", "float", minimum=0),
    ),
    making(
        "/vary",
        "A variation: strength 0 is the source itself, 1 keeps least of it.",
        _SOURCE,
        Argument("strength", "float", minimum=0, maximum=1),
    ),
    making(
        "/interpolate",
        "What lies between two takes, files or scores: mix 0 is the first, 1 the second.",
        Argument("source_a", "source"),
        Argument("source_b", "source"),
        Argument("mix", "float", minimum=0, maximum=1),
    ),
    making(
        "/render",
        "A MIDI file to audio, heard after its first window.",
        Argument("score", "file"),
        options=(
            Argument("from_window", "int", "render again from this window on", minimum=0),
            Argument("take", "source", "the take to render again"),
        ),
    ),
    asking(
        "/transport",
        "Plays, stops or locates the transport, or sets its tempo, signature or source: internal, "
        "clock, mtc or link. Bars count from 1, beats are quarters from 0. Alone it asks.",
        Argument(
            "action",
            "string",
            optional=True,
            choices=("play", "stop", "locate", "tempo", "signature", "source"),
        ),
        Argument("values", "any", optional=True, rest=True),
        id="none",
        answer=("state", "bar", "beat", "bpm", "numerator", "denominator", "source", "leader"),
    ),
    asking("/midi/ports", "The open MIDI ports, one message each.", answer=("name",), rows=True),
    asking("/midi/panic", "Silences whatever is played live, and sets it back.", answer=()),
    doing(
        "/map/learn",
        "Maps the next note, controller, NRPN, RPN or program that comes by MIDI: to a command's "
        "address without root, with its arguments, or to a parameter. "
        '"{0..2}" among them is the value, scaled.',
        _NAME,
        Argument("to", "string"),
        Argument("arguments", "any", optional=True, rest=True),
        done=("name", "source"),
    ),
    asking(
        "/map/list",
        "What is mapped, one message each.",
        answer=("name", "source", "to", "arguments", "pass_on"),
        rows=True,
    ),
    doing("/map/remove", "Removes a map.", _NAME, done=("name",)),
    doing("/map/load", "Reads maps.toml again; all of it or none.", done=("maps",)),
    doing(
        "/preset/save",
        "Keeps parameters under a name; where none come, those in force.",
        _NAME,
        done=("name",),
        takes_parameters=True,
    ),
    doing(
        "/preset/load",
        "Puts a preset in force for what is asked from now on; without a name, none.",
        Argument("name", "string", optional=True),
        done=("name", "parameters"),
    ),
    asking(
        "/preset/list",
        "The presets, one message each.",
        id="required",
        answer=("name", "parameters"),
        rows=True,
    ),
    doing("/preset/remove", "Removes a preset.", _NAME, done=("name",)),
    making(
        "/live/start",
        "Sounds what is played, by MIDI ports and by the commands below, until /live/stop. "
        "Channels such as 1-8 choose what it hears; its first keep_minutes are kept.",
        options=(
            Argument("channels", "string", "those it hears, such as 1-8 or 1,3,10"),
            Argument("keep_minutes", "int", "60 where left out", minimum=0, maximum=1440),
        ),
        is_played=True,
    ),
    asking(
        "/live/stop",
        "Ends a live job well; its own call then ends with /done.",
        Argument("target", "call"),
        id="none",
        reply="/live/stopping",
        answer=("target",),
    ),
    playing(
        "/live/note",
        "Strikes a key, or with velocity 0 lets it go.",
        _CHANNEL,
        _byte("pitch"),
        _byte("velocity"),
    ),
    playing("/live/cc", "Moves a controller.", _CHANNEL, _byte("number"), _byte("value")),
    playing(
        "/live/program",
        "Chooses the program of what is struck from now on.",
        _CHANNEL,
        _byte("program"),
    ),
    playing(
        "/live/bend",
        "Bends what sounds, by -1 to 1 of the channel's range.",
        _CHANNEL,
        Argument("amount", "float", minimum=-1, maximum=1),
    ),
    playing(
        "/live/pressure",
        "Presses a channel's keys, or with a pitch one of them.",
        _CHANNEL,
        _byte("value"),
        Argument("pitch", "int", minimum=0, maximum=127, optional=True),
    ),
    playing("/live/panic", "Silences every live job, and sets its controllers back."),
    asking(
        "/cancel",
        "Ends a job within one denoising step; the job's own call then ends with /cancelled.",
        Argument("target", "call"),
        id="none",
        reply="/cancelling",
        answer=("target",),
    ),
    doing(
        "/sink/open",
        "Routes the stream out; kind is clips, device, jitter, null, osc, reastream, rtp, stems, "
        "tcp, vban or wav. Every kind takes gain, and stems n: as many stems (jobs without any are "
        "one) on channels of their own, told by /sink/stem; what finds no room shares the last.",
        Argument("kind", "string"),
        _NAME,
        done=("name",),
        takes_parameters=True,
    ),
    doing("/sink/close", "Closes a sink.", _NAME, done=("name",)),
    doing(
        "/sink/set",
        "Changes a sink's parameters, such as gain.",
        _NAME,
        done=("name",),
        takes_parameters=True,
    ),
    asking(
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
    asking(
        "/take/info",
        "What is known of a take, one message a field.",
        _TAKE,
        id="required",
        answer=("field", "value"),
        rows=True,
    ),
    doing(
        "/take/branch",
        "A new take that keeps the windows before this one.",
        _TAKE,
        Argument("window", "int", minimum=0),
        done=("take",),
    ),
    doing(
        "/take/export",
        "Copies a take's audio, and its stems beside it, to a path under the media folders; as "
        "loud as asked, in LUFS, or as it was made.",
        _TAKE,
        Argument("path", "string"),
        options=(
            Argument("format", "string", "sample format", choices=("float32", "int24", "int16")),
            Argument("loudness", "float", "integrated, in LUFS", minimum=-60.0, maximum=0.0),
        ),
        done=("path",),
    ),
    doing(
        "/take/pin",
        "Keeps a take for good (1) or no longer (0).",
        _TAKE,
        Argument("pinned", "bool", optional=True),
        done=("take", "pinned"),
    ),
)


_ENDINGS = (
    "A command whose answer is `/legato/done` is first acknowledged with `/legato/accepted id"
    " queue_position eta_seconds`, the last the seconds until it is heard, or with `play 0` "
    "done, as far as that is known; one that makes audio then tells `/legato/progress id "
    "fraction stage` and `/legato/window id k n start_seconds end_seconds`, and with `takes "
    "n` `/legato/variation id k n take` for each take but its own, the first. It ends with "
    "exactly one of `/legato/done`, `/legato/cancelled id` and `/legato/fail id code text`. "
    "Whatever else is refused is answered by `/legato/fail` too, with id 0 where it had none."
    " Audio that is asked for `at bar 17`, or in a bundle with a timetag, is rendered ahead "
    "and sounds there, to the sample; where it came too late, `/legato/late id "
    "scheduled_seconds actual_seconds` says so, both counted from when it was asked."
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
            "; ".join(_reply_words(reply) for reply in command.replies if reply is not FAIL),
            command.text,
        )
        for command in COMMANDS
    )


def _reply_words(reply: Reply) -> str:
    words = reply.arguments
    if reply.rows:
        words = (*words[:1], "index", "count", *words[1:])
    return " ".join([ROOT + reply.address, *words])
