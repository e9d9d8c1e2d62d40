"""Ardour as a DAW: it records the device sink, its clock leads, and its notes are played live."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soundfile

from tests.peers.ardour import Ardour, Ardours
from tests.peers.hearing import check_played, check_whole, performance, sounding
from tests.peers.listener import Listener
from tests.peers.studio import RATE_HZ, Studio

if TYPE_CHECKING:
    from tests.conftest import Server

pytestmark = pytest.mark.peer("ardour7-lua", "jackd", "jack_wait")

ATTEMPTS = 3
LIVE_ATTEMPTS = 10  # Each lasts as long as it plays; a busy machine disturbs every second one.
BPM = 120.0  # A new session's.
BAR_3_FRAME, BAR_9_FRAME = 4 * RATE_HZ, 16 * RATE_HZ
TEMPO_TOLERANCE = 0.05  # A busy machine holds up a JACK server that has no hardware.
BEAT_TOLERANCE = 1.0  # What is told first after the start: two timecodes must have come.
LANDS_WITHIN_SECONDS = 0.1
OUT = ("PortAudio:out_0", "PortAudio:out_1")
FOLLOWING = {
    "LEGATO_MIDI_INPUTS": "ardour:MIDI Clock out",
    "LEGATO_MIDI_BACKEND": "jack",
    "LEGATO_TRANSPORT_SOURCE": "clock",
}
MTC_PORT = "ardour:MTC out"
TIMECODE = {"LEGATO_MIDI_INPUTS": MTC_PORT, "LEGATO_TRANSPORT_SOURCE": "mtc"}
PLAYED = {"LEGATO_MIDI_INPUTS": "ardour:piano/midi_out", "LEGATO_MIDI_BACKEND": "jack"}
DEVICE = {"device": "system", "hostapi": "JACK", "buffer_seconds": 0.5}
LIVE = {"device": "system", "hostapi": "JACK", "live_seconds": 0.1}


@pytest.fixture
def on_jack(environ: dict[str, str], steady_jack_server: str) -> dict[str, str]:
    """The environment of whoever is to find the JACK server."""
    environ |= {"JACK_DEFAULT_SERVER": steady_jack_server, "JACK_NO_START_SERVER": "1"}
    return environ


@pytest.fixture
def ardours(tmp_path: Path, on_jack: dict[str, str]) -> Iterator[Ardours]:
    """Ardour on the JACK server, until the test ends."""
    ardours = Ardours(tmp_path, on_jack)
    yield ardours
    ardours.clear()


def test_ardour_records_what_the_device_sink_plays(
    ardours: Ardours,
    serve: Callable[..., Server],
    sound: Callable[[Path], np.ndarray],
) -> None:
    def scene() -> bool:
        """Return whether nothing disturbed it, which on a busy machine may need another try."""
        with ending(serve()) as server, server.remote() as remote:
            list(remote.make("sink/open", ["device", "speakers"], DEVICE))
            daw = ardours.begin()
            daw.tell("sound", "heard", *OUT)
            daw.tell("arm", "heard", 1)
            daw.tell("roll")
            *_, done = remote.make("render", ["song.mid"], {})
            server.until(lambda: remote.status().buffered_seconds == 0)
            daw.tell("pass", RATE_HZ)
            daw.tell("stop")
            heard = daw.recorded()
            daw.end()
            list(remote.make("sink/close", ["speakers"], {}))
            underruns = remote.status().underruns
        made = sound(Path(str(done.arguments[2])))
        part = heard[sounding(heard)]
        whole = underruns == 0 and len(part) == len(made)
        assert not whole or np.array_equal(part, made)
        return whole

    assert any(ardours.play(scene) for _ in range(ATTEMPTS))


@contextlib.contextmanager
def ending(server: Server) -> Iterator[Server]:
    """Let a server go, however the scene ends: its ports' names are for the next."""
    try:
        yield server
    finally:
        server.end()


@pytest.fixture
def studio(steady_jack_server: str) -> Iterator[Studio]:
    """A client that hears what Ardour and Legato send, on JACK's own frames."""
    studio = Studio(steady_jack_server)
    yield studio
    studio.close()


def test_ardours_clock_leads_and_a_render_lands_on_its_bar(
    ardours: Ardours,
    on_jack: dict[str, str],
    studio: Studio,
    serve: Callable[..., Server],
    sound: Callable[[Path], np.ndarray],
) -> None:
    pytest.importorskip("rtmidi", reason="needs python-rtmidi")
    on_jack |= FOLLOWING

    def scene() -> None:
        xruns, daw = studio.xruns, ardours.begin()
        daw.tell("clock")
        with (
            ending(serve()) as server,
            server.remote() as remote,
            Listener(server.port) as listener,
        ):
            server.wait_line("MIDI port open")
            # With the buffer that it has by itself: it sounds that much after it was mixed.
            list(remote.make("sink/open", ["device", "speakers"], {"hostapi": "JACK"}))
            daw.tell("sound", "heard", *OUT)
            daw.tell("arm", "heard", 1)
            calls = remote.make("render", ["song.mid"], {"at": "bar 3"})
            next(calls)
            listener.ask("/notify", 1, "transport")
            daw.tell("roll")
            state = listener.wait("/transport", lambda fields: fields[1] == 3)
            daw.tell("pass", 4 * RATE_HZ)
            daw.tell("stop")
            heard = daw.recorded()
            listener.wait("/transport", lambda fields: fields[0] == "stopped")
            *_, done = calls
            daw.end()
        assert (state[0], state[4:]) == ("playing", [4, 4, "clock", "ardour:MIDI Clock out"])
        assert state[3] == pytest.approx(BPM, rel=TEMPO_TOLERANCE)
        begin = sounding(heard).start
        assert begin == pytest.approx(BAR_3_FRAME, abs=LANDS_WITHIN_SECONDS * RATE_HZ)
        check_whole(heard, sound(Path(str(done.arguments[2]))), studio.xruns - xruns)

    studio.undisturbed(lambda: ardours.play(scene))


def test_ardours_timecode_says_where_it_is(
    ardours: Ardours, on_jack: dict[str, str], serve: Callable[..., Server]
) -> None:
    """Not by song position, which Ardour 7.3 counts in clocks instead of sixteenths."""
    pytest.importorskip("rtmidi", reason="needs python-rtmidi")
    on_jack |= FOLLOWING | TIMECODE

    def scene() -> list[Any]:
        daw = ardours.begin()
        daw.tell("timecode")
        with ending(serve()) as server, Listener(server.port) as listener:
            server.wait_line("MIDI port open")
            listener.ask("/notify", 1, "transport")
            daw.tell("locate", BAR_9_FRAME)
            daw.tell("roll")
            state = listener.wait("/transport", lambda fields: fields[0] == "playing")
            daw.tell("stop")
            listener.wait("/transport", lambda fields: fields[0] == "stopped")
            daw.end()
        return state

    state = ardours.play(scene)
    assert state[1:] == [9, pytest.approx(32, abs=BEAT_TOLERANCE), BPM, 4, 4, "mtc", MTC_PORT]


def play_to(daw: Ardour, studio: Studio) -> None:
    """Let Ardour record a performance, and go back to its beginning."""
    daw.tell("notes", "piano", "studio:keys")
    daw.tell("arm", "piano", 1)
    daw.tell("roll")
    studio.plan(performance(studio.frame + RATE_HZ // 10))
    daw.tell("pass", 4 * RATE_HZ)
    daw.tell("stop")
    daw.tell("arm", "piano", 0)
    daw.tell("locate", 0)


def test_ardours_notes_are_played_live_and_recorded_by_it(
    ardours: Ardours,
    on_jack: dict[str, str],
    studio: Studio,
    serve: Callable[..., Server],
) -> None:
    pytest.importorskip("rtmidi", reason="needs python-rtmidi")
    on_jack |= PLAYED

    def scene() -> None:
        daw = ardours.begin()
        play_to(daw, studio)
        studio.connect("ardour:piano/midi_out", "studio:spy")
        with ending(serve()) as server, Listener(server.port) as listener:
            server.wait_line("MIDI port open")
            listener.ask("/sink/open", 1, "device", "speakers", *chain(*LIVE.items()))
            listener.wait("/done", lambda fields: fields[0] == 1)
            studio.listen(*OUT)
            daw.tell("sound", "heard", *OUT)
            calls = count(2)
            studio.undisturbed(
                lambda: play_live(daw, studio, listener, next(calls)), attempts=LIVE_ATTEMPTS
            )
            daw.end()

    ardours.play(scene)


def play_live(daw: Ardour, studio: Studio, listener: Listener, call: int) -> None:
    """Let Ardour play what it recorded to a live job, record that, and hold one to the other."""
    xruns = studio.xruns
    daw.tell("stop")
    daw.tell("locate", 0)
    daw.tell("arm", "heard", 1)
    listener.ask("/live/start", call, "model", "house")
    listener.wait("/progress", lambda fields: fields[0] == call and fields[2] == "live")
    begin = studio.frame
    daw.tell("roll")
    daw.tell("pass", 5 * RATE_HZ)
    daw.tell("stop")
    heard = daw.recorded()
    listener.ask("/live/stop", call)
    done = listener.wait("/done", lambda fields: fields[0] == call)
    notes = [(frame, data) for frame, data in studio.spied if frame > begin]
    check_played(studio, begin, notes)
    made = soundfile.read(done[3], dtype="float32")[0]
    made = made[sounding(made)]
    check_whole(heard, made, studio.xruns - xruns)
    check_whole(studio.sound[begin:], made, studio.xruns - xruns)
