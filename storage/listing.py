"""Pages of rows, newest first, by a cursor that stays right while rows are added."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from storage.faults import BadCursor
from storage.ids import PACKET_ID
from storage.tables import packets

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Table

    from storage.records import PacketFilter
    from storage.rows import AnyRow


def page(
    connection: Connection, account_id: str, only: PacketFilter, limit: int, cursor: str | None
) -> tuple[Sequence[AnyRow], str | None]:
    """Return at most `limit` packets after `cursor`, and the cursor after them if more follow.

    Previews of templates are no packets that anybody looks for, and are left out.

    Raises:
        BadCursor: `cursor` was not given out by this function.
    """
    mine = (packets.c.account_id == account_id, *_conditions(only))
    return page_of(connection, packets, PACKET_ID, mine, limit, cursor)


def page_of(
    connection: Connection,
    table: Table,
    named: re.Pattern[str],
    conditions: Iterable[ColumnElement[bool]],
    limit: int,
    cursor: str | None,
) -> tuple[Sequence[AnyRow], str | None]:
    """Return such a page of a table with `created_at`, whose ids are `named` so; raises as above."""
    asked = select(table).where(*conditions)
    if cursor is not None:
        asked = asked.where(_after(table, _read(cursor, named)))
    newest_first = asked.order_by(table.c.created_at.desc(), table.c.id.desc())
    found = connection.execute(newest_first.limit(limit + 1)).all()
    if len(found) <= limit:
        return found, None
    return found[:limit], _cursor(found[limit - 1])


def _conditions(only: PacketFilter) -> Iterator[ColumnElement[bool]]:
    yield packets.c.previews.is_(None)
    if only.status is not None:
        yield packets.c.status == only.status
    if only.reference is not None:
        yield packets.c.reference == only.reference
    if only.created_from is not None:
        yield packets.c.created_at >= only.created_from
    if only.created_before is not None:
        yield packets.c.created_at < only.created_before
    if only.sample is not None:
        yield packets.c.sample == only.sample
    if only.based_on is not None:
        yield packets.c.based_on == only.based_on


def _after(table: Table, last: tuple[datetime, str]) -> ColumnElement[bool]:
    created_at, row_id = last
    return or_(
        table.c.created_at < created_at,
        and_(table.c.created_at == created_at, table.c.id < row_id),
    )


def _cursor(row: AnyRow) -> str:
    said = f"{row.created_at.isoformat()} {row.id}"
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _read(cursor: str, named: re.Pattern[str]) -> tuple[datetime, str]:
    try:
        said = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        moment, _, row_id = said.partition(" ")
        created_at = datetime.fromisoformat(moment)
    except (binascii.Error, ValueError):
        raise BadCursor("not a cursor of this list") from None
    if created_at.tzinfo is None or not named.fullmatch(row_id):
        raise BadCursor("not a cursor of this list")
    return created_at, row_id
