"""The shapes of many packets posted at once, and of the answer."""

from __future__ import annotations

from collections.abc import Sized

from marshmallow import ValidationError, fields

from casework.schema.errors import Fault
from service.documented import Answered, many, number
from service.packet_schemas import Packet
from service.problem_schemas import Problem
from service.request_schemas import IDEMPOTENCY_KEY, Body, PacketBody, matching, says

MOST_PACKETS = 100


def _some(packets: Sized) -> None:
    if not packets:
        raise ValidationError([Fault("too_few", "must hold at least one packet")])
    if len(packets) > MOST_PACKETS:
        raise ValidationError([Fault("too_many", f"must hold at most {MOST_PACKETS} packets")])


class PacketOfBatch(PacketBody):
    """A packet among many: as one alone, with its idempotency key inside."""

    idempotency_key = fields.String(
        validate=matching(
            IDEMPOTENCY_KEY,
            "bad_idempotency_key",
            "must be 1 to 255 printable ASCII characters without spaces",
        ),
        error_messages=says("text"),
        metadata={
            "description": "as the header `Idempotency-Key`; order and spacing of the packet's "
            "members do not count",
            "pattern": IDEMPOTENCY_KEY,
            "examples": ["5c1f8d0e-7a43-4a55-9d7c-2f6d5f9f6c11"],
        },
    )


class BatchBody(Body):
    """Up to 100 cases to write papers of. No other field may stand beside `packets`."""

    packets = fields.List(
        fields.Raw(
            allow_none=True,  # refused by itself, as all that is wrong with one packet
            metadata={"allOf": [{"$ref": "#/components/schemas/PacketOfBatch"}]},
        ),
        required=True,
        validate=_some,
        error_messages=says("a list of packets"),
        metadata={"minItems": 1, "maxItems": MOST_PACKETS},
    )


class PacketResult(Answered):
    """What became of one packet: either `packet` or `problem`."""

    status = number("as the packet alone would be answered: 202, 200 for a key again, or 4xx", 202)
    packet = fields.Nested(Packet, metadata={"description": "accepted, or accepted earlier"})
    problem = fields.Nested(
        Problem,
        metadata={"description": "why not; pointers begin with /packets/ and the packet's place"},
    )


class BatchResults(Answered):
    """What became of each packet."""

    results = many(PacketResult, "one for each packet, in the order sent")
