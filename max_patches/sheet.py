"""A page of a Max patch by coordinates: boxes at x and y, in pixels, and lines between them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from py2max import Patcher
from py2max.core import Box
from py2max.core.common import Rect

# Inlets and outlets of what is put as an object of its own class.
_PORTS: dict[str, tuple[int, list[str]]] = {
    "textbutton": (1, ["", "", "int"]),
    "number": (1, ["", "bang"]),
    "flonum": (1, ["", "bang"]),
    "toggle": (1, ["int"]),
    "button": (1, ["bang"]),
    "umenu": (1, ["int", "", ""]),
    "textedit": (1, ["", "int", "", ""]),
    "dropfile": (1, ["", ""]),
    "slider": (1, [""]),
    "kslider": (2, ["int", "int"]),
    "meter~": (1, ["float"]),
    "ezdac~": (2, []),
    "live.text": (1, ["", ""]),
    "live.numbox": (1, ["", "float"]),
    "live.meter~": (1, ["float", "int"]),
}
# Names that begin so are a device's own in Live, and plain names elsewhere.
ASK, TOLD = "---legato.ask", "---legato.told"
FONT = 11.0


class Sheet:
    """A patcher that is filled; what has a place on the front is shown in presentation."""

    def __init__(self, title: str = "", parent: Patcher | None = None) -> None:
        self.patcher = Patcher(title=title or None, parent=parent, on_invalid="raise")

    def object(self, text: str, x: int, y: int, outlets: int | None = None) -> Box:
        """Put an object; `outlets` where it is one that the reference does not know."""
        rect = Rect(x, y, 16 + 7 * len(text), 22)
        return self.patcher.add_textbox(text, patching_rect=rect, numoutlets=outlets)

    def own(self, name: str, x: int, y: int, inlets: int = 0, outlets: int = 0) -> Box:
        """Put one of Legato's own patches as an object."""
        rect = Rect(x, y, 16 + 7 * len(name), 22)
        types = [""] * outlets
        return self.patcher.add_textbox(
            name, patching_rect=rect, numinlets=inlets, numoutlets=outlets, outlettype=types
        )

    def message(self, text: str, x: int, y: int, width: int = 0) -> Box:
        """Put a message box."""
        rect = Rect(x, y, width or 16 + 7 * len(text), 22)
        return self.patcher.add_message(text, patching_rect=rect)

    def text(self, text: str, x: int, y: int, width: int, lines: int = 1) -> Box:
        """Put a comment of so many lines."""
        rect = Rect(x, y, width, 8 + 13 * lines)
        return self.patcher.add_comment(text, patching_rect=rect, fontsize=10.0)

    def ui(self, kind: str, x: int, y: int, width: int, height: int = 22, **more: Any) -> Box:
        """Put an object to click, type into or look at."""
        inlets, types = _PORTS[kind]
        rect = Rect(x, y, width, height)
        box = Box(
            id=self.patcher.get_id(kind),
            maxclass=kind,
            numinlets=inlets,
            numoutlets=len(types),
            outlettype=types,
            patching_rect=rect,
            **more,
        )
        return self.patcher.add_box(box)

    def panel(
        self, name: str, x: int, y: int, size: tuple[int, int], ports: tuple[int, int]
    ) -> Box:
        """Show the front of one of Legato's own patches, with so many inlets and outlets."""
        return self.patcher.add_bpatcher(
            f"{name}.maxpat",
            numinlets=ports[0],
            numoutlets=ports[1],
            outlettype=["signal"] * ports[1],
            patching_rect=Rect(x, y, *size),
        )

    def line(self, source: Box, target: Box, outlet: int = 0, inlet: int = 0) -> None:
        """Connect an outlet with an inlet."""
        self.patcher.add_line(source, target, outlet=outlet, inlet=inlet)

    def chain(self, *boxes: Box) -> None:
        """Connect each with the next, first outlets with first inlets."""
        for source, target in pairwise(boxes):
            self.line(source, target)

    def front(self, box: Box, x: int, y: int, width: int, height: int = 20) -> Box:
        """Give a box its place in presentation."""
        box.presentation = 1
        box.presentation_rect = Rect(x, y, width, height)
        return box

    def json(self, presents: bool = False) -> str:
        """Return the patch as the text of its file, its window as large as what is in it."""
        rects = [box.patching_rect for box in self.patcher._boxes]
        width, height = max(r[0] + r[2] for r in rects), max(r[1] + r[3] for r in rects)
        self.patcher.rect = Rect(60.0, 60.0, width + 20.0, height + 20.0)
        self.patcher.openinpresentation = int(presents)
        return self.patcher.to_json() + "\n"
