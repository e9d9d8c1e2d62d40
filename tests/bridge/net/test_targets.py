from __future__ import annotations

import pytest

from bridge.net.targets import LEASE_SECONDS, MAX_LEASES, Targets
from engine.wire import OutOfRange, QueueFull, StartFailed, Unauthorized


class Clock:
    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "::ffff:127.0.0.1"])
def test_loopback_is_always_allowed(host: str) -> None:
    Targets().check(host)


@pytest.mark.parametrize(
    "host",
    ["192.168.0.7", "8.8.8.8", "0.0.0.0", "255.255.255.255", "::", "", "example.org", "1",
     "x" * 999, "::ffff:8.8.8.8", "127.0.0.1.evil.org", "2130706433", "0x7f000001", "127.1"],
)  # fmt: skip
def test_nobody_else_is_unasked(host: str) -> None:
    with pytest.raises(OutOfRange, match="audio_hosts") as caught:
        Targets().check(host)
    assert len(str(caught.value)) < 300


def test_the_user_may_name_hosts_and_networks() -> None:
    targets = Targets(["192.168.0.7", "10.1.0.0/16", "fd00::/8"])
    assert targets.check("192.168.0.7") == "192.168.0.7"
    assert targets.allows("10.1.2.3")
    assert targets.allows("fd00::5")
    assert targets.allows("::ffff:10.1.2.3")
    assert not targets.allows("192.168.0.8")
    assert not targets.allows("10.2.0.1")


@pytest.mark.parametrize("text", ["example.org", "", "192.168.0.7:80", "10.0.0.0/33"])
def test_what_is_no_address_stops_the_start(text: str) -> None:
    with pytest.raises(StartFailed, match="audio_hosts"):
        Targets([text])


def test_a_host_that_answers_its_cookie_is_allowed_for_a_lease() -> None:
    clock = Clock()
    targets = Targets(clock=clock)
    cookie = targets.cookie("192.168.0.7")
    assert not targets.allows("192.168.0.7")
    assert targets.answer("192.168.0.7", cookie) == LEASE_SECONDS
    assert targets.allows("192.168.0.7")
    clock.seconds += LEASE_SECONDS - 1
    assert targets.allows("192.168.0.7")
    targets.answer("192.168.0.7", targets.cookie("192.168.0.7"))
    clock.seconds += LEASE_SECONDS - 1
    assert targets.allows("192.168.0.7")
    clock.seconds += 1
    assert not targets.allows("192.168.0.7")


def test_a_cookie_is_one_hosts_and_grows_stale() -> None:
    clock = Clock()
    targets = Targets(clock=clock)
    cookie = targets.cookie("192.168.0.7")
    for host, said in (
        ("192.168.0.8", cookie),
        ("192.168.0.7", ""),
        ("192.168.0.7", "é" * 16),
        ("192.168.0.7", cookie[:-1]),
        ("192.168.0.7", Targets(clock=clock).cookie("192.168.0.7")),
    ):
        with pytest.raises(Unauthorized, match="target/ask"):
            targets.answer(host, said)
    clock.seconds += 61
    with pytest.raises(Unauthorized, match="too old"):
        targets.answer("192.168.0.7", cookie)
    assert not targets.allows("192.168.0.7")


def test_a_cookie_asked_just_before_the_hand_moves_is_still_taken() -> None:
    clock = Clock()
    targets = Targets(clock=clock)
    for _ in range(70):
        cookie = targets.cookie("192.168.0.7")
        clock.seconds += 29
        assert targets.answer("192.168.0.7", cookie)
        clock.seconds += 0.41


def test_leases_are_bounded_and_given_back() -> None:
    clock = Clock()
    targets = Targets(clock=clock)
    hosts = [f"10.0.{n // 200}.{n % 200 + 1}" for n in range(MAX_LEASES + 1)]
    for host in hosts[:-1]:
        targets.answer(host, targets.cookie(host))
    targets.answer(hosts[0], targets.cookie(hosts[0]))
    with pytest.raises(QueueFull):
        targets.answer(hosts[-1], targets.cookie(hosts[-1]))
    clock.seconds += LEASE_SECONDS + 1
    targets.answer(hosts[-1], targets.cookie(hosts[-1]))
    assert targets.allows(hosts[-1])
