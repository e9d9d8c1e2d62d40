"""Every way out at once from one stream, opened over OSC, and who may have audio."""

from __future__ import annotations

import asyncio
import shutil
import socket
import struct
import threading
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bridge.app import Bridge
from bridge.files import MediaFolders
from bridge.midi.write import write_score
from bridge.net.targets import Targets
from bridge.player import Player
from bridge.sinks import null
from bridge.sinks.base import Beat
from bridge.stream import Stream
from bridge.transport import Transport
from bridge.ways_out import WaysOut, beat_of, read_configured
from engine.wire import ForbiddenPath, Note, Score, Value
from tests.bridge.scenes import Client, run, samples_of

RATE = 48_000


def receiver(stack: ExitStack) -> socket.socket:
    found = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    found.bind(("127.0.0.1", 0))
    found.setblocking(False)
    return found


def drain(found: socket.socket) -> list[bytes]:
    packets = []
    try:
        while True:
            packets.append(found.recv(65_536))
    except BlockingIOError:
        return packets


def sounding(samples: np.ndarray) -> np.ndarray:
    """Return the samples from the first frame that is not silent to the last."""
    frames = np.flatnonzero(samples.any(axis=1))
    assert len(frames)
    return samples[frames[0] : frames[-1] + 1]


async def open_sink(client: Client, id: int, kind: str, *options: object) -> None:
    client.send("/legato/sink/open", id, kind, kind, *options)
    await client.wait("/legato/done", id)


def test_one_stream_leaves_by_every_way_at_once_and_every_receiver_gets_the_take(
    tmp_path: Path,
) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        with ExitStack() as stack:
            vban, stream = receiver(stack), receiver(stack)
            client.send("/legato/notify", 1, "sinks")
            await open_sink(client, 1, "vban", "port", vban.getsockname()[1])
            await open_sink(client, 2, "reastream", "port", stream.getsockname()[1])
            await open_sink(client, 3, "wav", "path", "tape.wav")
            await open_sink(client, 4, "clips", "path", "clip.wav")
            await open_sink(client, 5, "stems", "path", "stem.wav", "stems", 2)
            await open_sink(client, 6, "tcp", "port", 0)
            await open_sink(client, 7, "rtp", "path", "desk.sdp", "port", 5_996)
            await open_sink(client, 8, "jitter", "port", 5_997)
            await open_sink(client, 9, "osc", "port", vban.getsockname()[1], "gain", 0.0)
            told = await client.until("/legato/sink/file", None, lambda a: a[0] == "tcp")
            port = int(told[2].rpartition(":")[2])
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            reading = asyncio.create_task(reader.read(-1))
            # Heard only once all of it is rendered: no engine is too slow for that.
            client.send("/legato/render", 20, "song.mid", "at", "beat 1")
            _, _, _, path = await client.wait("/legato/done", 20)
            client.send("/legato/transport", "play")
            await client.until("/legato/sink/file", None, lambda a: a[0] == "clips")
            client.send("/legato/sinks", 21)
            rows = {}
            for _ in range(9):
                await client.until("/legato/sinks", 21, lambda a: a[1] == a[2] - 1)
            for row in client.heard("/legato/sinks", 21):
                rows[row[3]] = row[4:]
            for name in rows:
                client.send("/legato/sink/close", 100 + len(name), name)
                await client.wait("/legato/done", 100 + len(name))
                client._heard = [h for h in client._heard if h[0] != "/legato/done"]
            raw = await reading
            writer.close()
            take = sounding(samples_of(path))
            media = tmp_path / "media"
            assert np.array_equal(sounding(samples_of(str(media / "tape.wav"))), take)
            assert np.array_equal(sounding(samples_of(str(media / "stem_01.wav"))), take)
            assert not samples_of(str(media / "stem_02.wav")).any()
            (clip,) = media.glob("clip_001_120bpm_*bars.wav")
            heard = soundfile.read(clip, dtype="float32")[0]
            assert np.array_equal(sounding(heard), take)
            assert len(heard) % (2 * RATE) == 0
            assert np.array_equal(sounding(np.frombuffer(raw, "<f4").reshape(-1, 2)), take)
            packets = drain(vban)
            numbers = [struct.unpack("<I", packet[24:28])[0] for packet in packets]
            assert numbers == list(range(len(numbers)))
            data = b"".join(packet[28:] for packet in packets)
            assert np.array_equal(sounding(np.frombuffer(data, "<f4").reshape(-1, 2)), take)
            parts = [np.frombuffer(packet[47:], "<f4").reshape(2, -1).T for packet in drain(stream)]
            assert np.array_equal(sounding(np.concatenate(parts)), take)
            sdp = (media / "desk.sdp").read_bytes().decode()
            assert "a=rtpmap:96 L16/48000/2" in sdp
            assert [a[2] for a in client.heard("/legato/sink/file") if a[0] == "rtp"] == [sdp]
            assert rows["jitter"][0:2] == ["jitter", "waits for 127.0.0.1 port 5997"]
            assert rows["jitter"][8] > 0
            assert rows["vban"][0:3] == ["vban", "open", RATE]
            assert rows["stems"][5] == 4

    run(tmp_path, scene)


def test_a_jobs_stems_sound_on_channels_of_their_own_and_add_up(tmp_path: Path) -> None:
    """As a DAW's multitrack input wants them: from the song's two channels and its drums."""
    notes = [Note(t / 4, t / 4 + 0.2, 48 + 7 * (t % 3), 90, 33, 1) for t in range(4)]
    notes += [Note(t / 4, t / 4 + 0.2, 72 - t, 90, 73, 0) for t in range(4)]
    notes += [Note(t / 4, t / 4 + 0.1, 36, 90, 0, 9, True) for t in range(4)]
    notes.sort(key=lambda note: note.start_seconds)

    async def scene(bridge: Bridge, client: Client) -> None:
        (tmp_path / "media" / "band.mid").write_bytes(
            write_score(Score(tuple(notes), duration_seconds=1.0))
        )
        client.send("/legato/notify", 1, "sinks")
        await open_sink(client, 1, "stems", "path", "stem.wav", "stems", 4)
        await open_sink(client, 2, "wav", "path", "mix.wav")
        await open_sink(client, 6, "clips", "path", "clip.wav")
        client.send("/legato/render", 3, "band.mid", "stems", 1, "steps", 0, "at", "beat 1")
        _, _, _, path = await client.wait("/legato/done", 3)
        client.send("/legato/transport", "play")
        told = [await client.until("/legato/sink/stem", None, lambda a, k=k: a[1] == k)
                for k in (1, 2, 3)]  # fmt: skip
        take = Path(path).parent
        names = ["01-flute", "02-fingered-bass", "10-drums"]
        assert told == [["stems", k + 1, take.name, name, 0] for k, name in enumerate(names)]
        await client.until("/legato/sink/file", None, lambda a: a[0] == "clips")
        for id, name in enumerate(("stems", "wav"), 4):
            client.send("/legato/sink/close", id, name)
            await client.wait("/legato/done", id)
        media = tmp_path / "media"
        parts = [samples_of(str(media / f"stem_{k:02}.wav")) for k in (1, 2, 3, 4)]
        mix = samples_of(str(media / "mix.wav"))
        assert not parts[3].any()
        for name, part in zip(names, parts, strict=False):
            stem = sounding(samples_of(str(take / "stems" / f"{name}.wav")))
            np.testing.assert_array_equal(sounding(part), stem)
        whole = sounding(mix)
        first = int(np.flatnonzero(sum(parts).any(axis=1))[0])  # type: ignore[union-attr]
        np.testing.assert_allclose(sum(parts)[first:][: len(whole)], whole, atol=2e-6)

    run(tmp_path, scene, model="house")


def test_a_target_proves_its_address_by_a_cookie(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/target/ask", 1)
        _, cookie = await client.wait("/legato/target/cookie", 1)
        client.send("/legato/target/answer", 2, "0" * 16)
        assert (await client.wait("/legato/fail", 2))[1] == "unauthorized"
        client.send("/legato/target/answer", 3, cookie)
        assert await client.wait("/legato/target/allowed", 3) == [3, "127.0.0.1", 60.0]
        # The reply is sent to another loopback address, which the sender is not.
        client.send("/legato/hello", "127.0.0.2", client._transport.get_extra_info("sockname")[1])
        stolen = bridge.ways_out.targets.cookie("127.0.0.2")
        client.send("/legato/hello", "", 0)
        client.send("/legato/target/answer", 4, stolen)
        assert (await client.wait("/legato/fail", 4))[1] == "unauthorized"

    run(tmp_path, scene)


@pytest.mark.parametrize("kind", ["vban", "rtp", "reastream", "osc", "jitter"])
def test_audio_goes_to_no_stranger(tmp_path: Path, kind: str) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/sink/open", 1, kind, "out", "host", "198.51.100.7", "port", 9_000)
        _, code, text = await client.wait("/legato/fail", 1)
        assert code == "out_of_range"
        assert "audio_hosts" in text
        assert bridge.ways_out.rows() == []

    run(tmp_path, scene)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("wav", "path", "../out.wav"), "forbidden_path"),
        (("rtp", "path", "desk.wav"), "forbidden_path"),
        (("clips", "path", "song.mid"), "forbidden_path"),
        (("stems",), "forbidden_path"),
        (("rtp", "port", 5_005), "out_of_range"),
        (("vban", "stems", 99), "out_of_range"),
        (("vban", "stream", "a name far too long"), "out_of_range"),
        (("vban", "rate", 44_000), "out_of_range"),
        (("rtp", "packet_frames", 4_096), "out_of_range"),
        (("tcp", "colour", 1), "unknown_parameter"),
        (("rtp", "rate", 1), "out_of_range"),
        (("jitter", "stems", 17), "out_of_range"),
        (("vban", "host", "127.255.255.255"), "out_of_range"),
    ],
)
def test_what_cannot_be_opened_is_refused_and_leaves_nothing(
    tmp_path: Path, options: tuple[object, ...], code: str
) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/sink/open", 1, options[0], "out", *options[1:])
        assert (await client.wait("/legato/fail", 1))[1] == code
        assert bridge.ways_out.rows() == []

    run(tmp_path, scene)


def test_what_a_sink_told_as_it_opened_can_be_asked_for(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        await open_sink(client, 1, "rtp", "path", "desk.sdp", "port", 5_996)
        await open_sink(client, 2, "tcp", "port", 0)
        client.send("/legato/sink/file", 3, "rtp")
        path, text = (await client.wait("/legato/sink/file", 3))[2:]
        assert path == str(tmp_path / "media" / "desk.sdp")
        assert (tmp_path / "media" / "desk.sdp").read_bytes().decode() == text
        client.send("/legato/sink/file", 4, "tcp")
        path, text = (await client.wait("/legato/sink/file", 4))[2:]
        assert (path, text.rpartition(":")[0]) == ("", "tcp://127.0.0.1")
        await open_sink(client, 5, "rtp", "path", "other.sdp", "port", 5_996)
        client.send("/legato/sink/file", 6, "rtp")
        assert (await client.wait("/legato/sink/file", 6))[2].endswith("other.sdp")

    run(tmp_path, scene)


@pytest.mark.parametrize("kind", ["wav", "clips", "stems"])
def test_no_two_sinks_write_to_one_path(tmp_path: Path, kind: str) -> None:
    more: dict[str, Value] = {} if kind == "clips" else {"overwrite": True}

    async def scene(bridge: Bridge, client: Client) -> None:
        open_one = bridge.ways_out.open
        await open_one(kind, "one", {"path": "tape.wav"})
        with pytest.raises(ForbiddenPath, match="'one' writes to that path"):
            await open_one(kind, "two", {"path": "tape.wav", **more})
        await open_one(kind, "one", {"path": "tape.wav", **more})
        await bridge.ways_out.close("one")
        await open_one(kind, "two", {"path": "tape.wav", **more})
        await open_one("null", "three", {})
        await open_one("null", "four", {})

    run(tmp_path, scene)


def test_a_recording_whose_folder_is_deleted_is_told_as_a_fault(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        folder = tmp_path / "media" / "tonight"
        folder.mkdir()
        client.send("/legato/notify", 1, "sinks")
        await open_sink(client, 1, "wav", "path", "tonight/tape.wav")
        await open_sink(client, 2, "stems", "path", "tonight/stem.wav", "stems", 2)
        shutil.rmtree(folder)
        for name in ("wav", "stems"):
            failed = await client.until("/legato/sink/failed", None, lambda a, n=name: a[0] == n)
            assert "its file was deleted; make its folder again" in failed[1]
        assert bridge.ways_out.rows() == []
        folder.mkdir()
        await open_sink(client, 3, "wav", "path", "tonight/tape.wav")

    run(tmp_path, scene)


def test_why_nothing_gets_through_is_told_and_that_it_does_again(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/notify", 1, "sinks")
        await open_sink(client, 1, "null")
        stats = bridge.player.outlets[0].sink.stats
        for state in ("the disk is full", "open"):
            stats.state = state
            told = await client.until("/legato/sink/state", None, lambda a, s=state: a[1] == s)
            assert told == ["null", state]

    run(tmp_path, scene)


def test_what_is_kept_ahead_of_live_is_told_when_it_changes(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/notify", 1, "sinks")
        await open_sink(client, 1, "null")
        stats = bridge.player.outlets[0].sink.stats
        for seconds in (0.064, 0.016):
            stats.live_seconds = seconds
            told = await client.until(
                "/legato/sink/live", None, lambda a, s=seconds: abs(a[1] - s) < 1e-6
            )
            assert told[0] == "null"

    run(tmp_path, scene)


def test_a_configured_sink_has_a_name_and_options() -> None:
    assert read_configured("null") == ("null", "null", {})
    text = "rtp:desk port=5006 format=L24 path='my desk.sdp' buffer_seconds=0.1"
    options = {"port": 5006, "format": "L24", "path": "my desk.sdp", "buffer_seconds": 0.1}
    assert read_configured(text) == ("rtp", "desk", options)


def test_configured_sinks_are_opened_and_bad_ones_let_be(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        assert [row[:3] for row in bridge.ways_out.rows()] == [
            ("pcm", "tcp", bridge.ways_out.rows()[0][2])
        ]

    run(tmp_path, scene, sinks=("tcp:pcm port=0 format=s16", "smoke:signals", "vban host=8.8.8.8"))


def test_the_beat_is_the_transports() -> None:
    transport = Transport(RATE, lambda: 0)
    transport.set_tempo(97.5)
    transport.set_signature(7, 8)
    assert beat_of(transport) == Beat(97.5, 7, 8)


def test_the_bridge_ends_though_a_sink_that_is_being_opened_hangs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gate, begun, over = threading.Event(), threading.Event(), threading.Event()

    def hang(*_: object) -> None:
        begun.set()
        gate.wait(30)
        over.set()

    monkeypatch.setattr(null.Sink, "open", hang)

    async def scene() -> None:
        ways_out = WaysOut(Player(Stream()), MediaFolders([tmp_path]), Targets(), lambda *_: None)
        opening = asyncio.create_task(ways_out.open("null", "speakers", {}))
        await asyncio.to_thread(begun.wait, 60)
        assert not opening.done()

    asyncio.run(scene())
    assert not over.is_set()
    gate.set()
    assert over.wait(60)
