"""JackTrip: what the device sink plays on one JACK server arrives, over UDP, on another.

It sends 16 bits a sample: what comes is what was sent, rounded so, bit by bit and in order. Up to a
tenth may be missing, because two servers without hardware drift and JackTrip leaves packets out.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.peers.hearing import LEAST_WHOLE, sounding, whole_pieces
from tests.peers.studio import RATE_HZ, WAIT_SECONDS, Studio

if TYPE_CHECKING:
    from tests.conftest import Program, Server

pytestmark = pytest.mark.peer("jacktrip", "jackd", "jack_wait", "jack_connect")

DEVICE = {"device": "system", "hostapi": "JACK", "buffer_seconds": 0.5}
# In 16 bits (as floats, 1.7.0 garbles them), 16 packets ahead; silence where the two servers'
# clocks have drifted apart.
FORM = ("-n", "2", "-b", "16", "-q", "16", "-z", "--nojackportsconnect")


@pytest.fixture
def far(far_jack_server: str) -> Iterator[Studio]:
    """Who listens at the other end."""
    with closing(Studio(far_jack_server)) as studio:
        yield studio


def wire(server: str, source: str, target: str) -> None:
    """Join two ports by a process of its own: one that is on two servers JACK cannot bear."""
    command = ["jack_connect", "-s", server, source, target]
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        run = subprocess.run(command, capture_output=True, check=False, text=True)
        if run.returncode == 0:
            return
    pytest.fail(run.stderr)


def test_what_is_played_here_is_heard_there(
    far: Studio,
    far_jack_server: str,
    steady_jack_server: str,
    environ: dict[str, str],
    serve: Callable[..., Server],
    start: Callable[..., Program],
    sound: Callable[[Path], np.ndarray],
    free_port: int,
    tmp_path: Path,
) -> None:
    environ |= {"JACK_DEFAULT_SERVER": steady_jack_server, "JACK_NO_START_SERVER": "1"}
    here, there = str(free_port), str(free_port ^ 1)
    listening = ("-B", there, "-P", here, *FORM)
    start("jacktrip", "-s", "-J", "far", *listening, JACK_DEFAULT_SERVER=far_jack_server)
    start("jacktrip", "-c", "127.0.0.1", "-J", "near", "-B", here, "-P", there, *FORM)
    far.listen("far:receive_1", "far:receive_2")

    def scene() -> None:
        server = serve()
        with server.remote() as remote:
            list(remote.make("sink/open", ["device", "speakers"], DEVICE))
            for source, target in (("out_0", "send_1"), ("out_1", "send_2")):
                wire(steady_jack_server, f"PortAudio:{source}", f"near:{target}")
            begin = far.frame
            *_, done = remote.make("render", ["song.mid"], {})
            server.until(lambda: remote.status().buffered_seconds == 0)
            end = far.frame + 2 * RATE_HZ
            far.until(lambda: far.frame >= end)
        server.end()
        heard, made = far.sound[begin:end], sound(Path(str(done.arguments[2])))
        sent = np.round(made * 32_767).astype(np.int16)
        came = np.round(heard[sounding(heard)] * 32_768).astype(np.int16)
        assert whole_pieces(came, sent) >= LEAST_WHOLE

    near_log = tmp_path / "jackd.log"
    far.undisturbed(scene, elsewhere=lambda: near_log.read_text("utf-8", "replace").count("XRun"))
