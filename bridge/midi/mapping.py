"""MIDI notes, controllers, parameters and programs that give commands or set parameters.

A map is a table `[maps.NAME]` of maps.toml: one of SOURCES with its number, perhaps `channel`
(1 to 16) and `port` (a part of its name); `to`, an OSC address without `/legato` or a
parameter's name; and `arguments`, where `"{0..2}"` stands for the velocity or the controller's
value, scaled into that range. With `pass_on` the message is played as well.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import Meta

from bridge.config import nearest
from bridge.midi.controllers import DATA_COARSE, FINE, NO_PARAMETER
from bridge.osc.arguments import bind
from bridge.osc.command import ROOT
from bridge.osc.spec import COMMANDS
from bridge.presets import COMMON, parameters_named
from engine.wire import (
    LegatoError,
    ModelSpec,
    Parameter,
    StartFailed,
    UnknownAddress,
    UnknownParameter,
    Value,
    WrongTypes,
)

Number: TypeAlias = Annotated[int, Meta(ge=0, le=127)]
PairNumber: TypeAlias = Annotated[int, Meta(ge=0, lt=FINE)]
ParameterNumber: TypeAlias = Annotated[int, Meta(ge=0, lt=NO_PARAMETER)]
Channel: TypeAlias = Annotated[int, Meta(ge=1, le=16)]

# Keys of a map, of which it has one: `cc14` is a controller of two halves, `nrpn` and `rpn` are
# parameters, numbered as one number (coarse half times 128, plus the fine one).
SOURCES = ("note", "cc", "cc14", "nrpn", "rpn", "program")
HEADING = "maps"
FILE_NAME = "maps.toml"
# They speak for a client at an address, which a controller has not.
NOT_MAPPED = ("/hello", "/notify", "/sync", "/schema")
_RANGE = re.compile(r"\{(-?[0-9.]{1,20})\.\.(-?[0-9.]{1,20})\}")
_BETWEEN = 0.3719  # Of a range: whole only where whole numbers are wanted.


class Map(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one message does, as it is written in the file."""

    to: Annotated[str, Meta(min_length=1, max_length=200)]
    note: Number | None = None
    cc: Number | None = None
    cc14: PairNumber | None = None
    nrpn: ParameterNumber | None = None
    rpn: ParameterNumber | None = None
    program: Number | None = None
    channel: Channel | None = None
    port: str = ""
    arguments: tuple[int | float | str, ...] = ()
    pass_on: bool = False

    @property
    def source(self) -> tuple[str, int]:
        """The kind of message and its number."""
        for kind in SOURCES:
            number = getattr(self, kind)
            if number is not None:
                return kind, number
        raise AssertionError("read_map lets none through without")

    @property
    def source_text(self) -> str:
        """The message as people say it: `cc 74 channel 1 port Launchkey`."""
        kind, number = self.source
        channel = f" channel {self.channel}" if self.channel else ""
        return f"{kind} {number}{channel}{self.port and f' port {self.port}'}"

    @property
    def address(self) -> str:
        """The command's address without the root."""
        return self.to.removeprefix(ROOT)

    @property
    def is_command(self) -> bool:
        """Whether it gives a command; otherwise it sets a parameter."""
        return self.to.startswith("/")

    @property
    def has_value(self) -> bool:
        """Whether the message's own value goes somewhere."""
        return not self.is_command or any(range_of(atom) for atom in self.arguments)

    def fits(self, port: str, channel: int) -> bool:
        """Say whether a port's channel (from 0) is one it listens to."""
        return self.channel in (None, channel + 1) and self.port.lower() in port.lower()

    def filled(self, fraction: float, whole: bool = False) -> list[Value]:
        """Return the arguments with the message's value, 0 to 1, in its place."""
        return [scaled(atom, fraction, whole) for atom in self.arguments]


def range_of(atom: object) -> tuple[float, float] | None:
    """Return the range that `"{low..high}"` names, or None for anything else."""
    match = _RANGE.fullmatch(atom) if isinstance(atom, str) else None
    try:
        return (float(match[1]), float(match[2])) if match else None
    except ValueError:
        return None


def scaled(atom: Value, fraction: float, whole: bool = False) -> Value:
    """Return a range's value at a fraction of it, and anything else as it is."""
    ends = range_of(atom)
    if ends is None:
        return atom
    value = ends[0] + fraction * (ends[1] - ends[0])
    return round(value) if whole else value


def value_of(parameter: Parameter, fraction: float, ends: tuple[float, float] | None) -> Value:
    """Return a parameter's value at a fraction of a range, its own where none is given."""
    if parameter.kind == "bool":
        return fraction >= 0.5
    if parameter.choices:
        return parameter.choices[
            min(int(fraction * len(parameter.choices)), len(parameter.choices) - 1)
        ]
    low, high = ends or (parameter.minimum, parameter.maximum)
    if low is None or high is None or parameter.kind == "str":
        raise WrongTypes(
            f"{parameter.name} has no range of its own to turn a controller through; "
            'give one, as "{0..1}"'
        )
    value = low + fraction * (high - low)
    return parameter.checked(round(value) if parameter.kind == "int" else value)


def read_map(name: str, table: Mapping[str, Any], models: Collection[ModelSpec] = ()) -> Map:
    """Check a map's table. Raises: StartFailed, naming the table and what is wrong with it."""
    unknown = next((key for key in table if key not in Map.__struct_fields__), None)
    if unknown is not None:
        hint = nearest(unknown, Map.__struct_fields__)
        raise StartFailed(f"[{HEADING}.{name}]: unknown key {unknown!r}{hint}")
    try:
        found = msgspec.convert(dict(table), Map)
        _check(found, models)
    except (msgspec.ValidationError, LegatoError) as error:
        raise StartFailed(f"[{HEADING}.{name}]: {error}") from None
    return found


def _check(found: Map, models: Collection[ModelSpec]) -> None:
    if sum(getattr(found, kind) is not None for kind in SOURCES) != 1:
        raise WrongTypes(f"one of {', '.join(SOURCES)} is expected, with its number")
    if found.cc14 == DATA_COARSE:
        raise WrongTypes(
            f"controller {DATA_COARSE} enters data for a parameter; map that, as nrpn or rpn"
        )
    if found.is_command:
        is_whole(found)
        return
    if len(found.arguments) > 1 or any(range_of(atom) is None for atom in found.arguments):
        raise WrongTypes('a parameter takes one argument at most, its range as "{0..1}"')
    parameter = find_parameter(found.to, models)
    if parameter is not None:
        ends = range_of(found.arguments[0]) if found.arguments else None
        for fraction in (0.0, 1.0):
            value_of(parameter, fraction, ends)


def find_parameter(name: str, models: Collection[ModelSpec]) -> Parameter | None:
    """Return what a mapped parameter is, or None while no model is known.

    Raises: UnknownParameter.
    """
    found = [COMMON[name]] if name in COMMON else parameters_named(name, models)
    if not found and models:
        known = sorted({one.name for spec in models for one in spec.parameters})
        raise UnknownParameter(
            f"{name[:40]!r} is neither a command, which begins with /, nor a parameter of any "
            f"model; there are: {', '.join(known)}"
        )
    return found[0] if found else None


def is_whole(found: Map) -> bool:
    """Check a map's command, and say whether its ranges stand for whole numbers alone.

    Raises: UnknownAddress, WrongTypes, OutOfRange, UnknownParameter.
    """
    address = found.address
    command = next((c for c in COMMANDS if c.address == address), None)
    if command is None or address in NOT_MAPPED:
        known = [c.address for c in COMMANDS if c.address not in NOT_MAPPED]
        raise UnknownAddress(f"no command {address[:80]!r} can be mapped{nearest(address, known)}")
    atoms: Sequence[Value] = () if command.id == "none" else (1,)
    for end in (0.0, 1.0):
        bind(command, [*atoms, *found.filled(end, whole=True)])
    try:
        bind(command, [*atoms, *found.filled(_BETWEEN)])
    except WrongTypes:
        return True
    return False
