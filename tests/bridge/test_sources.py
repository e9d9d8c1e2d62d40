"""Operations on audio: from a source over the door and back into a take, heard where it is new."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
import soundfile

from bridge.app import Bridge
from bridge.files import MediaFolders
from bridge.midi.write import write_score
from bridge.sources import Sources, read_file
from bridge.take import Take
from bridge.takes import Takes
from engine.discovery import Models
from tests.bridge.scenes import WAIT_SECONDS, Client, run, samples_of, score

RATE_HZ = 16_000
pytestmark = pytest.mark.usefixtures("probe_models")


def noise(frames: int = 8_000, channels: int = 2, seed: int = 1) -> np.ndarray[Any, Any]:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, (frames, channels)).astype(np.float32)


def put(tmp_path: Path, name: str, samples: np.ndarray[Any, Any], rate_hz: int = RATE_HZ) -> None:
    (tmp_path / "media").mkdir(exist_ok=True)
    subtype = "FLOAT" if name.endswith(".wav") else None
    soundfile.write(tmp_path / "media" / name, samples, rate_hz, subtype=subtype)


async def made(client: Client, operation: str, *arguments: Any) -> Path:
    client.send(f"/legato/{operation}", 5, *arguments, "model", "echo")
    *_, path = await client.wait("/legato/done", 5)
    return Path(path)


def test_a_continuation_holds_its_source_bit_for_bit_and_plays_what_is_new(tmp_path: Path) -> None:
    source = noise()
    put(tmp_path, "loop.wav", source)

    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/notify", 1, "jobs")
        path = await made(client, "continue", "loop.wav", 0.25)
        audio = samples_of(str(path))
        assert np.array_equal(audio[:8_000], source)
        assert np.array_equal(audio[8_000:], source[::-1][:4_000])
        audible = await client.wait("/legato/audible")
        assert audible[1] == 1, "the source itself was played"

    run(tmp_path, scene)


def test_a_take_is_a_source_too(tmp_path: Path) -> None:
    put(tmp_path, "loop.wav", noise())

    async def scene(bridge: Bridge, client: Client) -> None:
        first = await made(client, "continue", "loop.wav", 0.25)
        client.send("/legato/vary", 6, first.parent.name, 0.5, "model", "echo")
        *_, path = await client.wait("/legato/done", 6)
        assert np.array_equal(samples_of(path), samples_of(str(first)) * np.float32(0.5))

    run(tmp_path, scene)


def test_inpainting_leaves_the_rest_untouched(tmp_path: Path) -> None:
    source = noise()
    put(tmp_path, "loop.wav", source)

    async def scene(bridge: Bridge, client: Client) -> None:
        audio = samples_of(str(await made(client, "inpaint", "loop.wav", 0.1, 0.2)))
        assert not audio[1_600:3_200].any()
        assert np.array_equal(audio[:1_600], source[:1_600])
        assert np.array_equal(audio[3_200:], source[3_200:])

    run(tmp_path, scene)


def test_two_sources_are_interpolated_by_mix(tmp_path: Path) -> None:
    one, two = noise(seed=1), noise(6_000, seed=2)
    put(tmp_path, "a.wav", one)
    put(tmp_path, "b.wav", two)

    async def scene(bridge: Bridge, client: Client) -> None:
        audio = samples_of(str(await made(client, "interpolate", "a.wav", "b.wav", 0.25)))
        assert audio == pytest.approx(one[:6_000] * 0.75 + two * 0.25, abs=1e-6)

    run(tmp_path, scene)


@pytest.mark.parametrize("name", ["mono.flac", "fast.wav", "lossy.ogg", "old.aiff"])
def test_files_of_any_rate_and_form_are_fitted_to_the_model(tmp_path: Path, name: str) -> None:
    seconds, rate_hz = 0.5, 44_100
    phase = np.arange(round(seconds * rate_hz)) * 2 * np.pi * 440.0 / rate_hz
    put(tmp_path, name, 0.5 * np.sin(phase)[:, None].astype(np.float32), rate_hz)

    async def scene(bridge: Bridge, client: Client) -> None:
        audio = samples_of(str(await made(client, "vary", name, 1.0)))
        assert len(audio) == pytest.approx(seconds * RATE_HZ, abs=2)
        peak = np.argmax(np.abs(np.fft.rfft(audio[:, 0]))) * RATE_HZ / len(audio)
        assert peak == pytest.approx(440.0, abs=RATE_HZ / len(audio))
        assert np.array_equal(audio[:, 0], audio[:, 1])

    run(tmp_path, scene)


@pytest.mark.parametrize(
    ("score_seconds", "is_its"), [(4.0, True), (5.05, True), (5.5, False), (0.0, False)]
)
def test_a_midi_file_beside_is_the_score_where_it_is_as_long(
    tmp_path: Path, score_seconds: float, is_its: bool
) -> None:
    path = tmp_path / "song.wav"
    soundfile.write(path, noise(5 * RATE_HZ), RATE_HZ)
    beside = tmp_path / "song.mid"
    beside.write_bytes(b"MThd nonsense")
    assert read_file(path, "song.wav", beside).score is None
    beside.write_bytes(write_score(score(score_seconds)))
    found = read_file(path, "song.wav", beside).score
    assert (found is not None) == is_its
    if found is not None:
        assert [note.pitch for note in found.notes] == [n.pitch for n in score(score_seconds).notes]
    assert read_file(path, "song.wav").score is None


def test_a_long_file_with_a_short_score_is_not_its_sound(tmp_path: Path) -> None:
    path, beside = tmp_path / "song.wav", tmp_path / "song.mid"
    soundfile.write(path, noise(20 * RATE_HZ), RATE_HZ)
    beside.write_bytes(write_score(score(4.0)))
    assert read_file(path, "song.wav", beside).score is None


def test_media_files_have_the_score_beside_them_but_none_from_outside(tmp_path: Path) -> None:
    media = tmp_path / "media"
    media.mkdir()
    for name in ("song", "sly"):
        soundfile.write(media / f"{name}.wav", noise(5 * RATE_HZ), RATE_HZ)
    (media / "song.mid").write_bytes(write_score(score(4.0)))
    (tmp_path / "secret.mid").write_bytes(write_score(score(4.0)))
    (media / "sly.mid").symlink_to(tmp_path / "secret.mid")
    sources = Sources(Takes(tmp_path / "takes", 1 << 30, 30.0), MediaFolders((media,)))
    assert sources.read("song.wav").score is not None
    assert sources.read("sly.wav").score is None


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("nothing.wav", "not_found"),
        ("../secret.wav", "forbidden_path"),
        ("song.mid", "unsupported"),
        ("20200101-000000-aaaa", "not_found"),
        ("live", "not_found"),
        ("nan.wav", "bad_audio"),
        ("empty.wav", "bad_audio"),
    ],
)
def test_what_is_no_source_is_refused(tmp_path: Path, source: str, code: str) -> None:
    put(tmp_path, "nan.wav", np.full((100, 1), np.nan, np.float32))
    put(tmp_path, "empty.wav", np.zeros((0, 1), np.float32))

    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/vary", 5, source, 0.5, "model", "echo")
        refusal = await client.wait("/legato/fail", 5)
        assert refusal[1] == code
        assert str(tmp_path) not in refusal[2]

    run(tmp_path, scene)


def test_a_parameter_of_another_operation_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "loop.wav", noise())

    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/vary", 5, "loop.wav", 0.5, "model", "echo", "mix", 0.5)
        _, code, text = await client.wait("/legato/fail", 5)
        assert code == "unknown_parameter"
        assert "strength" in text
        assert "end_seconds" not in text

    run(tmp_path, scene)


def test_pictures_are_kept_as_they_were_drawn(tmp_path: Path) -> None:
    put(tmp_path, "loop.wav", noise())

    async def scene(bridge: Bridge, client: Client) -> None:
        take = await made(client, "vary", "loop.wav", 1.0)
        for window in range(2):
            with PIL.Image.open(take.parent / "images" / f"{window:06d}.png") as image:
                expected = np.arange(12, dtype=np.uint8).reshape(3, 4) + window
                assert np.array_equal(np.asarray(image), expected)
        async with asyncio.timeout(WAIT_SECONDS):  # It is drawn after all else.
            while not (take.parent / "spectrogram.png").exists():  # noqa: ASYNC110 - nothing tells it.
                await asyncio.sleep(0.01)

    run(tmp_path, scene)
    (folder,) = (tmp_path / "takes").iterdir()
    with PIL.Image.open(folder / "spectrogram.png") as image:
        assert image.size[1] == 256
        assert np.asarray(image).max() > 100


def test_the_sources_are_kept_for_the_engine_that_comes_after(tmp_path: Path) -> None:
    one, two = noise(seed=1), noise(6_000, seed=2)
    put(tmp_path, "a.wav", one)
    put(tmp_path, "b.wav", two)

    async def scene(bridge: Bridge, client: Client) -> None:
        path = await made(client, "interpolate", "a.wav", "b.wav", 0.25)
        assert Take(path.parent).source_bytes() == one.tobytes() + two.tobytes()
        again = bridge.takes.branch(Take(path.parent), 1)
        assert again.source_bytes() == one.tobytes() + two.tobytes()

    run(tmp_path, scene)


def test_several_takes_come_of_seeds_in_a_row(tmp_path: Path) -> None:
    put(tmp_path, "loop.wav", noise())

    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/vary", 5, "loop.wav", 0.5, "model", "echo", "takes", 3, "seed", 7)
        *_, path = await client.wait("/legato/done", 5)
        told = client.heard("/legato/variation", 5)
        assert [row[1:3] for row in told] == [[1, 3], [2, 3]]
        assert client.addresses(5)[0] == "/legato/accepted"
        takes = [bridge.takes.open(row[3]) for row in told]
        assert [take.record.request.seed for take in takes] == [8, 9]
        assert [take.state for take in takes] == ["done", "done"]
        assert Take(Path(path).parent).record.request.seed == 7
        assert len(client.heard("/legato/done", 5)) == 1

    run(tmp_path, scene)


def test_takes_that_the_queue_cannot_hold_end_together(tmp_path: Path) -> None:
    slow = ("model", "probe", "windows", 2, "steps", 100, "step_seconds", 0.05)

    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/generate", 5, *slow, "takes", 3)
        assert (await client.wait("/legato/fail", 5))[1] == "queue_full"
        states = [take.state for take in bridge.takes.all()]
        assert states == ["cancelled", "cancelled"]
        client.send("/legato/generate", 6, *slow, "takes", 17)
        assert (await client.wait("/legato/fail", 6))[1] == "out_of_range"

    run(tmp_path, scene, queue_limit=2)


def test_cancelling_a_call_ends_all_its_takes(tmp_path: Path) -> None:
    slow = ("model", "probe", "windows", 2, "steps", 100, "step_seconds", 0.05)

    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/generate", 5, *slow, "takes", 2)
        await client.wait("/legato/variation", 5)
        client.send("/legato/cancel", 5)
        await client.wait("/legato/cancelled", 5)
        assert [take.state for take in bridge.takes.all()] == ["cancelled", "cancelled"]

    run(tmp_path, scene)


def test_the_probe_is_found(probe_models: Models) -> None:
    assert "echo" in [spec.name for spec in probe_models.specs]
