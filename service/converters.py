"""What ids in addresses look like: anything else is 404 before any row is asked."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter


class PacketId(BaseConverter):
    """The id of a packet."""

    regex = "pkt_[a-z2-7]{26}"


class DocumentId(BaseConverter):
    """The id of a document."""

    regex = "doc_[a-z2-7]{26}"


class TemplateId(BaseConverter):
    """The id of a clinic's template version."""

    regex = "tpl_[a-z2-7]{26}"


class VersionId(BaseConverter):
    """The id of a paper that staff edited and gave back."""

    regex = "ver_[a-z2-7]{26}"


class DraftId(BaseConverter):
    """The id of a half-typed case."""

    regex = "drf_[a-z2-7]{26}"


class MessageId(BaseConverter):
    """The id of a message to a callback address."""

    regex = "msg_[a-z2-7]{26}"


class Token(BaseConverter):
    """The token of a signed link."""

    regex = "[A-Za-z0-9_.-]{1,300}"


class EntryId(BaseConverter):
    """The id of a document kind, a sample, an area of the knowledge or an entry in it."""

    regex = "[A-Za-z0-9][A-Za-z0-9_.-]{0,80}"


def install_converters(app: Flask) -> None:
    """Make the kinds of ids known to the routes."""
    app.url_map.converters.update(
        packet=PacketId,
        document=DocumentId,
        template=TemplateId,
        version=VersionId,
        draft=DraftId,
        message=MessageId,
        token=Token,
        entry=EntryId,
    )
