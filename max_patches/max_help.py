"""The help patches: `NAME.maxhelp` for each of Legato's patches for Max."""

from __future__ import annotations

from py2max.core import Box

from max_patches import max_pages, max_parts, table
from max_patches.sheet import Sheet

_NEEDS = "It needs legato.connect somewhere, which holds the connection; one is below."
_PAGE = (
    "A row a command: fill in its controls, Return ends a text, and press its button. What is "
    "left empty is left to Legato; an empty source or take means the one chosen in legato.take, "
    "an empty call the latest. Drop a file on the field beside a source or a score."
)
_TEXTS = {
    "legato.connect": "The connection to `legato serve`: one for a patch. It comes back by itself. "
    "Its inlet takes what the buttons send, such as `ask /legato/generate seconds 8` or "
    "`go /render`; its outlet gives every reply, its address first, without /legato.",
    "legato.stream~": "The stream as it is played, through jit.net.recv and jit.release~. "
    f"1 and 0 switch it on and off. {_NEEDS}",
    "legato.clip~": "Every finished take: loaded into the buffer~ that is not heard, then the two "
    f"change. `play`, `stop`, `auto 0` and `clip FILE` may be sent to it. {_NEEDS}",
    "legato.play": "MIDI and the keyboard on the screen play a live job: press `live start` first "
    f"(legato.live), and hear the stream. Its inlet takes raw MIDI. {_NEEDS}",
    "legato.replies": "Shows each reply of Legato's; goes to the outlet of legato.connect.",
}
_SIZES = {
    "legato.connect": (max_parts.CONNECT_SIZE, (1, 1)),
    "legato.stream~": (max_parts.STREAM_SIZE, (1, 2)),
    "legato.clip~": (max_parts.CLIP_SIZE, (1, 2)),
    "legato.play": (max_parts.PLAY_SIZE, (1, 0)),
}
_TRIES = {
    "legato.connect": ("ask /legato/status", "go /generate", "cancel"),
    "legato.stream~": ("1", "0"),
    "legato.clip~": ("play", "stop", "auto 0"),
}


def names() -> list[str]:
    """Return the patches that have a help patch, without their ending."""
    return ["legato", *_TEXTS, *max_pages.names().values()]


def build(name: str) -> str:
    """Return the help patch of a patch as the text of its file."""
    sheet = Sheet(f"{name} help")
    sheet.text(name, 20, 10, 400)
    if name == "legato":
        _overview(sheet)
    else:
        sheet.text(_TEXTS.get(name, f"{_PAGE} {_NEEDS}"), 20, 36, 640, 4)
        _example(sheet, name)
    return sheet.json()


def _overview(sheet: Sheet) -> None:
    sheet.text(
        "legato.maxpat holds all parts; each is a patch of its own for patches of yours. Start "
        "`legato serve` first. Double-click a part to open it, option-click it for its help.",
        20,
        36,
        640,
        3,
    )
    parts = [*_TEXTS, *max_pages.names().values()]
    for at, part in enumerate(parts):
        (inlets, outlets) = _SIZES.get(part, ((0, 0), (0, 0)))[1]
        inlets = 1 if part == "legato.replies" else inlets
        y = 110 + 34 * at
        sheet.own(part, 20, y, inlets, outlets)
        page = part.removeprefix("legato.")
        listed = [command.address for command in table.pages().get(page, [])]
        about = " ".join(listed) or _TEXTS[part].partition(":")[0].partition(".")[0]
        sheet.text(about, 190, y, 700)


def _example(sheet: Sheet, name: str) -> None:
    y = 150
    page = name.removeprefix("legato.")
    if page in table.pages():
        size = (max_pages.PAGE_WIDTH, max_pages.front_height(page))
        sheet.panel(name, 20, y, size, (0, 0))
        y += size[1] + 20
    elif name in _SIZES:
        size, ports = _SIZES[name]
        part = sheet.panel(name, 20, y, size, ports)
        _tries(sheet, name, part)
        if ports[1] == 2:
            speakers = sheet.ui("ezdac~", 20, y + size[1] + 20, 45, 45)
            for channel in range(2):
                sheet.line(part, speakers, outlet=channel, inlet=channel)
            y += 70
        y += size[1] + 20
    if name != "legato.connect":
        connect = sheet.panel("legato.connect", 20, y, max_parts.CONNECT_SIZE, (1, 1))
        if name == "legato.replies":
            sheet.line(connect, sheet.own(name, 20, y + 150, 1))


def _tries(sheet: Sheet, name: str, part: Box) -> None:
    for at, text in enumerate(_TRIES.get(name, ())):
        sheet.line(sheet.message(text, 20 + 150 * at, 112), part)
