"""A hand and an ear on JACK: notes struck by JACK MIDI are heard at Legato's JACK port."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

import pytest

from tests.peers.hearing import check_played, performance
from tests.peers.listener import Listener
from tests.peers.studio import RATE_HZ, Studio

if TYPE_CHECKING:
    from tests.conftest import Server

pytestmark = pytest.mark.peer("jackd", "jack_wait")

DEVICE = {"device": "system", "hostapi": "JACK", "live_seconds": 0.1}
QUIET_SECONDS = 1.0


@pytest.fixture
def studio(steady_jack_server: str, environ: dict[str, str]) -> Iterator[Studio]:
    """A hand and an ear; what is started afterwards finds its JACK server, and its keys."""
    environ |= {"JACK_DEFAULT_SERVER": steady_jack_server, "JACK_NO_START_SERVER": "1"}
    environ |= {"LEGATO_MIDI_INPUTS": "studio:keys", "LEGATO_MIDI_BACKEND": "jack"}
    studio = Studio(steady_jack_server)
    yield studio
    studio.close()


def test_every_note_struck_over_jack_is_heard_over_jack_in_order(
    studio: Studio, serve: Callable[..., Server]
) -> None:
    def scene() -> None:
        server = serve()
        with Listener(server.port) as listener:
            server.wait_line("MIDI port open")
            listener.ask("/sink/open", 1, "device", "speakers", *chain(*DEVICE.items()))
            listener.wait("/done", lambda fields: fields[0] == 1)
            studio.listen("PortAudio:out_0", "PortAudio:out_1")
            listener.ask("/live/start", 2, "model", "house")
            listener.wait("/progress", lambda fields: fields[0] == 2 and fields[2] == "live")
            begin = studio.frame
            planned = performance(begin + RATE_HZ // 5)
            studio.struck.clear()
            studio.plan(planned)
            end = planned[-1][0] + round(QUIET_SECONDS * RATE_HZ)
            studio.until(lambda: studio.frame >= end)
            listener.ask("/live/stop", 2)
            listener.wait("/done", lambda fields: fields[0] == 2)
        # It closes its ports; JACK would wait for one that was killed.
        assert server.end() == 0
        check_played(studio, begin, studio.struck)

    studio.undisturbed(scene)


def test_live_that_ran_dry_over_jack_keeps_more_ahead_and_says_so(
    studio: Studio, serve: Callable[..., Server]
) -> None:
    """The engine stands still for longer than the reserve, until that is as long as it may be."""
    server = serve()
    with Listener(server.port) as listener:
        engine = int(server.wait_line(r"engine ready.*pid=(\d+)")[1])
        listener.ask("/notify", 1, "sinks")
        listener.wait("/notify")
        listener.ask("/sink/open", 1, "device", "speakers", "hostapi", "JACK")
        listener.wait("/done", lambda fields: fields[0] == 1)
        listener.ask("/live/start", 2, "model", "house")
        listener.wait("/progress", lambda fields: fields[0] == 2 and fields[2] == "live")
        listener.ask("/live/note", 1, 60, 100)

        def stand_still() -> None:
            settled = studio.frame + 3 * RATE_HZ // 2
            studio.until(lambda: studio.frame >= settled)
            os.kill(engine, signal.SIGSTOP)
            over = studio.frame + RATE_HZ // 5
            studio.until(lambda: studio.frame >= over)
            os.kill(engine, signal.SIGCONT)

        stand_still()  # Once says nothing yet.
        kept = 0.017
        while kept < 0.099:
            stand_still()
            kept = listener.wait("/sink/live", lambda fields, kept=kept: fields[1] > kept)[1]
        assert kept == pytest.approx(0.1)
        listener.ask("/live/stop", 2)
        listener.wait("/done", lambda fields: fields[0] == 2)
    assert server.end() == 0
