"""For the platform that runs the service: alive, able to serve, and numbers."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from service import operation_schemas as shapes
from service.operation import Answer, Operation, described
from service.parts import Parts, parts
from service.version import VERSION

operation = Blueprint("operation", __name__)


@operation.get("/healthz")
@described(
    Operation(
        tag="operation",
        summary="The process answers",
        answers={200: Answer("Alive.", shapes.Health)},
    )
)
def alive() -> Response:
    """Say that the process answers, without asking anything else."""
    return jsonify(status="alive", version=VERSION)


@operation.get("/readyz")
@described(
    Operation(
        tag="operation",
        summary="A packet accepted now would be written",
        answers={
            200: Answer("Every part answers.", shapes.Readiness),
            503: Answer("A part does not answer; `checks` says which.", shapes.Readiness),
        },
    )
)
def ready() -> tuple[Response, int]:
    """Ask every part."""
    found = parts().store.readiness()
    faults = dict(fault.partition(": ")[::2] for fault in found.faults)
    names = ("rows", "documents", "queue", "workers")
    body = jsonify(
        status="ready" if found.ready else "not_ready",
        checks={name: faults.get(name, "ok" if found.rows else "not asked") for name in names},
        capabilities=sorted({each for worker in found.workers for each in worker.capabilities}),
    )
    return body, 200 if found.ready else 503


@operation.get("/metrics")
@described(
    Operation(
        tag="operation",
        summary="Numbers for Prometheus",
        answers={200: Answer("Text in the exposition format.", media_type="text/plain")},
    )
)
def metrics() -> Response:
    """Count packets, tickets and workers now."""
    registry = CollectorRegistry()
    registry.register(_Numbers(parts()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Numbers(Collector):
    """Reads rows and queue at each scrape, so that every process gives the same numbers."""

    def __init__(self, read_from: Parts) -> None:
        self._parts = read_from

    def collect(self) -> Iterator[GaugeMetricFamily]:
        store = self._parts.store
        by_status = GaugeMetricFamily("necessity_packets", "Packets by status.", labels=["status"])
        for status, count in store.packets.counts().items():
            by_status.add_metric([status], count)
        yield by_status
        yield GaugeMetricFamily(
            "necessity_oldest_waiting_seconds",
            "Age of the oldest packet that is queued or being written.",
            self._oldest(),
        )
        yield GaugeMetricFamily(
            "necessity_workers", "Workers heard of lately.", len(store.workers.alive())
        )
        told = GaugeMetricFamily(
            "necessity_webhooks", "Messages to callback addresses by status.", labels=["status"]
        )
        for status, count in store.webhooks.counts().items():
            told.add_metric([status], count)
        yield told
        tickets = store.queue.length()
        if tickets is not None:
            yield GaugeMetricFamily("necessity_tickets", "Tickets in the queue.", tickets)

    def _oldest(self) -> float:
        oldest = self._parts.store.packets.oldest_waiting()
        return (self._parts.clock() - oldest).total_seconds() if oldest else 0.0
