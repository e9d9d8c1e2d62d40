"""The Max for Live devices: an instrument, and an audio effect that continues what it hears.

A device is a patch in the container that Live reads. Its parts and scripts lie beside it, in
this folder, where Max finds them. The same table gives the same bytes: the dates within are 0.
"""

from __future__ import annotations

import json

from py2max.core import Box
from py2max.m4l import ensure_amxd_project_block, pack_amxd

from max_patches.sheet import ASK, TOLD, Sheet

_HEIGHT = 169
_DAY_ZERO = 0
_PATH_TYPE = 3  # A parameter that is stored with the set, and never automated.
_INSTRUMENT_WIDTH, _EFFECT_WIDTH = 300, 400


def build() -> dict[str, bytes]:
    """Return each device's file by its name."""
    return {
        "Legato Instrument.amxd": _packed(_instrument(), "instrument", "Legato Instrument"),
        "Legato Continue.amxd": _packed(_effect(), "audio_effect", "Legato Continue"),
    }


def _packed(sheet: Sheet, kind: str, name: str) -> bytes:
    patch = json.loads(sheet.json(presents=True))
    ensure_amxd_project_block(patch, device_type=kind, mtime=_DAY_ZERO)
    return pack_amxd(
        json.dumps(patch, indent=1),
        device_type=kind,
        patcher_filename=f"{name}.maxpat",
        mtime=_DAY_ZERO,
    )


def _instrument() -> Sheet:
    """MIDI of the track to a live job, and the stream back to the track."""
    sheet = _device(_INSTRUMENT_WIDTH)
    send = sheet.object(f"s {ASK}", 20, 420)
    sheet.own("legato.play", 20, 60, inlets=1)
    sheet.text("legato.play hears the track's MIDI by a midiin of its own", 140, 60, 340)
    stream = sheet.own("legato.stream~", 20, 300, inlets=1, outlets=2)
    on = _switch(sheet, "play live", 20, 130, (8, 30, 90))
    both, which = sheet.object("t i i", 20, 170), sheet.object("sel 1 0", 20, 210)
    sheet.chain(on, both, which)
    sheet.line(both, stream, outlet=1)
    for outlet, word in enumerate(("go /live/start", "go /live/stop")):
        command = sheet.message(word, 20 + 140 * outlet, 250)
        sheet.line(which, command, outlet=outlet)
        sheet.line(command, send)
    panic = _button(sheet, "panic", 320, 210, (104, 30, 60))
    sheet.chain(panic, sheet.message("go /live/panic", 320, 250), send)
    _out(sheet, stream, 20, 340, 190)
    return sheet


def _effect() -> Sheet:
    """Record bars of the track, have them continued, hear the result and keep it in the set."""
    sheet = _device(_EFFECT_WIDTH)
    track = sheet.object("plugin~ 1 2", 20, 330)
    out = sheet.object("plugout~ 1 2", 20, 600)
    for channel in range(2):
        sheet.line(track, out, outlet=channel, inlet=channel)
    script = sheet.patcher.add_textbox(
        "js legato_set.js",
        patching_rect=[20.0, 260.0, 140.0, 22.0],
        numinlets=1,
        numoutlets=4,
        outlettype=["", "", "", ""],
    )
    recorder = sheet.patcher.add_textbox(
        "sfrecord~ 2", patching_rect=[240.0, 330.0, 100.0, 22.0], numinlets=2, numoutlets=1
    )
    for channel in range(2):
        sheet.line(track, recorder, outlet=channel, inlet=channel)
    sheet.line(script, recorder, outlet=1)
    wait, over = sheet.object("delay", 440, 330), sheet.message("recorded", 440, 365)
    sheet.chain(script, wait, over, script)
    sheet.line(script, sheet.object(f"s {ASK}", 560, 330), outlet=2)
    shown = sheet.message("", 700, 365, 300)
    sheet.line(script, shown, outlet=3)
    sheet.front(shown, 8, 112, 380)
    _effect_controls(sheet, script)
    _finished(sheet, script, out)
    return sheet


def _effect_controls(sheet: Sheet, script: Box) -> None:
    record = _button(sheet, "capture and continue", 20, 100, (8, 30, 140))
    sheet.chain(record, sheet.message("record", 20, 140), script)
    for at, (word, start) in enumerate((("bars", 4.0), ("seconds", 8.0))):
        x = 200 + 120 * at
        number = sheet.ui(
            "live.numbox",
            x,
            100,
            50,
            parameter_enable=1,
            saved_attribute_attributes=_parameter(word, start, 1.0, 64.0),
        )
        sheet.chain(number, sheet.object(f"prepend {word}", x, 140), script)
        sheet.front(sheet.text(word, x, 70, 60), 156 + 80 * at, 14, 60, 16)
        sheet.front(number, 156 + 80 * at, 32, 50, 15)
    choose = _button(sheet, "choose a folder", 460, 100, (8, 60, 140))
    folder = sheet.patcher.add_textbox(
        "pattr folder",
        patching_rect=[460.0, 180.0, 100.0, 22.0],
        parameter_enable=1,
        saved_attribute_attributes={
            "valueof": {
                "parameter_longname": "folder",
                "parameter_shortname": "folder",
                "parameter_type": _PATH_TYPE,
                "parameter_invisible": 1,
            }
        },
    )
    sheet.chain(choose, sheet.object("opendialog fold", 460, 140), folder)
    told, route = sheet.object(f"r {TOLD}", 300, 180), sheet.object("route connected", 300, 205)
    sheet.chain(told, route, sheet.object("sel 1", 300, 230), folder)
    known = sheet.object("t s s", 460, 212)
    sheet.chain(folder, known, sheet.object("prepend folder", 460, 240), script)
    setting, shown = sheet.object("prepend set", 600, 212), sheet.message("", 600, 240, 260)
    sheet.line(known, setting, outlet=1)
    sheet.line(setting, shown)
    sheet.front(shown, 156, 60, 232)


def _finished(sheet: Sheet, script: Box, out: Box) -> None:
    """A finished clip goes to the set, and through legato.clip~ to the ear."""
    told, route = sheet.object(f"r {TOLD}", 620, 60), sheet.object("route clip", 620, 90)
    file, drop = sheet.object("zl.slice 1", 620, 120), sheet.object("prepend clip", 620, 150)
    sheet.chain(told, route, file, drop, sheet.object("deferlow", 620, 180), script)
    clip = sheet.own("legato.clip~", 20, 480, inlets=1, outlets=2)
    for channel in range(2):
        sheet.line(clip, out, outlet=channel, inlet=channel)
    auto = _switch(sheet, "listen", 20, 400, (316, 30, 72))
    sheet.chain(auto, sheet.message("auto $1", 20, 440), clip)


def _device(width: int) -> Sheet:
    """Return a device with what both have: the connection, and what Legato says."""
    sheet = Sheet()
    sheet.patcher.devicewidth = float(width)
    connect = sheet.own("legato.connect", 1_100, 60, inlets=1, outlets=1)
    again = _button(sheet, "connect", 1_240, 20, (8, 86, 90))
    ask = sheet.message("connect", 1_240, 60)
    sheet.chain(again, ask, connect)
    told = sheet.object(f"r {TOLD}", 1_100, 120)
    route = sheet.object("route connected problem progress", 1_100, 150)
    sheet.line(told, route)
    light = sheet.ui("toggle", 1_100, 190, 20)
    sheet.line(route, light)
    setting, problem = sheet.object("prepend set", 1_160, 190), sheet.message("", 1_160, 220, 280)
    sheet.line(route, setting, outlet=1)
    sheet.line(setting, problem)
    sheet.front(sheet.text("Legato", 1_100, 250, 60), 30, 6, 60, 18)
    sheet.front(light, 8, 6, 16, 16)
    sheet.front(problem, 8, 140, width - 16)
    return sheet


def _switch(sheet: Sheet, label: str, x: int, y: int, front: tuple[int, int, int]) -> Box:
    return _live_text(sheet, label, x, y, front, mode=1)


def _button(sheet: Sheet, label: str, x: int, y: int, front: tuple[int, int, int]) -> Box:
    return _live_text(sheet, label, x, y, front, mode=0)


def _live_text(
    sheet: Sheet, label: str, x: int, y: int, front: tuple[int, int, int], mode: int
) -> Box:
    box = sheet.ui(
        "live.text",
        x,
        y,
        120,
        20,
        mode=mode,
        text=label,
        texton=label,
        parameter_enable=1,
        saved_attribute_attributes={
            "valueof": {
                "parameter_enum": ["off", "on"],
                "parameter_longname": label,
                "parameter_shortname": label,
                "parameter_mmax": 1,
                "parameter_type": 2,
            }
        },
    )
    return sheet.front(box, *front, 20)


def _parameter(name: str, start: float, least: float, most: float) -> dict[str, object]:
    return {
        "valueof": {
            "parameter_initial": [start],
            "parameter_initial_enable": 1,
            "parameter_longname": name,
            "parameter_shortname": name,
            "parameter_mmin": least,
            "parameter_mmax": most,
            "parameter_type": 0,
        }
    }


def _out(sheet: Sheet, source: Box, x: int, y: int, front_x: int) -> None:
    out = sheet.object("plugout~ 1 2", x, y + 40)
    for channel in range(2):
        meter = sheet.ui("live.meter~", x + 160 + 40 * channel, y + 40, 8, 100)
        sheet.line(source, out, outlet=channel, inlet=channel)
        sheet.line(source, meter, outlet=channel)
        sheet.front(meter, front_x + 14 * channel, 8, 8, _HEIGHT - 40)
