"""POST /v1/packets with many packets: each is accepted or refused by itself, all in one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import request

from casework.problems import InvalidCase, Problem
from service.batch_schemas import BatchBody, PacketOfBatch
from service.body_sizes import CASE_BYTES
from service.errors import Refused, bad_parameter, fault_refused, refuse_items
from service.packet_request import read_packet
from service.parts import parts
from service.reading import read_body
from service.request_log import log_failure
from storage.faults import KeyReused, StorageFault
from storage.records import Accepted, NewPacket

_PACKETS = "packets"
_KEY_ALONE = "idempotency_key"


def is_batch(given: Mapping[str, Any]) -> bool:
    """Return whether the body asks for many packets."""
    return _PACKETS in given


def accept_batch(given: Mapping[str, Any]) -> list[Accepted | Refused]:
    """Record the packets that can be, in one transaction; return what became of each, in order.

    Raises:
        InvalidCase: the body is no batch (422); what is wrong with one packet refuses that one only.
        Refused: there is an Idempotency-Key, which could name one packet only (400).
        StorageFull, StorageUnavailable: nothing was kept.
    """
    if "Idempotency-Key" in request.headers:
        wanted = "belongs to one packet; in a batch each has its own `idempotency_key`"
        raise bad_parameter("Idempotency-Key", wanted)
    asked = [_read(*each) for each in enumerate(read_body(BatchBody, given)[_PACKETS])]
    new = [each for each in asked if isinstance(each, NewPacket)]
    accepted = iter(parts().store.packets.accept_all(new))
    return [_told(next(accepted)) if isinstance(each, NewPacket) else each for each in asked]


def _read(number: int, item: Any) -> NewPacket | Refused:
    try:
        return _packet(item)
    except InvalidCase as invalid:
        return refuse_items([_below(number, each) for each in invalid.problems])
    except Refused as refused:
        errors = [{**each, "pointer": _at(number, each["pointer"])} for each in refused.errors]
        return Refused(refused.code, refused.detail, errors)
    except StorageFault:
        raise
    except Exception as error:  # noqa: BLE001 - one packet that breaks us must not hold up the rest
        log_failure(error)
        return Refused("internal_error")


def _packet(item: Any) -> NewPacket:
    if not isinstance(item, dict):
        raise InvalidCase((Problem("", "wrong_type", "must be an object, as for one packet"),))
    body = _bytes_of(item)
    if len(body) > CASE_BYTES:
        raise Refused("too_large", f"A packet of a batch may have at most {CASE_BYTES} bytes.")
    return read_packet(item, body, shape=PacketOfBatch)


def _bytes_of(item: Mapping[str, Any]) -> bytes:
    """Return what an idempotency key stands for: the packet as asked for, without the key.

    The order of members and the space between them do not count; surrogates are refused later.
    """
    asked = {name: value for name, value in item.items() if name != _KEY_ALONE}
    text = json.dumps(asked, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def _told(answer: Accepted | KeyReused) -> Accepted | Refused:
    if isinstance(answer, Accepted):
        return answer
    refused = fault_refused(answer)
    assert refused is not None
    return refused


def _below(number: int, problem: Problem) -> Problem:
    return replace(problem, pointer=_at(number, problem.pointer))


def _at(number: int, pointer: str) -> str:
    return f"/{_PACKETS}/{number}{pointer}"
