"""The plain values that storage takes and gives. All times are aware datetimes in UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from storage.media import WORD

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

TemplateStatus = Literal["checking", "rejected", "draft", "active", "retired", "erased"]
PaperVersionStatus = Literal["checking", "rejected", "kept"]
PacketStatus = Literal["queued", "writing", "ready", "failed", "erased"]
DocumentStatus = Literal["waiting", "ready", "failed"]
MessageStatus = Literal["waiting", "delivered", "dead"]
SCOPES = ("read", "write", "templates")
MESSAGE_STATUSES = ("waiting", "delivered", "dead")


@dataclass(frozen=True)
class Failure:
    """Why a packet or a document failed: a stable code, and a sentence without patient data."""

    code: str
    message: str


@dataclass(frozen=True)
class ApiKey:
    """A key as it is listed. `prefix` finds it and may be shown; the secret is not kept."""

    prefix: str
    account_id: str
    label: str
    test: bool
    scopes: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    @property
    def actor(self) -> str:
        """Return the name of this key in the audit trail."""
        return f"key:{self.prefix}"


@dataclass(frozen=True)
class NewKey:
    """A key at the only moment its whole text is known."""

    text: str = field(repr=False)
    key: ApiKey


@dataclass(frozen=True)
class AskedDocument:
    """One paper to write. `variant` is "" where the kind has none."""

    kind: str
    variant: str
    language: str
    media_type: str = WORD


@dataclass(frozen=True)
class Contents:
    """What rests sealed with a packet: JSON trees that only its own key opens.

    `case` is the loaded case, `review` the review made at acceptance, `options` whatever else of
    the request the service wants back (formats, callback address, on_missing).
    """

    case: Mapping[str, Any] = field(repr=False)
    review: Mapping[str, Any] = field(repr=False)
    options: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class NewPacket:
    """A packet to accept.

    `idempotency_key` and `body` (the request's bytes as they came) belong together: the same key
    with other bytes is refused. `sample` packets are kept for a day. `previews` is the template
    version that a packet only shows: no list names such a packet.
    """

    account_id: str
    actor: str
    contents: Contents
    documents: tuple[AskedDocument, ...]
    letter_date: date
    knowledge_version: str
    body: bytes = field(default=b"", repr=False)
    idempotency_key: str | None = None
    reference: str | None = None
    based_on: str | None = None
    previews: str | None = None
    sample: bool = False
    callback_url: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Document:
    """One paper of a packet.

    `missing` are JSON pointers of facts left to fill in, `findings` ids of findings; both are empty
    until the paper is ready. `size` is in bytes and `sha256` in hex, both of the plain file.
    `assembled` tells of the one file of several papers which it holds: {documents, left_out}.
    """

    id: str
    kind: str
    variant: str
    language: str
    status: DocumentStatus
    draft: bool
    missing: tuple[str, ...]
    findings: tuple[str, ...]
    filename: str
    media_type: str
    pages: int | None
    size: int | None
    sha256: str | None
    template_version: str | None
    finished_at: datetime | None
    error: Failure | None
    assembled: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Packet:
    """A packet's row with its papers in the order asked for; no text of people.

    `version` grows with every change, documents included: an ETag. `link_round` grows when its
    download links are revoked. An erased packet keeps its row as a tombstone, without documents
    and reference.
    """

    id: str
    account_id: str
    status: PacketStatus
    reference: str | None
    based_on: str | None
    previews: str | None
    sample: bool
    letter_date: date
    knowledge_version: str
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime
    attempt: int
    version: int
    link_round: int
    error: Failure | None
    documents: tuple[Document, ...]

    @property
    def done(self) -> int:
        """Return how many papers are finished, well or badly."""
        return sum(document.status != "waiting" for document in self.documents)

    @property
    def total(self) -> int:
        """Return how many papers were asked for."""
        return len(self.documents)


@dataclass(frozen=True)
class Accepted:
    """The answer to acceptance: `replayed` when the idempotency key had made this packet before.

    `made_of` are the contents of a packet that was made now.
    """

    packet: Packet
    replayed: bool
    made_of: Contents | None = None


@dataclass(frozen=True)
class Page:
    """A page of a list, newest first; `next` is the cursor of the page after it, if any."""

    items: tuple[Packet, ...]
    next: str | None


@dataclass(frozen=True)
class NewEvent:
    """Something that happened to a packet, to be recorded; `said` is a JSON tree that rests sealed.

    `idempotency_key` and `body` belong together, as in `NewPacket`.
    """

    said: Mapping[str, Any] = field(repr=False)
    actor: str
    body: bytes = field(default=b"", repr=False)
    idempotency_key: str | None = None


@dataclass(frozen=True)
class Event:
    """Something that happened to a packet, as it was recorded."""

    id: str
    recorded_at: datetime
    said: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class RecordedEvent:
    """The answer to recording: `replayed` when the idempotency key had made this event before."""

    event: Event
    replayed: bool


@dataclass(frozen=True)
class PacketFilter:
    """What a list is narrowed to; None asks for all. Times compare with `created_at`."""

    status: PacketStatus | None = None
    reference: str | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    sample: bool | None = None
    based_on: str | None = None


@dataclass(frozen=True)
class Claim:
    """A worker's hold on a packet: valid while `attempt` is the row's and the lease runs.

    `documents` are those still to write; what an earlier attempt stored stays as it is.
    """

    packet_id: str
    account_id: str
    attempt: int
    lease_until: datetime
    letter_date: date
    knowledge_version: str
    sample: bool
    previews: str | None
    contents: Contents
    documents: tuple[Document, ...]


@dataclass(frozen=True)
class WrittenDocument:
    """A finished paper on its way into storage. `provenance` is a JSON tree.

    `template_version` is None where no template of its own made it; `assembled` as in `Document`.
    """

    content: bytes = field(repr=False)
    media_type: str
    template_version: str | None
    draft: bool = False
    missing: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    pages: int | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict, repr=False)
    assembled: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class DocumentFile:
    """A stored paper, opened: its row, its bytes, and what was recorded of its making."""

    packet_id: str
    document: Document
    content: bytes = field(repr=False)
    provenance: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class WebhookMessage:
    """Something told, or still to be told, to a packet's callback address; never the address.

    `last_result` is the HTTP status of the last answer, or a word for why there was none. `due_at`
    is the next attempt's time, None where there will be none.
    """

    id: str
    account_id: str
    packet_id: str
    type: str
    status: MessageStatus
    attempts: int
    created_at: datetime
    due_at: datetime | None
    finished_at: datetime | None
    last_result: str | None


@dataclass(frozen=True)
class MessagePage:
    """A page of messages, newest first; `next` is the cursor of the page after it, if any."""

    items: tuple[WebhookMessage, ...]
    next: str | None


@dataclass(frozen=True)
class WebhookCall:
    """A hold on a message that is due: valid while `attempt` is the row's.

    `secrets` are those that sign today, the newest first; none where the account has none left.
    """

    message_id: str
    attempt: int
    packet_id: str
    type: str
    packet_status: str
    reference: str | None
    deadline: str | None
    created_at: datetime
    url: str = field(repr=False)
    secrets: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True)
class TemplatePlace:
    """What a template is for: a kind, its variant ("" for the kind itself), a language."""

    kind: str
    variant: str
    language: str


@dataclass(frozen=True)
class NewTemplate:
    """A Word file that wants to become a template of the account."""

    account_id: str
    actor: str
    place: TemplatePlace
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class TemplateReport:
    """What the check of a template said: its `faults`, and its text, a paragraph a line."""

    faults: tuple[Mapping[str, str], ...] = ()
    text: str = field(default="", repr=False)

    @property
    def usable(self) -> bool:
        """Return whether no fault stops the template from being used."""
        return all(fault.get("severity") != "error" for fault in self.faults)


@dataclass(frozen=True)
class TemplateVersion:
    """One version of an account's template at its place; `number` counts from 1 there.

    `replaced` is the version that was in use before this one was activated: None was ours.
    `report` is None until it was checked, and once it is erased.
    """

    id: str
    account_id: str
    place: TemplatePlace
    number: int
    status: TemplateStatus
    sha256: str
    size: int
    uploaded_at: datetime
    uploaded_by: str
    checked_at: datetime | None
    activated_at: datetime | None
    replaced: str | None
    report: TemplateReport | None = field(repr=False)


@dataclass(frozen=True)
class UploadedTemplate:
    """The answer to an upload: `replayed` when the same file was there already."""

    version: TemplateVersion
    replayed: bool


@dataclass(frozen=True)
class PaperVersion:
    """A paper as staff edited it in Word; `number` counts from 1 for each document.

    `report` is a JSON tree, None until it was compared: {faults}, and for a kept one also {changes,
    settled, open, says_draft}.
    """

    id: str
    packet_id: str
    document_id: str
    number: int
    status: PaperVersionStatus
    size: int
    sha256: str
    uploaded_at: datetime
    uploaded_by: str
    report: Mapping[str, Any] | None = field(repr=False)


@dataclass(frozen=True)
class PaperToCompare:
    """An edited paper that waits, the paper it was made from, and the case behind both."""

    version: PaperVersion
    content: bytes = field(repr=False)
    original: DocumentFile
    contents: Contents
    letter_date: date
    sample: bool


@dataclass(frozen=True)
class SignedLink:
    """A link's token and the moment it stops working."""

    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class Link:
    """What a valid token says. `id` is unique to the link and is its name in the audit trail.

    `link_round` is the packet's when it was signed; `key_prefix` names the key that was given it,
    and is empty where there was none.
    """

    id: str
    packet_id: str
    document_id: str
    expires_at: datetime
    link_round: int = 0
    key_prefix: str = ""

    @property
    def actor(self) -> str:
        """Return the name of this link in the audit trail."""
        return f"link:{self.id}"


@dataclass(frozen=True)
class AuditEntry:
    """One line of the trail: who did what to which packet, when. `hash` covers the line before."""

    number: int
    at: datetime
    actor: str
    account_id: str | None
    action: str
    packet_id: str | None
    document_id: str | None
    hash: str


@dataclass(frozen=True)
class Worker:
    """A worker process that was heard of, and what it can do (such as "pdf")."""

    id: str
    queue: str
    capabilities: tuple[str, ...]
    seen_at: datetime


@dataclass(frozen=True)
class Readiness:
    """Which parts answer. `faults` are sentences for the operator."""

    rows: bool
    documents: bool
    queue: bool
    workers: tuple[Worker, ...]
    faults: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Return whether a packet accepted now would be written."""
        return self.rows and self.documents and self.queue and bool(self.workers)


@dataclass(frozen=True)
class Swept:
    """What one pass of the sweeper did, in packets (files for `files_removed`)."""

    signalled: int = 0
    given_up: int = 0
    erased: int = 0
    files_removed: int = 0
