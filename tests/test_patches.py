"""The patches for Max and Pd: made from the address table, whole, and in step with it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from py2max import Patcher

from bridge.osc.arguments import bind, leading_id
from bridge.osc.codec import Atom, decode, encode
from bridge.osc.command import ROOT
from bridge.osc.spec import COMMANDS

ROOT_FOLDER = Path(__file__).parents[1]
PATCHES = ROOT_FOLDER / "max_patches"
MAX, PD = PATCHES / "legato.maxpat", PATCHES / "legato.pd"
MAX_PACKET_BYTES = 1_400
BY_ADDRESS = {ROOT + command.address: command for command in COMMANDS}
REPLIES = sorted({ROOT + reply.address for command in COMMANDS for reply in command.replies})


def boxes(patcher: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every box of a Max patch, those of its inner patches too."""
    for box in (entry["box"] for entry in patcher["boxes"]):
        yield box
        yield from boxes(box["patcher"]) if "patcher" in box else ()


def max_texts(maxclass: str) -> list[str]:
    """Return the texts of all boxes of a class."""
    patcher = json.loads(MAX.read_text("utf-8"))["patcher"]
    return [box["text"] for box in boxes(patcher) if box["maxclass"] == maxclass]


def pd_texts(kind: str) -> list[str]:
    """Return what all elements of a kind say in Pd's file."""
    found = re.findall(rf"^#X {kind} \d+ \d+ ([^;]*?);$", PD.read_text("utf-8"), re.MULTILINE)
    return [re.sub(r"( (?=\\[,;]))?\\([,;$])", r"\2", text) for text in found]


def commands(texts: list[str]) -> list[tuple[str, list[Atom]]]:
    """Return the messages to Legato: each an address and its arguments as a patch would send."""
    asked = [text.replace("$1", "7771").split() for text in texts if text.startswith("/")]
    return [(address, [atom(word) for word in words]) for address, *words in asked]


def atom(word: str) -> Atom:
    """Return a word as Max reads it: a whole number, a number or a symbol."""
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return word


def test_the_patches_are_what_the_table_makes(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "max_patches.build", str(tmp_path)]
    subprocess.run(build, cwd=ROOT_FOLDER, check=True)
    for patch in (MAX, PD):
        made = (tmp_path / patch.name).read_bytes()
        assert made == patch.read_bytes(), "run `python -m max_patches.build`"


@pytest.mark.parametrize(("read", "kind"), [(max_texts, "message"), (pd_texts, "msg")])
def test_every_command_is_a_message_that_the_server_takes(
    read: Callable[[str], list[str]], kind: str
) -> None:
    messages = commands(read(kind))
    assert {address for address, _ in messages} == BY_ADDRESS.keys()
    for address, atoms in messages:
        command = BY_ADDRESS[address]
        sent = atoms if command.id == "none" else [7, *atoms]
        bind(command, sent)
        assert leading_id(command, sent) == (0 if command.id == "none" else 7)
        packet = encode(address, *sent)
        assert len(packet) < MAX_PACKET_BYTES
        assert [message.address for message in decode(packet)] == [address]


def test_every_reply_has_its_way_in_max() -> None:
    routes = [text.split()[1] for text in max_texts("newobj") if text.startswith("route ")]
    assert sorted(routes) == REPLIES


def test_every_reply_has_its_way_in_pd() -> None:
    routes = {text.split()[1] for text in pd_texts("obj") if text.startswith("route ")}
    assert routes >= {word for address in REPLIES for word in address.split("/")[1:]}


def test_max_finds_nothing_to_complain_about() -> None:
    assert [str(finding) for finding in Patcher.from_file(MAX).lint()] == []


def test_the_lint_can_fail(tmp_path: Path) -> None:
    patch = json.loads(MAX.read_text("utf-8"))
    patch["patcher"]["lines"][0]["patchline"]["source"][1] = 9
    broken = tmp_path / "broken.maxpat"
    broken.write_text(json.dumps(patch), "utf-8")
    assert "E-OUTLET-RANGE" in {finding.code for finding in Patcher.from_file(broken).lint()}


def test_every_line_of_max_ends_at_an_inlet_and_an_outlet() -> None:
    top = json.loads(MAX.read_text("utf-8"))["patcher"]
    inner = [box["patcher"] for box in boxes(top) if "patcher" in box]
    assert inner
    for patcher in (top, *inner):
        found = {entry["box"]["id"]: entry["box"] for entry in patcher["boxes"]}
        assert len(found) == len(patcher["boxes"])
        for line in (entry["patchline"] for entry in patcher["lines"]):
            (source, outlet), (target, inlet) = line["source"], line["destination"]
            assert outlet < found[source]["numoutlets"], line
            assert inlet < found[target]["numinlets"], line
