"""Address patterns: the specification's words, liblo's verdicts, and linear time."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.osc.match import AddressSpace, is_pattern, matches
from bridge.osc.spec import COMMANDS

# Where liblo and we agree; `test_liblo_agrees` asks liblo itself.
VECTORS = [
    ("/foo/bar", "/foo/bar", True),
    ("/foo/bar", "/foo/baz", False),
    ("/foo/bar", "/foo", False),
    ("/foo", "/foo/bar", False),
    ("/foo/ba?", "/foo/bar", True),
    ("/foo/ba?", "/foo/ba", False),
    ("/foo/???", "/foo/bar", True),
    ("/*/bar", "/foo/bar", True),
    ("/foo/*", "/foo/bar", True),
    ("/f*o", "/foo", True),
    ("/f*o*r", "/fooobar", True),
    ("/f*x", "/foo", False),
    ("/**", "/foo", True),
    ("/?*", "/f", True),
    ("/*?", "/f", True),
    ("/*bd", "/abcabd", True),
    ("/foo/ba[rz]", "/foo/baz", True),
    ("/foo/ba[rz]", "/foo/bat", False),
    ("/a[1-3]", "/a2", True),
    ("/a[1-3]", "/a4", False),
    ("/a[3-1]", "/a1", True),
    ("/a[3-1]", "/a2", False),
    ("/a[3-1]", "/a3", True),
    ("/a[!1-3]", "/a2", False),
    ("/a[!1-3]", "/a4", True),
    ("/a[-b]", "/a-", True),
    ("/a[b-]", "/a-", True),
    ("/{foo,baz}/bar", "/foo/bar", True),
    ("/foo/{bar,ba}", "/foo/bar", True),
    ("/foo/{ba,bar}", "/foo/bar", True),
    ("/foo/{qux,quux}", "/foo/bar", False),
    ("/a{b,bc}d", "/abcd", True),
    ("//bar", "/bar", True),
    ("//bar", "/foo/bar", True),
    ("//baz", "/foo/bar/baz", True),
    ("//ba[rz]", "/foo/bar/baz", True),
    ("/foo//baz", "/foo/bar/baz", True),
    ("/foo//bar", "/foo/bar", True),
    ("//r", "/foo/bar", False),
    ("/fo[", "/foo", False),
    ("/fo[o", "/foo", False),
    ("/fo{o", "/foo", False),
]

# Where liblo lets a wildcard cross a slash and OSC 1.0 does not: parts are matched one by one.
STRICTER = [
    ("/*", "/foo/bar"),
    ("/foo?bar", "/foo/bar"),
    ("/foo[!a]bar", "/foo/bar"),
]


@pytest.mark.parametrize(("pattern", "address", "expected"), VECTORS)
def test_vectors(pattern: str, address: str, expected: bool) -> None:
    assert matches(pattern, address) is expected


@pytest.mark.parametrize(("pattern", "address", "expected"), VECTORS)
def test_liblo_agrees(liblo: ctypes.CDLL, pattern: str, address: str, expected: bool) -> None:
    assert bool(liblo.lo_pattern_match(address.encode(), pattern.encode())) is expected


@pytest.mark.parametrize(("pattern", "address"), STRICTER)
def test_wildcards_stay_within_a_part(pattern: str, address: str) -> None:
    assert not matches(pattern, address)


part = st.text("abc", min_size=1, max_size=4)
piece = st.one_of(
    st.sampled_from(["a", "b", "c", "?", "[ab]", "[a-c]", "[!b]", "[c-a]", "*"]),
    st.lists(part, min_size=2, max_size=3).map(lambda words: "{" + ",".join(words) + "}"),
)


@given(st.lists(piece, max_size=7).map("".join), part)
def test_one_part_equals_a_plain_matcher(pattern: str, word: str) -> None:
    assert matches("/" + pattern, "/" + word) is plainly(pattern, word)


def plainly(pattern: str, word: str) -> bool:
    """The specification, spelled out by backtracking: right, and slow."""
    if not pattern:
        return not word
    first = pattern[0]
    if first == "*":
        return plainly(pattern[1:], word) or (word != "" and plainly(pattern, word[1:]))
    if first == "{":
        inside, _, rest = pattern[1:].partition("}")
        return any(
            word.startswith(choice) and plainly(rest, word[len(choice) :])
            for choice in inside.split(",")
        )
    if not word:
        return False
    if first == "[":
        inside, _, rest = pattern[1:].partition("]")
        return in_set(inside, word[0]) and plainly(rest, word[1:])
    return first in ("?", word[0]) and plainly(pattern[1:], word[1:])


def in_set(inside: str, letter: str) -> bool:
    if inside.startswith("!"):
        return not in_set(inside[1:], letter)
    if len(inside) == 3 and inside[1] == "-":
        return inside[0] <= letter <= inside[2] or letter in (inside[0], inside[2])
    return letter in inside


def test_all_addresses_at_once_equal_one_by_one() -> None:
    space = AddressSpace([command.address for command in COMMANDS])
    for pattern in ("/*", "/take/*", "//l*", "/s*", "/{ping,take/list}", "/[a-m]*", "//", "/x"):
        singly = tuple(a for a in space.addresses if matches(pattern, a))
        assert space.match(pattern) == singly


def test_no_pattern_reads_from_one_address_into_the_next() -> None:
    assert AddressSpace(["/ab", "/cd"]).match("/ab\0/cd") == ()


def test_plain_addresses_are_no_patterns() -> None:
    assert not any(is_pattern("/legato" + command.address) for command in COMMANDS)
    assert all(map(is_pattern, ["/a*", "/a?", "/[a]", "/{a}", "//a"]))


class Steps(AddressSpace):
    """Counts the elements of a pattern that were looked at."""

    count = 0

    def _step(self, pattern: str, index: int, reached: int) -> tuple[int, int]:
        self.count += 1
        return super()._step(pattern, index, reached)


@pytest.mark.parametrize(
    "make",
    [
        lambda size: "/" + "*" * size + "!",
        lambda size: "/" + "*a" * (size // 2) + "!",
        lambda size: "/" + "*?" * (size // 2),
        lambda size: "/" * size,
        lambda size: "/" + "{a,aa,aaa}*" * (size // 11) + "!",
        lambda size: "/" + "[a-z]*" * (size // 6) + "!",
    ],
)
def test_each_element_of_a_pattern_is_looked_at_once(make: Callable[[int], str]) -> None:
    space = Steps(["/" + "a" * 60, "/legato/" + "aa/" * 30 + "a"])
    pattern = make(50_000)
    space.match(pattern)
    assert space.count <= len(pattern)
