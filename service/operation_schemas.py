"""The shapes of health and readiness."""

from __future__ import annotations

from marshmallow import fields

from service.documented import Answered, one_of, text, texts


class Health(Answered):
    """The process answers."""

    status = text("always alive", "alive")
    version = text("of Necessity")


class Readiness(Answered):
    """Able to serve, part by part."""

    status = one_of(("ready", "not_ready"), "all parts together")
    checks = fields.Dict(
        required=True, metadata={"description": "store, queue, workers: `ok` or what is wrong"}
    )
    capabilities = texts("what the workers can do beyond Word, such as pdf")
