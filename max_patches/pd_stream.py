"""`legato~.pd`, the stream as signals in Pd, and the help patches of both abstractions.

The samples come as floats over UDP and are written, interleaved, into a ring; a second array
that holds 0, 2, 4 ... is played as a signal and reads them, so that every index is exact.
"""

from __future__ import annotations

from bridge.osc.command import ROOT
from max_patches import table
from max_patches.pd_patch import Canvas

RING_FRAMES = 1 << 17  # 2.7 s at 48 kHz; a multiple of Pd's block.
STREAM_PORT = 7_773
LATENCY_MS = 100
_FIRST_ID = 1_000_000
_HELP_WIDTH = 100


def build() -> str:
    """Return the abstraction as the text of its file."""
    canvas = Canvas()
    canvas.comment(
        f"[legato~ PORT LATENCY_MS]: the stream as two signals. 1 listens on the port "
        f"({STREAM_PORT} where left out) and asks for the stream, 0 ends it; the middle outlet "
        "goes to the inlet of [legato]. The right outlet counts lost packets.",
        20,
        5,
        _HELP_WIDTH,
    )
    _switch(canvas)
    _player(canvas)
    _receive(canvas)
    _ring(canvas)
    return "\n".join(["#N canvas 60 60 1300 760 12;", *canvas.lines()]) + "\n"


def _switch(canvas: Canvas) -> None:
    """Listen and ask for the stream, or end both; the port is the argument or the usual one."""
    which = canvas.object("sel 1 0", 20, 90)
    out = canvas.object("outlet", 20, 360)
    canvas.line(canvas.object("inlet", 20, 60), which)
    given, port = _argument(canvas, "$1", STREAM_PORT, 20)
    canvas.line(which, given)
    both = canvas.object("t f b b f", 20, 225)
    parts = canvas.object("pack f f f", 20, 300)
    ask = f"{ROOT}/sink/open $3 osc pd-$1 port $1 format floats rate $2"
    canvas.line(port, both)
    canvas.chain(both, parts, canvas.message(ask, 20, 330), out)
    rate, id = canvas.object("samplerate~", 90, 250), _fresh_id(canvas, 180, 250)
    canvas.line(both, id, outlet=1)
    canvas.line(id, parts, inlet=2)
    canvas.line(both, rate, outlet=2)
    canvas.line(rate, parts, inlet=1)
    canvas.line(both, canvas.object("s $0-listen", 300, 250), outlet=3)
    steps = canvas.object("t b b", 120, 120)
    closing, last = canvas.object("pack f f", 300, 330), canvas.object("f", 300, 300)
    close_id = _fresh_id(canvas, 380, 275)
    canvas.line(both, last, outlet=3, inlet=1)
    canvas.line(which, steps, outlet=1)
    canvas.line(steps, last)
    canvas.line(steps, close_id, outlet=1)
    canvas.line(close_id, closing, inlet=1)
    canvas.chain(last, closing, canvas.message(f"{ROOT}/sink/close $2 pd-$1", 300, 360), out)


def _fresh_id(canvas: Canvas, x: int, y: int) -> int:
    """Put a counter of ids that nobody else takes; the same id again would repeat nothing."""
    count, more = canvas.object(f"f {_FIRST_ID + x}", x, y), canvas.object("+ 1000", x + 90, y)
    canvas.line(count, more)
    canvas.line(more, count, inlet=1)
    return count


def _argument(canvas: Canvas, argument: str, usual: int, x: int) -> tuple[int, int]:
    """Return the boxes that a bang goes into, and that its number comes out of."""
    given = canvas.object(f"f {argument}", x, 150)
    none = canvas.object("sel 0", x, 180)
    default = canvas.object(f"f {usual}", x, 195)
    number = canvas.object("f", x + 60, 180)
    canvas.chain(given, none, default)
    canvas.line(none, number, outlet=1)
    joined = canvas.object("t f", x + 60, 200)
    canvas.line(default, joined)
    canvas.line(number, joined)
    return given, joined


def _player(canvas: Canvas) -> None:
    """Put what reads the ring."""
    player = canvas.object("tabplay~ $0-ramp", 700, 420)
    canvas.line(canvas.object("r $0-player", 700, 390), player)
    again = canvas.object("spigot", 840, 450)
    canvas.line(player, again, outlet=1)
    canvas.line(again, canvas.object("s $0-player", 840, 480))
    canvas.line(canvas.object("r $0-sounding", 900, 420), again, inlet=1)
    right = canvas.object("+~ 1", 800, 520)
    canvas.line(player, right)
    for x, source in ((700, player), (800, right)):
        read = canvas.object("tabread~ $0-ring", x, 560)
        # Where the player has stopped it gives 0, and the ring's first frame would hum on.
        gate = canvas.object("*~", x, 590)
        canvas.line(source, read)
        canvas.line(read, gate)
        canvas.line(canvas.object("r $0-gate", x + 60, 575), gate, inlet=1)
        canvas.line(gate, canvas.object("outlet~", x, 630))


def _receive(canvas: Canvas) -> None:
    """Take packets apart: the head says where the samples go, and when to start and stop."""
    x = 420
    listen = canvas.message("listen $1", x, 90)
    receive = canvas.object("netreceive -u -b", x, 115)
    canvas.chain(canvas.object("r $0-listen", x, 60), listen, receive)
    whole = canvas.object("list trim", x, 165)
    audio = canvas.object(f"route {ROOT[1:]}", x, 190)
    kind, end = canvas.object("route audio", x, 215), canvas.object("route end", x, 240)
    named = canvas.object("list", x + 60, 265)
    canvas.chain(receive, canvas.object("oscparse", x, 140), whole, audio, kind, end)
    canvas.line(end, named, outlet=1)
    split = canvas.object("list split 5", x + 60, 290)
    canvas.line(named, split)
    head = canvas.object("unpack s f f f f", x + 60, 400)
    samples = canvas.object("t l", x + 240, 315)
    canvas.line(split, samples, outlet=1)
    # The list's end goes out first, so it waits here until the head has said where it belongs.
    keep = canvas.object("list append", x + 240, 345)
    canvas.line(samples, keep, inlet=1)
    order = canvas.object("t b l", x + 60, 345)
    canvas.line(split, order)
    canvas.line(order, head, outlet=1)
    canvas.line(order, keep)
    canvas.line(keep, canvas.object("s $0-samples", x + 240, 375))
    _position(canvas, head)
    _start(canvas, head, end)
    _lost(canvas, head)


def _position(canvas: Canvas, head: int) -> None:
    """Write the samples where they belong, in two pieces where the ring ends between."""
    frame = canvas.object(f"mod {RING_FRAMES}", 520, 430)
    onset = canvas.object("* 2", 520, 455)
    both = canvas.object("t f f", 520, 480)
    left = canvas.object(f"expr {2 * RING_FRAMES} - $f1", 560, 530)
    canvas.line(head, frame, outlet=2)
    canvas.chain(frame, onset, both)
    canvas.line(both, left, outlet=1)
    split = canvas.object("list split", 420, 600)
    canvas.line(canvas.object("r $0-samples", 420, 570), split)
    canvas.line(left, split, inlet=1)
    here = canvas.object("array set $0-ring", 420, 650)
    rest = canvas.object("array set $0-ring 0", 560, 650)
    canvas.line(both, here, inlet=1)
    canvas.line(split, here)
    canvas.line(split, rest, outlet=1)
    canvas.line(split, here, outlet=2)


def _start(canvas: Canvas, head: int, end: int) -> None:
    """Start to play a little after a sound began, and stop as long after it ended."""
    begins = canvas.object("sel 0", 700, 60)
    canvas.line(head, begins, outlet=2)
    given = canvas.object("f $2", 700, 90)
    usual = canvas.object("sel 0", 700, 115)
    wait, default = canvas.object("delay", 700, 165), canvas.object(f"f {LATENCY_MS}", 700, 140)
    on = canvas.object("t b b b", 700, 190)
    canvas.chain(begins, given, usual, default, wait, on)
    canvas.line(usual, wait, outlet=1)
    canvas.line(on, canvas.object("s $0-player", 700, 250))
    for outlet, name, x in ((1, "gate", 800), (2, "sounding", 880)):
        one = canvas.message("1", x, 220)
        canvas.line(on, one, outlet=outlet)
        canvas.line(one, canvas.object(f"s $0-{name}", x, 250))
    off_wait = canvas.object(f"delay {LATENCY_MS}", 960, 165)
    off = canvas.object("t b b b", 960, 190)
    over = canvas.object("t b", 960, 140)
    canvas.line(end, over)
    canvas.chain(over, off_wait, off)
    canvas.chain(off, canvas.message("stop", 960, 220), canvas.object("s $0-player", 960, 250))
    for outlet, name, x in ((1, "gate", 1040), (2, "sounding", 1120)):
        zero = canvas.message("0", x, 220)
        canvas.line(off, zero, outlet=outlet)
        canvas.line(zero, canvas.object(f"s $0-{name}", x, 250))


def _lost(canvas: Canvas, head: int) -> None:
    """Count the packets that never came."""
    gap = canvas.object("expr $f1 - $f2", 1000, 320)
    step = canvas.object("t f f", 1000, 290)
    following = canvas.object("+ 1", 1080, 320)
    count = canvas.object("f", 1000, 380)
    canvas.line(head, step, outlet=1)
    canvas.line(step, gap)
    canvas.line(step, following, outlet=1)
    more = canvas.object("moses 1", 1000, 350)
    canvas.chain(gap, more)
    canvas.line(more, count, outlet=1)
    canvas.line(count, canvas.object("outlet", 1000, 630))
    canvas.line(following, canvas.object("s $0-next", 1080, 350))
    canvas.line(canvas.object("r $0-next", 1100, 290), gap, inlet=1)


def _ring(canvas: Canvas) -> None:
    """Put both arrays, and fill the one of indexes when the patch opens."""
    canvas.object(f"array define $0-ring {2 * RING_FRAMES}", 20, 420)
    canvas.object(f"array define $0-ramp {RING_FRAMES}", 20, 445)
    load = canvas.object("loadbang", 20, 480)
    often = canvas.message(f"{RING_FRAMES}", 20, 505)
    loop = canvas.object("until", 20, 530)
    count, more = canvas.object("f", 20, 555), canvas.object("+ 1", 70, 555)
    both = canvas.object("t f f f", 20, 580)
    value = canvas.object("* 2", 20, 610)
    write = canvas.object("tabwrite $0-ramp", 20, 640)
    canvas.chain(load, often, loop, count, both, value, write)
    canvas.line(both, write, outlet=1, inlet=1)
    canvas.line(both, more, outlet=2)
    canvas.line(more, count, inlet=1)


def help_stream() -> str:
    """Return the help patch of `legato~`."""
    canvas = Canvas()
    canvas.comment("legato~: what Legato plays, as two signals.", 20, 10, 60)
    canvas.comment(
        "Start `legato serve`, switch the audio on, then listen. Whatever is rendered or played "
        "live is heard, late by the second argument in milliseconds.",
        20,
        35,
        80,
    )
    switch = canvas.put("obj", 20, 90, _toggle())
    stream = canvas.object(f"legato~ {STREAM_PORT} {LATENCY_MS}", 20, 130)
    speakers = canvas.object("dac~", 20, 200)
    server = canvas.object("legato", 160, 170)
    render = canvas.message(f"{ROOT}/render 1000 song.mid", 200, 130)
    lost = canvas.object("print lost", 280, 200)
    canvas.chain(switch, stream)
    canvas.line(stream, server)
    canvas.line(stream, speakers, outlet=1)
    canvas.line(stream, speakers, outlet=2, inlet=1)
    canvas.line(stream, lost, outlet=3)
    canvas.line(render, server)
    return "\n".join(["#N canvas 60 60 760 300 12;", *canvas.lines()]) + "\n"


def help_patch() -> str:
    """Return the help patch of `legato`: a message for each command, by page."""
    canvas = Canvas()
    canvas.comment("legato: every command of a running `legato serve`.", 20, 10, 60)
    canvas.comment(
        "Messages to the inlet bring ids of their own, from 1000 on; a new one for every call, "
        "since the same id again repeats nothing. Opened, the object is a page to click on. See "
        "legato~ for the stream as signals.",
        20,
        35,
        100,
    )
    x, y = 20, 100
    server = canvas.object(f"legato {table.PD_PORT} {table.SERVER_PORT}", 20, 1_160)
    for page, commands in table.pages().items():
        canvas.comment(page, x, y, 30)
        y += 25
        for command in commands:
            row = table.row(command)
            address, _, words = row.message.partition(" ")
            text = f"{address} {1000 + y} {words}" if row.numbered else row.message
            canvas.line(canvas.message(text.strip(), x, y), server)
            y += 25
        y += 15
        if y > 900:
            x, y = x + 460, 100
    canvas.line(server, canvas.object("print reply", 20, 1_190))
    canvas.line(server, canvas.object("print path", 160, 1_190), outlet=1)
    return "\n".join(["#N canvas 60 60 1300 1260 12;", *canvas.lines()]) + "\n"


def _toggle() -> str:
    return "tgl 19 0 empty empty listen 24 9 0 10 #fcfcfc #000000 #000000 0 1"
