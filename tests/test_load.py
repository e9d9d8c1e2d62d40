"""Many clients and many streams at once: nobody starves, and nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile

from benchmarks import load
from benchmarks.ears import Ear, Samples
from benchmarks.load import Talker
from tests.conftest import Server

STEPS = {"vban": 0, "rtp24": 1 << 23, "reastream": 0, "tcp": 0}  # 0: as they were recorded.
MARGIN_FRAMES = 48_000


def sounding(samples: Samples) -> Samples:
    """Return what was heard from its first sample to its last."""
    found = np.flatnonzero(samples.any(axis=1))
    assert len(found), "nothing was heard"
    return samples[found[0] : found[-1] + 1]


def check_clients(talkers: list[Talker], rounds: int) -> None:
    """Every client got every answer, and each of its jobs ended once."""
    for talker in talkers:
        assert len(talker.waited["/status"]) == len(talker.waited["/accepted"]) == rounds
        for number in range(1, rounds + 1):
            endings = [ending.address for ending in talker.endings(2 * number)]
            assert len(endings) == 1
            assert endings[0] in ("/legato/done", "/legato/cancelled")
            assert endings[0] == "/legato/done" or number % 2
        assert any(message.address == "/legato/job" for message in talker.heard)


def check_streams(ears: dict[str, Ear], counted: dict[str, dict[str, int]], wav: Path) -> None:
    """What was sent came, in order and whole, as it was recorded."""
    recorded = sounding(soundfile.read(wav, dtype="float32")[0])
    assert len(recorded) > MARGIN_FRAMES
    for name, ear in ears.items():
        assert (name, ear.missing, counted[name]["lost_frames"]) == (name, 0, 0)
        assert len(ear.samples()) >= counted[name]["frames"] or name == "tcp", name
        heard = sounding(ear.samples())
        rate_hz = int(ear.options.get("rate", 48_000))
        assert len(heard) / rate_hz == pytest.approx(len(recorded) / 48_000, abs=0.1), name
        if name in STEPS:
            steps = STEPS[name]
            sent = sounding(np.rint(recorded * steps) / steps) if steps else recorded
            assert np.array_equal(heard, sent), name


def scene(server: Server, clients: int, rounds: int, jobs: int, score: str) -> None:
    folder = server.folder
    talker = Talker(server.port, by_tcp=True)
    with load.streams(talker, "all.wav") as ears:
        with ThreadPoolExecutor(1) as pool:
            playing = pool.submit(load.play, talker, score, jobs)
            talkers = load.crowd(server.port, "song.mid", rounds, clients)
            playing.result(load.PATIENCE_SECONDS)
        load.wait_quiet(talker, ears)
        counted = load.counters(talker, 999)
        load.wait_heard(ears, counted)
        talker.ask("/sink/close", 998, "wav", answer="/done")
    check_clients(talkers, rounds)
    check_streams(ears, counted, folder / "all.wav")
    with server.remote() as remote:
        assert remote.status().state == "ready"
    talker.close()


def test_eight_streams_and_as_many_clients(serve: Callable[..., Server]) -> None:
    scene(serve(), clients=8, rounds=2, jobs=1, score="song.mid")


@pytest.mark.long
def test_eight_streams_and_thirty_two_clients(
    serve: Callable[..., Server], write_song: Callable[..., Path]
) -> None:
    server = serve()
    write_song(server.folder / "long.mid", bars=30)
    scene(server, clients=32, rounds=20, jobs=2, score="long.mid")
