"""A message as it goes out: ids and states alone, signed as Standard Webhooks.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from storage.records import WebhookCall


def body_of(call: WebhookCall) -> bytes:
    """Return the message's JSON, the same at every attempt; nothing of it comes from a case."""
    data: dict[str, str | None] = {
        "packet_id": call.packet_id,
        "reference": call.reference,
        "status": call.packet_status,
    }
    if call.deadline is not None:
        data["deadline_id"] = call.deadline
    at = call.created_at.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    told = {"type": call.type, "timestamp": f"{at.isoformat()}Z", "data": data}
    return json.dumps(told, separators=(",", ":")).encode()


def signed_headers(
    message_id: str, at: datetime, body: bytes, secrets: Sequence[bytes]
) -> Mapping[str, str]:
    """Return the headers that say who sends `body` and when; `at` is the attempt's time."""
    seconds = str(int(at.timestamp()))
    content = b".".join((message_id.encode(), seconds.encode(), body))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(_signature(secret, content) for secret in secrets),
    }


def _signature(secret: bytes, content: bytes) -> str:
    return f"v1,{base64.b64encode(hmac.digest(secret, content, 'sha256')).decode()}"
