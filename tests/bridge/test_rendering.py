"""The parts of `legato render` that need no engine; the rest is tested with the command."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bridge.config import Config
from bridge.events import Broken, Event, Finished, Heard, Progressed, Queued, Stopped
from bridge.orders import Order, Song, choose_target, read_song
from bridge.records import Outcome, Record
from bridge.remote import Reply
from bridge.rendering import Show, _events, deliver, find_server, summary
from bridge.takes import Takes
from engine.wire import (
    ForbiddenPath,
    JobCancelled,
    ModelFailed,
    Note,
    NotFound,
    Request,
    Score,
    TooLarge,
)

FINISHED = Finished("t", 2.0, 48_000, Path("takes/t/audio.wav"))


def song(*notes: Note) -> Song:
    return Song(Path("a.mid"), b"", Score(notes=notes, duration_seconds=2.0))


def order() -> Order:
    return Order(song(), Path("a.wav"), "tone", 0)


def show_of(*events: Event) -> tuple[Show, list[tuple[float, str]]]:
    shown: list[tuple[float, str]] = []
    show = Show(lambda fraction, stage: shown.append((fraction, stage)), time.monotonic())
    for event in events:
        show(event)
    return show, shown


def test_a_song_is_told_in_one_line() -> None:
    piano, flute = Note(0, 1, 60, 80), Note(0, 1, 60, 80, program=73, channel=1)
    drum = Note(0, 1, 36, 80, channel=9, is_drum=True)
    assert str(song(piano)) == "a.mid: 2.0 s, 1 note, 1 instrument"
    assert str(song(piano, flute, drum)) == "a.mid: 2.0 s, 3 notes, 2 instruments and drums"


def test_a_song_beyond_the_cap_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "big.mid"
    with path.open("wb") as file:
        file.truncate((64 << 20) + 1)
    with pytest.raises(TooLarge, match="67108865 bytes"):
        read_song(path)


def test_names_that_are_taken_are_numbered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    source = Path("elsewhere/a.b.mid")
    assert choose_target(source, None, False) == Path("a.b.wav")
    for name in ("a.b.wav", "a.b-2.wav"):
        (tmp_path / name).touch()
    assert choose_target(source, None, False) == Path("a.b-3.wav")
    assert choose_target(source, None, True) == Path("a.b.wav")


def test_stems_that_are_in_the_way_are_seen_before_the_work_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a[1]-01-flute.wav").touch()
    source = Path("a[1].mid")
    with pytest.raises(ForbiddenPath, match=r"flute\.wav exists; choose another name than a"):
        choose_target(source, "a[1].wav", False, has_stems=True)
    assert choose_target(source, None, False, has_stems=True) == Path("a[1]-2.wav")
    assert choose_target(source, "a[1].wav", True, has_stems=True) == Path("a[1].wav")
    assert choose_target(source, "a[1].wav", False) == Path("a[1].wav")


def test_what_cannot_be_copied_is_kept_and_said_where(tmp_path: Path) -> None:
    takes = Takes(tmp_path / "takes", max_bytes=1 << 30, max_age_days=30)
    take = takes.create(Record(Request("render", "tone")))
    take.accept(1, 100, 48_000, 2, 0)
    take.append(0, 0, np.zeros((100, 2), np.float32), b"")
    take.finish(Outcome("done"))
    (tmp_path / "a.wav").touch()
    finished = Finished(take.id, 1.0, 48_000, take.audio_path)
    with pytest.raises(ForbiddenPath, match=f"kept: {take.audio_path}"):
        deliver(finished, replace(order(), target=tmp_path / "a.wav"))


def test_events_are_shown_and_the_first_audio_is_noted() -> None:
    show, shown = show_of(
        Queued("t", 0, 1.0),
        Progressed(0.5, "render"),
        Heard(0, 2, 0, 1),
        Heard(1, 2, 1, 2),
        FINISHED,
    )
    assert shown == [(0.0, "loading"), (0.5, "render")]
    assert show.finished() is FINISHED
    assert show.first_audio_seconds is not None
    assert show.first_audio_seconds <= show.end_seconds
    assert show_of(Queued("t", 3, 1.0))[1] == [(0.0, "waiting")]


def test_bad_endings_are_raised_as_what_they_were() -> None:
    with pytest.raises(ModelFailed, match="no weights"):
        show_of(Broken("model_failed", "no weights"))[0].finished()
    with pytest.raises(JobCancelled):
        show_of(Stopped())[0].finished()


def test_the_summary_says_how_fast_it_was() -> None:
    show, _ = show_of(Heard(0, 1, 0, 2), FINISHED)
    show.first_audio_seconds, show.end_seconds = 0.25, 0.5
    text = "wrote a.wav: 2.0 s at 48000 Hz in 0.5 s (4.0 times real time)"
    assert summary(order(), show) == text + "; first audio after 0.2 s"
    show.first_audio_seconds = None
    assert summary(order(), show) == text


def test_replies_become_the_same_events() -> None:
    replies = [
        Reply("/accepted", (1, 2.0)),
        Reply("/progress", (0.5, "render")),
        Reply("/window", (0, 1, 0.0, 2.0)),
        Reply("/of_the_future", (1,)),
        Reply("/done", (2.0, 48_000, "takes/t/audio.wav")),
        Reply("/cancelled", ()),
    ]
    assert list(_events(iter(replies))) == [
        Queued("", 1, 2.0),
        Progressed(0.5, "render"),
        Heard(0, 1, 0.0, 2.0),
        FINISHED,
        Stopped(),
    ]


def test_audio_on_another_machine_is_named() -> None:
    with pytest.raises(NotFound, match=r"takes/t/audio\.wav, which this machine cannot see"):
        deliver(FINISHED, order())


def test_without_a_server_there_is_none(tmp_path: Path) -> None:
    assert find_server(Config.load({"port": 0}, {}, tmp_path)) is None
    assert find_server(Config.load({"port": 1}, {}, tmp_path)) is None
