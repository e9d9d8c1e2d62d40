"""`legato.maxpat`: the address table as a patch for Max, without third-party objects."""

from __future__ import annotations

from py2max import Patcher
from py2max.core import Box
from py2max.core.common import Rect

from bridge.osc.command import ROOT, Reply
from max_patches import table

_ROW, _REPLY_ROW = 36, 78
_MESSAGES_X, _TEXTS_X, _REPLIES_X = 60, 390, 880
_TOP = 150
_HOWTO = (
    "Click a message to send it, or edit it first. The patch puts a fresh id behind the address "
    "of each command that takes one; TAKE stands for a take's id."
)


class Sheet:
    """A patcher by coordinates: boxes at x and y, in pixels, and lines between them."""

    def __init__(self, patcher: Patcher) -> None:
        self.patcher = patcher

    def object(self, text: str, x: int, y: int, width: int = 0) -> Box:
        """Put an object; a user interface object is its name and attributes."""
        return self.patcher.add_textbox(
            text, patching_rect=Rect(x, y, width or 16 + 7 * len(text), 22)
        )

    def button(self, name: str, x: int, y: int) -> Box:
        """Put a small square object, such as a button or a toggle."""
        return self.patcher.add_textbox(name, patching_rect=Rect(x, y, 24, 24))

    def message(self, text: str, x: int, y: int, width: int = 0) -> Box:
        """Put a message box."""
        rect = Rect(x, y, width or 16 + 7 * len(text), 22)
        return self.patcher.add_message(text, patching_rect=rect)

    def text(self, text: str, x: int, y: int, width: int, lines: int = 1) -> None:
        """Put a comment of so many lines."""
        rect = Rect(x, y, width, 6 + 12 * lines)
        self.patcher.add_comment(text, patching_rect=rect, fontsize=10.0)

    def line(self, source: Box, target: Box, outlet: int = 0, inlet: int = 0, by: int = 0) -> None:
        """Connect two boxes; `by` leads the line through a column at that x."""
        line = self.patcher.add_line(source, target, outlet=outlet, inlet=inlet)
        if by:
            (x, y, _, height), (end_x, end_y) = source.patching_rect, target.patching_rect[:2]
            corners = [x + 10, y + height + 5, by, y + height + 5, by, end_y - 8, end_x + 10]
            # py2max writes whatever attributes a line has; these are its corners.
            vars(line)["midpoints"] = [*corners, end_y - 8]


def build() -> str:
    """Return the patch as JSON text."""
    commands, answers = table.rows(), table.replies()
    bottom = _TOP + 40 + _ROW * len(commands)
    height = 100 + max(bottom + 110, _TOP + _REPLY_ROW * len(answers))
    patcher = Patcher(title="legato", on_invalid="raise")
    patcher.rect = Rect(60.0, 60.0, 1740.0, float(height))
    sheet = Sheet(patcher)
    out = sheet.object(f"udpsend 127.0.0.1 {table.SERVER_PORT}", 40, bottom + 50)
    receive = _connection(sheet, out)
    _commands(sheet, out, commands, bottom)
    _answers(sheet, receive, answers)
    return patcher.to_json() + "\n"


def _connection(sheet: Sheet, out: Box) -> Box:
    """Say hello on load: Max sends and receives on separate sockets."""
    sheet.text("Legato: start `legato serve`, then open this patch.", 40, 16, 440)
    load = sheet.object(f"loadmess {table.MAX_PORT}", 40, 40)
    again = sheet.button("button", 180, 39)
    sheet.text("click to connect again; the number is the port that replies come to", 212, 42, 440)
    port = sheet.object("number", 40, 72, 70)
    both = sheet.object("t i i", 130, 72, 50)
    hello = sheet.message(f"{table.HELLO} $1", 60, 104, 200)
    listen = sheet.message("port $1", 280, 104)
    receive = sheet.object(f"udpreceive {table.MAX_PORT}", _REPLIES_X, 104)
    sheet.line(load, port)
    sheet.line(again, port)
    sheet.line(port, both)
    sheet.line(both, listen, outlet=1)
    sheet.line(both, hello)
    sheet.line(listen, receive)
    sheet.line(hello, out, by=20)
    return receive


def _commands(sheet: Sheet, out: Box, commands: list[table.Row], bottom: int) -> None:
    sheet.text(_HOWTO, _MESSAGES_X, _TOP, 770)
    inside = Patcher(parent=sheet.patcher)
    _number(Sheet(inside))
    place = Rect(40, bottom + 8, 80, 22)
    number = sheet.patcher.add_subpatcher(
        "p number", patching_rect=place, patcher=inside, numoutlets=2, outlettype=["", "int"]
    )
    latest = sheet.object(f"prepend set {table.CANCEL}", 260, bottom + 50)
    sheet.line(number, out)
    for at, row in enumerate(commands):
        y = _TOP + 30 + _ROW * at
        message = sheet.message(row.message, _MESSAGES_X, y, 310)
        sheet.text(f"{row.signature}: {row.text}".lstrip(": "), _TEXTS_X, y, 460, 2)
        sheet.line(message, number if row.numbered else out, by=40 if row.numbered else 20)
        if row.message.startswith(f"{table.CANCEL} "):
            sheet.line(latest, message, by=380)
    sheet.line(number, latest, outlet=1)


def _number(sheet: Sheet) -> None:
    """Put a fresh id behind the address: `/x a b` becomes `/x 7 a b`."""
    sheet.text("The message box collects the address, the id and the rest.", 20, 10, 400)
    inlet = sheet.object("inlet", 40, 40, 30)
    steps = sheet.object("t b a b a", 40, 80, 200)
    address = sheet.object("zl.slice 1", 200, 120)
    id = sheet.object("counter 1 999999", 60, 160)
    rest = sheet.object("zl.slice 1", 40, 120)
    start, add_id, add_rest = (
        sheet.object(text, x, 210)
        for text, x in (("prepend set", 320), ("prepend append", 60), ("prepend append", 190))
    )
    collected = sheet.message("", 40, 270, 300)
    sent = sheet.object("outlet", 40, 320, 30)
    latest = sheet.object("outlet", 400, 320, 30)
    sheet.line(inlet, steps)
    sheet.line(steps, address, outlet=3)
    sheet.line(address, start)
    sheet.line(steps, id, outlet=2)
    sheet.line(id, add_id)
    sheet.line(id, latest)
    sheet.line(steps, rest, outlet=1)
    sheet.line(rest, add_rest, outlet=1)
    for part in (start, add_id, add_rest):
        sheet.line(part, collected)
    sheet.line(steps, collected)
    sheet.line(collected, sent)


def _answers(sheet: Sheet, receive: Box, answers: list[Reply]) -> None:
    """Route each reply to its display, one after another; the console gets what is left."""
    before, outlet = receive, 0
    for at, reply in enumerate(answers):
        y = _TOP + _REPLY_ROW * at
        route = sheet.object(f"route {ROOT}{reply.address}", _REPLIES_X, y, 160)
        setting = sheet.object("prepend set", _REPLIES_X + 170, y + 26)
        shown = sheet.message("", _REPLIES_X + 170, y + 52, 340)
        sheet.text(f"{ROOT}{reply.address} {table.names(reply)}", _REPLIES_X + 170, y, 360)
        sheet.line(before, route, outlet=outlet)
        sheet.line(route, setting)
        sheet.line(setting, shown)
        if reply.rows:
            rows = sheet.object(f"print legato{reply.address}", _REPLIES_X + 270, y + 26)
            sheet.line(route, rows)
        _extra(sheet, reply.address, route, y)
        before, outlet = route, 1
    rest = sheet.object("print legato", _REPLIES_X, _TOP + _REPLY_ROW * len(answers), 160)
    sheet.line(before, rest, outlet=1)


def _extra(sheet: Sheet, address: str, route: Box, y: int) -> None:
    if address == "/progress":
        _progress(sheet, route, y)
    elif address == "/done":
        _audio(sheet, route, y)


def _progress(sheet: Sheet, route: Box, y: int) -> None:
    x = _REPLIES_X + 530
    parts = sheet.object("unpack 0 0. s", x, y + 10)
    slider = sheet.object("slider @floatoutput 1 @size 1. @orientation 1", x, y + 42, 140)
    sheet.line(route, parts)
    sheet.line(parts, slider, outlet=1)


def _audio(sheet: Sheet, route: Box, y: int) -> None:
    """Load the file of a finished call into a buffer, and play it."""
    x = _REPLIES_X + 530
    path = sheet.object("zl.slice 3", x, y + 10)
    sheet.line(route, path)
    setting = sheet.object("prepend set", x + 100, y + 42)
    shown = sheet.message("", x, y + 74, 300)
    replace = sheet.object("prepend replace", x, y + 104)
    buffer = sheet.object("buffer~ legato", x, y + 134)
    sheet.line(path, setting, outlet=1)
    sheet.line(setting, shown)
    sheet.line(path, replace, outlet=1, by=x - 6)
    sheet.line(shown, replace)
    sheet.line(replace, buffer)
    toggle = sheet.button("toggle", x + 130, y + 132)
    sheet.text("play when loaded", x + 160, y + 136, 150)
    gate = sheet.object("gate", x + 130, y + 166, 50)
    start, stop = sheet.message("start 0", x, y + 200), sheet.message("stop", x + 90, y + 200)
    play = sheet.object("play~ legato 2", x, y + 232)
    dac = sheet.button("ezdac~", x, y + 264)
    sheet.line(toggle, gate)
    sheet.line(buffer, gate, outlet=1, inlet=1)
    sheet.line(gate, start)
    for message in (start, stop):
        sheet.line(message, play)
    sheet.line(play, dac)
    sheet.line(play, dac, outlet=1, inlet=1)
