"""The log of worker, tend and API processes: one JSON line an event, to standard error."""

from __future__ import annotations

import sys

import structlog


def log_as_json() -> None:
    """Let every structlog line of this process be JSON; exceptions are never spelled out."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
