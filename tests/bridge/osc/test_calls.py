"""Calls: one acknowledgement, few progress messages, exactly one ending, safe retries."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.osc.calls import MAX_OPEN_CALLS, MAX_REMEMBERED, MAX_SYNCS, REMEMBERED_SECONDS
from engine.wire import LegatoError, NotFound, QueueFull


def test_a_call_goes_its_way(door: Any) -> None:
    client = door.client()
    assert client.ask("/render", 7, "a.mid") == []
    (call,) = door.calls
    call.accepted(0, 0.5)
    call.progress(0.25, "render")
    call.window(0, 2, 0.0, 4.0)
    call.done(8.0, 48_000, "takes/1/audio.wav")
    assert client.replies == [
        ("/accepted", 7, 0, 0.5),
        ("/progress", 7, 0.25, "render"),
        ("/window", 7, 0, 2, 0.0, 4.0),
        ("/done", 7, 8.0, 48_000, "takes/1/audio.wav"),
    ]


def test_an_ending_is_the_last_word_and_the_only_one(door: Any) -> None:
    client = door.client()
    client.ask("/render", 7, "a.mid")
    (call,) = door.calls
    call.cancelled()
    call.done(1.0, 48_000, "x")
    call.fail(NotFound("too late"))
    call.cancelled()
    call.accepted(0, 0.0)
    call.progress(0.5, "render")
    call.window(0, 1, 0.0, 1.0)
    call.answer_rows([("x",)])
    assert client.replies == [("/cancelled", 7)]


def test_progress_is_said_ten_times_a_second(door: Any) -> None:
    client = door.client()
    client.ask("/render", 7, "a.mid")
    for step in range(1_000):
        door.clock.move(0.002)
        door.calls[0].progress(step / 1_000, "render")
    assert 18 <= len(client.replies) <= 21


def test_a_retry_of_an_open_call_hears_its_state_and_runs_nothing(door: Any) -> None:
    client = door.client()
    client.ask("/render", 7, "a.mid")
    assert client.ask("/render", 7, "a.mid") == []
    door.calls[0].accepted(3, 1.5)
    door.calls[0].progress(0.5, "render")
    state = [("/accepted", 7, 3, 1.5), ("/progress", 7, 0.5, "render")]
    assert client.ask("/render", 7, "a.mid") == state
    assert len(door.calls) == 1


def test_a_retry_of_an_ended_call_hears_its_ending(door: Any) -> None:
    client = door.client()
    for id, end in enumerate(
        [
            lambda call: call.done(1.0, 48_000, "x"),
            lambda call: call.cancelled(),
            lambda call: call.fail(NotFound("no such file")),
        ]
    ):
        client.ask("/render", id, "a.mid")
        end(door.calls[-1])
        assert client.ask("/render", id, "a.mid") == client.replies[-1:]
    assert len(door.calls) == 3


def test_an_ended_id_may_be_used_for_another_request(door: Any) -> None:
    client = door.client()
    for name in ("a.mid", "b.mid", "a.mid"):
        client.ask("/render", 7, name)
        door.calls[-1].cancelled()
    assert len(door.calls) == 3


def test_an_open_id_may_not(door: Any) -> None:
    client = door.client()
    client.ask("/render", 7, "a.mid")
    ((address, id, code, text),) = client.ask("/render", 7, "b.mid")
    assert (address, id, code) == ("/fail", 0, "out_of_range")
    assert "7" in text
    door.calls[0].cancelled()
    assert client.replies[-1] == ("/cancelled", 7)


def test_ids_belong_to_their_client(door: Any) -> None:
    one, other = door.client(), door.client()
    one.ask("/render", 7, "a.mid")
    other.ask("/render", 7, "a.mid")
    door.calls[0].cancelled()
    assert len(door.calls) == 2
    assert one.replies == [("/cancelled", 7)]
    assert other.replies == []


def test_endings_are_forgotten_after_a_while_and_beyond_a_number(door: Any) -> None:
    client = door.client()
    client.ask("/render", 1, "a.mid")
    door.calls[-1].cancelled()
    door.clock.move(REMEMBERED_SECONDS + 1)
    client.ask("/render", 1, "a.mid")
    assert len(door.calls) == 2
    for id in range(2, MAX_REMEMBERED + 10):
        client.ask("/render", id, "a.mid")
        door.calls[-1].cancelled()
    before = len(door.calls)
    client.ask("/render", 2, "a.mid")
    assert len(door.calls) == before + 1
    client.ask("/render", MAX_REMEMBERED, "a.mid")
    assert len(door.calls) == before + 1


def test_too_many_open_calls_are_refused(door: Any) -> None:
    client = door.client()
    for id in range(MAX_OPEN_CALLS):
        client.ask("/render", id, "a.mid")
    ((address, id, code, _),) = client.ask("/render", MAX_OPEN_CALLS, "a.mid")
    assert (address, id, code) == ("/fail", MAX_OPEN_CALLS, "queue_full")


def test_sync_waits_for_what_was_sent_before_and_nothing_else(door: Any) -> None:
    client, other = door.client(), door.client()
    client.ask("/render", 1, "a.mid")
    client.ask("/render", 2, "b.mid")
    other.ask("/render", 3, "c.mid")
    assert client.ask("/sync", 9) == []
    client.ask("/render", 4, "d.mid")
    door.calls[1].done(1.0, 48_000, "x")
    assert client.replies == [("/done", 2, 1.0, 48_000, "x")]
    door.calls[0].fail(NotFound("gone"))
    assert client.replies[1:] == [("/fail", 1, "not_found", "gone"), ("/synced", 9)]
    assert other.replies == []


def test_sync_without_open_calls_is_answered_at_once(door: Any) -> None:
    assert door.client().ask("/sync", 9) == [("/synced", 9)]


def test_so_many_syncs_may_wait(door: Any) -> None:
    client = door.client()
    client.ask("/render", 1, "a.mid")
    for id in range(MAX_SYNCS):
        assert client.ask("/sync", id) == []
    ((address, id, code, _),) = client.ask("/sync", 99)
    assert (address, id, code) == ("/fail", 99, "queue_full")
    door.calls[0].cancelled()
    synced = [reply for reply in client.replies if reply[0] == "/synced"]
    assert synced == [("/synced", id) for id in range(MAX_SYNCS)]


def test_a_client_that_is_gone_loses_replies_and_no_job(door: Any) -> None:
    client = door.client()
    client.ask("/render", 1, "a.mid")
    client.ask("/sync", 2)
    client.ask("/notify", 1)
    door.front.gone(client.peer)
    assert door.front.calls.find(client.peer, 1) is door.calls[0]
    door.calls[0].done(1.0, 48_000, "x")
    assert door.front.calls.open(client.peer) == ()


def test_the_guard_turns_errors_into_failures(door: Any, caplog: pytest.LogCaptureFixture) -> None:
    client = door.client()
    door.errors["/render"] = QueueFull("all 64 places are taken")
    assert client.ask("/render", 1, "a.mid") == [
        ("/fail", 1, "queue_full", "all 64 places are taken")
    ]
    door.errors["/render"] = ZeroDivisionError("secret path /home/x")
    ((address, id, code, text),) = client.ask("/render", 2, "a.mid")
    assert (address, id, code) == ("/fail", 2, LegatoError.code)
    assert "secret" not in text
    assert "ZeroDivisionError" in caplog.text
    assert client.ask("/ping", 3) == [("/pong", 3, "here")]


def test_an_answer_too_large_for_a_packet_fails_the_call(door: Any) -> None:
    client = door.client()
    client.ask("/take/info", 1, "x")
    with door.calls[0].guard():
        door.calls[0].answer_rows([("field", "x" * 9_000)])
    assert client.replies[-1][:3] == ("/fail", 1, "too_large")


def test_rows_say_how_many_there_are(door: Any) -> None:
    client = door.client()
    client.ask("/take/list", 1)
    door.calls[-1].answer_rows([("a", 1), ("b", 2)])
    client.ask("/take/list", 2)
    door.calls[-1].answer_rows([])
    assert client.replies == [
        ("/take/list", 1, 0, 2, "a", 1),
        ("/take/list", 1, 1, 2, "b", 2),
        ("/take/list", 2, 0, 0),
    ]
