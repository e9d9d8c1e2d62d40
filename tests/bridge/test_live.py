"""Playing live through the front door: real sockets, a real engine loop, the built-in model."""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path

import mido
import numpy as np
import pytest

from bridge.app import Bridge
from bridge.commands.live import channels_of
from engine.wire import OutOfRange
from tests.bridge.scenes import Client, run, samples_of

MODEL = ("model", "house")
MOST_NOTES = 20
LEAVES_SECONDS = 1.0  # Before anything was written for the first time.
HELD_UP_SECONDS = 0.2  # Some chunks, and less than makes the job's time stand still.


async def begin(client: Client, id: int, *options: str | float) -> None:
    """Start a live job and return once it can be played."""
    client.send("/legato/live/start", id, *MODEL, *options)
    await client.until("/legato/progress", id, lambda told: told[2] == "live")


async def heard_until(client: Client, id: int, seconds: float) -> None:
    """Wait until so much has been played."""
    await client.until("/legato/window", id, lambda told: told[4] >= seconds)


def played_seconds(client: Client, id: int) -> float:
    """Return how much is known to have been played."""
    return max((told[4] for told in client.heard("/legato/window", id)), default=0.0)


def hold_ups(client: Client) -> int:
    """Return how often nothing new was rendered, because the machine was too busy."""
    return sum(told[1] in ("wait", "hold") for told in client.heard("/legato/live/late"))


def test_what_is_played_by_osc_is_heard_and_kept_with_its_notes(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/notify", 1, "live")
        await begin(client, 7)
        client.send("/legato/live/program", 1, 19)
        notes = 0
        while notes < MOST_NOTES:
            notes, before = notes + 1, hold_ups(client)
            client.send("/legato/live/note", 1, 60, 100)
            await heard_until(client, 7, played_seconds(client, 7) + 3.0)
            client.send("/legato/live/note", 1, 60, 0)
            if hold_ups(client) == before:  # Else some of it is silent, or begins late.
                break
            await heard_until(client, 7, played_seconds(client, 7) + 2.0)
        client.send("/legato/live/stop", 7)
        assert await client.wait("/legato/live/stopping") == [7]
        _, seconds, rate_hz, path = await client.wait("/legato/done", 7)
        audio = samples_of(path)
        assert (len(audio), rate_hz) == (round(seconds * rate_hz), 48_000)
        track = list(mido.MidiFile(Path(path).parent / "source.mid"))
        kinds = [message.type for message in track if not message.is_meta]
        assert kinds == ["program_change", *["note_on", "note_off"] * notes]
        last = max(number for number, message in enumerate(track) if message.type == "note_on")
        onset = round(sum(message.time for message in track[: last + 1]) * rate_hz)
        quiet = max(0, onset - 480)
        struck = quiet + int(np.flatnonzero(np.abs(audio[quiet:]).max(axis=1) > 1e-4)[0])
        assert struck == pytest.approx(onset, abs=64)
        sounding = np.abs(audio[struck + 4800 : struck + 52_800]).reshape(100, -1)
        assert sounding.max(axis=1).min() > 1e-4
        assert not client.heard("/legato/fail")

    run(tmp_path, scene)


def test_a_note_that_nobody_hears_is_refused(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/live/note", 1, 60, 100)
        assert (await client.wait("/legato/fail", 0))[1] == "not_found"
        client.send("/legato/live/stop", 9)
        assert (await client.wait("/legato/fail", 0))[1] == "not_found"

    run(tmp_path, scene)


def test_what_was_played_before_the_stop_is_kept_though_the_bridge_was_held_up(
    tmp_path: Path,
) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        await begin(client, 7)
        await heard_until(client, 7, 1.0)
        threading.Event().wait(HELD_UP_SECONDS)  # Nothing else runs on this event loop.
        bridge.live.midi(0x90, 60, 100, time.monotonic())
        client.send("/legato/live/stop", 7)
        path = (await client.wait("/legato/done", 7))[3]
        track = mido.MidiFile(Path(path).parent / "source.mid")
        assert [message.type for message in track if not message.is_meta] == ["note_on"]

    run(tmp_path, scene)


def test_a_live_job_is_cancelled_like_any_other(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        await begin(client, 7)
        client.send("/legato/cancel", 7)
        await client.wait("/legato/cancelled", 7)
        assert not bridge.requests.open
        assert not len(bridge.live)

    run(tmp_path, scene)


def test_what_was_played_is_kept_when_the_bridge_leaves(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        await begin(client, 7)
        client.send("/legato/live/note", 1, 60, 100)
        await heard_until(client, 7, LEAVES_SECONDS)

    run(tmp_path, scene)
    (folder,) = (tmp_path / "takes").iterdir()
    assert len(samples_of(str(folder / "audio.part.wav"))) >= LEAVES_SECONDS * 48_000
    played = [each for each in mido.MidiFile(folder / "source.mid") if each.type == "note_on"]
    assert [(note.note, note.velocity) for note in played] == [(60, 100)]


def test_two_jobs_hear_their_own_channels(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        await begin(client, 1, "channels", "1-8")
        await begin(client, 2, "channels", "9,11-16")
        client.send("/legato/live/note", 3, 60, 100)
        await heard_until(client, 2, 1.0)
        for id in (1, 2):
            client.send("/legato/live/stop", id)
        paths = [(await client.wait("/legato/done", id))[3] for id in (1, 2)]
        loud = [float(np.abs(samples_of(path)).max(initial=0.0)) for path in paths]
        assert loud[0] > 1e-3
        assert loud[1] == 0.0

    run(tmp_path, scene)


def test_a_take_grows_no_longer_than_was_asked(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/notify", 1, "live")
        await begin(client, 7, "keep_minutes", 0)
        assert "as long as it may grow" in (await client.wait("/legato/live/full"))[1]
        await heard_until(client, 7, 1.0)
        client.send("/legato/live/stop", 7)
        assert (await client.wait("/legato/done", 7))[1] == 0.0

    run(tmp_path, scene)


def test_any_messages_are_played_and_panic_ends_them(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        await begin(client, 7)
        rng = random.Random(3)
        for _ in range(3000):
            bridge.live.midi(*(rng.randrange(256) for _ in range(3)), time.monotonic())
        client.send("/legato/live/panic")
        await heard_until(client, 7, played_seconds(client, 7) + 4.0)
        client.send("/legato/live/stop", 7)
        audio = samples_of((await client.wait("/legato/done", 7))[3])
        assert not audio[-2048:].any()

    run(tmp_path, scene)


@pytest.mark.parametrize(
    ("text", "channels"),
    [("1-16", set(range(16))), ("1,3,10", {0, 2, 9}), ("2-3 16", {1, 2, 15})],
)
def test_channels_are_read(text: str, channels: set[int]) -> None:
    assert channels_of(text) == channels


@pytest.mark.parametrize("text", ["", "0", "17", "1-", "a", "5-2", "-3", "1-999999999"])
def test_channels_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(OutOfRange, match="give some of 1 to 16"):
        channels_of(text)
