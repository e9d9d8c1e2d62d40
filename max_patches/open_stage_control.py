"""The session for Open Stage Control: a tab a page, a panel a command, a widget an argument.

Open it with `open-stage-control --send 127.0.0.1:7770 --load legato.json`. A button's script
gathers its panel's widgets and sends the command with a fresh id, so that a press never repeats
an earlier call; replies come back to the port that it sends from.
"""

from __future__ import annotations

import json
from typing import Any

from bridge.osc.command import ROOT, Argument, Command
from max_patches import table

_WIDTH, _ROW, _LABEL = 1_180, 74, 18
_TARGET = f"127.0.0.1:{table.SERVER_PORT}"
_WIDTHS = {"int": 80, "float": 80, "bool": 60}
_TEXT_WIDTH, _BUTTON_WIDTH = 130, 120
_TAGS = {"int": "i", "float": "f", "bool": "i"}
_TEXT_REPLIES = ("/status", "/accepted", "/progress", "/done", "/fail", "/live/late")


def build() -> str:
    """Return the session as JSON text."""
    pages = table.pages()
    tabs = [_tab(page, [_panel(c, at) for at, c in enumerate(pages[page])]) for page in pages]
    content = {
        "type": "root",
        "id": "root",
        "widgets": [],
        "tabs": [*tabs, _tab("replies", [_reply(at, r) for at, r in enumerate(_TEXT_REPLIES)])],
    }
    session = {
        "createdWith": "Open Stage Control",
        "version": "1.0.0",
        "type": "session",
        "content": content,
    }
    return json.dumps(session, indent=1) + "\n"


def _tab(page: str, widgets: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "tab", "id": f"tab_{page}", "label": page, "widgets": widgets, "tabs": []}


def _panel(command: Command, at: int) -> dict[str, Any]:
    """Return a command's panel: its button, then a widget for each argument."""
    name = command.address[1:].replace("/", "_")
    widgets = [_button(command, name)]
    left = _BUTTON_WIDTH + 12
    for argument in (*command.arguments, *command.options):
        widgets += _labelled(_widget(argument, name), argument.name, left)
        left += int(widgets[-1]["width"]) + 8
    if command.takes_prompt:
        widgets += _labelled(_text(name, "prompt", 220), "prompt", left)
    return {
        "type": "panel",
        "id": name,
        "left": 0,
        "top": at * _ROW,
        "width": _WIDTH,
        "height": _ROW - 4,
        "scroll": False,
        "comments": command.text,
        "widgets": widgets,
        "tabs": [],
    }


def _labelled(widget: dict[str, Any], label: str, left: int) -> list[dict[str, Any]]:
    text = {
        "type": "text",
        "id": f"{widget['id']}_label",
        "left": left,
        "top": 2,
        "width": widget["width"],
        "height": _LABEL,
        "value": label,
        "bypass": True,
    }
    return [text, widget | {"left": left, "top": _LABEL + 4, "height": 40}]


def _widget(argument: Argument, name: str) -> dict[str, Any]:
    if argument.choices and not argument.rest:
        return {
            "type": "dropdown",
            "id": f"{name}_{argument.name}",
            "width": _TEXT_WIDTH,
            "values": list(argument.choices),
            "bypass": True,
        }
    return _text(name, argument.name, _WIDTHS.get(argument.kind, _TEXT_WIDTH))


def _text(name: str, argument: str, width: int) -> dict[str, Any]:
    return {"type": "input", "id": f"{name}_{argument}", "width": width, "bypass": True}


def _button(command: Command, name: str) -> dict[str, Any]:
    return {
        "type": "button",
        "id": f"{name}_send",
        "label": name.replace("_", " "),
        "left": 4,
        "top": _LABEL + 4,
        "width": _BUTTON_WIDTH,
        "height": 40,
        "mode": "momentary",
        "bypass": True,
        "onValue": _script(command, name),
    }


def _script(command: Command, name: str) -> str:
    """Return the script of a button: the arguments with their types, then what was filled in."""
    lines = ["if (value !== 1) return;", "var args = [];"]
    if command.id != "none":
        lines += [
            "globals.legatoId = (globals.legatoId || Date.now() % 1000000 * 1000) + 1;",
            'args.push({type: "i", value: globals.legatoId});',
        ]
    lines += ["function add(key, type, text) {"]
    lines += ['  if (text === "" || text === undefined || text === null) return;']
    lines += ['  if (key) args.push({type: "s", value: key});']
    lines += ['  args.push({type: type, value: type === "s" ? String(text) : Number(text)});', "}"]
    for argument in command.arguments:
        lines.append(_adding(name, "", argument.name, _TAGS.get(argument.kind, "s")))
    for option in command.options:
        lines.append(_adding(name, option.name, option.name, _TAGS.get(option.kind, "s")))
    if command.takes_prompt:
        lines.append(_adding(name, "prompt", "prompt", "s"))
    lines.append(f'send("{_TARGET}", "{ROOT}{command.address}", ...args);')
    return "\n".join(lines)


def _adding(name: str, key: str, argument: str, tag: str) -> str:
    return f'add("{key}", "{tag}", get("{name}_{argument}"));'


def _reply(at: int, address: str) -> dict[str, Any]:
    return {
        "type": "text",
        "id": f"reply{address.replace('/', '_')}",
        "left": 0,
        "top": at * _ROW,
        "width": _WIDTH,
        "height": _ROW - 4,
        "label": f"{ROOT}{address}",
        "address": f"{ROOT}{address}",
        "value": "",
    }
