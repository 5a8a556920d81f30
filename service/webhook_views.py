"""What was told to callback addresses, and telling it again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from service import webhook_schemas as shapes
from service.operation import Answer, Operation, described
from service.packet_shape import utc
from service.parts import caller, parts
from service.reading import read_query
from storage.records import WebhookMessage

webhooks = Blueprint("webhooks", __name__, url_prefix="/v1/webhooks")


@webhooks.get("")
@described(
    Operation(
        tag="webhooks",
        summary="List what was told to callback addresses, newest first",
        description="With `status=dead` the dead letters: given up after a day of attempts, or "
        "because the receiver said 410.",
        scope="read",
        query=shapes.WebhookQuery,
        answers={200: Answer("A page of messages.", shapes.WebhookMessageList)},
    )
)
def list_all() -> Response:
    """List the account's messages."""
    asked = read_query(shapes.WebhookQuery)
    page = parts().store.webhooks.list(caller().account_id, **asked)
    return jsonify(items=[_message(each) for each in page.items], next=page.next)


@webhooks.post("/<message:message_id>/resend")
@described(
    Operation(
        tag="webhooks",
        summary="Send a message again",
        description="At once and, where that fails, for another day. It keeps its `webhook-id`.",
        scope="write",
        answers={202: Answer("To be sent.", shapes.WebhookMessage)},
        refuses=("not_found",),
    )
)
def resend(message_id: str) -> tuple[Response, int]:
    """Let a message be sent again."""
    store = parts().store
    found = store.webhooks.resend(caller().account_id, message_id, caller().actor)
    return jsonify(_message(found)), 202


def _message(message: WebhookMessage) -> dict[str, Any]:
    return {
        "id": message.id,
        "packet_id": message.packet_id,
        "type": message.type,
        "status": message.status,
        "attempts": message.attempts,
        "created_at": utc(message.created_at),
        "next_attempt_at": utc(message.due_at),
        "finished_at": utc(message.finished_at),
        "last_result": message.last_result,
    }
