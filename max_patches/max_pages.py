"""The address table as pages of controls for Max: `legato.make`, `legato.take` and so on.

A page is an abstraction whose front is a row a command: its button, and a control for each
argument. What a control says goes to the script in Node, which remembers it and sends the
command when its button is pressed; nothing has to be put in order in the patch.
"""

from __future__ import annotations

from py2max.core import Box

from bridge.osc.command import Argument, Command
from max_patches import table
from max_patches.sheet import ASK, FONT, TOLD, Sheet

_ROW, _FRONT_ROW = 160, 44
_BUTTON_WIDTH = 110
_WIDTHS = {"int": 64, "float": 64, "bool": 40, "any": 120}
_TEXT_WIDTH, _PROMPT_WIDTH, _DROP_WIDTH = 104, 220, 22
PAGE_WIDTH = 1_260
_TAKES_HEIGHT = 30
_MARGIN = 6


def names() -> dict[str, str]:
    """Return the pages' patches: their names without `.maxpat`, by page."""
    return {page: f"legato.{page}" for page in table.pages()}


def front_height(page: str) -> int:
    """Return how high a page's front is, in pixels."""
    extra = _TAKES_HEIGHT if page == "take" else 0
    return _MARGIN + extra + _FRONT_ROW * len(table.pages()[page])


def build(page: str) -> str:
    """Return a page as the text of its file."""
    commands = table.pages()[page]
    sheet = Sheet(f"legato.{page}")
    send = sheet.object(f"s {ASK}", 20, 40 + _ROW * len(commands) + 100)
    top = _MARGIN
    if page == "take":
        _takes(sheet, send)
        top += _TAKES_HEIGHT
    for at, command in enumerate(commands):
        _Row(sheet, send, 130 + _ROW * at, top + _FRONT_ROW * at).fill(command)
    return sheet.json(presents=True)


class _Row:
    """One command on its page: at `y` in the patch and at `front_y` in presentation."""

    def __init__(self, sheet: Sheet, send: Box, y: int, front_y: int) -> None:
        self._sheet, self._send, self._y, self._front_y = sheet, send, y, front_y
        self._x = _BUTTON_WIDTH + 40
        self._front_x = _BUTTON_WIDTH + 2 * _MARGIN

    def fill(self, command: Command) -> None:
        """Put the button and every control of a command."""
        self._button(command)
        for argument in (*command.arguments, *command.options):
            self._control(command, argument)
        if command.takes_parameters:
            self._text(command, "parameters", _TEXT_WIDTH)
        if command.takes_prompt:
            self._text(command, "prompt", _PROMPT_WIDTH)

    def _button(self, command: Command) -> None:
        sheet = self._sheet
        label = command.address[1:].replace("/", " ")
        button = sheet.ui(
            "textbutton", 20, self._y, _BUTTON_WIDTH, text=label, hint=command.text, fontsize=FONT
        )
        sheet.front(button, _MARGIN, self._front_y + 16, _BUTTON_WIDTH, 22)
        go = sheet.message(f"go {command.address}", 20, self._y + 30, _BUTTON_WIDTH)
        sheet.chain(button, go, self._send)
        sheet.text(f"{command.signature}: {command.text}".lstrip(": ")[:160], 20, self._y + 58, 900)

    def _control(self, command: Command, argument: Argument) -> None:
        if argument.choices and not argument.rest:
            self._menu(command, argument)
        elif argument.kind in ("int", "float", "bool") and not argument.rest:
            self._number(command, argument)
        else:
            self._text(command, argument.name, _TEXT_WIDTH)
            if argument.kind in ("source", "file"):
                self._drop(command, argument)

    def _menu(self, command: Command, argument: Argument) -> None:
        items: list[str] = []
        for choice in ("(none)", *argument.choices) if argument.optional else argument.choices:
            items += [*([","] if items else []), choice]
        menu = self._sheet.ui("umenu", self._x, self._y, 90, items=items, fontsize=FONT)
        words = f"set {command.address} {argument.name}"
        self._place(menu, words, argument.name, 90, outlet=1)

    def _number(self, command: Command, argument: Argument) -> None:
        kind = {"int": "number", "float": "flonum", "bool": "toggle"}[argument.kind]
        width = _WIDTHS[argument.kind]
        more = {} if kind == "toggle" else {"fontsize": FONT}
        if argument.minimum is not None and kind != "toggle":
            more["minimum"] = argument.minimum
        box = self._sheet.ui(kind, self._x, self._y, 22 if kind == "toggle" else width, **more)
        start = table.start(command, argument)
        if start is not None:
            shown = self._sheet.object(f"loadmess set {start:g}", self._x, self._y - 28)
            self._sheet.line(shown, box)
        self._place(box, f"set {command.address} {argument.name}", argument.name, width)

    def _text(self, command: Command, name: str, width: int) -> None:
        # With keymode 1 Return sends the text, with the word `text` before it.
        box = self._sheet.ui("textedit", self._x, self._y, width, keymode=1, fontsize=FONT)
        self._place(box, f"typed {command.address} {name}", name, width)

    def _drop(self, command: Command, argument: Argument) -> None:
        box = self._sheet.ui("dropfile", self._x, self._y, _DROP_WIDTH)
        self._place(box, f"set {command.address} {argument.name}", "file", _DROP_WIDTH)

    def _place(self, box: Box, words: str, label: str, width: int, outlet: int = 0) -> None:
        """Lead a control to the script, name it, and go on to its right."""
        sheet = self._sheet
        prepend = sheet.object(f"prepend {words}", self._x, self._y + 30)
        sheet.line(box, prepend, outlet=outlet)
        sheet.line(prepend, self._send)
        name = sheet.text(label, self._x, self._y - 50, max(width, 60))
        height = 22 if width <= _DROP_WIDTH or "toggle" in str(box.maxclass) else 20
        shown = 22 if str(box.maxclass) == "toggle" else width
        sheet.front(name, self._front_x, self._front_y, max(width, 7 * len(label)), 16)
        sheet.front(box, self._front_x, self._front_y + 17, shown, height)
        self._x += max(width, 140, 30 + 7 * len(f"prepend {words}")) + 10
        self._front_x += max(width, 7 * len(label)) + 8


def _takes(sheet: Sheet, send: Box) -> None:
    """The list of takes: what is chosen stands for every source and take that is left empty."""
    told = sheet.object(f"r {TOLD}", 1_100, 10)
    route = sheet.object("route takes chosen", 1_100, 36)
    menu = sheet.ui("umenu", 1_100, 66, 300, fontsize=FONT)
    choose = sheet.object("prepend choose", 1_100, 94)
    refresh = sheet.ui("textbutton", 940, 36, 110, text="refresh the list", fontsize=FONT)
    takes = sheet.message("takes", 940, 66)
    shown = sheet.object("prepend set", 1_260, 36)
    chosen = sheet.message("", 1_360, 36, 180)
    sheet.chain(told, route, menu, choose, send)
    sheet.chain(refresh, takes, send)
    sheet.line(route, shown, outlet=1)
    sheet.line(shown, chosen)
    sheet.front(refresh, _MARGIN, _MARGIN, _BUTTON_WIDTH)
    sheet.front(menu, 130, _MARGIN, 560)
    sheet.front(chosen, 700, _MARGIN, 240)
