"""The command `legato`.

Only argparse is imported at once, so that `--help` answers immediately; each command imports
what it needs. Exit status: 0 well, 1 an error, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import importlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bridge import pulling
from bridge.ordering import COMMANDS, OrderCommand

if TYPE_CHECKING:
    from msgspec import Struct

    from bridge.client import EngineClient
    from bridge.config import Config
    from bridge.doctor import Check
    from bridge.terminal import Output

INTERRUPTED = 130
CONFIG_FLAGS = (
    "config", "host", "port", "device", "model", "seed", "takes_folder", "media_folders", "sinks",
    "models_folder", "engine_address", "midi_inputs", "log_level", "log_format", "log_file",
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
    from bridge.terminal import Output, own_stderr
    from engine.wire import LegatoError

    sys.stderr = own_stderr()
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


def _order(command: OrderCommand, parsed: argparse.Namespace, output: Output) -> int:
    config = _config(parsed)
    with _logged(config, quiet=True):
        return command.run(parsed, output, config, _engine_here)


def _checkpoint(
    command: pulling.CheckpointCommand, parsed: argparse.Namespace, output: Output
) -> int:
    config = _config(parsed)
    with _logged(config, quiet=True):
        return command.run(parsed, output, config)


def _engine_here(config: Config) -> EngineClient:
    """Return an engine in this process, or the one that the configuration names."""
    from bridge.client import InProcessClient, SocketClient
    from bridge.config import split_address

    if config.engine_address:
        return SocketClient(*split_address(config.engine_address), config.engine_token)
    from engine.discovery import Models
    from engine.loop import Loop

    models = Models(device=config.device, dtype=config.dtype, models_folder=config.models_folder)
    return InProcessClient(Loop(models))


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


def _ports(parsed: argparse.Namespace, output: Output) -> int:
    from bridge.midi.systems import list_inputs

    system, names = list_inputs(_config(parsed).midi_backend)
    output.result(f"{len(names)} MIDI inputs by {system}; serve them by --midi NAME or midi_inputs")
    for name in names:
        output.result(f"  {name}")
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
    for check in _proof(parsed, config) if parsed.prove else examine(config):
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


def _proof(parsed: argparse.Namespace, config: Config) -> list[Check]:
    """Prove one model in this process."""
    from bridge.proving import prove

    with _logged(config, quiet=True):
        return prove(_engine_here(config), parsed.prove)


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="legato",
        description="From a score to audio that is heard after its first window.",
        epilog="Settings come from legato.toml, then LEGATO_* variables, then these flags.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        run = functools.partial(_order, command)
        command.add_arguments(_add(commands, command.name, run, command.text))
    for checkpoint in pulling.COMMANDS:
        run = functools.partial(_checkpoint, checkpoint)
        checkpoint.add_arguments(_add(commands, checkpoint.name, run, checkpoint.text))
    _add_serve(commands)
    _add_asking(commands)
    _add(commands, "ports", _ports, "list the MIDI inputs that can be played")
    doctor = _add(commands, "doctor", _doctor, "find what could keep Legato from working")
    doctor.add_argument("--model", dest="prove", metavar="NAME",
                        help="prove that a model works here, in about a minute")  # fmt: skip
    doctor.add_argument("--models", dest="models_folder", help="where checkpoints are kept")
    doctor.add_argument("--device", help="auto, cpu, cuda or mps")
    doctor.add_argument("--json", action="store_true", help="print JSON")
    commands.add_parser(
        "train", help="train the built-in model anew, or finetune a checkpoint", add_help=False
    )
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
    serve.add_argument("--midi", dest="midi_inputs", action="append", metavar="PORT",
                       help="play a MIDI port, by its name or a part of it")  # fmt: skip
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
