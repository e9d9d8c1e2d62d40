"""The bridge as a whole: real sockets, a real engine loop, the model `tone`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.app import Bridge
from bridge.commands.table import Commands
from bridge.loudness import level_of
from bridge.midi.write import write_score
from bridge.osc.spec import COMMANDS
from bridge.wav import WavReader
from tests.bridge.scenes import Client, run, samples_of, score

OWN_OF_THE_FRONT_DOOR = {"/schema", "/hello", "/notify", "/sync"}


def test_every_command_of_the_table_is_carried_out(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        commands = Commands(bridge)
        carried_out = set(commands.answers) | set(commands.works) | OWN_OF_THE_FRONT_DOOR
        assert carried_out == {command.address for command in COMMANDS}

    run(tmp_path, scene)


def test_a_render_is_accepted_heard_window_by_window_and_done_once(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/render", 7, "song.mid")
        _, seconds, rate_hz, path = await client.wait("/legato/done", 7)
        # A window of a second, by a model that was never measured.
        assert client.heard("/legato/accepted", 7) == [[7, 0, 1.0]]
        windows = client.heard("/legato/window", 7)
        assert [window[1] for window in windows] == list(range(windows[0][2]))
        assert windows[-1][4] == pytest.approx(seconds, abs=1e-3)
        audio = samples_of(path)
        assert len(audio) == round(seconds * rate_hz)
        assert np.abs(audio).max() > 0.01
        assert len(client.heard("/legato/done", 7)) == 1
        assert not client.heard("/legato/fail")
        assert not client.heard("/legato/cancelled")

    run(tmp_path, scene)


def test_a_take_tells_what_was_guessed_to_read_its_score(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/render", 7, write_score(score(1))[:-6])
        *_, path = await client.wait("/legato/done", 7)
        client.send("/legato/take/info", 8, Path(path).parent.name)
        told = await client.until("/legato/take/info", 8, lambda row: row[3] == "warnings")
        assert "length of the track" in told[4]

    run(tmp_path, scene)


def test_rendering_again_from_a_window_gives_the_same_samples(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/render", 1, "song.mid", "seed", 5)
        first = await client.wait("/legato/done", 1)
        client.send("/legato/render", 2, "song.mid", "from_window", 2)
        second = await client.wait("/legato/done", 2)
        assert first[3] != second[3]
        assert np.array_equal(samples_of(first[3]), samples_of(second[3]))
        assert min(window[1] for window in client.heard("/legato/window", 2)) == 2

    run(tmp_path, scene)


def test_from_window_without_a_take_to_go_on_from_fails(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/render", 1, "song.mid", "from_window", 2)
        assert (await client.wait("/legato/fail", 1))[1] == "not_found"

    run(tmp_path, scene)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("/legato/render", 3, "../secret.mid"), "forbidden_path"),
        (("/legato/render", 3, "missing.mid"), "not_found"),
        (("/legato/render", 3, b"no MIDI at all"), "bad_score"),
        (("/legato/render", 3, "song.mid", "model", "nobody"), "unknown_model"),
        (("/legato/render", 3, "song.mid", "colour", 1), "unknown_parameter"),
        (("/legato/generate", 3, "seconds", 4.0, "prompt", "warm", "pad"), "unsupported"),
        (("/legato/vary", 3, "some-take", 0.5), "unsupported"),
        (("/legato/sink/open", 3, "smoke", "signals"), "unknown_sink"),
        (("/legato/sink/close", 3, "nobody"), "unknown_sink"),
        (("/legato/take/info", 3, "../../etc"), "not_found"),
        (("/legato/model/load", 3, "nobody"), "unknown_model"),
    ],
)
def test_what_cannot_be_done_fails_once_with_a_stable_code(
    tmp_path: Path, arguments: tuple[Any, ...], code: str
) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send(*arguments)
        await client.wait("/legato/fail")
        client.send("/legato/ping", 99)
        await client.wait("/legato/pong", 99)
        assert [fail[:2] for fail in client.heard("/legato/fail")] == [[3, code]]
        assert not client.heard("/legato/done")

    run(tmp_path, scene)


def test_a_job_is_cancelled_by_its_id(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        (bridge.media.folders[0] / "long.mid").write_bytes(write_score(score(600)))
        client.send("/legato/render", 4, "long.mid")
        await client.wait("/legato/window", 4)
        client.send("/legato/cancel", 4)
        await client.wait("/legato/cancelled", 4)
        assert not client.heard("/legato/done")
        assert bridge.takes.all()[0].state == "cancelled"

    run(tmp_path, scene)


def test_a_job_is_cancelled_before_its_score_was_read(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        (bridge.media.folders[0] / "long.mid").write_bytes(write_score(score(600)))
        client.send("/legato/render", 4, "long.mid")
        client.send("/legato/cancel", 4)
        await client.wait("/legato/cancelled", 4)
        assert not client.heard("/legato/done")
        assert not client.heard("/legato/fail")

    run(tmp_path, scene)


def test_models_sinks_status_and_takes_are_told(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/sink/open", 1, "null", "count")
        assert await client.wait("/legato/done", 1) == [1, "count"]
        client.send("/legato/render", 2, "song.mid")
        await client.wait("/legato/done", 2)
        client.send("/legato/models", 3)
        client.send("/legato/sinks", 4)
        client.send("/legato/take/list", 5)
        client.send("/legato/status", 6)
        status = await client.wait("/legato/status", 6)
        assert status[1] == "ready"
        assert status[6] == 48_000
        listed = await client.wait("/legato/take/list", 5)
        assert listed[4] == "done"
        assert listed[8] == "Steps"
        await client.until("/legato/models", 3, lambda row: row[3] == "tone")
        assert (await client.wait("/legato/sinks", 4))[3:5] == ["count", "null"]

    run(tmp_path, scene)


def test_a_sink_is_opened_again_under_its_name(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        for id, arguments in ((1, ("null", "out")), (2, ("null", "out", "gain", 0.5))):
            client.send("/legato/sink/open", id, *arguments)
            await client.wait("/legato/done", id)
        assert [outlet.gain for outlet in bridge.player.outlets] == [0.5]
        client.send("/legato/sink/open", 3, "osc", "out", "port", 9)
        assert (await client.wait("/legato/fail", 3))[1] == "out_of_range"
        client.send("/legato/sink/set", 4, "out", "gain", 2.0)
        await client.wait("/legato/done", 4)
        assert [outlet.gain for outlet in bridge.player.outlets] == [2.0]

    run(tmp_path, scene)


def test_a_take_is_branched_exported_and_pinned(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/render", 1, "song.mid")
        path = (await client.wait("/legato/done", 1))[3]
        take = bridge.takes.all()[0]
        client.send("/legato/take/export", 2, take.id, "kept.wav")
        exported = (await client.wait("/legato/done", 2))[1]
        assert np.array_equal(samples_of(exported), samples_of(path))
        finish = ("format", "int16", "loudness", -30)
        client.send("/legato/take/export", 5, take.id, "soft.wav", *finish)
        with WavReader(Path((await client.wait("/legato/done", 5))[1])) as reader:
            assert reader.sample_format == "int16"
            frames = reader.frames
        soft = level_of(bridge.media.find("soft.wav"), frames)
        assert abs(soft.loudness + 30.0) < 0.1
        for wrong in (("format", "mp3"), ("loudness", 3.0)):
            client.send("/legato/take/export", 6, take.id, "more.wav", *wrong)
            assert (await client.wait("/legato/fail", 6))[1] == "out_of_range"
        client.send("/legato/take/branch", 3, take.id, 2)
        branch = bridge.takes.open((await client.wait("/legato/done", 3))[1])
        assert branch.next_window == 2
        assert branch.record.parent == take.id
        client.send("/legato/take/pin", 4, take.id)
        await client.wait("/legato/done", 4)
        assert bridge.takes.open(take.id).pinned

    run(tmp_path, scene)


def test_sync_answers_when_everything_before_has_ended(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/render", 1, "song.mid")
        client.send("/legato/sync", 2)
        await client.wait("/legato/synced", 2)
        assert client.heard("/legato/done", 1)

    run(tmp_path, scene)


def test_large_scores_wait_for_each_other_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.requests.MAX_WEIGHT", 100)

    async def scene(bridge: Bridge, client: Client) -> None:
        (bridge.media.folders[0] / "long.mid").write_bytes(write_score(score(600)))
        client.send("/legato/render", 1, "long.mid")
        await client.wait("/legato/accepted", 1)
        client.send("/legato/render", 2, "long.mid")
        fail = await client.wait("/legato/fail", 2)
        assert fail[1] == "queue_full"
        assert "ask again when one has ended" in fail[2]
        client.send("/legato/cancel", 1)
        await client.wait("/legato/cancelled", 1)
        client.send("/legato/render", 3, "long.mid")
        await client.wait("/legato/accepted", 3)

    run(tmp_path, scene)


def test_the_queue_is_bounded(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        (bridge.media.folders[0] / "long.mid").write_bytes(write_score(score(600)))
        for id in (1, 2):
            client.send("/legato/render", id, "long.mid")
            await client.wait("/legato/accepted", id)
        client.send("/legato/render", 3, "long.mid")
        assert (await client.wait("/legato/fail", 3))[1] == "queue_full"

    run(tmp_path, scene, queue_limit=2)
