"""Named tables in a TOML file that people edit too: comments and order outlive our changes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bridge.storage import storing, write_whole
from engine.wire import NotFound, OutOfRange, StartFailed

MAX_NAME = 64
MAX_BYTES = 1 << 20


def check_name(name: str) -> str:
    """Return a name that a table may have. Raises: OutOfRange."""
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        raise OutOfRange(
            f"the name {name[:MAX_NAME]!r} came; 1 to {MAX_NAME} printable characters are expected"
        )
    return name


class NamedTables:
    """The tables below one heading, `[heading.NAME]`, of a file that need not exist."""

    def __init__(self, path: Path, heading: str) -> None:
        self.path = path
        self._heading = heading

    def read(self) -> dict[str, dict[str, Any]]:
        """Return every table by its name. Raises: StartFailed, for a file that is no such."""
        return self._tables(self._text())

    def put(self, name: str, table: Mapping[str, Any]) -> None:
        """Write one table, new or in place of the one of that name.

        Raises: OutOfRange, StartFailed, StorageFailed.
        """
        import tomlkit

        document = self._document()
        tables = document.setdefault(self._heading, tomlkit.table(is_super_table=True))
        tables[check_name(name)] = {key: value for key, value in table.items()}
        self._write(tomlkit.dumps(document))

    def remove(self, name: str) -> None:
        """Remove one table. Raises: NotFound, StartFailed, StorageFailed."""
        import tomlkit

        document = self._document()
        tables = document.get(self._heading, {})
        if name not in tables:
            known = ", ".join(tables) or "none"
            raise NotFound(f"{name[:MAX_NAME]!r} was asked; there are: {known}")
        del tables[name]
        self._write(tomlkit.dumps(document))

    def _document(self) -> Any:
        import tomlkit

        text = self._text()
        self._tables(text)
        return tomlkit.parse(text)

    def _text(self) -> str:
        try:
            with self.path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise StartFailed(f"{self.path.name} cannot be read: {error.strerror}") from None
        if len(data) > MAX_BYTES:
            raise StartFailed(f"{self.path.name} has more than {MAX_BYTES} bytes; is it the file?")
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise StartFailed(f"{self.path.name} cannot be read: {error}") from None

    def _tables(self, text: str) -> dict[str, dict[str, Any]]:
        try:
            found = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise StartFailed(f"{self.path.name} cannot be read: {error}") from None
        tables = found.pop(self._heading, {})
        if not isinstance(tables, dict):
            tables = {self._heading: tables}
        strange = [*found, *(key for key, table in tables.items() if not isinstance(table, dict))]
        if strange:
            raise StartFailed(
                f"{self.path.name}: {strange[0]!r} came; it has tables "
                f"[{self._heading}.NAME] and nothing else"
            )
        return dict(tables)

    def _write(self, text: str) -> None:
        with storing(self.path.name):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self.path, text.encode())
