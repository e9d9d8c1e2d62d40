from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.exporting import Finish, export
from bridge.records import Outcome, Record
from bridge.take import Take
from bridge.takes import Takes
from engine.wire import ForbiddenPath, LegatoError, Note, NotFound, OutOfRange, Request, Score

ROOT = Path(__file__).parents[2]
SCORE = Score(notes=(Note(0.0, 0.5, 60, 100),), duration_seconds=0.5, title="Étude")
REQUEST = Request("render", "tone", seed=5, parameters={"gain": 0.5, "name": "a b"}, score=SCORE)
FRAMES = 100


def noise(frames: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, (frames, 2)).astype(np.float32)


@pytest.fixture
def takes(tmp_path: Path) -> Takes:
    return Takes(tmp_path / "takes", max_bytes=1 << 30, max_age_days=30)


def context(window: int) -> bytes:
    return f"context after window {window}".encode() * 3


def render(take: Take, first: int, stop: int, planned: int = 9) -> Take:
    audio = noise(planned * FRAMES)
    take.accept(planned, planned * FRAMES, 48_000, 2, first)
    for window in range(first, stop):
        start = window * FRAMES
        take.append(window, start, audio[start : start + FRAMES], context(window))
    return take


def visible(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_keeps_what_was_asked_and_what_was_heard(takes: Takes) -> None:
    record = Record(REQUEST, title="Étude", client="osc:127.0.0.1:9000", client_id=7)
    take = render(takes.create(record, midi=b"MThd..."), 0, 9)
    take.finish(Outcome("done"))
    found = takes.open(take.id)
    assert found.request() == REQUEST
    assert (found.record.client, found.record.client_id) == (record.client, 7)
    assert found.record.created_seconds == pytest.approx(time.time(), abs=60)
    assert (found.folder / "source.mid").read_bytes() == b"MThd..."
    assert np.array_equal(found.read(0, 9999), noise(9 * FRAMES))
    assert np.array_equal(found.read_window(4), noise(9 * FRAMES)[400:500])
    assert (found.state, found.seconds, found.frames) == ("done", 900 / 48_000, 900)
    assert found.outcome == Outcome("done", seconds=900 / 48_000)
    assert found.audio_path.name == "audio.wav"
    assert found.info().planned == found.info().windows == 9


def test_request_is_on_disk_before_anything_is_rendered(takes: Takes) -> None:
    take = takes.create(Record(REQUEST))
    assert visible(take.folder) == {"request.json", "score.msgpack"}
    assert json.loads((take.folder / "request.json").read_text())["request"]["seed"] == 5
    assert takes.open(take.id).state == "open"


def test_a_request_without_a_score_has_none(takes: Takes) -> None:
    request = Request("generate", "tone", parameters={"prompt": "warm pad"})
    take = takes.open(takes.create(Record(request)).id)
    assert take.request() == request
    assert visible(take.folder) == {"request.json"}


def test_audio_is_a_valid_wav_after_every_window(takes: Takes) -> None:
    take = takes.create(Record(REQUEST))
    take.accept(3, 300, 48_000, 2)
    assert soundfile.info(take.audio_path).frames == 0
    for window in range(3):
        take.append(window, window * FRAMES, noise(FRAMES, window), b"")
        assert soundfile.info(take.audio_path).frames == (window + 1) * FRAMES
    assert take.audio_path.name == "audio.part.wav"
    take.close()


def test_context_before_a_window(takes: Takes) -> None:
    take = render(takes.create(Record(REQUEST)), 0, 3)
    assert take.context_before(0) == b""
    assert takes.open(take.id).context_before(2) == context(1)
    assert take.context_before(3) == context(2)
    with pytest.raises(NotFound, match="windows 0 to 2"):
        take.context_before(4)
    take.close()


def test_a_model_without_context_stores_none(takes: Takes) -> None:
    take = takes.create(Record(REQUEST))
    take.accept(2, 200, 48_000, 2)
    take.append(0, 0, noise(FRAMES))
    assert take.context_before(1) == b""
    assert not list((take.folder / "contexts").iterdir())
    take.close()


@pytest.mark.parametrize(("window", "first_frame"), [(0, 0), (2, 200), (1, 99), (-1, 100)])
def test_windows_come_in_order_or_not_at_all(takes: Takes, window: int, first_frame: int) -> None:
    take = render(takes.create(Record(REQUEST)), 0, 1)
    before = take.audio_path.read_bytes()
    with pytest.raises(LegatoError, match="was due"):
        take.append(window, first_frame, noise(FRAMES), b"")
    assert take.audio_path.read_bytes() == before
    take.close()


def test_windows_may_differ_in_length(takes: Takes) -> None:
    take = takes.create(Record(REQUEST))
    take.accept(3, 60, 48_000, 2)
    for window, (first, frames) in enumerate([(0, 10), (10, 20), (30, 30)]):
        take.append(window, first, noise(60)[first : first + frames])
    assert np.array_equal(take.read_window(1), noise(60)[10:30])
    assert np.array_equal(take.read(0, 60), noise(60))
    take.close()


def test_nothing_is_appended_before_it_was_accepted(takes: Takes) -> None:
    with pytest.raises(LegatoError, match="not accepted"):
        takes.create(Record(REQUEST)).append(0, 0, noise(5))


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_ends_exactly_once(takes: Takes, state: str) -> None:
    take = render(takes.create(Record(REQUEST)), 0, 2)
    take.finish(Outcome(state, "out_of_memory", "the device is full"))  # type: ignore[arg-type]
    for again in (take, takes.open(take.id)):
        assert again.state == state
        for use in (
            lambda take: take.finish(Outcome("done")),
            lambda take: take.append(2, 200, noise(5)),
            lambda take: take.accept(1, 1, 48_000, 2),
            lambda take: take.reopen(),
        ):
            with pytest.raises(LegatoError, match=f"ended as {state}"):
                use(again)
    name = "audio.wav" if state == "done" else "audio.part.wav"
    assert name in visible(take.folder)
    assert soundfile.info(take.folder / name).frames == 200


def test_can_fail_before_it_was_accepted(takes: Takes) -> None:
    take = takes.create(Record(REQUEST))
    take.finish(Outcome("failed", "queue_full", "ask later"))
    assert takes.open(take.id).outcome == Outcome("failed", "queue_full", "ask later", 0.0)


@pytest.mark.parametrize("at_window", [0, 1, 3, 5])
def test_branch_holds_the_windows_before_and_goes_on(takes: Takes, at_window: int) -> None:
    source = render(takes.create(Record(REQUEST), midi=b"MThd"), 0, 5)
    branch = takes.branch(source, at_window)
    assert (branch.next_window, branch.record.parent) == (at_window, source.id)
    assert branch.request().from_window == at_window
    assert branch.request().score == SCORE
    assert (branch.folder / "source.mid").read_bytes() == b"MThd"
    if at_window:
        assert branch.context_before(at_window) == context(at_window - 1)
    render(branch, at_window, 9).finish(Outcome("done"))
    assert np.array_equal(branch.read(0, 9999), noise(9 * FRAMES))
    assert source.next_window == 5
    source.append(5, 500, noise(9 * FRAMES)[500:600], b"")
    assert np.array_equal(source.read(0, 999), noise(9 * FRAMES)[:600])
    source.close()


def test_branch_may_ask_for_something_else_and_outlives_its_source(takes: Takes) -> None:
    source = render(takes.create(Record(REQUEST)), 0, 5)
    source.finish(Outcome("done"))
    other = Record(Request("render", "tone", seed=99), title="again")
    branch = takes.branch(source, 2, other)
    takes.remove(source)
    assert branch.request() == Request("render", "tone", seed=99, from_window=2)
    assert branch.reopen() == 2
    assert branch.context_before(2) == context(1)
    assert np.array_equal(branch.read(0, 999), noise(9 * FRAMES)[:200])
    branch.close()


@pytest.mark.parametrize("at_window", [-1, 4, 1000])
def test_branch_beyond_what_is_held_is_refused(takes: Takes, at_window: int) -> None:
    source = render(takes.create(Record(REQUEST)), 0, 3)
    with pytest.raises(OutOfRange, match="windows 0 to 2"):
        takes.branch(source, at_window)
    source.close()
    assert len(takes.all()) == 1


def test_branch_of_another_rate_is_refused(takes: Takes) -> None:
    source = render(takes.create(Record(REQUEST)), 0, 3)
    source.close()
    with pytest.raises(LegatoError, match="48000 Hz and 2 channels, the engine offers 44100"):
        takes.branch(source, 2).accept(9, 900, 44_100, 2, 2)


def test_export_gives_a_whole_file_and_overwrites_nothing_unasked(
    takes: Takes, tmp_path: Path
) -> None:
    take = takes.create(Record(REQUEST))
    target = tmp_path / "song.wav"
    with pytest.raises(NotFound, match="no audio yet"):
        export(take, target)
    render(take, 0, 2)
    export(take, target)
    assert np.array_equal(soundfile.read(target, dtype="float32")[0], noise(900)[:200])
    with pytest.raises(ForbiddenPath, match=r"song\.wav is there already: choose another name"):
        export(take, target, Finish("int24"))
    take.append(2, 200, noise(900)[200:300], b"")
    take.finish(Outcome("done"))
    export(take, target, Finish("int24"), overwrite=True)
    assert (soundfile.info(target).subtype, soundfile.info(target).frames) == ("PCM_24", 300)
    with pytest.raises(LegatoError, match="could not be stored"):
        export(take, tmp_path / "no" / "such" / "folder.wav")
    assert {path.name for path in tmp_path.iterdir()} == {"takes", "song.wav"}


def test_a_copy_says_where_it_came_from(takes: Takes, tmp_path: Path) -> None:
    take = render(takes.create(Record(REQUEST, title="Für Elise")), 0, 2)
    export(take, tmp_path / "song.wav")
    with soundfile.SoundFile(tmp_path / "song.wav") as song:
        said = song.copy_metadata()
        assert song.frames == 200
    assert said["title"] == "Für Elise"
    assert said["software"].startswith("Legato ")
    wanted = f"{REQUEST.operation} by {REQUEST.model}, seed {REQUEST.seed}, take {take.id}"
    assert said["comment"] == wanted
    assert not take.audio_path.read_bytes().count(b"INFO")


@pytest.mark.parametrize(
    "take_id",
    ["", ".", "..", "../x", "a/b", "/etc", "20261121-015301-x7k2/..", "20261121-015301-x7k2\n",
     "20261121-015301-X7K2", "20261121-015301-x7k2", "x" * 5000, "20261121-015301-x7k\0"],
)  # fmt: skip
def test_only_ids_of_takes_open_takes(takes: Takes, take_id: str) -> None:
    (takes.folder / "x").mkdir()
    with pytest.raises(NotFound) as caught:
        takes.open(take_id)
    assert str(takes.folder) not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_a_folder_that_is_no_take_is_not_one(takes: Takes) -> None:
    (takes.folder / "20261121-015301-x7k2").mkdir()
    (takes.folder / "notes.txt").write_text("hello")
    assert takes.all() == []
    with pytest.raises(NotFound, match="no readable request"):
        takes.open("20261121-015301-x7k2")


def dated(takes: Takes, seconds_ago: float) -> Take:
    return takes.create(Record(REQUEST, created_seconds=time.time() - seconds_ago))


def test_all_lists_the_oldest_first(takes: Takes) -> None:
    made = [dated(takes, ago).id for ago in (50, 500, 5)]
    assert [take.id for take in takes.all()] == [made[1], made[0], made[2]]


def test_prune_by_space_removes_the_oldest_that_nobody_needs(takes: Takes) -> None:
    old = [render(dated(takes, 1000 - 100 * k), 0, 5) for k in range(5)]
    for take in old:
        take.finish(Outcome("done"))
    size = max(take.info().bytes for take in old)
    old[0].pinned = True
    takes.max_bytes = 3 * size + size // 2
    assert takes.prune(in_use={old[1].id}) == [old[2].id, old[3].id]
    assert [take.id for take in takes.all()] == [old[0].id, old[1].id, old[4].id]
    assert takes.prune(in_use={old[1].id}) == []
    old[0].pinned = False
    takes.max_bytes = 0
    assert takes.prune(in_use={old[1].id}) == [old[0].id, old[4].id]


def test_prune_by_age(takes: Takes) -> None:
    takes.max_age_days = 2
    day = 86_400
    old, pinned, _young = dated(takes, 2.1 * day), dated(takes, 9 * day), dated(takes, 1.9 * day)
    pinned.pinned = True
    assert takes.prune() == [old.id]
    assert visible(pinned.folder) >= {"request.json", "pinned"}


def test_prune_clears_what_a_crash_left_of_making_and_removing(takes: Takes) -> None:
    kept = dated(takes, 5)
    for name in (".new-20261121-015301-x7k2", ".gone-20261121-015301-x7k2"):
        (takes.folder / name).mkdir()
        os.utime(takes.folder / name, (1e9, 1e9))
    (takes.folder / ".new-20261121-015302-x7k2").mkdir()  # Just being made.
    assert [take.id for take in takes.all()] == [kept.id]
    assert takes.prune() == []
    assert set(os.listdir(takes.folder)) == {kept.id, ".new-20261121-015302-x7k2"}


def test_prune_leaves_takes_that_grow(takes: Takes) -> None:
    just_made, ended = dated(takes, 5), render(dated(takes, 50), 0, 5)
    growing, forgotten = render(dated(takes, 900), 0, 5), render(dated(takes, 900), 0, 5)
    os.utime(forgotten.folder / "journal.jsonl", (1e9, 1e9))
    ended.finish(Outcome("done"))
    takes.max_bytes = 0
    assert set(takes.prune()) == {ended.id, forgotten.id}
    assert {take.id for take in takes.all()} == {just_made.id, growing.id}
    growing.close()


# What a crash leaves.


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_reopen_keeps_the_longest_consistent_run(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    takes = Takes(tmp_path_factory.mktemp("takes"), 1 << 30, 30)
    take = render(takes.create(Record(REQUEST)), 0, 6)
    take.close()
    journal = (take.folder / "journal.jsonl").read_bytes()
    cut = data.draw(st.integers(0, len(journal)), "journal bytes kept")
    (take.folder / "journal.jsonl").write_bytes(journal[:cut])
    kept = journal[:cut].count(b"\n")
    lost = data.draw(st.none() | st.integers(1, 6), "context lost")
    if lost is not None:
        (take.folder / "contexts" / f"{lost:06d}.ctx").write_bytes(b"torn")
        kept = min(kept, lost - 1)
    broken = data.draw(st.none() | st.integers(0, 599), "frame zeroed by a power cut")
    if broken is not None:
        with take.audio_path.open("r+b") as file:
            file.seek(take.audio_path.stat().st_size - (600 - broken) * 8)
            file.write(bytes(8))
        kept = min(kept, broken // FRAMES)
    again = takes.open(take.id)
    assert again.reopen() == kept == len(again.entries)
    assert soundfile.info(again.audio_path).frames == kept * FRAMES
    render(again, kept, 9).finish(Outcome("done"))
    assert np.array_equal(takes.open(take.id).read(0, 9999), noise(9 * FRAMES))


def test_reopen_after_a_crash_between_the_final_name_and_the_outcome(takes: Takes) -> None:
    take = render(takes.create(Record(REQUEST)), 0, 9)
    take.close()
    (take.folder / "audio.part.wav").rename(take.folder / "audio.wav")
    again = takes.open(take.id)
    assert (again.state, again.reopen()) == ("open", 9)
    again.finish(Outcome("done"))
    assert np.array_equal(again.read(0, 9999), noise(900))


WRITER = """
    import sys
    from pathlib import Path
    import numpy as np
    from bridge.records import Outcome, Record
    from bridge.takes import Takes
    from engine.wire import Request
    takes = Takes(Path(sys.argv[1]), 1 << 30, 30)
    while True:
        take = takes.create(Record(Request("render", "tone"), title="a"), b"MThd")
        take.accept(20, 2000, 48_000, 2)
        print(take.id, flush=True)
        audio = np.random.default_rng(0).uniform(-1, 1, (2000, 2)).astype(np.float32)
        for k in range(20):
            take.append(k, 100 * k, audio[100 * k : 100 * k + 100], b"context" * 100)
        take.finish(Outcome("done"))
"""


def child(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def check_whole(takes: Takes) -> None:
    audio = noise(2000)
    for take in takes.all():
        reached = len(take.entries)
        if take.plan is not None and take.audio_path.exists():
            assert soundfile.info(take.audio_path).frames >= reached * FRAMES
        if take.state == "done":
            assert np.array_equal(take.read(0, 9999), audio)
        elif take.plan is not None:
            assert take.reopen() >= reached
            assert np.array_equal(take.read(0, 9999), audio[: take.frames])
            take.close()


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_kill_at_any_moment_leaves_takes_that_go_on(tmp_path: Path) -> None:
    takes = Takes(tmp_path / "takes", 1 << 30, 30)
    chance = random.Random(4)
    for _ in range(4):
        process = child(WRITER, str(takes.folder))
        assert process.stdout is not None
        for _ in range(chance.randint(1, 3)):
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        check_whole(takes)
    assert len(takes.all()) >= 4


LIMITED = """
    import resource, sys
    from pathlib import Path
    import numpy as np
    from bridge.records import Record
    from bridge.takes import Takes
    from engine.wire import LegatoError, Request
    takes = Takes(Path(sys.argv[1]), 1 << 30, 30)
    take = takes.create(Record(Request("render", "tone")))
    take.accept(9, 9000, 48_000, 2)
    audio = np.random.default_rng(0).uniform(-1, 1, (9000, 2)).astype(np.float32)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    take.append(0, 0, audio[:1000], b"c")
    take.append(1, 1000, audio[1000:2000], b"c")
    before = take.audio_path.read_bytes()
    try:
        take.append(2, 2000, audio[2000:3000], b"c")
    except LegatoError as error:
        print(error)
    assert take.audio_path.read_bytes() == before
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    take.append(2, 2000, audio[2000:3000], b"c")
    assert np.array_equal(take.read(0, 9999), audio[:3000])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs resource limits")
def test_a_file_limit_is_told_and_the_window_can_come_again(tmp_path: Path) -> None:
    process = child(LIMITED, str(tmp_path / "takes"))
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "window 2 of take" in output
    assert "raise its limit" in output
    assert str(tmp_path) not in output


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount, options = shutil.which("mount"), ["-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if mount is None or subprocess.run([mount, *options], capture_output=True).returncode:
        pytest.skip("may not mount a small tmpfs here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_told_and_forgotten_once_there_is_space(small_disk: Path) -> None:
    takes = Takes(small_disk, 1 << 30, 30)
    take = takes.create(Record(REQUEST))
    take.accept(99, 990_000, 48_000, 2)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(600_000))
    window = 0
    with pytest.raises(LegatoError, match="free some space"):  # noqa: PT012 - until it is full
        while True:
            take.append(window, 10_000 * window, noise(10_000, window), bytes(5000))
            window += 1
    with pytest.raises(LegatoError, match="free some space"):
        takes.create(Record(REQUEST), midi=bytes(600_000))
    assert [found.id for found in takes.all()] == [take.id]
    assert not [name for name in visible(small_disk) if name.endswith(".half")]
    assert soundfile.info(take.audio_path).frames == window * 10_000
    assert takes.open(take.id).next_window == window
    ballast.unlink()
    take.append(window, 10_000 * window, noise(10_000, window), bytes(5000))
    take.finish(Outcome("done"))
    assert np.array_equal(take.read_window(window), noise(10_000, window))
