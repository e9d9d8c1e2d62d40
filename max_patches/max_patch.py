"""`legato.maxpat`: every part of Legato on one front, and what it answers."""

from __future__ import annotations

from py2max.core import Box

from bridge.osc.command import ROOT, Reply
from max_patches import max_pages, max_parts, table
from max_patches.sheet import TOLD, Sheet

# Pages that are shown at once; the others open by a double-click.
_SHOWN = ("make", "live", "transport", "take")
_LEFT = 20
_REPLY_ROW = 78


def build() -> str:
    """Return the patch as the text of its file."""
    sheet = Sheet("legato")
    sheet.text("Legato: start `legato serve`, then open this patch.", _LEFT, 10, 440)
    connect = sheet.panel("legato.connect", _LEFT, 40, max_parts.CONNECT_SIZE, (1, 1))
    sheet.line(connect, sheet.own("legato.replies", 600, 180, inlets=1))
    stream = sheet.panel("legato.stream~", 600, 40, max_parts.STREAM_SIZE, (1, 2))
    clip = sheet.panel("legato.clip~", 890, 40, max_parts.CLIP_SIZE, (1, 2))
    speakers = sheet.ui("ezdac~", 890, 120, 45, 45)
    for source in (stream, clip):
        for channel in range(2):
            sheet.line(source, speakers, outlet=channel, inlet=channel)
    _more(sheet)
    y = 230
    for page in _SHOWN:
        if page in table.pages():
            y = _page(sheet, page, y)
    return sheet.json()


def _page(sheet: Sheet, page: str, y: int) -> int:
    """Show a page under its name, and return where the next one goes."""
    sheet.text(page, _LEFT, y, 200)
    y += 22
    if page == "live":
        sheet.panel("legato.play", _LEFT, y, max_parts.PLAY_SIZE, (1, 0))
        y += max_parts.PLAY_SIZE[1] + 6
    size = (max_pages.PAGE_WIDTH, max_pages.front_height(page))
    sheet.panel(f"legato.{page}", _LEFT, y, size, (0, 0))
    return y + size[1] + 16


def _more(sheet: Sheet) -> None:
    sheet.text("Double-click to open:", 600, 150, 140)
    x = 730
    for page in table.pages():
        if page not in _SHOWN:
            box = sheet.own(f"legato.{page}", x, 180)
            x += int(box.patching_rect[2]) + 10


def replies() -> str:
    """Return `legato.replies`: each reply in its display; the console gets rows and the rest."""
    sheet = Sheet("legato.replies")
    before: Box = sheet.object("inlet", _LEFT, 10)
    outlet = 0
    answers = table.replies()
    for at, reply in enumerate(answers):
        route = sheet.object(f"route {reply.address}", _LEFT, 60 + _REPLY_ROW * at)
        sheet.line(before, route, outlet=outlet)
        _shown(sheet, reply, route, 60 + _REPLY_ROW * at)
        before, outlet = route, 1
    rest = sheet.object("print legato", _LEFT, 60 + _REPLY_ROW * len(answers))
    sheet.line(before, rest, outlet=1)
    sheet.text(f"This patch hears {TOLD} by the outlet of legato.connect.", 200, 10, 420)
    return sheet.json()


def _shown(sheet: Sheet, reply: Reply, route: Box, y: int) -> None:
    sheet.text(f"{ROOT}{reply.address} {table.names(reply)}", 230, y, 640)
    setting = sheet.object("prepend set", 230, y + 26)
    sheet.chain(route, setting, sheet.message("", 340, y + 26, 400))
    if reply.rows:
        sheet.line(route, sheet.object(f"print legato{reply.address}", 760, y + 26))
