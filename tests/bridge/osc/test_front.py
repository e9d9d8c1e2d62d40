"""The front door: what it refuses and how, who may command, and what timetags do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bridge.osc.codec import encode
from bridge.osc.command import ROOT, TOPICS
from bridge.osc.schedule import MAX_AHEAD_SECONDS, NTP_TO_UNIX_SECONDS
from bridge.osc.spec import COMMANDS


def timetag(unix: float) -> int:
    return int((unix + NTP_TO_UNIX_SECONDS) * (1 << 32))


def test_unknown_addresses_are_refused_with_their_id(door: Any) -> None:
    client = door.client()
    assert client.ask("/nobody/home", 5)[0][:3] == ("/fail", 5, "unknown_address")
    assert client.ask("/nobody/home", 6.0)[0][:3] == ("/fail", 6, "unknown_address")
    assert client.send(b"/ab\0,if\0\0\0\0\7\x7f\xc0\0\0")[0][:3] == ("/fail", 7, "out_of_range")
    assert client.ask("/nonsense", "x")[0][:3] == ("/fail", 0, "unknown_address")
    assert client.send(encode("/other", 1))[0][:3] == ("/fail", 1, "unknown_address")
    assert "schema" in client.ask("/nonsense")[0][3]


def test_wrong_arguments_are_refused_with_their_id(door: Any) -> None:
    client = door.client()
    assert client.ask("/vary", 5, "x", 7.0)[0][:3] == ("/fail", 5, "out_of_range")
    assert client.ask("/vary", 5)[0][:3] == ("/fail", 5, "wrong_types")
    assert door.calls == []


def test_a_refusal_does_not_end_an_open_call(door: Any) -> None:
    client = door.client()
    client.ask("/vary", 5, "x", 0.5)
    ((address, id, code, text),) = client.ask("/vary", 5, "x", 7.0)
    assert (address, id, code) == ("/fail", 0, "out_of_range")
    assert "the call 5 goes on" in text


def test_one_bad_message_drops_no_other(door: Any, bundle: Callable[..., bytes]) -> None:
    client = door.client()
    replies = client.send(
        bundle(
            1,
            encode("/legato/ping", 1),
            b"/bad\0\0\0\0,q\0\0",
            encode("/legato/nonsense"),
            bundle(1, encode("/legato/render", 2), encode("/legato/ping", 3)),
            encode("/legato/ping", 4),
        )
    )
    assert [reply[:2] for reply in replies] == [
        ("/pong", 1),
        ("/fail", 0),
        ("/fail", 0),
        ("/fail", 2),
        ("/pong", 3),
        ("/pong", 4),
    ]


def test_patterns_reach_every_command_they_match(door: Any) -> None:
    client = door.client()
    assert client.ask("/p[h-j]ng", 1) == [("/pong", 1, "here")]
    assert [reply[0] for reply in client.ask("/{ping,status}", 2)] == ["/pong", "/status"]
    assert client.ask("/pin[", 3)[0][:3] == ("/fail", 3, "unknown_address")


@pytest.mark.parametrize("stars", [10, 12, 16, 200])
def test_asterisks_that_freeze_others(door: Any, stars: int) -> None:
    client = door.client()
    assert client.send(encode("/" + "*" * stars + "!"))[0][2] == "unknown_address"
    assert client.ask("/ping", 1) == [("/pong", 1, "here")]


def test_a_packet_makes_so_many_calls(door: Any, bundle: Callable[..., bytes]) -> None:
    client = door.client()
    client.send(bundle(1, *[encode("/legato/*", 1)] * 200))
    assert client.replies[-1][:3] == ("/fail", 0, "too_large")
    assert door.front.counters["messages"] < 20


def test_a_packet_of_a_future_does_not_wait_in_the_handler(
    door: Any, bundle: Callable[..., bytes]
) -> None:
    client = door.client()
    due = door.clock.wall_seconds + 1.0
    assert client.send(bundle(timetag(due), encode("/legato/ping", 1))) == []
    assert client.ask("/ping", 2) == [("/pong", 2, "here")]
    assert door.woken == [pytest.approx(1.0, abs=1e-6)]
    door.pass_time(1.0)
    assert client.replies[1:] == [("/pong", 1, "here")]


def test_a_late_one_runs_at_once_and_says_so(door: Any, bundle: Callable[..., bytes]) -> None:
    client = door.client()
    due = timetag(door.clock.wall_seconds - 0.25)
    late, pong = client.send(bundle(due, encode("/legato/ping", 1)))
    assert late[:2] == ("/late", 1)
    assert late[2:] == pytest.approx((-0.25, 0.0), abs=1e-3)
    assert pong == ("/pong", 1, "here")


def test_one_that_the_server_ran_late_says_so_too(door: Any, bundle: Callable[..., bytes]) -> None:
    client = door.client()
    due = timetag(door.clock.wall_seconds + 1.0)
    client.send(bundle(due, encode("/legato/ping", 1)))
    door.pass_time(1.5)
    assert client.replies[0][2:] == pytest.approx((1.0, 1.5), abs=1e-3)
    assert client.replies[1] == ("/pong", 1, "here")


def test_a_far_future_is_refused(door: Any, bundle: Callable[..., bytes]) -> None:
    client = door.client()
    due = timetag(door.clock.wall_seconds + MAX_AHEAD_SECONDS + 1)
    assert client.send(bundle(due, encode("/legato/render", 3, "x")))[0][:3] == (
        "/fail",
        3,
        "out_of_range",
    )


def test_what_waits_for_its_time_can_be_cancelled(door: Any, bundle: Callable[..., bytes]) -> None:
    client = door.client()
    due = timetag(door.clock.wall_seconds + 1.0)
    client.send(bundle(due, encode("/legato/model/load", 3, "x")))
    assert client.ask("/cancel", 3) == [("/cancelled", 3), ("/cancelling", 3)]
    door.pass_time(2.0)
    assert door.calls == []


def test_audio_of_a_future_is_made_at_once_to_sound_then(
    door: Any, bundle: Callable[..., bytes]
) -> None:
    client = door.client()
    due = timetag(door.clock.wall_seconds + 1.0)
    assert client.send(bundle(due, encode("/legato/render", 3, "x"))) == []
    (call,) = door.calls
    assert call.begun
    assert call.due_seconds == pytest.approx(door.clock.seconds + 1.0, abs=1e-6)
    assert door.woken == []


def test_cancel_goes_to_the_handler_for_what_runs(door: Any) -> None:
    client = door.client()
    client.ask("/render", 3, "x")
    client.ask("/cancel", 3)
    client.ask("/cancel", "take-7")
    targets = [call.arguments["target"] for call in door.calls if call.command.address == "/cancel"]
    assert targets == [3, "take-7"]
    assert door.front.calls.find(client.peer, 3) is door.calls[0]


def test_cancel_of_what_has_ended_says_the_ending_again(door: Any) -> None:
    client = door.client()
    client.ask("/render", 3, "x")
    door.calls[0].done(1.0, 48_000, "x")
    assert client.ask("/cancel", 3) == [("/done", 3, 1.0, 48_000, "x"), ("/cancelling", 3)]
    assert client.ask("/cancel", 4)[0][:3] == ("/fail", 4, "not_found")


def test_schema_is_the_table(door: Any) -> None:
    rows = door.client().ask("/schema", 1)
    assert [row[4] for row in rows] == [ROOT + command.address for command in COMMANDS]
    assert {row[:2] for row in rows} == {("/schema", 1)}
    assert [row[2:4] for row in rows] == [(index, len(rows)) for index in range(len(rows))]


def test_hello_sends_replies_elsewhere(door: Any) -> None:
    client = door.client()
    assert client.ask("/hello", "", 9_000) == []
    assert door.redirected.replies == [("/welcome", "9.9", "127.0.0.1", 9_000)]
    assert client.ask("/ping", 1) == []
    assert door.redirected.replies[1:] == [("/pong", 1, "here")]
    assert client.ask("/hello", "", 0) == [("/welcome", "9.9", "127.0.0.1", 0)]
    assert client.ask("/hello", "example.org", 9_000)[0][2] == "out_of_range"


def test_replies_go_to_others_only_for_who_has_the_token(guarded_door: Any) -> None:
    door = guarded_door
    client = door.client("192.168.0.7")
    assert client.ask("/hello", "", 0, "open sesame")[0][0] == "/welcome"
    # Who forges that sender, and has no token, moves nothing.
    assert client.ask("/hello", "192.168.0.99", 9_000)[0][1:3] == (0, "unauthorized")
    assert client.ask("/ping", 1) == [("/pong", 1, "here")]
    assert client.ask("/hello", "192.168.0.7", 9_000) == []
    assert door.redirected.replies == [("/welcome", "9.9", "192.168.0.7", 9_000)]
    assert client.ask("/hello", "192.168.0.99", 9_000, "open sesame") == []
    assert door.redirected.replies == [("/welcome", "9.9", "192.168.0.99", 9_000)]


def test_no_token_no_command(guarded_door: Any) -> None:
    door = guarded_door
    stranger = door.client("192.168.0.9", verified=True)
    assert stranger.ask("/render", 1, "x")[0][:3] == ("/fail", 1, "unauthorized")
    assert stranger.ask("/hello", "", 0)[0][2] == "unauthorized"
    assert stranger.ask("/hello", "", 0, "open sesam")[0][2] == "unauthorized"
    assert stranger.ask("/hello", "", 0, "open sesame")[0][0] == "/welcome"
    assert stranger.ask("/ping", 1) == [("/pong", 1, "here")]
    assert door.client("192.168.0.9", verified=True).ask("/ping", 1)[0][2] == "unauthorized"
    assert door.client().ask("/ping", 1) == [("/pong", 1, "here")]


def test_without_a_configured_token_nobody_beyond_loopback_commands(door: Any) -> None:
    stranger = door.client("192.168.0.9", verified=True)
    assert stranger.ask("/hello", "", 0, "")[0][2] == "unauthorized"


def test_tokens_cannot_be_guessed_fast(guarded_door: Any) -> None:
    door = guarded_door
    guessing = door.client("192.168.0.9", verified=True)
    texts = [guessing.ask("/hello", "", 0, str(guess))[0][3] for guess in range(30)]
    assert texts[-1].startswith("too many")
    assert door.client("192.168.0.7", verified=True).ask("/hello", "", 0, "open sesame")[0][2] == (
        "unauthorized"
    )
    door.clock.move(1.0)
    assert door.client("192.168.0.7", verified=True).ask("/hello", "", 0, "open sesame")[0][0] == (
        "/welcome"
    )


def test_a_stranger_gets_no_more_bytes_than_it_sent(guarded_door: Any) -> None:
    stranger = guarded_door.client("192.168.0.9")
    sent = 0
    for packet in [b"x", encode("/legato/ping"), b"", b"/", encode("/legato/*", 1)] * 200:
        stranger.send(packet)
        sent += len(packet)
    got = sum(map(len, stranger.route.packets))
    assert 0 < got <= sent


def test_a_flood_is_refused_a_few_times_a_second(door: Any) -> None:
    client = door.client()
    for _ in range(5_000):
        client.send(b"rubbish")
    assert len(client.replies) == 500
    assert door.front.counters["refused bad_frame"] == 5_000
    assert door.front.counters["refused silently"] == 4_500
    door.clock.move(1.0)
    client.send(b"rubbish")
    assert len(client.replies) == 501


def test_refusals_are_logged_once_a_second(door: Any, caplog: pytest.LogCaptureFixture) -> None:
    client = door.client()
    for _ in range(1_000):
        client.send(b"rubbish")
        door.clock.move(0.01)
    assert 9 <= len(caplog.records) <= 11


def test_a_refusal_shows_no_more_of_a_message_than_it_needs(door: Any) -> None:
    client = door.client()
    client.ask("/" + "x" * 240)
    client.ask("/render", 1, "a.mid", "y" * 4_000)
    client.ask("/sink/open", 1, "z" * 4_000)
    assert all(len(packet) < 800 for packet in client.route.packets)


def test_subscribers_hear_their_topics_until_their_lease_ends(door: Any) -> None:
    one, other, third = door.client(), door.client(), door.client()
    assert one.ask("/notify", 1, "jobs", "sinks") == [("/notify", 1, 60.0, "jobs", "sinks")]
    assert other.ask("/notify", 1) == [("/notify", 1, 60.0, *TOPICS)]
    third.ask("/notify", 1)
    assert third.ask("/notify", 0) == [("/notify", 0, 0.0)]
    door.front.notifier.publish("jobs", "/job", 1, "queued")
    door.front.notifier.publish("underruns", "/underruns", 3)
    assert one.replies[1:] == [("/job", 1, "queued")]
    assert other.replies[1:] == [("/job", 1, "queued"), ("/underruns", 3)]
    assert third.replies[2:] == []
    door.clock.move(40)
    other.ask("/notify", 1)
    door.clock.move(40)
    door.front.notifier.publish("jobs", "/job", 1, "done")
    assert one.replies[2:] == []
    assert other.replies[-1] == ("/job", 1, "done")


def test_so_many_may_subscribe(door: Any) -> None:
    clients = [door.client() for _ in range(65)]
    assert [client.ask("/notify", 1)[0][0] for client in clients[:64]] == ["/notify"] * 64
    assert clients[64].ask("/notify", 1)[0][2] == "queue_full"
    assert clients[0].ask("/notify", 1)[0][0] == "/notify"
