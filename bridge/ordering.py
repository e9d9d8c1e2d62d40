"""The commands that make audio: demo, render, and the operations on audio and words.

Only argparse is imported at once; a command imports what it needs when it runs.
"""

from __future__ import annotations

import argparse
import contextlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bridge.client import EngineClient
    from bridge.config import Config
    from bridge.orders import Order, Work
    from bridge.terminal import Output
    from bridge.wav import SampleFormat
    from engine.wire import Operation, Value

SAMPLE_FORMATS: dict[int, SampleFormat] = {16: "int16", 24: "int24", 32: "float32"}
SOFTEST_LUFS, LOUDEST_LUFS = -60.0, 0.0
HEAR_MORE = (
    "Hear more:",
    "  {target} in any player",
    "  legato render SONG.mid    your own MIDI, MusicXML or ABC file",
    "  legato serve              answer OSC from Max, Pd, SuperCollider or a DAW",
    "  legato doctor             what this machine offers",
)


@dataclass(frozen=True)
class OrderCommand:
    """One command: its name, what it takes in OSC's order, and what it makes of that.

    `sources` are files or takes, `numbers` the operation's fixed arguments.
    """

    name: str
    text: str
    sources: tuple[str, ...] = ()
    numbers: tuple[tuple[str, str], ...] = ()
    prompt: bool = True

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Give a parser this command's arguments."""
        if self.name == "render":
            parser.add_argument("song", metavar="SONG", help="the score's file")
        kinds = "a take's id or an audio file" + ", or a score" * (len(self.sources) > 1)
        for source in self.sources:
            parser.add_argument(source, metavar=source.upper(), help=kinds)
        for number, text in self.numbers:
            parser.add_argument(number, type=float, metavar=number.upper(), help=text)
        if self.name != "demo":
            parser.add_argument("--stems", action="store_true", help="a WAV a channel, too")
        if self.prompt:
            parser.add_argument("prompt", nargs="*", metavar="WORD", help="what it sounds like")
        if self.name == "generate":
            parser.add_argument("--seconds", type=float, help="how much audio")
        parser.set_defaults(play=None if self.name == "demo" else False)
        _add_common(parser)

    def run(
        self,
        parsed: argparse.Namespace,
        output: Output,
        config: Config,
        make_engine: Callable[[Config], EngineClient],
    ) -> int:
        """Make what was asked and write it to a WAV. Raises: LegatoError."""
        with contextlib.ExitStack() as stack:
            order = _order(self._work(parsed, stack), parsed, config)
            for line in order.work.described():
                output.say(line)
            _carry_out(order, parsed, output, config, make_engine)
            if self.name == "demo":
                for line in HEAR_MORE:
                    output.say(line.format(target=order.target))
        return 0

    def _work(self, parsed: argparse.Namespace, stack: contextlib.ExitStack) -> Work:
        from bridge.orders import Piece, told

        if self.name in ("demo", "render"):
            return _song(parsed, stack)
        arguments = {name: getattr(parsed, name) for name, _ in self.numbers}
        if getattr(parsed, "seconds", None) is not None:
            arguments["seconds"] = parsed.seconds
        sources = tuple(getattr(parsed, source) for source in self.sources)
        operation: Operation = self.name  # type: ignore[assignment]  # the table's own names
        return Piece(operation, sources, arguments, told(" ".join(parsed.prompt)))


COMMANDS = (
    OrderCommand("demo", "render a bundled piece and say how fast it was heard", prompt=False),
    OrderCommand("render", "render a score (MIDI, MusicXML, ABC) to a WAV", prompt=False),
    OrderCommand("generate", "make new audio, from words where the model can"),
    OrderCommand(
        "continue",
        "make more of an audio file or a take",
        ("source",),
        (("seconds", "how much more"),),
    ),
    OrderCommand(
        "inpaint",
        "make a span anew and leave the rest untouched",
        ("source",),
        (("start_seconds", "where it begins"), ("end_seconds", "where it ends")),
    ),
    OrderCommand(
        "vary",
        "make a variation",
        ("source",),
        (("strength", "0 leaves it as it is, 1 keeps nothing"),),
    ),
    OrderCommand(
        "interpolate",
        "make what lies between two pieces or sounds",
        ("source_a", "source_b"),
        (("mix", "0 is the first, 1 the second"),),
    ),
)


def _song(parsed: argparse.Namespace, stack: contextlib.ExitStack) -> Work:
    from importlib.resources import as_file, files
    from pathlib import Path

    from bridge.orders import read_song

    bundled = files("bridge") / "data" / "demo.mid"
    named = getattr(parsed, "song", None)
    path = Path(named) if named else stack.enter_context(as_file(bundled))
    return read_song(path)


def _order(work: Work, parsed: argparse.Namespace, config: Config) -> Order:
    from bridge.exporting import Finish
    from bridge.orders import Order, choose_target

    return Order(
        work=work,
        target=choose_target(
            work.path, parsed.output, parsed.force, getattr(parsed, "stems", False)
        ),
        model=config.model,
        seed=config.seed,
        parameters=_parameters(parsed),
        finish=Finish(SAMPLE_FORMATS[parsed.bits], parsed.loudness),
        overwrite=parsed.force,
        plays=parsed.play,
    )


def _carry_out(
    order: Order,
    parsed: argparse.Namespace,
    output: Output,
    config: Config,
    make_engine: Callable[[Config], EngineClient],
) -> None:
    from bridge import rendering

    with output.progress() as progress:
        show = rendering.Show(progress, parsed.started_seconds)
        server = None if parsed.alone else rendering.find_server(config)
        if server is not None:
            with server:
                rendering.render_by_server(server, order, show)
        else:
            rendering.render_here(config, order, show, make_engine)
    output.result(rendering.summary(order, show))


def _parameters(parsed: argparse.Namespace) -> dict[str, Value]:
    """Return `--set` as parameters; `--draft` and `--stems` stand for some."""
    draft: dict[str, Value] = {"draft": 1} if parsed.draft else {}
    stems: dict[str, Value] = {"stems": 1} if getattr(parsed, "stems", False) else {}
    return draft | stems | dict(parsed.set or ())


def pair(text: str) -> tuple[str, Value]:
    """Read one `key=value`; whole numbers, numbers, true and false are what they look like."""
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} came; expected key=value, as steps=4")
    if value.lower() in ("true", "false"):
        return key, int(value.lower() == "true")
    with contextlib.suppress(ValueError):
        return key, int(value)
    with contextlib.suppress(ValueError):
        if math.isfinite(number := float(value)):
            return key, number
    return key, value


def _lufs(text: str) -> float:
    with contextlib.suppress(ValueError):
        if SOFTEST_LUFS <= (value := float(text)) <= LOUDEST_LUFS:
            return value
    raise argparse.ArgumentTypeError(
        f"{text!r} came; expected LUFS from {SOFTEST_LUFS:g} to {LOUDEST_LUFS:g}, as -16"
    )


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", metavar="WAV", help="where the audio goes")
    parser.add_argument("--model", help="the model (default house)")
    parser.add_argument("--seed", type=int, help="the same seed gives the same samples")
    parser.add_argument("--draft", action="store_true", help="faster, less refined")
    parser.add_argument("--device", help="auto, cpu, cuda or mps")
    parser.add_argument("--force", action="store_true", help="overwrite the output")
    parser.add_argument("--alone", action="store_true", help="do not ask a running server")
    play = argparse.BooleanOptionalAction
    parser.add_argument("--play", action=play, help="hear it on the default audio device")
    help_set = "a parameter of the model; may be given again"
    parser.add_argument("--set", type=pair, action="append", metavar="KEY=VALUE", help=help_set)
    help_bits = "of a sample: whole numbers of 16, dithered, or 24; 32 is float, the default"
    parser.add_argument("--bits", type=int, choices=sorted(SAMPLE_FORMATS), default=32,
                        help=help_bits)  # fmt: skip
    help_loudness = "make the finished file so loud, as -16; no true peak passes -1 dB"
    parser.add_argument("--loudness", type=_lufs, metavar="LUFS", help=help_loudness)
