"""`legato_table.json`: what the scripts in Node for Max need to know of the address table."""

from __future__ import annotations

import json
from typing import Any

from bridge.osc.command import TOPICS, Argument, Command
from bridge.osc.spec import COMMANDS
from max_patches import table


def build() -> str:
    """Return the table as JSON text, one command a line."""
    lines = ",\n".join(json.dumps(_command(command)) for command in COMMANDS)
    return f'{{"topics": {json.dumps(TOPICS)}, "commands": [\n{lines}\n]}}\n'


def _command(command: Command) -> dict[str, Any]:
    return {
        "address": command.address,
        "id": command.id,
        "asynchronous": command.asynchronous,
        "makes": table.makes_audio(command),
        "arguments": [_argument(command, argument) for argument in command.arguments],
        "options": [_argument(command, option) for option in command.options],
    }


def _argument(command: Command, argument: Argument) -> dict[str, Any]:
    start = table.start(command, argument)
    return {
        "name": argument.name,
        "kind": argument.kind,
        "optional": argument.optional,
        "rest": argument.rest,
        "start": [] if start is None else [start],
    }
