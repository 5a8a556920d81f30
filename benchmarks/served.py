"""`python -m benchmarks.served APP PORT`: an application that POSTs are compared by, under gunicorn."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from flask import Flask, Response, request

from casework.knowledge_base import load_knowledge
from casework.schema import load_case
from casework.strict_json import parse_json
from cli.http_server import _options, _Server
from settings import read_settings


def bare() -> Flask:
    """Read JSON, answer 202."""
    app = Flask("bare")

    @app.post("/v1/packets")
    def create() -> Response:
        request.get_json()
        return Response('{"status":"queued"}', 202, mimetype="application/json")

    return app


def validating() -> Flask:
    """Read JSON strictly and load the case, as ours does, answer 202."""
    app, knowledge = Flask("validating"), load_knowledge()

    @app.post("/v1/packets")
    def create() -> Response:
        load_case(parse_json(request.get_data())["case"], knowledge, at="/case")
        return Response('{"status":"queued"}', 202, mimetype="application/json")

    return app


def docxtpl_and_rq() -> Flask:
    """Put the whole context into a job of docxtpl's, as both document it, answer 202."""
    from redis import Redis  # noqa: PLC0415 - the others need none
    from rq import Queue  # noqa: PLC0415

    app = Flask("docxtpl")
    settings = read_settings()
    assert settings.redis_url
    queue = Queue("plain", connection=Redis.from_url(settings.redis_url))

    @app.post("/v1/packets")
    def create() -> Response:
        job = queue.enqueue("benchmarks.plain.write", request.get_json())
        return Response(json.dumps({"id": job.id}), 202, mimetype="application/json")

    return app


APPS: dict[str, Callable[[], Flask]] = {
    "bare": bare,
    "validating": validating,
    "docxtpl": docxtpl_and_rq,
}


def main(name: str, port: str) -> None:
    """Serve it with the same server, processes and threads as ours."""
    settings = read_settings()
    options = {**_options(settings, "127.0.0.1", 2, 16), "bind": f"127.0.0.1:{port}"}
    _Server(APPS[name](), options).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
