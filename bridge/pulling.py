"""The commands about checkpoints: pull, ls, show, rm and load.

Only argparse is imported at once; a command imports what it needs when it runs.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bridge.config import Config
    from bridge.library import Library, Plan
    from bridge.terminal import Output


@dataclass(frozen=True)
class CheckpointCommand:
    """One command: its name, what it says of itself, and what it does."""

    name: str
    text: str
    work: Callable[[argparse.Namespace, Output, Config], int]

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Give a parser this command's arguments."""
        parser.add_argument("--models", dest="models_folder", metavar="FOLDER",
                            help="where checkpoints are kept")  # fmt: skip
        if self.name == "ls":
            return
        some = {"nargs": "?"} if self.name == "pull" else {}
        parser.add_argument("name", metavar="NAME", help="a checkpoint's name", **some)  # type: ignore[arg-type]
        if self.name == "pull":
            parser.add_argument("--revision", default="main", help="a branch, tag or commit")
            parser.add_argument("--fp16", action="store_true", help="16-bit weights if there are")
            parser.add_argument("--yes", action="store_true", help="agree to the licence")
            parser.add_argument("--offline", action="store_true", help="ask no hub")

    def run(self, parsed: argparse.Namespace, output: Output, config: Config) -> int:
        """Do it. Raises: LegatoError."""
        return self.work(parsed, output, config)


def _pull(parsed: argparse.Namespace, output: Output, config: Config) -> int:
    if parsed.name is None:
        return _list_known(output)
    library = _library(config)
    if os.path.isfile(os.path.join(parsed.name, "model_index.json")):
        return _adopt(parsed, output, library)
    if parsed.name in library.names():
        output.result(f"{parsed.name} is here already; `legato rm {parsed.name}` removes it")
        return 0
    if parsed.offline:
        from engine.wire import NotFound

        raise NotFound(f"{parsed.name[:60]!r} is not here, and --offline asks no hub")
    plan = library.plan(parsed.name, parsed.revision, parsed.fp16)
    for line in _described(plan):
        output.say(line)
    _agree(plan, parsed.yes, output)
    with output.progress() as progress:
        library.pull(plan, progress)
    output.result(f"{plan.name} is here, revision {plan.listing.revision[:12]}, verified")
    output.say(f"  legato doctor --model {plan.name}    proves that it works here")
    output.say(f"  legato load {plan.name}    loads it in a running server")
    return 0


def _adopt(parsed: argparse.Namespace, output: Output, library: Library) -> int:
    """Take a folder of the user's own in."""
    from pathlib import Path

    name = library.adopt(Path(parsed.name))
    output.result(f"{name} is here, copied from {parsed.name}")
    return 0


def _list_known(output: Output) -> int:
    from bridge.library import known_checkpoints

    rows = [
        (known.name, f"{known.gigabytes:.1f} GB", known.licence or "see its card", known.text)
        for known in known_checkpoints().values()
    ]
    output.table(("checkpoint", "about", "licence", ""), rows)
    return 0


def _described(plan: Plan) -> list[str]:
    lines = [
        f"{plan.name} from {plan.listing.repository}, revision {plan.listing.revision[:12]}",
        f"  {len(plan.files)} files, {plan.size / 1e9:.2f} GB",
        f"  licence: {plan.licence or 'none is stated'}",
    ]
    if any(file.is_pickle for file in plan.files):
        lines.append("  its weights are pickles, converted here in a process of their own")
    return lines


def _agree(plan: Plan, agreed: bool, output: Output) -> None:
    """Ask whether a licence that sets conditions is agreed to. Raises: ForbiddenPath."""
    from engine.wire import Unauthorized

    if plan.is_free or agreed:
        return
    output.say("  this licence sets conditions (many forbid commercial use), or none is stated")
    if sys.stdin is not None and sys.stdin.isatty():
        output.say("  agree and fetch it? [y/N]")
        if sys.stdin.readline().strip().lower() in ("y", "yes"):
            return
    raise Unauthorized(f"{plan.name} was not fetched: read its licence, then say --yes")


def _ls(parsed: argparse.Namespace, output: Output, config: Config) -> int:
    library = _library(config)
    rows = []
    for name in library.names():
        card = library.card(name)
        source = f"{card.repository}@{card.revision[:12]}" if card else "put here by hand"
        licence = (card.licence if card else "") or "unknown"
        rows.append((name, f"{library.size(name) / 1e9:.2f} GB", licence, source))
    if rows:
        output.table(("checkpoint", "size", "licence", "from"), rows)
    else:
        output.say(f"no checkpoints in {config.models_folder}; `legato pull` lists known ones")
    return 0


def _show(parsed: argparse.Namespace, output: Output, config: Config) -> int:
    from bridge.library import known_checkpoints
    from engine.wire import NotFound

    library, known = _library(config), known_checkpoints().get(parsed.name)
    is_here = parsed.name in library.names()
    if not is_here and known is None:
        raise NotFound(f"{parsed.name[:60]!r} is neither here nor known; `legato pull` lists more")
    card = library.card(parsed.name) if is_here else None
    facts = {
        "what": known.text if known else "",
        "here": f"{library.size(parsed.name) / 1e9:.2f} GB" if is_here else "no; `legato pull` it",
        "repository": card.repository if card else known.repo if known else "",
        "revision": card.revision if card else "",
        "licence": (card.licence if card else known.licence if known else "") or "see its card",
        "verified files": str(len(card.files)) if card else "",
    }
    output.result(parsed.name)
    for fact, value in facts.items():
        if value:
            output.result(f"  {fact:15} {value}")
    return 0


def _rm(parsed: argparse.Namespace, output: Output, config: Config) -> int:
    size = _library(config).remove(parsed.name)
    output.result(f"removed {parsed.name}: {size / 1e9:.2f} GB")
    return 0


def _load(parsed: argparse.Namespace, output: Output, config: Config) -> int:
    from bridge.remote import RemoteServer

    with RemoteServer(config.host, config.port, config.token) as server:
        seconds = server.load(parsed.name)
    output.result(f"{parsed.name} is loaded, in {seconds:.1f} s")
    return 0


def _library(config: Config) -> Library:
    from bridge.library import Library

    return Library(config.models_folder)


COMMANDS = (
    CheckpointCommand("pull", "fetch a checkpoint, take a folder in, or list what is known", _pull),
    CheckpointCommand("ls", "list the checkpoints that are here", _ls),
    CheckpointCommand("show", "say what is known of a checkpoint", _show),
    CheckpointCommand("rm", "remove a checkpoint", _rm),
    CheckpointCommand("load", "load a model in the running server", _load),
)
