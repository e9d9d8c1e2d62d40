"""The command `legato`.

Only argparse is imported at once, so that `--help` answers immediately; each command imports
what it needs. Exit status: 0 well, 1 an error, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from msgspec import Struct

    from bridge.client import EngineClient
    from bridge.config import Config
    from bridge.terminal import Output
    from engine.wire import Value

INTERRUPTED = 130
HEAR_MORE = (
    "Hear more:",
    "  {target} in any player",
    "  legato render SONG.mid    your own MIDI, MusicXML or ABC file",
    "  legato serve              answer OSC from Max, Pd, SuperCollider or a DAW",
    "  legato doctor             what this machine offers",
)
CONFIG_FLAGS = (
    "config", "host", "port", "device", "model", "seed", "takes_folder", "media_folders", "sinks",
    "engine_address", "log_level", "log_format", "log_file",
)  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    started_seconds = time.monotonic()
    if arguments[:1] == ["train"]:
        # Passed on whole: the recipe has a command line of its own, --help included.
        return _guarded(argparse.Namespace(run=_train, arguments=arguments[1:]))
    parsed = _parser().parse_args(arguments)
    parsed.started_seconds = started_seconds
    return _guarded(parsed)


def _guarded(parsed: argparse.Namespace) -> int:
    """Run a command; what Legato raises on purpose becomes one line."""
    from bridge.terminal import Output
    from engine.wire import LegatoError

    output = Output()
    try:
        return int(parsed.run(parsed, output))
    except LegatoError as error:
        output.error(error)
        return 1
    except KeyboardInterrupt:
        output.say("legato: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe, such as `head`, has seen enough; nothing may be flushed to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _demo(parsed: argparse.Namespace, output: Output) -> int:
    from importlib.resources import as_file, files

    with as_file(files("bridge") / "data" / "demo.mid") as song:
        parsed.song = str(song)
        target = _render_song(parsed, output)
    for line in HEAR_MORE:
        output.say(line.format(target=target))
    return 0


def _render(parsed: argparse.Namespace, output: Output) -> int:
    _render_song(parsed, output)
    return 0


def _render_song(parsed: argparse.Namespace, output: Output) -> Path:
    """Render the song that the arguments name; return where its WAV is. Raises: LegatoError."""
    from pathlib import Path

    from bridge import rendering

    config = _config(parsed)
    song = rendering.read_song(Path(parsed.song))
    target = rendering.choose_target(song.path, parsed.output, parsed.force)
    output.say(str(song))
    for warning in song.warnings:
        output.say(f"  {warning}")
    order = rendering.Order(
        song=song,
        target=target,
        model=config.model,
        seed=config.seed,
        parameters=_parameters(parsed),
        sample_format="int24" if parsed.bits == 24 else "float32",
        overwrite=parsed.force,
        plays=parsed.play,
    )
    with _logged(config, quiet=True), output.progress() as progress:
        show = rendering.Show(progress, parsed.started_seconds)
        server = None if parsed.alone else rendering.find_server(config)
        if server is not None:
            with server:
                rendering.render_by_server(server, order, show)
        else:
            rendering.render_here(config, order, show, _engine_here)
    output.result(rendering.summary(order, show))
    return target


def _parameters(parsed: argparse.Namespace) -> dict[str, Value]:
    """Return `--set` as parameters; `--draft` is the model's fewest steps."""
    draft: dict[str, Value] = {"steps": 0} if parsed.draft else {}
    return draft | dict(parsed.set or ())


def _engine_here(config: Config) -> EngineClient:
    """Return an engine in this process, or the one that the configuration names."""
    from bridge.client import InProcessClient, SocketClient
    from bridge.config import split_address

    if config.engine_address:
        return SocketClient(*split_address(config.engine_address), config.engine_token)
    from engine.discovery import Models
    from engine.loop import Loop

    return InProcessClient(Loop(Models(device=config.device, dtype=config.dtype)))


def _serve(parsed: argparse.Namespace, output: Output) -> int:
    config = _config(parsed)
    from bridge.serving import serve

    with _logged(config):
        return serve(config, output)


def _status(parsed: argparse.Namespace, output: Output) -> int:
    with _server(parsed) as server:
        status = server.status()
    if parsed.json:
        return _json(output, status)
    output.result(f"Legato {server.version} on {server.host} port {server.port}: {status.state}")
    output.result(f"  requests under way  {status.queue}")
    output.result(f"  times real time     {status.real_time_factor:.1f}")
    output.result(f"  buffered            {status.buffered_seconds:.1f} s")
    output.result(f"  underruns           {status.underruns}")
    output.result(f"  stream              {status.rate_hz} Hz")
    output.result(f"  up                  {status.uptime_seconds:.0f} s")
    return 0


def _models(parsed: argparse.Namespace, output: Output) -> int:
    with _server(parsed) as server:
        models = server.models()
    if parsed.json:
        return _json(output, models)
    rows = [(m.name, m.rate_hz, m.channels, m.operations, m.licence, m.text) for m in models]
    output.table(("model", "rate", "channels", "can", "licence", ""), rows)
    return 0


def _takes(parsed: argparse.Namespace, output: Output) -> int:
    with _server(parsed) as server:
        takes = server.takes(parsed.limit)
    if parsed.json:
        return _json(output, takes)
    rows = [(t.take, t.state, f"{t.seconds:.1f} s", t.model, t.title) for t in takes]
    output.table(("take", "state", "audio", "model", "title"), rows)
    return 0


def _cancel(parsed: argparse.Namespace, output: Output) -> int:
    with _server(parsed) as server:
        server.cancel(parsed.take)
    output.result(f"cancelling {parsed.take}")
    return 0


def _doctor(parsed: argparse.Namespace, output: Output) -> int:
    from bridge.doctor import examine

    config = _config(parsed)
    checks = []
    for check in examine(config):
        checks.append(check)
        if parsed.json:
            continue
        mark = {"ok": "ok", "warning": "warning", "failure": "FAILURE"}[check.state]
        output.result(f"{mark:8} {check.name:9} {check.what}")
        if check.next:
            output.result(f"{'':8} {'':9} -> {check.next}")
    if parsed.json:
        _json(output, checks)
    return int(any(check.state == "failure" for check in checks))


def _train(parsed: argparse.Namespace, output: Output) -> int:
    from engine.wire import StartFailed

    try:
        return int(importlib.import_module("engine.training.recipe").main(parsed.arguments) or 0)
    except ModuleNotFoundError as error:
        raise StartFailed(
            f"training needs the package {error.name}: pip install 'legato[train]'"
        ) from error


def _server(parsed: argparse.Namespace) -> Any:
    from bridge.remote import RemoteServer

    config = _config(parsed)
    return RemoteServer(config.host, config.port, config.token)


def _config(parsed: argparse.Namespace) -> Config:
    from bridge.config import Config

    return Config.load({name: getattr(parsed, name, None) for name in CONFIG_FLAGS})


@contextlib.contextmanager
def _logged(config: Config, quiet: bool = False) -> Iterator[None]:
    """Log while the block runs; commands that end soon only speak up."""
    import msgspec

    from bridge.logs import Logs

    if quiet and config.log_level == "info":
        config = msgspec.structs.replace(config, log_level="warning")
    with Logs(config):
        yield


def _json(output: Output, value: Struct | Sequence[Struct]) -> int:
    import msgspec

    # Rows are arrays on the wire; here they have names.
    named = msgspec.to_builtins(
        [msgspec.structs.asdict(row) for row in value]
        if isinstance(value, Sequence)
        else msgspec.structs.asdict(value)
    )
    output.result(msgspec.json.encode(named).decode())
    return 0


def _pair(text: str) -> tuple[str, Value]:
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="legato",
        description="From a score to audio that is heard after its first window.",
        epilog="Settings come from legato.toml, then LEGATO_* variables, then these flags.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_rendering(commands)
    _add_serve(commands)
    _add_asking(commands)
    doctor = _add(commands, "doctor", _doctor, "find what could keep Legato from working")
    doctor.add_argument("--json", action="store_true", help="print JSON")
    commands.add_parser("train", help="train the built-in model anew", add_help=False)
    return parser


def _add(
    commands: Any, name: str, run: Callable[[argparse.Namespace, Output], int], text: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=f"{text[0].upper()}{text[1:]}.", allow_abbrev=False
    )
    parser.set_defaults(run=run)
    parser.add_argument("--config", metavar="FILE", help="read this file instead of legato.toml")
    parser.add_argument("--host", help="the server's address (default 127.0.0.1)")
    parser.add_argument("--port", type=int, help="the server's port (default 7770)")
    return parser


def _add_rendering(commands: Any) -> None:
    demo = _add(commands, "demo", _demo, "render a bundled piece and say how fast it was heard")
    render = _add(commands, "render", _render, "render a score (MIDI, MusicXML, ABC) to a WAV")
    render.add_argument("song", metavar="SONG", help="the score's file")
    demo.set_defaults(play=None, bits=32)
    render.set_defaults(play=False)
    for parser in (demo, render):
        parser.add_argument("-o", "--output", metavar="WAV", help="where the audio goes")
        parser.add_argument("--model", help="the model (default house)")
        parser.add_argument("--seed", type=int, help="the same seed gives the same samples")
        parser.add_argument("--draft", action="store_true", help="much faster, less refined")
        parser.add_argument("--device", help="auto, cpu, cuda or mps")
        parser.add_argument("--force", action="store_true", help="overwrite the output")
        parser.add_argument("--alone", action="store_true", help="do not ask a running server")
        play = argparse.BooleanOptionalAction
        parser.add_argument("--play", action=play, help="hear it on the default audio device")
        help_set = "a parameter of the model; may be given again"
        parser.add_argument(
            "--set", type=_pair, action="append", metavar="KEY=VALUE", help=help_set
        )
    render.add_argument("--bits", type=int, choices=(24, 32), default=32, help="of a sample")


def _add_serve(commands: Any) -> None:
    serve = _add(commands, "serve", _serve, "serve OSC until Ctrl-C")
    serve.add_argument("--model", help="the model where a request names none")
    serve.add_argument("--device", help="auto, cpu, cuda or mps")
    serve.add_argument("--sink", dest="sinks", action="append", metavar="KIND[:NAME]",
                       help="open a sink at start, as device")  # fmt: skip
    serve.add_argument("--media", dest="media_folders", action="append", metavar="FOLDER",
                       help="a folder that clients may name files in")  # fmt: skip
    serve.add_argument(
        "--takes", dest="takes_folder", metavar="FOLDER", help="where takes are kept"
    )
    serve.add_argument("--engine", dest="engine_address", metavar="HOST:PORT",
                       help="use an engine that runs elsewhere")  # fmt: skip
    serve.add_argument("--log-level", help="debug, info, warning or error")
    serve.add_argument("--log-format", help="console or json")
    serve.add_argument("--log-file", metavar="FILE", help="log to a file as well")


def _add_asking(commands: Any) -> None:
    status = _add(commands, "status", _status, "say how the running server is")
    models = _add(commands, "models", _models, "list the running server's models")
    takes = _add(commands, "takes", _takes, "list the newest takes of the running server")
    takes.add_argument("--limit", type=int, default=20, help="how many (default 20)")
    for parser in (status, models, takes):
        parser.add_argument("--json", action="store_true", help="print JSON")
    cancel = _add(commands, "cancel", _cancel, "end a request that is under way")
    cancel.add_argument("take", metavar="TAKE", help="its take, as `legato takes` lists it")


class _Version(argparse.Action):
    """Prints the version, which is looked up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from bridge.terminal import Output
        from bridge.version import version

        Output().result(f"legato {version()}")
        parser.exit()


if __name__ == "__main__":
    sys.exit(main())
