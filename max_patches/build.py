"""Write every generated file from the address table: `python -m max_patches.build [folder]`."""

from __future__ import annotations

import sys
from pathlib import Path

from max_patches import javascript, max_patch, pd_patch


def files() -> dict[str, bytes]:
    """Return what is generated, by its path in this folder; the same table gives the same bytes."""
    texts = {
        "legato.maxpat": max_patch.build(),
        "legato_table.json": javascript.build(),
        "legato.pd": pd_patch.build(),
    }
    return {name: text.encode() for name, text in texts.items()}


def main(folder: Path) -> None:
    """Write all of it below a folder."""
    for name, data in files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
