"""Lines are structured, limited, cleaned of secrets, and never in the way."""

from __future__ import annotations

import io
import json
import logging
import threading
from pathlib import Path

import pytest
import structlog

from bridge.config import Config
from bridge.logs import FILE_BYTES, Limit, Logs, job_bound
from engine.wire import StartFailed

LOG = logging.getLogger("legato.test")


def config(tmp_path: Path, **flags: object) -> Config:
    return Config.load({"log_format": "json", **flags}, {}, tmp_path)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_json_lines_hold_the_fields(tmp_path: Path) -> None:
    stream = io.StringIO()
    with Logs(config(tmp_path), stream):
        LOG.info("refused %d packets", 3, extra={"peer": "127.0.0.1:5", "count": 3})
    (line,) = lines(stream)
    assert line["event"] == "refused 3 packets"
    assert (line["level"], line["logger"]) == ("info", "legato.test")
    assert (line["peer"], line["count"]) == ("127.0.0.1:5", 3)
    assert "job" not in line
    assert str(line["timestamp"]).endswith("Z")


def test_structlog_goes_the_same_way(tmp_path: Path) -> None:
    log = structlog.get_logger("legato.bridge")
    stream = io.StringIO()
    with Logs(config(tmp_path, token="sesame"), stream):
        log.info("sink failed", name="a", sink="dev", module="m", reason="a sesame", take="t1")
        log.info("sink failed", name="a", take="t1")
        log.debug("too quiet")
        try:
            raise ValueError("broken")
        except ValueError:
            log.exception("failed")
    first, second = lines(stream)
    assert (first["event"], first["logger"]) == ("sink failed", "legato.bridge")
    assert (first["name_"], first["sink"], first["module_"]) == ("a", "dev", "m")
    assert (first["reason"], first["take"]) == ("a ***", "t1")
    assert "ValueError: broken" in str(second["exception"])


def test_console_lines_are_for_people(tmp_path: Path) -> None:
    stream = io.StringIO()
    with Logs(config(tmp_path, log_format="console"), stream):
        LOG.warning("engine restarted", extra={"attempt": 2})
    (line,) = stream.getvalue().splitlines()
    assert "engine restarted" in line
    assert "attempt=2" in line
    assert "\x1b" not in line


def test_the_level_is_kept_and_put_back(tmp_path: Path) -> None:
    stream = io.StringIO()
    before = (logging.getLogger().level, logging.getLogger("legato").level)
    handlers = list(logging.getLogger().handlers)
    with Logs(config(tmp_path, log_level="warning"), stream):
        LOG.info("quiet")
        LOG.warning("loud")
        logging.getLogger("somebody").info("quiet")
        logging.getLogger("somebody").warning("else")
    assert [line["event"] for line in lines(stream)] == ["loud", "else"]
    assert (logging.getLogger().level, logging.getLogger("legato").level) == before
    assert logging.getLogger().handlers == handlers


def test_the_job_is_bound_where_it_is_known(tmp_path: Path) -> None:
    stream = io.StringIO()
    with Logs(config(tmp_path), stream):
        with job_bound("take-1"):
            LOG.info("stored")
        LOG.info("idle")
    assert [line.get("job") for line in lines(stream)] == ["take-1", None]


def test_the_file_is_json_and_rotates(tmp_path: Path) -> None:
    file = tmp_path / "logs/legato.log"
    with Logs(config(tmp_path, log_file=str(file), log_format="console"), io.StringIO()):
        LOG.info("hello")
    assert json.loads(file.read_text())["event"] == "hello"
    file.write_text("x" * FILE_BYTES + "\n")
    with Logs(config(tmp_path, log_file=str(file)), io.StringIO()):
        LOG.info("again")
    assert json.loads(file.read_text())["event"] == "again"
    assert (tmp_path / "logs/legato.log.1").stat().st_size == FILE_BYTES + 1


def test_a_log_file_that_cannot_be_written_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StartFailed, match=r"log_file .* cannot be written"):
        Logs(config(tmp_path, log_file="file/legato.log"))


def test_no_secret_is_written(tmp_path: Path) -> None:
    stream = io.StringIO()
    file = tmp_path / "log"
    with Logs(config(tmp_path, token="sesame", engine_token="simsim", log_file=str(file)), stream):
        LOG.info("hello came: %s", "sesame", extra={"token": "child", "note": "a simsim b"})
        try:
            raise ValueError("sesame")
        except ValueError:
            LOG.exception("broken")
    for text in (stream.getvalue(), file.read_text()):
        assert "ValueError" in text
        for secret in ("sesame", "simsim", "child"):
            assert secret not in text


def test_lines_cannot_be_forged(tmp_path: Path) -> None:
    stream = io.StringIO()
    with Logs(config(tmp_path, log_format="console"), stream):
        LOG.info("title %s", "a\nb\x1b[2J", extra={"peer": "c\r\nd"})
    (line,) = stream.getvalue().splitlines()
    assert "a\\nb\\x1b[2J" in line
    assert "c\\r\\nd" in line


def test_long_fields_are_cut(tmp_path: Path) -> None:
    stream = io.StringIO()
    with Logs(config(tmp_path), stream):
        LOG.info("%s", "x" * 100_000)
    assert len(stream.getvalue()) < 2_000


def record(text: str, **extra: object) -> logging.LogRecord:
    made = LOG.makeRecord(LOG.name, logging.INFO, __file__, 1, text, (), None)
    made.__dict__.update(extra)
    return made


def test_one_line_a_second_an_event_and_peer() -> None:
    now = [0.0]
    limit = Limit(lambda: now[0])
    assert limit.filter(record("bad", peer="a"))
    assert [limit.filter(record("bad", peer="a")) for _ in range(5)] == [False] * 5
    assert limit.filter(record("bad", peer="b"))
    assert limit.filter(record("worse", peer="a"))
    assert limit.filter(record("bad", peer="a", job="1"))
    now[0] = 1.0
    late = record("bad", peer="a")
    assert limit.filter(late)
    assert late.suppressed == 5
    now[0] = 2.0
    later = record("bad", peer="a")
    assert limit.filter(later)
    assert not hasattr(later, "suppressed")


def test_a_flood_of_peers_shares_one_allowance() -> None:
    now = [0.0]
    limit = Limit(lambda: now[0])
    passed = sum(limit.filter(record("bad", peer=str(peer))) for peer in range(10_000))
    assert passed < 300
    now[0] = 5.0
    assert limit.filter(record("bad", peer="somebody new"))


class Stuck(io.StringIO):
    """A terminal that nobody reads, until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.released = threading.Event()

    def write(self, text: str) -> int:
        self.released.wait(10)
        return super().write(text)


def test_a_terminal_that_does_not_read_stops_nobody(tmp_path: Path) -> None:
    stream = Stuck()
    with Logs(config(tmp_path), stream):
        for number in range(5_000):
            LOG.info("line", extra={"peer": str(number % 200), "job": str(number)})
        # Reaching this line at all is the point: nothing waited for the terminal.
        stream.released.set()
    assert 1 <= len(lines(stream)) <= 1_100


class Broken(io.StringIO):
    """A terminal that is gone."""

    def write(self, text: str) -> int:
        raise OSError("gone")


def test_a_terminal_that_is_gone_ends_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "log"
    with Logs(config(tmp_path, log_file=str(file)), Broken()):
        LOG.info("hello")
    assert json.loads(file.read_text())["event"] == "hello"
    assert capsys.readouterr().err == ""
