"""The queue's server that `run` brings along."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from redis import Redis

from cli.embedded import EmbeddedServer


def test_it_never_evicts_and_writes_what_it_holds(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path / "queue") as server:
        server.start()
        client = Redis.from_url(server.url)
        assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
        assert client.config_get("appendonly")["appendonly"] == "yes"


def test_it_listens_on_no_port_and_lets_nobody_else_in(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path / "queue") as server:
        server.start()
        path = Path(server.url.removeprefix("unix://").partition("?")[0])
        assert Redis.from_url(server.url).config_get("port")["port"] == "0"
        assert path.parent.stat().st_mode & 0o077 == 0
    assert not path.parent.exists()


def test_what_was_queued_survives_a_kill(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path / "queue") as server:
        server.start()
        Redis.from_url(server.url).rpush("tickets", "one")
        os.kill(server.pid, signal.SIGKILL)
        os.waitpid(server.pid, 0)
        server.start()
        assert Redis.from_url(server.url).lrange("tickets", 0, -1) == [b"one"]


def test_data_that_it_cannot_read_is_put_aside(tmp_path: Path) -> None:
    folder = tmp_path / "queue" / "appendonlydir"
    folder.mkdir(parents=True)
    (folder / "appendonly.aof.manifest").write_text("this is no manifest\n")
    with EmbeddedServer(tmp_path / "queue") as server:
        server.start()
        assert Redis.from_url(server.url).dbsize() == 0
    assert list(tmp_path.glob("queue-unread-*"))


def test_a_deep_data_folder_is_no_obstacle(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path / ("deep" * 40) / "queue") as server:
        server.start()
        assert Redis.from_url(server.url).ping()
