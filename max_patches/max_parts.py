"""Legato's parts for Max that are no page of controls: connection, stream, clips and playing."""

from __future__ import annotations

from py2max.core import Box

from bridge.osc.command import ROOT
from max_patches import table
from max_patches.sheet import ASK, FONT, TOLD, Sheet

CONNECT_SIZE = (560, 128)
STREAM_SIZE = (270, 62)
CLIP_SIZE = (330, 62)
PLAY_SIZE = (560, 84)
STATUS = ("state", "queue", "real_time_factor", "buffered_seconds", "underruns", "rate_hz")
# What comes out of midiparse where, and the word of its command.
_PLAYED = ((0, "note"), (2, "cc"), (3, "program"), (4, "pressure"), (5, "bend"))
_STREAM_HELP = (
    "The stream as Legato plays it: jit.net.recv gets matrices over TCP, jit.release~ makes "
    "signals of them. A larger latency bears more jitter."
)


def connect() -> str:
    """Return `legato.connect`: the script in Node, its connection, calls and meters."""
    sheet = Sheet("legato.connect")
    node = sheet.object("node.script legato_node.js @autostart 1", 20, 170, outlets=2)
    sheet.line(sheet.object("inlet", 20, 20), node)
    sheet.line(sheet.object(f"r {ASK}", 120, 20), node)
    told = sheet.object("t l l", 20, 200)
    kinds = "route connected told call progress problem"
    route = sheet.object(kinds, 20, 230)
    sheet.chain(node, told, route)
    sheet.line(told, sheet.object(f"s {TOLD}", 200, 200), outlet=1)
    _address(sheet, node)
    light = sheet.ui("toggle", 20, 270, 22)
    sheet.line(route, light)
    sheet.front(light, 330, 6, 20)
    _replies(sheet, route)
    _call(sheet, route, node)
    sheet.text("connected", 50, 270, 80)
    return sheet.json(presents=True)


def _address(sheet: Sheet, node: Box) -> None:
    port = sheet.ui("number", 300, 60, 70, fontsize=FONT)
    start = sheet.object(f"loadmess set {table.SERVER_PORT}", 300, 20)
    again = sheet.ui("textbutton", 400, 60, 90, text="connect", fontsize=FONT)
    ask = sheet.message("connect 127.0.0.1 $1", 300, 100)
    sheet.line(start, port)
    sheet.chain(again, port, ask, node)
    label = sheet.text("Legato on this machine, port", 500, 60, 200)
    sheet.front(label, 6, 6, 160, 18)
    sheet.front(port, 170, 6, 60)
    sheet.front(again, 240, 6, 80)


def _replies(sheet: Sheet, route: Box) -> None:
    """Show the status in numbers, and send every reply out."""
    both = sheet.object("t l l", 150, 270)
    sheet.line(route, both, outlet=1)
    sheet.line(both, sheet.object("outlet", 260, 300), outlet=1)
    status = sheet.object("route /status", 150, 300)
    values = sheet.object("unpack 0 s 0 0. 0. 0 0", 150, 330)
    sheet.chain(both, status, values)
    for at, name in enumerate(STATUS):
        x = 150 + 110 * at
        shown, setting = sheet.message("", x, 420, 70), sheet.object("prepend set", x, 390)
        sheet.line(values, setting, outlet=at + 1)
        sheet.line(setting, shown)
        label = sheet.text(name.replace("_", " "), x, 450, 105)
        sheet.front(label, 6 + 92 * at, 32, 92, 18)
        sheet.front(shown, 6 + 92 * at, 50, 80)


def _call(sheet: Sheet, route: Box, node: Box) -> None:
    """Show the latest call, how far it is, what went wrong, and end it."""
    shown = {}
    for at, name in ((2, "call"), (4, "problem")):
        setting, shown[name] = (
            sheet.object("prepend set", 640, 210 + 30 * at),
            sheet.message("", 740, 210 + 30 * at, 200),
        )
        sheet.line(route, setting, outlet=at)
        sheet.line(setting, shown[name])
    slider = sheet.ui("slider", 480, 270, 140, floatoutput=1, size=1.0, orientation=1)
    sheet.line(route, slider, outlet=3)
    stop = sheet.ui("textbutton", 740, 60, 90, text="cancel", fontsize=FONT)
    cancel = sheet.message("cancel", 740, 100)
    sheet.chain(stop, cancel, node)
    sheet.front(stop, 470, 76, 80)
    sheet.front(shown["call"], 6, 76, 200)
    sheet.front(slider, 216, 78, 240, 16)
    sheet.front(shown["problem"], 6, 102, 544)


def stream() -> str:
    """Return `legato.stream~`: the stream as signals, over TCP and Jitter."""
    sheet = Sheet("legato.stream~")
    sheet.text(_STREAM_HELP, 300, 10, 420, 3)
    switch = sheet.ui("toggle", 20, 60, 22)
    sheet.line(sheet.object("inlet", 20, 20), switch)
    both, which = sheet.object("t i i", 20, 95), sheet.object("sel 1 0", 20, 125)
    rate, gate = sheet.object("dspstate~", 20, 160), sheet.object("gate", 120, 195)
    send = sheet.object(f"s {ASK}", 120, 260)
    sheet.chain(switch, both, which, rate)
    sheet.line(both, gate, outlet=1)
    sheet.line(rate, gate, outlet=1, inlet=1)
    sheet.chain(gate, sheet.object("prepend stream", 120, 228), send)
    silence = sheet.message("silence", 240, 160)
    sheet.line(which, silence, outlet=1)
    sheet.line(silence, send)
    receive = sheet.object("jit.net.recv @port 7474", 20, 360)
    release = sheet.object("jit.release~ 2 @mode 1 @latency 100", 20, 400)
    told, port = sheet.object(f"r {TOLD}", 20, 295), sheet.object("route port", 20, 328)
    setting = sheet.message("port $1", 140, 328)
    sheet.chain(told, port, setting, receive, release)
    latency = sheet.ui("flonum", 340, 330, 64, minimum=0.0, fontsize=FONT)
    sheet.chain(sheet.object("loadmess set 100.", 340, 300), latency)
    sheet.chain(latency, sheet.message("latency $1", 340, 360), release)
    _front_stream(sheet, switch, latency)
    _outlets(sheet, release, 440)
    return sheet.json(presents=True)


def _front_stream(sheet: Sheet, switch: Box, latency: Box) -> None:
    sheet.front(switch, 6, 6, 22, 22)
    sheet.front(sheet.text("hear the stream, latency in ms", 60, 62, 190), 32, 8, 160, 18)
    sheet.front(latency, 196, 6, 64)


def _outlets(sheet: Sheet, source: Box, y: int) -> None:
    """Show the level of both channels, and let them out."""
    for channel in range(2):
        meter = sheet.ui("meter~", 20 + 200 * channel, y + 30, 120, 13)
        sheet.line(source, meter, outlet=channel)
        sheet.front(meter, 6, 34 + 13 * channel, 250, 11)
        outlet = sheet.object("outlet", 20 + 200 * channel, y + 70)
        sheet.line(source, outlet, outlet=channel)


def clip() -> str:
    """Return `legato.clip~`: finished files, each loaded into the buffer that is not heard."""
    sheet = Sheet("legato.clip~")
    names = ("---legato.a", "---legato.b")
    told, route = sheet.object(f"r {TOLD}", 20, 20), sheet.object("route clip", 20, 50)
    file, command = sheet.object("zl.slice 1", 20, 80), sheet.object("prepend clip", 20, 110)
    script = sheet.patcher.add_textbox(
        f"js legato_clip.js {' '.join(names)}",
        patching_rect=[20.0, 180.0, 320.0, 22.0],
        numinlets=2,
        numoutlets=4,
        outlettype=["", "", "", ""],
    )
    sheet.chain(told, route, file, command, script)
    sheet.line(sheet.object("inlet", 160, 20), script)
    for at, name in enumerate(names):
        buffer = sheet.object(f"buffer~ {name}", 160 + 190 * at, 230)
        loaded = sheet.message(f"loaded {at}", 160 + 190 * at, 270)
        sheet.line(script, buffer, outlet=at + 1)
        sheet.line(buffer, loaded, outlet=1)
        sheet.line(loaded, script, inlet=1)
    player = sheet.object(f"play~ {names[0]} 2", 20, 330)
    sheet.line(script, player)
    setting, shown = sheet.object("prepend set", 560, 230), sheet.message("", 560, 260, 180)
    sheet.line(script, setting, outlet=3)
    sheet.line(setting, shown)
    sheet.front(shown, 184, 6, 140)
    _clip_buttons(sheet, script)
    _outlets(sheet, player, 370)
    return sheet.json(presents=True)


def _clip_buttons(sheet: Sheet, script: Box) -> None:
    for at, word in enumerate(("play", "stop")):
        button = sheet.ui("textbutton", 400 + 80 * at, 60, 60, text=word, fontsize=FONT)
        sheet.chain(button, sheet.message(word, 400 + 80 * at, 95, 60), script)
        sheet.front(button, 6 + 52 * at, 6, 48)
    auto = sheet.ui("toggle", 580, 60, 22)
    sheet.chain(sheet.object("loadmess set 1", 580, 25), auto)
    sheet.chain(auto, sheet.message("auto $1", 580, 95), script)
    sheet.front(auto, 112, 6, 20)
    sheet.front(sheet.text("at once", 610, 62, 60), 132, 7, 48, 18)


def play() -> str:
    """Return `legato.play`: MIDI and a keyboard on the screen to a live job, over UDP.

    Not through Node: these messages stay in Max's high-priority thread.
    """
    sheet = Sheet("legato.play")
    out = sheet.object(f"udpsend 127.0.0.1 {table.SERVER_PORT}", 20, 330)
    parse = sheet.object("midiparse @hires 1", 20, 60)
    sheet.chain(sheet.object("midiin", 20, 20), parse)
    sheet.line(sheet.object("inlet", 120, 20), parse)
    channel = sheet.object("prepend set", 620, 110)
    sheet.line(parse, channel, outlet=6)
    notes = _played(sheet, parse, out, channel)
    keys = sheet.ui("kslider", 20, 400, 540, 60, range=61, offset=36, mode=1)
    sheet.line(keys, sheet.object("pack 0 0", 20, 480))
    pair = sheet.patcher.find_box("pack 0 0")
    assert pair is not None
    sheet.line(keys, pair, outlet=1, inlet=1)
    sheet.line(pair, notes)
    sheet.front(keys, 6, 6, 548, 72)
    told, server = sheet.object(f"r {TOLD}", 300, 240), sheet.object("route server", 300, 268)
    parts = sheet.object("unpack s 0", 300, 296)
    sheet.chain(told, server, parts)
    for at, word in enumerate(("host", "port")):
        setting = sheet.object(f"prepend {word}", 420 + 130 * at, 296)
        sheet.line(parts, setting, outlet=at)
        sheet.line(setting, out)
    return sheet.json(presents=True)


def _played(sheet: Sheet, parse: Box, out: Box, channel: Box) -> Box:
    """Lead what midiparse finds to its address; return where a pair of key and velocity goes."""
    first = None
    for at, (outlet, kind) in enumerate(_PLAYED):
        number = sheet.object("prepend 1", 20 + 230 * at, 160)
        address = sheet.object(f"prepend {ROOT}/live/{kind}", 20 + 230 * at, 200)
        sheet.line(parse, number, outlet=outlet)
        sheet.chain(number, address, out)
        sheet.line(channel, number)
        first = first or number
    assert first is not None
    return first
