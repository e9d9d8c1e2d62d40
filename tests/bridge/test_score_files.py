"""A take keeps what was composed for it, and what goes on from a take finds its score."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.app import Bridge
from bridge.midi.file import read_score
from bridge.midi.write import write_score
from bridge.records import Record
from bridge.score_files import export_composed, keep_composed, read_music
from bridge.takes import Takes
from engine.wire import ForbiddenPath, LegatoError, Note, Request, Score
from tests.bridge.scenes import Client, run, samples_of

ASKED = Score((Note(0.0, 1.0, 60, 90),), duration_seconds=1.0, title="asked")
COMPOSED = Score((Note(0.0, 1.0, 62, 90),), duration_seconds=1.0, title="composed")


def test_the_score_of_a_take_is_what_was_composed_or_asked_or_played(tmp_path: Path) -> None:
    takes = Takes(tmp_path, 1 << 30, 30)
    bare = takes.create(Record(Request("live", "house"))).folder
    assert read_music(bare) is None
    played = takes.create(Record(Request("live", "house")), write_score(ASKED)).folder
    found = read_music(played)
    assert found is not None
    assert [note.pitch for note in found.notes] == [60]
    asked = takes.create(Record(Request("render", "house", score=ASKED))).folder
    assert read_music(asked) == ASKED
    keep_composed(asked, COMPOSED)
    assert read_music(asked) == COMPOSED
    assert read_score((asked / "score.mid").read_bytes()).score.title == "composed"


def test_a_composed_score_is_copied_where_there_is_one(tmp_path: Path) -> None:
    take, copy = tmp_path / "take", tmp_path / "x.mid"
    take.mkdir()
    export_composed(take, copy)
    assert not copy.exists()
    keep_composed(take, COMPOSED)
    export_composed(take, copy)
    assert copy.read_bytes() == (take / "score.mid").read_bytes()
    with pytest.raises(ForbiddenPath):
        export_composed(take, copy)
    export_composed(take, copy, overwrite=True)


def test_a_torn_score_is_said(tmp_path: Path) -> None:
    (tmp_path / "composed.msgpack").write_bytes(b"\x93torn")
    with pytest.raises(LegatoError, match="damaged"):
        read_music(tmp_path)


def test_words_become_a_take_with_its_score_that_is_continued_twice(tmp_path: Path) -> None:
    """Over real sockets: generate, continue, continue again, edit the .mid and render it."""

    async def scene(bridge: Bridge, client: Client) -> None:
        ids = itertools.count(1)

        async def done(address: str, *arguments: Any) -> Path:
            number = next(ids)
            client.send(address, number, *arguments)
            ending = asyncio.ensure_future(client.wait("/legato/done", number))
            failing = asyncio.ensure_future(client.wait("/legato/fail", number))
            await asyncio.wait([ending, failing], return_when=asyncio.FIRST_COMPLETED)
            assert ending.done(), failing.result()
            failing.cancel()
            return Path(ending.result()[3])

        words = ("seconds", 3.0, "steps", 0, "play", 0, "prompt", "fast waltz for flute and harp")
        first = await done("/legato/generate", *words)
        score = read_music(first.parent)
        assert score is not None
        assert {note.program for note in score.notes} == {73, 46}
        assert len(samples_of(str(first))) == 3 * 48_000
        more = ("steps", 0, "play", 0)
        second = await done("/legato/continue", first.parent.name, 2.0, *more)
        third = await done("/legato/continue", second.parent.name, 2.0, *more)
        for before, after in itertools.pairwise((first, second, third)):
            sound, longer = samples_of(str(before)), samples_of(str(after))
            assert len(longer) == len(sound) + 2 * 48_000
            np.testing.assert_array_equal(longer[: len(sound)], sound)
            old, new = read_music(before.parent), read_music(after.parent)
            assert old is not None
            assert new is not None
            join = len(sound) / 48_000
            kept = [note for note in old.notes if note.start_seconds < join - 0.1]
            assert [note for note in new.notes if note.start_seconds < join - 0.1] == kept
            added = [note for note in new.notes if note.start_seconds > join - 0.05]
            assert {note.program for note in added} <= {73, 46}
            assert added
            assert new.metres[-1].numerator == 3
        edited = first.parent / "score.mid"
        rendered = await done("/legato/render", edited.read_bytes(), *more)
        assert len(samples_of(str(rendered))) > 2 * 48_000

    run(tmp_path, scene, model="house")


def test_a_take_is_varied_and_a_span_of_it_is_composed_anew(tmp_path: Path) -> None:
    """Over real sockets, by the model that is there without a checkpoint."""

    async def scene(bridge: Bridge, client: Client) -> None:
        ids = itertools.count(1)

        async def done(address: str, *arguments: Any) -> Path:
            number = next(ids)
            client.send(address, number, *arguments)
            return Path((await client.wait("/legato/done", number))[3])

        more = ("steps", 0, "play", 0)
        source = await done("/legato/generate", *more, "prompt", "pop 120 bpm, 2 bars")
        sound, take = samples_of(str(source)), source.parent.name
        same = await done("/legato/vary", take, 0.0, *more)
        assert np.array_equal(samples_of(str(same)), sound)
        assert read_music(same.parent) == read_music(source.parent)
        other = await done("/legato/vary", take, 0.7, *more)
        assert len(samples_of(str(other))) == len(sound)
        score = read_music(other.parent)
        assert score is not None
        assert score != read_music(source.parent)
        assert len(read_score((other.parent / "score.mid").read_bytes()).score.notes) > 10
        span = await done("/legato/inpaint", other.parent.name, 1.0, 3.0, *more, "stems", 1)
        before, after = samples_of(str(other)), samples_of(str(span))
        assert np.array_equal(after[:48_000], before[:48_000])
        assert np.array_equal(after[144_000:], before[144_000:])
        assert not np.array_equal(after[48_000:144_000], before[48_000:144_000])
        assert (span.parent / "stems" / "00-source.wav").exists()
        assert 0.0 < bridge.requests.pace.real_time_factor < 100.0  # What is kept does not count.
        alone = tmp_path / "media" / "alone.wav"
        alone.write_bytes(source.read_bytes())
        client.send("/legato/vary", 90, "alone.wav", 0.5)
        _, code, text = await client.wait("/legato/fail", 90)
        assert code == "unsupported"
        assert "strength 1" in text
        (tmp_path / "media" / "alone.mid").write_bytes((source.parent / "score.mid").read_bytes())
        again = await done("/legato/vary", "alone.wav", 0.2, *more)
        found = read_music(again.parent)
        assert found is not None
        assert len(found.notes) > 10

    run(tmp_path, scene, model="house")


def test_what_lies_between_takes_and_scores_is_heard_and_kept(tmp_path: Path) -> None:
    """Two takes, a take and a file of notes, and a sound of which nobody knows the notes."""

    async def scene(bridge: Bridge, client: Client) -> None:
        ids = itertools.count(1)

        async def done(address: str, *arguments: Any) -> Path:
            number = next(ids)
            client.send(address, number, *arguments)
            return Path((await client.wait("/legato/done", number))[3])

        more = ("steps", 0, "play", 0)
        pop = await done("/legato/generate", *more, "prompt", "pop 120 bpm, 2 bars")
        waltz = await done("/legato/generate", *more, "prompt", "waltz for harp, 90 bpm, 2 bars")
        ends = (pop.parent.name, waltz.parent.name)
        for mix, end in ((0.0, pop), (1.0, waltz)):
            same = await done("/legato/interpolate", *ends, mix, *more)
            assert np.array_equal(samples_of(str(same)), samples_of(str(end)))
            assert read_music(same.parent) == read_music(end.parent)
        half = await done("/legato/interpolate", *ends, 0.5, *more, "stems", 1)
        score = read_music(half.parent)
        assert score is not None
        # The waltz's two bars last as long as the song's: so do the two between them.
        assert score.tempos[0].quarters_per_minute == pytest.approx(90.0, abs=0.1)
        assert score.metres[0].numerator == 3
        again = await done("/legato/interpolate", *ends, 0.5, *more, "stems", 1)
        assert np.array_equal(samples_of(str(again)), samples_of(str(half)))
        stems = [samples_of(str(path)) for path in (half.parent / "stems").glob("*.wav")]
        assert len(stems) > 1
        assert np.abs(sum(stems) - samples_of(str(half))).max() < 1e-4
        media = tmp_path / "media"
        (media / "notes.mid").write_bytes((half.parent / "score.mid").read_bytes())
        edited = await done("/legato/interpolate", ends[0], "notes.mid", 0.5, *more)
        assert read_music(edited.parent) not in (None, score)
        alone = await done("/legato/interpolate", "notes.mid", "notes.mid", 1.0, *more)
        assert samples_of(str(alone)).any()
        (media / "noise.wav").write_bytes(pop.read_bytes())
        client.send("/legato/interpolate", 90, "notes.mid", "noise.wav", 0.5)
        _, code, text = await client.wait("/legato/fail", 90)
        assert code == "unsupported"
        assert "render" in text
        client.send("/legato/vary", 91, "notes.mid", 0.5)
        _, code, text = await client.wait("/legato/fail", 91)
        assert code == "unsupported"
        assert "render the score first" in text

    run(tmp_path, scene, model="house")


def test_unknown_words_fail_with_what_is_known_and_a_running_one_is_cancelled(
    tmp_path: Path,
) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/generate", 1, "prompt", "a waltx for blorf")
        _, code, text = await client.wait("/legato/fail", 1)
        assert code == "out_of_range"
        assert "waltz" in text
        assert "'blorf'" in text
        client.send("/legato/generate", 2, "seconds", 500.0, "prompt", "ambient")
        await client.wait("/legato/accepted", 2)
        client.send("/legato/cancel", 2)
        await client.wait("/legato/cancelled", 2)

    run(tmp_path, scene, model="house")
