from pathlib import Path

import pytest
from safetensors.numpy import load_file, save_file

from engine.models.house.shelf import Shelf
from engine.models.house.waves import FILE, Waves, usual_keys
from engine.wire import ModelFailed

WAIT_SECONDS = 60.0


class Counted(Waves):
    """Waves that remember which of them were read."""

    def __init__(self, path: Path = FILE) -> None:
        super().__init__(path)
        self.seen: list[tuple[int, int]] = []

    def ready(self, pitch: int, instrument: int) -> None:
        self.seen.append((pitch, instrument))
        super().ready(pitch, instrument)


def test_each_key_is_read_once_and_those_of_new_programs_when_they_are_set() -> None:
    waves = Counted()
    shelf = Shelf(waves)
    piano, flute = ([(key, each) for key in usual_keys(each)] for each in (0, 73))
    shelf.wait(WAIT_SECONDS)
    shelf.expect([0, 0])
    shelf.wait(WAIT_SECONDS)
    assert waves.seen == piano
    shelf.expect([0, 73])
    shelf.wait(WAIT_SECONDS)
    assert waves.seen == [*piano, *flute]
    shelf.expect([0, 73])
    shelf.wait(WAIT_SECONDS)
    assert len(waves.seen) == len(piano) + len(flute)


def test_a_damaged_wave_keeps_none_of_the_others(tmp_path: Path) -> None:
    tables = load_file(FILE)
    begin, end = tables["first"][tables["wave"][0, 60 - 21] :][:2]
    tables["packed"][begin:end] = 255
    save_file(tables, tmp_path / FILE.name)
    waves = Counted(tmp_path / FILE.name)
    shelf = Shelf(waves)
    shelf.expect([0])
    shelf.wait(WAIT_SECONDS)
    assert len(waves.seen) == len(usual_keys(0))
    with pytest.raises(ModelFailed):
        waves.of(60, 0)


def test_what_was_struck_is_read_in_full_before_what_may_be() -> None:
    waves = Counted()
    shelf = Shelf(waves)
    struck = waves.of(40, 19)
    assert struck is not None
    assert not struck.is_read
    shelf.expect([0], [(40, 19)])
    shelf.wait(WAIT_SECONDS)
    assert waves.seen[0] == (40, 19)
    assert waves.seen[1:] == [(key, 0) for key in usual_keys(0)]
    assert struck.is_read
