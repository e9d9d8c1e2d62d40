"""`legato.pd`: the address table as an abstraction for Pd (vanilla, 0.53), without externals."""

from __future__ import annotations

from itertools import pairwise

from bridge.osc.command import ROOT, Reply
from max_patches import table

_ROW, _REPLY_ROW = 38, 60
_MESSAGES_X, _SEND_X, _TEXTS_X, _REPLIES_X = 20, 420, 550, 1160
_TOP = 230
_COLOURS = "#fcfcfc #000000 #000000"
_READ = "read -resize -maxsize 2.88e+07"  # Ten minutes at 48 kHz; Pd alone stops at 83 s.
_HOWTO = (
    "Click a message to send it, or edit it first. The patch puts a fresh id behind the address "
    "of each command that takes one; TAKE stands for a take's id."
)
_PORTS = (
    "As an object: [legato OWN_PORT SERVER_PORT]. The left inlet takes whole messages, with ids "
    "of your own from 1000 on; the left outlet gives every reply, the right one the path of "
    "each finished call. Two arrays hold its audio."
)


class Canvas:
    """The lines of one Pd canvas; what is put has a number, by which lines are drawn."""

    def __init__(self) -> None:
        self._objects: list[str] = []
        self._lines: list[str] = []

    def put(self, kind: str, x: int, y: int, text: str) -> int:
        """Put an element of a kind of Pd's file format: obj, msg, text, floatatom and others."""
        return self._add(f"#X {kind} {x} {y} {_escaped(text)}".rstrip() + ";")

    def object(self, text: str, x: int, y: int) -> int:
        """Put an object box."""
        return self.put("obj", x, y, text)

    def message(self, text: str, x: int, y: int) -> int:
        """Put a message box."""
        return self.put("msg", x, y, text)

    def comment(self, text: str, x: int, y: int, width: int) -> None:
        """Put a comment, so many characters wide."""
        self._add(f"#X text {x} {y} {_escaped(text)}, f {width};")

    def inside(self, canvas: Canvas, name: str, x: int, y: int) -> int:
        """Put a canvas into this one as `pd name`."""
        head, tail = f"#N canvas 100 100 620 420 {name} 0;", f"#X restore {x} {y} pd {name};"
        return self._add("\n".join([head, *canvas.lines(), tail]))

    def line(self, source: int, target: int, outlet: int = 0, inlet: int = 0) -> None:
        """Connect an outlet with an inlet."""
        self._lines.append(f"#X connect {source} {outlet} {target} {inlet};")

    def chain(self, *objects: int) -> None:
        """Connect each with the next, first outlets with first inlets."""
        for source, target in pairwise(objects):
            self.line(source, target)

    def lines(self) -> list[str]:
        """Return the lines of the file, without the canvas's own."""
        return self._objects + self._lines

    def _add(self, line: str) -> int:
        self._objects.append(line)
        return len(self._objects) - 1


def _escaped(text: str) -> str:
    for character in ("\\", ",", ";", "$"):
        text = text.replace(character, f"{' ' if character in ',;' else ''}\\{character}")
    return text


def build() -> str:
    """Return the patch as the text of its file."""
    canvas = Canvas()
    _connection(canvas)
    _sending(canvas)
    _commands(canvas, table.rows())
    _answers(canvas, table.replies())
    return "\n".join(["#N canvas 40 40 1760 1260 12;", *canvas.lines()]) + "\n"


def _connection(canvas: Canvas) -> None:
    """Say hello on load, and again when asked: a refused datagram disconnects Pd's netsend."""
    canvas.comment("Legato: start `legato serve` first, or connect again.", 20, 10, 60)
    canvas.comment(_PORTS, _TEXTS_X, 10, 82)
    load = canvas.object("loadbang", 20, 40)
    again = canvas.put("obj", 120, 40, _bang("connect_again"))
    own = _port(canvas, load, "$1", table.PD_PORT, 20)
    server = _port(canvas, load, "$2", table.SERVER_PORT, 200)
    begin = canvas.object("t b b", 120, 70)
    canvas.line(load, begin)
    canvas.line(again, begin)
    canvas.line(begin, own)
    canvas.line(begin, server, outlet=1)
    connect = canvas.message("disconnect, connect 127.0.0.1 $1", 200, 180)
    canvas.chain(server, connect, canvas.object("s $0-socket", 200, 205))
    ports = canvas.object("t f f", 20, 155)
    hello = canvas.message(f"{table.HELLO} $1", 20, 180)
    canvas.chain(own, ports, hello, canvas.object("s $0-send", 20, 205))
    listen = canvas.message("listen $1", 400, 180)
    canvas.line(ports, listen, outlet=1)
    canvas.line(listen, canvas.object("s $0-listen", 400, 205))


def _port(canvas: Canvas, load: int, argument: str, default: int, x: int) -> int:
    """Show a port: the object's argument, or the default where there is none."""
    given = canvas.object(f"float {argument}", x, 90)
    none = canvas.object("sel 0", x, 110)
    usual = canvas.message(f"set {default}", x, 130)
    number = canvas.put("floatatom", x + 90, 130, "7 0 0 0 - - - 0")
    setting = canvas.message("set $1", x + 45, 110)
    canvas.line(load, given)
    canvas.chain(given, none, usual, number)
    canvas.line(none, setting, outlet=1)
    canvas.line(setting, number)
    return number


def _bang(label: str) -> str:
    return f"bng 19 250 50 0 empty empty {label} 24 9 0 10 {_COLOURS}"


def _toggle(label: str) -> str:
    return f"tgl 19 1 empty empty {label} 24 9 0 10 {_COLOURS} 1 1"


def _sending(canvas: Canvas) -> None:
    """Numbered messages get their id, all become OSC, and the inlet's are sent as they come."""
    x = _SEND_X + 120
    canvas.line(
        canvas.object("inlet", _SEND_X + 290, 155), canvas.object("s $0-send", x + 170, 180)
    )
    numbered = canvas.object("r $0-call", _SEND_X, 60)
    canvas.chain(
        numbered,
        canvas.inside(_number(), "number", _SEND_X, 85),
        canvas.object("s $0-send", _SEND_X, 110),
    )
    encode = canvas.inside(_encode(), "encode", x, 110)
    socket = canvas.object("netsend -u -b", x, 135)
    canvas.chain(canvas.object("r $0-send", x, 85), encode, socket)
    canvas.line(canvas.object("r $0-socket", x + 90, 110), socket)


def _number() -> Canvas:
    """Return the canvas that makes `/x 7 a b` of `/x a b`."""
    canvas = Canvas()
    inlet = canvas.object("inlet", 20, 20)
    split = canvas.object("list split 1", 20, 60)
    steps = canvas.object("t a b", 20, 100)
    count = canvas.object("float", 160, 130)
    more = canvas.object("+ 1", 160, 160)
    id = canvas.object("t f f f", 160, 190)
    add_id = canvas.object("list append", 20, 240)
    add_rest = canvas.object("list append", 20, 280)
    canvas.chain(inlet, split, steps, add_id, add_rest, canvas.object("outlet", 20, 320))
    canvas.line(split, add_rest, outlet=1, inlet=1)
    canvas.line(steps, count, outlet=1)
    canvas.chain(count, more, id)
    canvas.line(id, canvas.object("s $0-last", 160, 240))
    canvas.line(id, add_id, outlet=1, inlet=1)
    canvas.line(id, count, outlet=2, inlet=1)
    return canvas


def _encode() -> Canvas:
    """Return the canvas that makes a packet of a message, whatever its address."""
    canvas = Canvas()
    steps = canvas.object("t a a", 20, 60)
    address, rest = canvas.object("list split 1", 160, 100), canvas.object("list split 1", 20, 100)
    setting = canvas.object("list prepend set", 160, 140)
    encoder = canvas.object("oscformat", 20, 220)
    canvas.line(canvas.object("inlet", 20, 20), steps)
    canvas.line(steps, address, outlet=1)
    canvas.chain(address, setting, canvas.object("list trim", 160, 180), encoder)
    canvas.line(steps, rest)
    canvas.line(rest, encoder, outlet=1)
    sending = canvas.object("list prepend send", 20, 260)
    canvas.chain(
        encoder, sending, canvas.object("list trim", 20, 300), canvas.object("outlet", 20, 340)
    )
    return canvas


def _commands(canvas: Canvas, rows: list[table.Row]) -> None:
    canvas.comment(_HOWTO, _MESSAGES_X, _TOP, 140)
    for at, row in enumerate(rows):
        y = _TOP + 30 + _ROW * at
        message = canvas.message(row.message, _MESSAGES_X, y)
        target = canvas.object(f"s $0-{'call' if row.numbered else 'send'}", _SEND_X, y + 17)
        canvas.comment(f"{row.signature}: {row.text}".lstrip(": "), _TEXTS_X, y, 82)
        canvas.line(message, target)
        if row.message.startswith(f"{table.CANCEL} "):
            latest = canvas.message(f"set {table.CANCEL} $1", _MESSAGES_X + 170, y + 17)
            canvas.chain(canvas.object("r $0-last", _MESSAGES_X + 170, y - 3), latest, message)


def _answers(canvas: Canvas, answers: list[Reply]) -> None:
    """Route each reply to its display; replies of one first word share a step."""
    x = _REPLIES_X
    receive = canvas.object("netreceive -u -b", x, 60)
    canvas.line(canvas.object("r $0-listen", x, 35), receive)
    whole = canvas.object("list trim", x, 110)
    root = canvas.object(f"route {ROOT[1:]}", x, 135)
    both = canvas.object("t a a", x, 160)
    canvas.chain(receive, canvas.object("oscparse", x, 85), whole, root, both)
    canvas.line(both, canvas.object("outlet", x, 195))
    path = canvas.object("outlet", x + 420, 195)
    before, outlet, y = both, 1, _TOP
    heads = {reply.address.split("/")[1]: reply for reply in answers}
    for head in heads:
        first = canvas.object(f"route {head}", x, y)
        canvas.line(before, first, outlet=outlet)
        before, outlet = first, 1
        y = _branch(canvas, first, [r for r in answers if r.address.split("/")[1] == head], y, path)
    canvas.line(before, canvas.object("print legato", x, y), outlet=1)


def _branch(canvas: Canvas, first: int, answers: list[Reply], y: int, path: int) -> int:
    """Show the replies that begin with one word, and return where the next ones go."""
    before, outlet = first, 0
    for reply in answers:
        words, source = reply.address.split("/")[2:], before
        if words:
            source = canvas.object(f"route {words[0]}", _REPLIES_X + 110, y)
            canvas.line(before, source, outlet=outlet)
            before, outlet = source, 1
        _show(canvas, reply, source, y)
        if reply.address == "/done":
            _audio(canvas, source, path, y)
        y += _REPLY_ROW
    return y


def _show(canvas: Canvas, reply: Reply, source: int, y: int) -> None:
    x = _REPLIES_X + 200
    canvas.comment(f"{ROOT}{reply.address} {table.names(reply)}", x, y, 60)
    # A listbox refuses a message that begins with a word, which `list` makes a list.
    shown = canvas.put("listbox", x, y + 30, "40 0 0 0 - - - 0")
    canvas.chain(source, canvas.object("list", x - 40, y + 30), shown)
    if reply.rows:
        canvas.line(source, canvas.object(f"print legato{reply.address}", x + 310, y + 30))
    if reply.address == "/progress":
        parts = canvas.object("unpack f f s", x + 310, y + 5)
        slider = canvas.put(
            "obj",
            x + 310,
            y + 30,
            f"hsl 128 17 0 1 0 0 empty empty empty -2 -8 0 10 {_COLOURS} 0 1",
        )
        canvas.line(source, parts)
        canvas.line(parts, slider, outlet=1)


def _audio(canvas: Canvas, done: int, outlet: int, y: int) -> None:
    """Load a finished call's file into two arrays, and play them."""
    x = _REPLIES_X + 650
    parts, path = canvas.object("list split 3", x, y), canvas.object("route symbol", x + 40, y + 25)
    both = canvas.object("t s s", x + 40, y + 50)
    canvas.line(done, parts)
    canvas.line(parts, path, outlet=1)
    canvas.line(path, both)
    canvas.line(both, outlet)
    gate = canvas.object("spigot", x + 40, y + 100)
    canvas.line(canvas.put("obj", x + 80, y + 75, _toggle("load_it")), gate, inlet=1)
    canvas.line(both, gate, outlet=1)
    command = canvas.object(f"list prepend {_READ}", x + 40, y + 125)
    arrays = canvas.object("list append $0-left $0-right", x + 40, y + 150)
    files = canvas.object("soundfiler", x + 40, y + 200)
    frames = canvas.put("floatatom", x + 40, y + 225, "10 0 0 0 - - - 0")
    canvas.chain(gate, command, arrays, canvas.object("list trim", x + 40, y + 175), files, frames)
    canvas.comment("frames; Pd must run at the file's rate", x + 130, y + 225, 40)
    play = canvas.put("obj", x + 40, y + 255, _bang("play"))
    speakers = canvas.object("dac~", x + 40, y + 315)
    for channel, name in enumerate(("left", "right")):
        player = canvas.object(f"tabplay~ $0-{name}", x + 40 + 130 * channel, y + 285)
        canvas.object(f"array define $0-{name} 100", x + 40, y + 345 + 25 * channel)
        canvas.line(play, player)
        canvas.line(player, speakers, inlet=channel)
