"""A live job's ring: everything at its time, nothing clicks, and lateness does not stay."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bridge.live_reserve import Reserve
from bridge.live_ring import LiveTap

TARGET, CHUNK, BLOCK, FADE = 768, 512, 256, 144


# Too much waits for long, is left out, and soon nothing waits any more.
DRY_AFTER_A_SKIP = [(2, 0, 0), (4, 0, 9), (0, 8, 0), (4, 12, 0), (4, 12, 0), (4, 9, 0)]
DRY_AFTER_A_SKIP += [(4, 12, 0), (4, 12, 0), (1, 6, 0)]


def chunk(first: int, frames: int = CHUNK) -> np.ndarray:
    """Return a slow sine from a frame on, so that a click stands out."""
    wave = np.sin(2 * np.pi * np.arange(first, first + frames) / 480)
    return np.repeat(wave[:, None], 2, axis=1).astype(np.float32)


def taken(tap: LiveTap, blocks: int) -> np.ndarray:
    out = [np.zeros((BLOCK, 2), np.float32) for _ in range(blocks)]
    for block in out:
        tap.mix_into(block)
    return np.concatenate(out) if out else np.zeros((0, 2), np.float32)


def fresh(most_frames: int = 0) -> LiveTap:
    return LiveTap(2, Reserve(TARGET, most_frames, 48_000), FADE, CHUNK, 48_000)


def in_time(tap: LiveTap, chunks: range) -> list[np.ndarray]:
    """Play chunks that come in time."""
    heard = []
    for number in chunks:
        tap.write(chunk(number * CHUNK))
        heard.append(taken(tap, 2))
    return heard


def test_what_is_written_is_heard_bit_for_bit_after_the_target() -> None:
    tap = fresh()
    sound = np.concatenate(in_time(tap, range(200)))
    written = chunk(0, 200 * CHUNK)
    assert not sound[:TARGET].any()
    assert np.array_equal(sound[TARGET:], written[: len(sound) - TARGET])
    assert (tap.underruns, tap.resyncs, tap.postponed) == (0, 0, 0)


def test_what_comes_too_late_is_lost_and_all_else_keeps_its_time() -> None:
    tap = fresh()
    heard = in_time(tap, range(10))
    heard.append(taken(tap, 8))  # Four chunks late: then all come at once.
    for number in range(10, 14):
        tap.write(chunk(number * CHUNK))
    heard += in_time(tap, range(14, 40))
    sound, written = np.concatenate(heard), chunk(0, 40 * CHUNK)
    assert tap.underruns == 1
    assert tap.missing_frames >= 8 * BLOCK - TARGET
    assert np.array_equal(sound[20 * CHUNK :], written[20 * CHUNK - TARGET : -TARGET])
    assert np.abs(np.diff(sound, axis=0)).max(initial=0.0) < 0.05


def test_what_was_never_rendered_goes_by_in_silence() -> None:
    tap = fresh()
    in_time(tap, range(10))
    taken(tap, 2 * 90)
    assert tap.write(chunk(100 * CHUNK), 90 * CHUNK) == 0
    sound = np.concatenate([taken(tap, 2), *in_time(tap, range(101, 120))])
    written = chunk(100 * CHUNK, 20 * CHUNK)
    assert np.array_equal(sound[2 * TARGET :], written[TARGET : len(sound) - TARGET])


def test_what_is_always_too_late_is_moved_once_and_then_heard_whole() -> None:
    tap, heard = fresh(), []
    in_time(tap, range(10))
    taken(tap, 6)  # From now on everything comes three chunks late.
    for number in range(10, 100):
        tap.write(chunk(number * CHUNK))
        heard.append(taken(tap, 2))
    assert tap.postponed == 1
    assert tap.underruns <= 2
    written, sound = chunk(0, 100 * CHUNK), np.concatenate(heard[-30:])
    assert np.array_equal(sound, written[-TARGET - len(sound) : -TARGET])


def test_what_comes_late_all_at_once_is_no_reason_to_move_all_else() -> None:
    tap = fresh()
    in_time(tap, range(10))
    taken(tap, 2 * 60)
    for number in range(10, 70):  # Held up for more than half a second.
        tap.write(chunk(number * CHUNK))
    sound = np.concatenate(in_time(tap, range(70, 100)))
    assert (tap.underruns, tap.postponed, tap.resyncs) == (1, 0, 0)
    written = chunk(70 * CHUNK - TARGET, 30 * CHUNK)
    assert np.array_equal(sound[2 * CHUNK :], written[2 * CHUNK :])


def test_what_catches_up_is_no_reason_to_move_all_else() -> None:
    tap = fresh()
    in_time(tap, range(10))
    taken(tap, 2 * 50)
    for number in range(10, 110, 2):  # Two in the time of one, until what is late is in time.
        tap.write(chunk(number * CHUNK))
        tap.write(chunk((number + 1) * CHUNK))
        taken(tap, 2)
    sound = np.concatenate(in_time(tap, range(110, 140)))
    assert (tap.postponed, tap.resyncs) == (0, 0)
    assert np.array_equal(sound, chunk(110 * CHUNK - TARGET, 30 * CHUNK))


def test_what_waits_too_long_is_left_out_in_a_fade_within_half_a_second() -> None:
    tap = fresh()
    for number in range(8):
        tap.write(chunk(number * CHUNK))
    heard = in_time(tap, range(8, 55))
    assert tap.resyncs == 1
    assert tap.write(chunk(55 * CHUNK)) <= 0
    assert np.abs(np.diff(np.concatenate(heard), axis=0)).max(initial=0.0) < 0.05
    assert tap.underruns == 0


def test_chunks_of_seconds_fit() -> None:
    tap, frames = LiveTap(2, Reserve(TARGET, 0, 48_000), FADE, 245_760, 48_000), 245_760
    for number in range(3):
        tap.write(chunk(number * frames, frames))
    sound, kept = taken(tap, 2 * frames // BLOCK), tap.target_frames
    assert np.array_equal(sound[kept:], chunk(0, 2 * frames)[: len(sound) - kept])


def test_after_it_ran_dry_again_as_much_is_to_wait_as_would_have_been_enough() -> None:
    reserve = Reserve(TARGET, 4_800, 48_000)
    reserve.needed(TARGET, was_dry=True)
    reserve.now_frame += 96_000
    tap = LiveTap(2, reserve, FADE, CHUNK, 48_000)
    heard = in_time(tap, range(10))
    heard.append(taken(tap, 8))  # Four chunks late: then all come at once.
    for number in range(10, 14):
        tap.write(chunk(number * CHUNK))
    late = 8 * BLOCK
    kept = late + late // 4
    number, ahead = 14, 0
    while tap.target_frames < kept:  # The job's clock goes on faster, a little.
        before = tap.target_frames
        tap.write(chunk(number * CHUNK))
        number, ahead = number + 1, ahead + tap.target_frames - before
        assert tap.target_frames - before <= CHUNK // 10
        heard.append(taken(tap, 2 if ahead < BLOCK else 1))
        ahead -= BLOCK * (ahead >= BLOCK)
    heard += in_time(tap, range(number, 100))
    sound, written = np.concatenate(heard), chunk(0, 100 * CHUNK)
    # All keeps its time.
    assert np.array_equal(sound[18 * CHUNK :], written[18 * CHUNK - TARGET : len(sound) - TARGET])
    assert abs(tap.write(chunk(100 * CHUNK))) <= BLOCK
    assert tap.underruns == 1
    assert (tap.resyncs, tap.postponed) == (0, 0)
    assert np.abs(np.diff(sound, axis=0)).max(initial=0.0) < 0.05


def test_a_sound_that_runs_dry_goes_on_and_what_comes_is_joined_to_it() -> None:
    tap = fresh()
    heard = in_time(tap, range(10))
    heard.append(taken(tap, 6))  # Three chunks late, one and a half more than wait.
    for number in range(10, 13):
        tap.write(chunk(number * CHUNK))
    heard += in_time(tap, range(13, 20))
    sound, written = np.concatenate(heard), chunk(0, 20 * CHUNK)
    assert tap.underruns == 1
    assert tap.missing_frames == 3 * BLOCK
    assert np.allclose(sound[TARGET:], written[: len(sound) - TARGET], atol=0.02)


def test_a_chunk_that_was_never_rendered_is_no_reason_to_keep_more() -> None:
    tap = fresh(most_frames=4_800)
    in_time(tap, range(10))
    taken(tap, 2 * 90)
    assert tap.write(chunk(100 * CHUNK), 90 * CHUNK) == 0
    taken(tap, 2)
    in_time(tap, range(101, 120))
    assert tap.underruns == 1
    heard = np.concatenate(in_time(tap, range(120, 122)))
    assert np.array_equal(heard, chunk(120 * CHUNK - TARGET, 2 * CHUNK))


def test_what_is_left_out_while_something_sounds_fades_out_and_in() -> None:
    tap = fresh()
    heard = in_time(tap, range(10))
    tap.write(chunk(12 * CHUNK + 100), 2 * CHUNK)
    heard += [taken(tap, 6), *in_time(tap, range(13, 15))]
    sound = np.concatenate(heard)
    assert not sound[10 * CHUNK + TARGET + FADE : 12 * CHUNK + TARGET].any()
    steps = np.abs(np.diff(sound[: 13 * CHUNK + TARGET], axis=0))
    assert steps.max(initial=0.0) < 0.05


def test_the_end_of_a_job_is_no_underrun() -> None:
    tap = fresh()
    in_time(tap, range(10))
    tap.end()
    sound = taken(tap, 40)
    assert tap.over
    assert np.array_equal(sound[:TARGET], chunk(10 * CHUNK - TARGET, TARGET))
    assert (tap.underruns, tap.missing_frames) == (0, 0)


@settings(deadline=None, max_examples=60)
@example(moves=DRY_AFTER_A_SKIP, most_frames=0)
@given(
    moves=st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 12), st.integers(0, 9)), max_size=40
    ),
    most_frames=st.sampled_from([0, 4_800]),
)
def test_whatever_comes_when_nothing_clicks(
    moves: list[tuple[int, int, int]], most_frames: int
) -> None:
    tap, number, heard = fresh(most_frames), 0, [np.zeros((1, 2), np.float32)]
    for writes, reads, left_out in moves:
        for _ in range(writes):
            skipped = max(0, left_out - 7)
            number += skipped
            tap.write(chunk(number * CHUNK), skipped * CHUNK)
            number += 1
        heard.append(taken(tap, reads))
    assert np.abs(np.diff(np.concatenate(heard), axis=0)).max(initial=0.0) < 0.05
