from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.stream import Resumed, Stream, Underrun, Voice, VoiceEnded, WindowAudible
from engine.wire import LegatoError

FADE = 480


def noise(frames: int, channels: int = 2, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, (frames, channels)).astype(np.float32)


def ones(frames: int) -> np.ndarray:
    return np.ones((frames, 2), np.float32)


def play(stream: Stream, frames: int, block: int = 480) -> np.ndarray:
    blocks = [stream.read(min(block, frames - start)) for start in range(0, frames, block)]
    return np.concatenate(blocks)


def kinds(stream: Stream, kind: type) -> list:
    return [event for event in stream.events if isinstance(event, kind)]


def test_an_empty_stream_is_silence_and_its_clock_goes_on() -> None:
    stream = Stream()
    assert not play(stream, 1000).any()
    assert stream.frame == 1000


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 5_000), min_size=1, max_size=12),
    blocks=st.lists(st.integers(1, 3_000), min_size=1, max_size=5),
)
def test_chained_windows_play_as_one_piece(sizes: list[int], blocks: list[int]) -> None:
    audio, stream = noise(sum(sizes)), Stream()
    voice = stream.open_voice("a", 48_000, 2)
    cuts = np.cumsum([0, *sizes])
    for window, start in enumerate(cuts[:-1]):
        voice.write(audio[start : cuts[window + 1]], window)
    voice.end()
    heard = [stream.read(blocks[k % len(blocks)]) for k in range(sum(sizes) // min(blocks) + 1)]
    assert np.array_equal(np.concatenate(heard)[: len(audio)], audio)
    assert [(e.window, e.frame, e.end_frame) for e in kinds(stream, WindowAudible)] == [
        (window, start, cuts[window + 1]) for window, start in enumerate(cuts[:-1])
    ]
    assert kinds(stream, VoiceEnded) in ([], [VoiceEnded(len(audio), "a", False)])
    assert not kinds(stream, Underrun)


@settings(max_examples=60, deadline=None)
@given(
    ahead=st.lists(st.integers(960, 3_000), min_size=20, max_size=20),
    block=st.integers(1, 479),
)
def test_whoever_stays_ahead_of_the_stream_never_underruns(ahead: list[int], block: int) -> None:
    audio, stream, written, heard = noise(60_000), Stream(), 0, []
    voice = stream.open_voice("a", 48_000, 2)
    for window, least in enumerate(ahead):
        stop = max(written, min(len(audio), stream.frame + least + block))
        voice.write(audio[written:stop], window)
        written = stop
        heard.append(stream.read(block))
    voice.end()
    heard.append(stream.read(70_000))
    assert np.array_equal(np.concatenate(heard)[:written], audio[:written])
    assert voice.underruns == stream.underruns == 0


def test_late_samples_are_faded_counted_and_announced_and_nothing_is_skipped() -> None:
    stream = Stream()
    voice = stream.open_voice("a", 48_000, 2)
    voice.write(ones(4_800), 0)
    dry = play(stream, 9_600)
    assert (dry[: 4_800 - FADE] == 1).all()
    assert np.abs(np.diff(dry[:, 0])).max() <= 1 / FADE + 1e-6
    assert (dry[4_799:] == 0).all()
    assert kinds(stream, Underrun) == [Underrun(4_800 - FADE, "a")]
    voice.write(ones(4_800), 1)
    voice.end()
    back = play(stream, 9_600)
    assert np.abs(np.diff(back[:4_800, 0])).max() <= 1 / FADE + 1e-6
    assert (back[FADE:4_800] == 1).all()
    assert (back[4_800:] == 0).all()
    assert kinds(stream, Resumed) == [Resumed(9_600, "a", 4_800)]
    assert kinds(stream, WindowAudible)[1] == WindowAudible(9_600, "a", 1, 14_400)
    assert kinds(stream, VoiceEnded) == [VoiceEnded(14_400, "a", False)]
    assert (voice.underruns, voice.missing_frames, stream.underruns) == (1, 4_800, 1)


@settings(max_examples=100, deadline=None)
@given(
    script=st.lists(st.tuples(st.integers(0, 3_000), st.integers(1, 2_000)), max_size=30),
    ending=st.sampled_from(["end", "cancel", "break_off"]),
)
def test_no_schedule_of_writes_and_reads_makes_a_click(
    script: list[tuple[int, int]], ending: str
) -> None:
    stream, heard = Stream(), []
    voice = stream.open_voice("a", 48_000, 2)
    for window, (frames, block) in enumerate(script):
        voice.write(ones(frames), window)
        heard.append(stream.read(block))
    if ending == "end":
        voice.write(ones(960), len(script))
    getattr(voice, ending)()
    heard.append(stream.read(120_000))
    wave = np.concatenate(heard)[:, 0]
    started = np.flatnonzero(wave)
    inner = wave[started[0] : started[-1] + 1] if len(started) else wave[:0]
    assert np.abs(np.diff(inner)).max(initial=0) <= 1 / FADE + 1e-6
    if ending != "end" and len(inner):
        assert inner[-1] <= 1 / FADE + 1e-6
    played = np.count_nonzero(wave == 1)
    total = sum(frames for frames, _ in script) + 960
    assert ending != "end" or total - played <= 2 * FADE * voice.underruns + 2
    assert len(kinds(stream, VoiceEnded)) == 1
    assert kinds(stream, Underrun) == [] or voice.underruns == len(kinds(stream, Underrun))
    if ending == "end":
        windows = [event.window for event in kinds(stream, WindowAudible)]
        assert windows == sorted(windows)
        assert windows[-1] == len(script)


def test_voices_are_added_up() -> None:
    stream, first, second = Stream(), noise(3_000, seed=1), noise(2_000, seed=2)
    for key, audio in (("a", first), ("b", second)):
        voice = stream.open_voice(key, 48_000, 2)
        voice.write(audio, 0)
        voice.end()
    expected = first.copy()
    expected[:2_000] += second
    assert np.array_equal(play(stream, 3_000), expected)
    assert len(stream.voices) == 1
    stream.read(1)
    assert stream.voices == ()


def test_one_voice_running_dry_leaves_the_other_alone() -> None:
    stream, audio = Stream(), noise(9_600)
    good, late = stream.open_voice("good", 48_000, 2), stream.open_voice("late", 48_000, 2)
    good.write(audio, 0)
    good.end()
    late.write(np.zeros((1_000, 2), np.float32), 0)
    assert np.array_equal(play(stream, 9_600), audio)
    assert (good.underruns, late.underruns) == (0, 1)


@pytest.mark.parametrize("at_frame", [0, 1, 479, 480, 5_001])
def test_a_voice_starts_at_its_frame(at_frame: int) -> None:
    stream, audio = Stream(), noise(2_000)
    voice = stream.open_voice("a", 48_000, 2, at_frame=at_frame)
    voice.write(audio, 0)
    voice.end()
    heard = play(stream, 9_600)
    assert not heard[:at_frame].any()
    assert np.array_equal(heard[at_frame : at_frame + 2_000], audio)
    assert kinds(stream, WindowAudible)[0].frame == at_frame


def test_a_voice_whose_samples_come_late_starts_when_they_come() -> None:
    stream = Stream()
    voice = stream.open_voice("a", 48_000, 2, at_frame=100)
    play(stream, 960)
    voice.write(ones(2_000), 0)
    voice.end()
    heard = play(stream, 2_000)
    assert (heard == 1).all()
    assert (voice.underruns, voice.missing_frames) == (0, 0)


@pytest.mark.parametrize("rate_hz", [16_000, 22_050, 44_100, 96_000])
def test_other_rates_keep_length_pitch_and_window_times(rate_hz: int) -> None:
    stream, seconds = Stream(), 2
    wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(seconds * rate_hz) / rate_hz)
    voice = stream.open_voice("a", rate_hz, 1)
    for window, part in enumerate(np.array_split(wave.astype(np.float32)[:, None], 7)):
        voice.write(part, window)
    voice.end()
    heard = play(stream, seconds * 48_000 + 480)
    expected = 0.5 * np.sin(2 * np.pi * 440 * np.arange(seconds * 48_000) / 48_000)
    inner = slice(2_000, -4_000)
    for channel in (0, 1):
        assert np.abs(heard[: seconds * 48_000, channel] - expected)[inner].max() < 1e-3
    assert kinds(stream, VoiceEnded)[0].frame == seconds * 48_000
    windows = kinds(stream, WindowAudible)
    assert [w.end_frame for w in windows[:-1]] == [w.frame for w in windows[1:]]
    third = sum(len(part) for part in np.array_split(wave, 7)[:3])
    assert windows[3].frame == round(third * 48_000 / rate_hz)


def test_cancel_fades_within_ten_milliseconds_and_ends() -> None:
    stream = Stream()
    voice = stream.open_voice("a", 48_000, 2)
    voice.write(ones(48_000), 0)
    play(stream, 960)
    voice.cancel()
    heard = play(stream, 960)[:, 0]
    assert np.abs(np.diff(np.concatenate([[1.0], heard]))).max() <= 1 / FADE + 1e-6
    assert not heard[FADE:].any()
    assert kinds(stream, VoiceEnded) == [VoiceEnded(960 + FADE, "a", True)]
    assert not kinds(stream, Underrun)
    assert stream.voices == ()


def test_a_voice_that_is_broken_off_plays_what_came_and_fades_its_end() -> None:
    stream = Stream()
    voice = stream.open_voice("a", 48_000, 2)
    voice.write(ones(4_800), 0)
    play(stream, 960)
    voice.break_off()
    heard = play(stream, 4_800)[:, 0]
    assert (heard[: 4_800 - 960 - FADE] == 1).all()
    assert np.abs(np.diff(heard)).max() <= 1 / FADE + 1e-6
    assert kinds(stream, VoiceEnded) == [VoiceEnded(4_800, "a", False)]
    assert not kinds(stream, Underrun)


def test_cancel_before_the_first_sample_ends_at_once() -> None:
    stream = Stream()
    voice = stream.open_voice("a", 48_000, 2, at_frame=99_999)
    voice.write(ones(4_800), 0)
    voice.cancel()
    assert not play(stream, 960).any()
    assert voice.over
    assert kinds(stream, VoiceEnded) == [VoiceEnded(0, "a", True)]


def test_a_voice_that_ends_without_a_sample_just_ends() -> None:
    stream = Stream()
    stream.open_voice("a", 44_100, 1).end()
    play(stream, 480)
    assert kinds(stream, VoiceEnded) == [VoiceEnded(0, "a", False)]


def test_what_is_not_finite_becomes_silence_and_is_counted() -> None:
    audio = ones(2_000)
    audio[5, 0], audio[6, 1], audio[7] = np.nan, np.inf, -np.inf
    stream = Stream()
    voice = stream.open_voice("a", 48_000, 2)
    voice.write(audio, 0)
    voice.end()
    heard = play(stream, 2_000)
    assert voice.broken_samples == 4
    assert heard.sum() == 2 * 2_000 - 4


def test_samples_of_another_shape_or_after_the_end_are_refused() -> None:
    voice = Voice("a", 48_000, 2, 48_000, 2)
    for shape in [(5,), (5, 1), (5, 3)]:
        with pytest.raises(LegatoError, match="has 2 channels"):
            voice.write(np.zeros(shape, np.float32), 0)
    voice.end()
    voice.end()
    with pytest.raises(LegatoError, match="has ended"):
        voice.write(ones(5), 0)
