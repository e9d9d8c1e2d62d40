"""What a model's parameters are: a kind, a default, a range, and what a draft makes of them.

Code outside the engine takes these from `engine.wire`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from engine.errors import OutOfRange, WrongTypes

Operation = Literal["generate", "continue", "inpaint", "vary", "interpolate", "render", "live"]
Value = int | float | str | bool


class Parameter(msgspec.Struct, frozen=True):
    """One parameter of a model: its kind, default and range.

    `operations` names those that take it; when empty, all of the model's do. `drafted` is its
    value where a draft is asked for and nothing else is said of it.
    """

    name: str
    kind: Literal["int", "float", "str", "bool"]
    default: Value
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    text: str = ""
    operations: tuple[Operation, ...] = ()
    drafted: Value | None = None

    def belongs_to(self, operation: Operation) -> bool:
        """Say whether an operation takes this parameter."""
        return not self.operations or operation in self.operations

    def checked(self, value: Value) -> Value:
        """Return a value as this parameter's kind. Raises: WrongTypes, OutOfRange.

        Whole floats pass for ints and 0 and 1 for bools, because patches send only floats.
        """
        if self.kind == "str":
            return self._chosen(value)
        if isinstance(value, str) or (isinstance(value, bool) and self.kind != "bool"):
            raise WrongTypes(self._refusal(value))
        low, high = (0, 1) if self.kind == "bool" else (self.minimum, self.maximum)
        if not abs(value) < 2**63 or (self.kind != "float" and value != int(value)):
            raise OutOfRange(self._refusal(value))
        if (low is not None and value < low) or (high is not None and value > high):
            raise OutOfRange(self._refusal(value))
        if self.kind == "bool":
            return bool(value)
        return int(value) if self.kind == "int" else float(value)

    def _chosen(self, value: Value) -> str:
        if not isinstance(value, str):
            raise WrongTypes(self._refusal(value))
        if self.choices and value not in self.choices:
            raise OutOfRange(self._refusal(value))
        return value

    def _refusal(self, value: Value) -> str:
        kind = "one of " + ", ".join(self.choices) if self.choices else self.kind
        bounds = (("at least", self.minimum), ("at most", self.maximum))
        span = " and ".join(f"{word} {bound:g}" for word, bound in bounds if bound is not None)
        return f"{self.name} came as {str(value)[:40]!r}; it takes {kind}{span and ', '}{span}"


DRAFT = Parameter("draft", "bool", False, text="much faster, less refined")
