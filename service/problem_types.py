"""Every problem the service answers with: one table that handlers and `docs/errors.md` read.

A row's `code` is the fragment of the problem's `type` URL and never changes its meaning within v1.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ProblemType:
    """A kind of refusal: HTTP status, one-line title, and what the caller does about it."""

    code: str
    status: int
    title: str
    cure: str


PROBLEM_TYPES: tuple[ProblemType, ...] = (
    ProblemType(
        "not_json",
        400,
        "The body is not the JSON we accept",
        "Send one JSON object in UTF-8 without byte order mark, at most 32 levels deep, every key "
        "once, and no NaN or Infinity. `errors[0].code` says which of these it was.",
    ),
    ProblemType(
        "bad_parameter",
        400,
        "A query parameter or header cannot be read",
        "Correct what `errors[].parameter` names. Cursors are used exactly as `next` gave them.",
    ),
    ProblemType(
        "bad_request",
        400,
        "The request cannot be read",
        "Check how the request is put together; an HTTP library does this right.",
    ),
    ProblemType(
        "not_authenticated",
        401,
        "No valid API key",
        "Send `Authorization: Bearer KEY` with a key that is not revoked. "
        "`necessity keys create` makes one.",
    ),
    ProblemType(
        "missing_scope",
        403,
        "The API key may not do this",
        "Use a key with the scope that `detail` names.",
    ),
    ProblemType(
        "not_found",
        404,
        "There is nothing here",
        "Check the address and the id. Another account's packets are answered like this too, "
        "and so is a download link that is not whole: copy all of it.",
    ),
    ProblemType(
        "method_not_allowed",
        405,
        "This address does not take that method",
        "Use a method that the `Allow` header lists.",
    ),
    ProblemType(
        "not_ready",
        409,
        "The document is not finished",
        "Read the packet until its status is `ready` or `failed` (`Prefer: wait=20` waits for "
        "you); a failed document says why in its `error`.",
    ),
    ProblemType(
        "nothing_to_retry",
        409,
        "The packet has no failed document",
        "Retry only a packet whose status is `failed`.",
    ),
    ProblemType(
        "too_many_events",
        409,
        "The packet has as many events as it may have",
        "Start a new packet with `based_on` and record further events there.",
    ),
    ProblemType(
        "template_state",
        409,
        "The template's version is not in a state that allows this",
        "A draft or an earlier version can be put into use, the version in use can be taken back, "
        "and any other can be erased. Read the template: its `status` and `lint` say where it is.",
    ),
    ProblemType(
        "too_many_templates",
        409,
        "This paper has as many template versions as it may have",
        "Put an earlier version into use instead of uploading one anew.",
    ),
    ProblemType(
        "no_word_to_edit",
        409,
        "The document cannot be given back edited",
        "Give back a finished Word document of the packet, not a PDF and none that failed; one "
        "document takes at most 100 versions.",
    ),
    ProblemType(
        "base_erased",
        409,
        "The packet that `based_on` names was erased",
        "Its case is gone for good: send a whole case, without `based_on`.",
    ),
    ProblemType(
        "link_expired",
        410,
        "The download link has expired",
        "Read the packet again: every read gives fresh links.",
    ),
    ProblemType(
        "link_revoked",
        410,
        "The download link was revoked",
        "Read the packet again, with a key that is not revoked: every read gives fresh links.",
    ),
    ProblemType(
        "erased",
        410,
        "The packet was erased",
        "Case and documents are gone for good. Post the case again if papers are still needed.",
    ),
    ProblemType(
        "file_not_kept",
        410,
        "The uploaded file is not kept",
        "It was refused or erased. Upload it again once what the check names is mended.",
    ),
    ProblemType(
        "too_large",
        413,
        "The body is too large",
        "Keep within the limit that `detail` names; a case may have 512 kB, a batch "
        "8 MB, a template 5 MB (pictures make it large: Compress Pictures in Word).",
    ),
    ProblemType(
        "unsupported_media_type",
        415,
        "The body has the wrong type",
        "Send `Content-Type: application/json`, UTF-8, without `Content-Encoding`.",
    ),
    ProblemType(
        "invalid_request",
        422,
        "The request cannot be right as it stands",
        "Each entry of `errors` says where (a JSON Pointer into the body), which rule, and what "
        "would be right; all of them are listed at once.",
    ),
    ProblemType(
        "blocked",
        422,
        "The case has findings that block it",
        'Supply what each entry of `errors` asks for, or leave out `"on_missing": "refuse"` to '
        "get drafts in which the gaps are marked.",
    ),
    ProblemType(
        "idempotency_key_reused",
        422,
        "This Idempotency-Key was used with another body",
        "Send the first body again to get its packet, or use a new key for a new packet.",
    ),
    ProblemType(
        "too_many_requests",
        429,
        "Too many requests",
        "Wait the seconds that `Retry-After` names. `Prefer: wait=20` saves polling.",
    ),
    ProblemType(
        "internal_error",
        500,
        "Something failed on our side",
        "Try again; if it stays, give the operator the `request_id`.",
    ),
    ProblemType(
        "unavailable",
        503,
        "The service cannot take this now",
        "Send the same request with the same Idempotency-Key again after `Retry-After` seconds.",
    ),
    ProblemType(
        "storage_full",
        507,
        "The service has no room to store this",
        "Tell the operator; nothing was stored. Send the same request again afterwards.",
    ),
)

TYPE_BY_CODE = {row.code: row for row in PROBLEM_TYPES}
# Statuses that the web framework itself may raise, and the row each is answered with.
CODE_BY_STATUS = {
    400: "bad_request",
    401: "not_authenticated",
    403: "missing_scope",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
    503: "unavailable",
}
