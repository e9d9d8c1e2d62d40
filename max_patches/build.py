"""Write every generated file from the address table: `python -m max_patches.build [folder]`."""

from __future__ import annotations

import sys
from pathlib import Path

from max_patches import (
    javascript,
    max_devices,
    max_help,
    max_pages,
    max_parts,
    max_patch,
    open_stage_control,
    pd_patch,
    pd_stream,
    supercollider,
)


def files() -> dict[str, bytes]:
    """Return what is generated, by its path in this folder; the same table gives the same bytes."""
    texts = {
        "legato.maxpat": max_patch.build(),
        "legato.replies.maxpat": max_patch.replies(),
        "legato.connect.maxpat": max_parts.connect(),
        "legato.stream~.maxpat": max_parts.stream(),
        "legato.clip~.maxpat": max_parts.clip(),
        "legato.play.maxpat": max_parts.play(),
        "legato_table.json": javascript.build(),
        "open_stage_control/legato.json": open_stage_control.build(),
        "legato.pd": pd_patch.build(),
        "legato-help.pd": pd_stream.help_patch(),
        "legato~.pd": pd_stream.build(),
        "legato~-help.pd": pd_stream.help_stream(),
    }
    texts |= {f"{name}.maxpat": max_pages.build(page) for page, name in max_pages.names().items()}
    texts |= supercollider.build()
    texts |= {f"{name}.maxhelp": max_help.build(name) for name in max_help.names()}
    return {name: text.encode() for name, text in texts.items()} | max_devices.build()


def main(folder: Path) -> None:
    """Write all of it below a folder."""
    for name, data in files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
