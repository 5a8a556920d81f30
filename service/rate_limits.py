"""How often one key, or one address without a key, may ask."""

from __future__ import annotations

import time
from dataclasses import dataclass

from flask import Flask, Response, g, request
from flask_limiter import Limiter, RateLimitExceeded

from service.errors import Refused, problem_response

# Probes come from the platform every few seconds and must not be refused.
_UNLIMITED = {"/healthz", "/readyz", "/metrics"}
# A queue that does not answer within a second is away: the limiter then counts in memory.
_QUEUE_PATIENCE = {"socket_connect_timeout": 1, "socket_timeout": 1}


@dataclass(frozen=True)
class Rates:
    """Requests a minute: for one API key, and for one address that shows none."""

    per_key: int = 3000
    per_address: int = 600


def install_rate_limits(app: Flask, rates: Rates, storage_uri: str) -> None:
    """Count requests in the queue's server at `storage_uri`, in memory while it is away."""
    limiter = Limiter(
        key_func=_who,
        application_limits=[lambda: _rate(rates)],
        # The limits library spells a socket its own way.
        storage_uri=storage_uri.replace("unix://", "redis+unix://", 1),
        storage_options={} if storage_uri == "memory://" else dict(_QUEUE_PATIENCE),
        in_memory_fallback_enabled=True,
    )
    limiter.request_filter(lambda: request.path in _UNLIMITED)
    limiter.init_app(app)

    def too_many(_: RateLimitExceeded) -> Response:
        current = limiter.current_limit
        seconds = max(1, round(current.reset_at - time.time())) if current else 60
        return problem_response(Refused("too_many_requests", headers={"Retry-After": str(seconds)}))

    app.register_error_handler(RateLimitExceeded, too_many)


def _who() -> str:
    caller = g.get("caller")
    return caller.actor if caller else f"address:{request.remote_addr}"


def _rate(rates: Rates) -> str:
    return f"{rates.per_key if g.get('caller') else rates.per_address} per minute"
