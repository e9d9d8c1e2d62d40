from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from bridge.net.datagrams import Datagrams
from bridge.net.targets import LEASE_SECONDS, Targets
from bridge.sinks.base import Stats
from engine.wire import LegatoError, OutOfRange

GROUP = "239.192.77.1"


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(60)
        yield receiver


def test_packets_arrive_and_are_counted(receiver: socket.socket) -> None:
    stats = Stats()
    datagrams = Datagrams("127.0.0.1", receiver.getsockname()[1], Targets(), stats)
    datagrams.send(b"abc", 128)
    assert receiver.recv(100) == b"abc"
    assert (stats.frames, stats.lost_frames, stats.state) == (128, 0, "open")
    datagrams.close()


def test_nobody_there_is_counted_as_lost_until_somebody_comes(receiver: socket.socket) -> None:
    stats, address = Stats(), receiver.getsockname()
    receiver.close()
    datagrams = Datagrams("127.0.0.1", address[1], Targets(), stats)
    for _ in range(10):
        datagrams.send(b"abc", 128)
    assert stats.lost_frames >= 8 * 128
    assert stats.state == "nobody listens"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
        again.bind(address)
        again.settimeout(60)
        datagrams.send(b"now", 128)
        datagrams.send(b"then", 128)
        assert [again.recv(100), again.recv(100)] == [b"now", b"then"]
    assert stats.state == "open"
    datagrams.close()


def test_a_packet_beyond_what_udp_carries_says_what_to_do(receiver: socket.socket) -> None:
    datagrams = Datagrams("127.0.0.1", receiver.getsockname()[1], Targets(), Stats())
    with pytest.raises(LegatoError, match="smaller packets"):
        datagrams.send(b"x" * 70_000, 1)
    datagrams.close()


def test_a_host_that_stops_answering_gets_nothing_more() -> None:
    seconds = [0.0]
    targets, stats = Targets(clock=lambda: seconds[0]), Stats()
    host = "198.51.100.7"  # Nobody's, by RFC 5737.
    with pytest.raises(OutOfRange, match="target/ask"):
        Datagrams(host, 6980, targets, stats)
    targets.answer(host, targets.cookie(host))
    datagrams = Datagrams(host, 6980, targets, stats)
    assert not datagrams.is_local
    seconds[0] = LEASE_SECONDS + 1
    datagrams.send(b"abc", 128)
    assert (stats.frames, stats.lost_frames) == (0, 128)
    assert stats.state.startswith("held back")
    datagrams.close()


def test_a_port_is_needed() -> None:
    with pytest.raises(OutOfRange, match="has no port"):
        Datagrams("127.0.0.1", 0, Targets(), Stats())


def test_a_group_stays_on_this_machine_unless_the_user_named_it() -> None:
    local = Datagrams(GROUP, 5004, Targets(), Stats())
    assert (local.is_local, local.hops, local.own_host) == (True, 0, "127.0.0.1")
    named = Datagrams(GROUP, 5004, Targets([f"{GROUP}/32"]), Stats())
    assert (named.is_local, named.hops) == (False, 1)
    for datagrams, hops in ((local, 0), (named, 1)):
        level = (socket.IPPROTO_IP, socket.IP_MULTICAST_TTL)
        assert datagrams._socket.getsockopt(*level) == hops
        datagrams.close()


def test_a_groups_member_on_this_machine_hears_it() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as member:
        member.bind(("", 0))
        member.settimeout(60)
        membership = socket.inet_aton(GROUP) + socket.inet_aton("127.0.0.1")
        member.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        datagrams = Datagrams(GROUP, member.getsockname()[1], Targets(), Stats())
        datagrams.send(b"abc", 1)
        assert member.recv(100) == b"abc"
        datagrams.close()
