"""The shapes of what was told to callback addresses."""

from __future__ import annotations

from marshmallow import fields, validate

from service.documented import Answered, instant, many, maybe, number, one_of, text
from service.request_schemas import PACKET, PageQuery, one_of_these
from storage.outbox import TYPES
from storage.records import MESSAGE_STATUSES

MEANINGS = {
    "packet.ready": "All papers of a packet are written",
    "packet.failed": "A packet came to its end and a paper could not be written",
    "packet.deadline_near": "What the patient or the clinic owes is due in 14, 7, 3 days or 1 day",
}


class WebhookData(Answered):
    """Which packet; what it holds is read with a key."""

    packet_id = text("the packet", "pkt_aaaaaaaaaaaaaaaaaaaaaaaaaa")
    reference = maybe("the packet's reference", "case-4711")
    status = one_of(("ready", "failed"), "where the packet was when this was put down")
    deadline_id = fields.String(
        metadata={"description": "of `packet.deadline_near` only: the `id` among its deadlines"}
    )


class Webhook(Answered):
    """What is sent to a packet's callback address: ids and states, nothing from the case."""

    type = one_of(TYPES, "what it tells")
    timestamp = instant("when what it tells of happened")
    data = fields.Nested(WebhookData, required=True)


class WebhookMessage(Answered):
    """Something told, or still to be told, to a packet's callback address."""

    id = text("the `webhook-id` it is sent under", "msg_aaaaaaaaaaaaaaaaaaaaaaaaaa")
    packet_id = text("the packet")
    type = one_of(TYPES, "what it tells")
    status = one_of(
        MESSAGE_STATUSES, "`waiting` for its next attempt, `delivered`, or `dead`: given up"
    )
    attempts = number("how often it was sent")
    created_at = instant("when what it tells of happened")
    next_attempt_at = instant("when it is sent next", allow_none=True)
    finished_at = instant("when it was delivered or given up", allow_none=True)
    last_result = maybe("status of the last answer, or a word for why there was none", "503")


class WebhookMessageList(Answered):
    """Messages, newest first."""

    items = many(WebhookMessage, "at most `limit` messages")
    next = maybe("give it back as `cursor` for the rest; null at the end")


class WebhookQuery(PageQuery):
    """Which messages."""

    status = fields.String(
        validate=one_of_these(MESSAGE_STATUSES), metadata={"description": "in this status"}
    )
    packet_id = fields.String(
        validate=validate.Regexp(PACKET, error="must be the id of a packet"),
        metadata={"description": "of this packet"},
    )
