"""A take's stems: they grow with the mix, are cut with it, and are found by people."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bridge.alone import render_alone
from bridge.client import InProcessClient
from bridge.config import Config
from bridge.events import Broken, Event, Finished
from bridge.exporting import export
from bridge.records import Outcome, Record
from bridge.take import Take
from bridge.takes import Takes, open_takes
from bridge.ticket import Ask
from engine.discovery import Models
from engine.loop import Loop
from engine.wire import ForbiddenPath, LegatoError, Request, Value

NAMES = ("01-piano", "10-drums")
FRAMES = 100


@pytest.fixture
def takes(tmp_path: Path) -> Takes:
    return Takes(tmp_path / "takes", max_bytes=1 << 30, max_age_days=30)


def stems_of(window: int, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng([seed, window])
    return random.uniform(-0.5, 0.5, (2, FRAMES, 2)).astype(np.float32)


def grow(take: Take, first: int, stop: int) -> Take:
    take.accept(4, 4 * FRAMES, 48_000, 2, 0, NAMES)
    for window in range(first, stop):
        stems = stems_of(window)
        take.append(window, window * FRAMES, stems.sum(axis=0), b"context", stems)
    return take


def heard(take: Take) -> list[np.ndarray]:
    paths = [take.folder / "stems" / f"{name}.wav" for name in NAMES]
    return [soundfile.read(path, dtype="float32")[0] for path in paths]


def test_they_are_whole_wavs_after_every_window(takes: Takes) -> None:
    take = takes.create(Record(Request("render", "parts")))
    for stop in range(1, 4):
        grow(take, stop - 1, stop)
        for number, stem in enumerate(heard(take)):
            expected = np.concatenate([stems_of(window)[number] for window in range(stop)])
            np.testing.assert_array_equal(stem, expected)
    take.finish(Outcome("done"))
    assert takes.open(take.id).info().stems == "01-piano 10-drums"
    np.testing.assert_array_equal(sum(heard(take)), take.read(0, 999))


def test_a_torn_window_is_cut_off_all_of_them(takes: Takes) -> None:
    take = grow(takes.create(Record(Request("render", "parts"))), 0, 3)
    take.close()
    path = take.folder / "stems" / "10-drums.wav"
    data = bytearray(path.read_bytes())
    data[-5] ^= 0xFF  # In the third window.
    path.write_bytes(data)
    again = takes.open(take.id)
    assert again.reopen() == 2
    grow(again, 2, 4).finish(Outcome("done"))
    for number, stem in enumerate(heard(again)):
        expected = np.concatenate([stems_of(window)[number] for window in range(4)])
        np.testing.assert_array_equal(stem, expected)


def test_a_window_without_its_stems_is_not_taken(takes: Takes) -> None:
    take = grow(takes.create(Record(Request("render", "parts"))), 0, 1)
    with pytest.raises(LegatoError, match="2 were announced"):
        take.append(1, FRAMES, stems_of(1)[0], b"", stems_of(1)[:1])
    with pytest.raises(LegatoError, match="2 were announced"):
        take.append(1, FRAMES, stems_of(1)[0], b"")
    assert [len(stem) for stem in heard(take)] == [FRAMES, FRAMES]
    grow(take, 1, 2)
    assert take.frames == 2 * FRAMES


def test_a_branch_has_them_as_far_as_it_goes(takes: Takes) -> None:
    take = grow(takes.create(Record(Request("render", "parts"))), 0, 4)
    take.finish(Outcome("done"))
    branch = takes.branch(take, 2)
    assert [len(stem) for stem in heard(branch)] == [2 * FRAMES, 2 * FRAMES]
    grow(branch, 2, 3)
    for one, other in zip(heard(branch), heard(take), strict=True):
        np.testing.assert_array_equal(one, other[: 3 * FRAMES])
    without = takes.branch(take, 2)
    without.accept(4, 4 * FRAMES, 48_000, 2, 2)
    without.append(2, 2 * FRAMES, stems_of(2)[0])
    assert not list((without.folder / "stems").glob("*"))


def test_they_are_exported_beside_the_mix(takes: Takes, tmp_path: Path) -> None:
    take = grow(takes.create(Record(Request("render", "parts"))), 0, 4)
    take.finish(Outcome("done"))
    (tmp_path / "song-10-drums.wav").touch()
    with pytest.raises(ForbiddenPath):
        export(take, tmp_path / "song.wav")
    assert not (tmp_path / "song.wav").exists()
    export(take, tmp_path / "song.wav", overwrite=True)
    found = {path.name for path in tmp_path.glob("*.wav")}
    assert found == {"song.wav", "song-01-piano.wav", "song-10-drums.wav"}
    drums = soundfile.read(tmp_path / "song-10-drums.wav", dtype="float32")[0]
    np.testing.assert_array_equal(drums, heard(take)[1])


@pytest.mark.parametrize("names", [("../up",), ("a", "a"), ("",), ("a/b",), ("x" * 65,)])
def test_names_that_are_no_files_are_refused(takes: Takes, names: tuple[str, ...]) -> None:
    take = takes.create(Record(Request("render", "parts")))
    with pytest.raises(LegatoError, match="cannot be files"):
        take.accept(4, 4 * FRAMES, 48_000, 2, 0, names)


def ending_of(folder: Path, models: Models, parameters: dict[str, Value]) -> Event:
    config = Config.load({"takes_folder": str(folder)}, {}, folder.parent)

    async def last() -> Event:
        ask = Ask(Request("render", "parts", parameters=parameters), title="a song")
        events = render_alone(config, InProcessClient(Loop(models)), ask)
        return [event async for event in events][-1]

    return asyncio.run(last())


def test_they_come_all_the_way_from_the_model(tmp_path: Path, probe_models: Models) -> None:
    ending = ending_of(tmp_path / "takes", probe_models, {"stems": 3})
    assert isinstance(ending, Finished)
    config = Config.load({"takes_folder": str(tmp_path / "takes")}, {}, tmp_path)
    take = open_takes(config).open(ending.take_id)
    assert take.info().stems == "01-part 02-part 03-part"
    stems = take.stems.read(0, 9_999)
    assert stems.shape == (3, 4_000, 2)
    np.testing.assert_array_equal(stems.sum(axis=0), take.read(0, 9_999))
    assert stems[2, -1, 0] == np.float32(3 / 16 + 3 / 128)


@pytest.mark.parametrize("parameters", [{"given": 1}, {"name": "../up"}])
def test_a_model_that_breaks_its_word_fails_the_job(
    tmp_path: Path, probe_models: Models, parameters: dict[str, Value]
) -> None:
    assert isinstance(ending_of(tmp_path / "takes", probe_models, parameters), Broken)
