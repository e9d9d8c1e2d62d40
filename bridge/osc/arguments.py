"""A message's atoms against the table: the fixed arguments, then `key value` pairs.

Clients differ: Pd sends every number as a float, Max and SuperCollider send ints, others T and
F. Whole floats are taken where a whole number is wanted, and nothing is guessed beyond that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.osc.codec import Atom
from bridge.osc.command import INT32_MAX, INT32_MIN, MEANINGS, ROOT, Argument, Command
from bridge.transport import read_place
from engine.wire import OutOfRange, TooLarge, UnknownParameter, Value, WrongTypes

MAX_TEXT = 4_096
_LARGEST_WHOLE_FLOAT = 1 << 53


@dataclass(frozen=True)
class Bound:
    """A message's atoms under the names that the table gives them."""

    arguments: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, Value] = field(default_factory=dict)


def leading_id(command: Command | None, atoms: Sequence[Atom]) -> int:
    """Return the id that a message carries, known or unknown, or 0 where none can be read."""
    if (command and command.id == "none") or not atoms:
        return 0
    whole = _whole(atoms[0])
    return whole if whole is not None and INT32_MIN <= whole <= INT32_MAX else 0


def bind(command: Command, atoms: Sequence[Atom]) -> Bound:
    """Name and check a message's atoms.

    Raises: WrongTypes, OutOfRange, TooLarge, UnknownParameter.
    """
    rest = list(atoms)
    if command.id == "required" or (command.id == "optional" and rest):
        _check_id(command, rest)
        del rest[0]
    bound = Bound()
    for argument in command.arguments:
        if argument.rest:
            bound.arguments[argument.name] = tuple(_checked(argument, atom) for atom in rest)
            rest.clear()
        elif rest:
            bound.arguments[argument.name] = _checked(argument, rest.pop(0))
        elif not argument.optional:
            raise WrongTypes(f"{argument.name} is missing{_usage(command)}")
    _bind_pairs(command, rest, bound.parameters)
    return bound


def _check_id(command: Command, atoms: Sequence[Atom]) -> None:
    whole = _whole(atoms[0]) if atoms else None
    if whole is None:
        came = _described(atoms[0]) if atoms else "nothing"
        raise WrongTypes(
            f"{came} came where the id, an int32 of yours, is expected{_usage(command)}"
        )
    if not INT32_MIN <= whole <= INT32_MAX:
        raise OutOfRange(f"the id {whole} came; ids are int32, {INT32_MIN} to {INT32_MAX}")


def _bind_pairs(command: Command, atoms: list[Atom], parameters: dict[str, Value]) -> None:
    options = {option.name: option for option in command.options}
    while atoms:
        key = atoms.pop(0)
        if not (options or command.takes_parameters):
            raise WrongTypes(f"{_described(key)} came beyond the last argument{_usage(command)}")
        if not isinstance(key, str) or not key:
            raise WrongTypes(f"{_described(key)} came where a parameter's name, text, is expected")
        if len(key) > MAX_TEXT:
            raise TooLarge(f"a parameter's name of {len(key)} characters came; is it a value?")
        if key in parameters:
            raise WrongTypes(f"the parameter {key[:40]!r} came twice; send it once")
        if key == "prompt" and command.takes_prompt:
            parameters[key] = _prompt(atoms)
            return
        if not atoms:
            raise WrongTypes(f"the parameter {key[:40]!r} came without its value")
        value = atoms.pop(0)
        if key in options and options[key].kind == "place":
            parameters[key] = _place(value, atoms)
        elif key in options:
            parameters[key] = _checked(options[key], value)
        elif command.takes_parameters:
            parameters[key] = _free(key, value)
        else:
            known = ", ".join(options)
            raise UnknownParameter(
                f"no parameter {key[:40]!r}; {ROOT}{command.address} has {known}"
            )


def _place(first: Atom, atoms: list[Atom]) -> str:
    """Take a place's two words, or its one text that has both."""
    words = [first] if isinstance(first, str) and " " in first else [first, *atoms[:1]]
    del atoms[: len(words) - 1]
    return str(read_place(" ".join(map(str, words))))


def _prompt(atoms: list[Atom]) -> str:
    words = []
    for atom in atoms:
        if isinstance(atom, bool) or not isinstance(atom, int | float | str):
            raise WrongTypes(
                f"{_described(atom)} came in the prompt; it is made of words and numbers"
            )
        words.append(f"{atom:g}" if isinstance(atom, float) else str(atom))
    prompt = " ".join(words)
    if len(prompt) > MAX_TEXT:
        raise TooLarge(f"a prompt of {len(prompt)} characters came; at most {MAX_TEXT} are taken")
    return prompt


def _free(key: str, value: Atom) -> Value:
    """A value that the model will check; a whole float is the whole number Pd meant."""
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise TooLarge(f"{key[:40]!r} has {len(value)} characters; at most {MAX_TEXT} are taken")
    if isinstance(value, float) and abs(value) < _LARGEST_WHOLE_FLOAT and value.is_integer():
        return int(value)
    if isinstance(value, bool | int | float | str):
        return value
    raise WrongTypes(
        f"{_described(value)} came for {key[:40]!r}; a number, text, T or F is expected"
    )


def _checked(argument: Argument, atom: Atom) -> Any:
    value = _converted(argument, atom)
    if value is None:
        raise WrongTypes(
            f"{_described(atom)} came for {argument.name}; {MEANINGS[argument.kind]} is expected"
        )
    if isinstance(value, str):
        _check_text(argument, value)
    elif not isinstance(value, bytes):
        _check_range(argument, value)
    return value


def _converted(argument: Argument, atom: Atom) -> Any:
    """The atom as the argument's kind, or None where it cannot be that."""
    if argument.kind == "float":
        return float(atom) if isinstance(atom, int | float) else None
    if argument.kind == "int":
        return _whole(atom)
    if argument.kind == "bool":
        return bool(atom) if _whole(atom) in (0, 1) else None
    if argument.kind == "call" and _whole(atom) is not None:
        return _whole(atom)
    if argument.kind == "file" and isinstance(atom, bytes):
        return atom
    if argument.kind == "any":
        return atom if isinstance(atom, int | float | str) else None
    if argument.kind == "source" and _whole(atom) is not None:
        return str(_whole(atom))
    return atom if isinstance(atom, str) else None


def _check_text(argument: Argument, value: str) -> None:
    if len(value) > MAX_TEXT:
        raise TooLarge(f"{argument.name} has {len(value)} characters; at most {MAX_TEXT} are taken")
    if argument.choices and value not in argument.choices:
        choices = ", ".join(argument.choices)
        raise OutOfRange(f"{value[:40]!r} came for {argument.name}; there are {choices}")


def _check_range(argument: Argument, value: float) -> None:
    low, high = argument.minimum, argument.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        wanted = f"at least {low:g}" if high is None else f"{low:g} to {high:g}"
        raise OutOfRange(f"{value:g} came for {argument.name}; {wanted} is expected")


def _whole(atom: Atom) -> int | None:
    if isinstance(atom, float):
        return int(atom) if atom.is_integer() and abs(atom) < _LARGEST_WHOLE_FLOAT else None
    return int(atom) if isinstance(atom, int) else None


def _described(atom: Atom) -> str:
    if isinstance(atom, bytes):
        return f"a blob of {len(atom)} bytes"
    if atom is None or isinstance(atom, tuple):
        return "nothing" if atom is None else "an array"
    kind = {bool: "true or false", int: "the int", float: "the float", str: "the text"}[type(atom)]
    return kind if isinstance(atom, bool) else f"{kind} {str(atom)[:40]!r}"


def _usage(command: Command) -> str:
    return f": send {ROOT}{command.address} {command.signature}".rstrip()
