"""The patches for Max, Live and Pd: made from the address table, whole, and in step with it."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from py2max import Patcher
from py2max.m4l import unpack_amxd

from bridge.osc.arguments import bind, leading_id
from bridge.osc.codec import Atom, decode, encode
from bridge.osc.command import ROOT
from bridge.osc.spec import COMMANDS
from max_patches import build

PATCHES = Path(__file__).parents[1] / "max_patches"
PD = PATCHES / "legato.pd"
MAX = sorted(path for path in PATCHES.iterdir() if path.suffix in (".maxpat", ".maxhelp", ".amxd"))
MAX_PACKET_BYTES = 1_400
SHOWN = [command for command in COMMANDS if command.address != "/hello"]
BY_ADDRESS = {ROOT + command.address: command for command in COMMANDS}
REPLIES = sorted({reply.address for command in COMMANDS for reply in command.replies})
# What the reference of py2max lacks: Node for Max, and our own patches.
OURS = re.compile(r"'(node\.script|legato\.[a-z]+~?)'")


def patcher_of(path: Path) -> dict[str, Any]:
    """Return the patch in a file, out of its container where it is a device."""
    data = path.read_bytes()
    text = unpack_amxd(data)[0] if path.suffix == ".amxd" else data
    patcher: dict[str, Any] = json.loads(text)["patcher"]
    return patcher


def boxes(path: Path) -> dict[str, dict[str, Any]]:
    """Return every box of a Max patch by its id."""
    found = [entry["box"] for entry in patcher_of(path)["boxes"]]
    assert len({box["id"] for box in found}) == len(found)
    return {box["id"]: box for box in found}


def texts(path: Path, maxclass: str) -> list[str]:
    """Return the texts of all boxes of a class."""
    return [box.get("text", "") for box in boxes(path).values() if box["maxclass"] == maxclass]


def lines(path: Path) -> Iterator[tuple[dict[str, Any], int, dict[str, Any], int]]:
    """Yield every line: source, outlet, target, inlet."""
    found = boxes(path)
    for line in (entry["patchline"] for entry in patcher_of(path)["lines"]):
        (source, outlet), (target, inlet) = line["source"], line["destination"]
        yield found[source], outlet, found[target], inlet


def own_parts(path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield each of our own patches that a patch has in it: its file and its box."""
    for box in boxes(path).values():
        key = {"bpatcher": "name", "newobj": "text"}.get(box["maxclass"], "")
        name = box.get(key, "")
        if name.startswith("legato."):
            yield PATCHES / f"{name.removesuffix('.maxpat')}.maxpat", box


def fronts(path: Path) -> list[list[float]]:
    """Return the left, top, width and height of each box that is shown in presentation."""
    return [box["presentation_rect"] for box in boxes(path).values() if box.get("presentation")]


def pd_texts(kind: str) -> list[str]:
    """Return what all elements of a kind say in Pd's file."""
    found = re.findall(rf"^#X {kind} \d+ \d+ ([^;]*?);$", PD.read_text("utf-8"), re.MULTILINE)
    return [re.sub(r"( (?=\\[,;]))?\\([,;$])", r"\2", text) for text in found]


def atom(word: str) -> Atom:
    """Return a word as a patch reads it: a whole number, a number or a symbol."""
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return word


def test_everything_is_what_the_table_makes() -> None:
    made = build.files()
    for name, data in made.items():
        assert (PATCHES / name).read_bytes() == data, "run `python -m max_patches.build`"
    assert {path.name for path in MAX} <= made.keys(), "a patch that nothing makes"


def test_every_command_is_a_message_that_pd_sends_right() -> None:
    asked = [text.replace("$1", "7771").split() for text in pd_texts("msg") if text[:1] == "/"]
    assert {address for address, *_ in asked} == BY_ADDRESS.keys()
    for address, *words in asked:
        command, atoms = BY_ADDRESS[address], [atom(word) for word in words]
        sent = atoms if command.id == "none" else [7, *atoms]
        bind(command, sent)
        assert leading_id(command, sent) == (0 if command.id == "none" else 7)
        packet = encode(address, *sent)
        assert len(packet) < MAX_PACKET_BYTES
        assert [message.address for message in decode(packet)] == [address]


def test_every_command_has_its_button_and_controls_in_max() -> None:
    pages = [path for path in MAX if path.suffix == ".maxpat"]
    went = {text for path in pages for text in texts(path, "message")}
    said = {text.split(" ", 2)[-1] for path in pages for text in texts(path, "newobj")}
    for command in SHOWN:
        assert f"go {command.address}" in went
        names = [argument.name for argument in (*command.arguments, *command.options)]
        names += ["parameters"] if command.takes_parameters else []
        names += ["prompt"] if command.takes_prompt else []
        for name in names:
            assert f"{command.address} {name}" in said


def test_every_reply_has_its_way_in_max() -> None:
    routes = texts(PATCHES / "legato.replies.maxpat", "newobj")
    assert sorted(text.split()[1] for text in routes if text[:6] == "route ") == REPLIES


def test_every_reply_has_its_way_in_pd() -> None:
    routes = {text.split()[1] for text in pd_texts("obj") if text.startswith("route ")}
    assert routes >= {word for address in REPLIES for word in address.split("/")[1:]}


@pytest.mark.parametrize("path", MAX, ids=lambda path: path.name)
def test_max_finds_nothing_to_complain_about(path: Path) -> None:
    patcher = Patcher.from_dict(patcher_of(path))
    assert [str(found) for found in patcher.lint() if not OURS.search(str(found))] == []


def test_the_lint_can_fail() -> None:
    patch = patcher_of(PATCHES / "legato.clip~.maxpat")
    patch["lines"][0]["patchline"]["source"][1] = 9
    assert "E-OUTLET-RANGE" in {found.code for found in Patcher.from_dict(patch).lint()}


@pytest.mark.parametrize("path", MAX, ids=lambda path: path.name)
def test_every_line_of_max_ends_at_an_inlet_and_an_outlet(path: Path) -> None:
    for source, outlet, target, inlet in lines(path):
        assert outlet < source["numoutlets"], (source["text"], outlet)
        assert inlet < target["numinlets"], (target["text"], inlet)


@pytest.mark.parametrize("path", MAX, ids=lambda path: path.name)
def test_our_own_patches_have_the_inlets_and_outlets_they_are_used_with(path: Path) -> None:
    for part, box in own_parts(path):
        inside = [inner["maxclass"] for inner in boxes(part).values()]
        assert box["numinlets"] in (0, inside.count("inlet")), box
        assert box["numoutlets"] in (0, inside.count("outlet")), box


@pytest.mark.parametrize("path", MAX, ids=lambda path: path.name)
def test_nothing_on_a_front_is_cut_off_or_covered(path: Path) -> None:
    front = fronts(path)
    for at, (left, top, width, height) in enumerate(front):
        for x, y, more_width, more_height in front[:at]:
            apart = left >= x + more_width or x >= left + width
            assert apart or top >= y + more_height or y >= top + height, (left, top, x, y)
    for part, box in own_parts(path):
        if box["maxclass"] == "bpatcher":
            _, _, width, height = box["patching_rect"]
            assert all(x + w <= width and y + h <= height for x, y, w, h in fronts(part)), part.name


def test_every_patch_has_its_help() -> None:
    names = {path.stem for path in MAX if path.suffix == ".maxpat"}
    assert {path.stem for path in MAX if path.suffix == ".maxhelp"} == names


def test_the_scripts_hear_no_word_that_they_do_not_know() -> None:
    """What patches send to Node or to js is a handler or a function there."""
    node = (PATCHES / "legato_node.js").read_text("utf-8")
    known = set(re.findall(r"^  (\w+): told\(", node, re.MULTILINE))
    assert {"connect", "go", "set", "typed"} <= known
    checked = 0
    for path in MAX:
        for source, _, target, _ in lines(path):
            text = target.get("text", "")
            word = source.get("text", "").removeprefix("prepend ").split(" ")[0]
            if source["maxclass"] != "message" and not source.get("text", "").startswith("prepend"):
                continue
            if text in ("s ---legato.ask",) or text.startswith("node.script"):
                assert word in known, (path.name, source["text"])
                checked += 1
            elif text.startswith("js "):
                script = (PATCHES / text.split()[1]).read_text("utf-8")
                assert re.search(rf"^function {word}\(", script, re.MULTILINE), (path.name, word)
                checked += 1
    assert checked > 100


@pytest.mark.parametrize(
    ("name", "tag"), [("Legato Instrument", b"iiii"), ("Legato Continue", b"aaaa")]
)
def test_a_device_is_in_the_container_that_live_reads(name: str, tag: bytes) -> None:
    data = (PATCHES / f"{name}.amxd").read_bytes()
    assert data[:12] == b"ampf" + struct.pack("<I", 4) + tag
    assert data[12:20] == b"ptch" + struct.pack("<I", len(data) - 20)
    assert data[20:28] == b"mx@c" + struct.pack(">I", 16)
    size = struct.unpack(">I", data[32:36])[0] - 16
    patcher = json.loads(data[36 : 36 + size - 1])["patcher"]
    assert data[36 + size - 1] == 0
    assert data[36 + size : 40 + size] == b"dlst"
    assert patcher["openinpresentation"] == 1
    assert patcher["project"]["amxdtype"] == int.from_bytes(tag)
