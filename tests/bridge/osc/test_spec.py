"""The address table itself."""

from __future__ import annotations

from bridge.osc.codec import encode
from bridge.osc.command import ROOT
from bridge.osc.server import NETWORK_LIMIT_BYTES
from bridge.osc.spec import COMMANDS, markdown, schema_rows


def test_addresses_and_names_are_unique() -> None:
    addresses = [command.address for command in COMMANDS]
    assert len(set(addresses)) == len(addresses)
    for command in COMMANDS:
        names = [argument.name for argument in (*command.arguments, *command.options)]
        assert len(set(names)) == len(names)
        assert all(text.isascii() and text.islower() for text in names)


def test_every_command_says_what_it_does_and_answers() -> None:
    for command in COMMANDS:
        assert command.text.endswith(".")
        assert command.replies
        assert command.id == "required" or not command.asynchronous


def test_optional_arguments_come_last_and_rest_alone() -> None:
    for command in COMMANDS:
        optional = [argument.optional for argument in command.arguments]
        assert optional == sorted(optional)
        assert not any(argument.rest for argument in command.arguments[:-1])


def test_markdown_has_every_command() -> None:
    rows = [line for line in markdown().splitlines() if line.startswith("|")]
    assert len(rows) == len(COMMANDS) + 2
    assert all(row.count("|") == 5 for row in rows)
    assert all(f"`{ROOT}{command.address}`" in markdown() for command in COMMANDS)


def test_a_row_of_the_schema_fits_a_packet_across_machines() -> None:
    for index, row in enumerate(schema_rows()):
        packet = encode(ROOT + "/schema", 1, index, len(COMMANDS), *row)
        assert len(packet) <= NETWORK_LIMIT_BYTES
