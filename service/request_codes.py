"""Codes by which the fields around a case are refused; the case's own are in `casework.schema`."""

from __future__ import annotations

from casework.problems import ErrorCode

REQUEST_CODES = (
    ErrorCode(
        "bad_reference",
        "A `reference` that is not short and plain.",
        "Use 1 to 64 letters, digits, dots, hyphens or underscores. It appears in lists, webhooks "
        "and calendars, so it must not hold patient data.",
    ),
    ErrorCode(
        "bad_idempotency_key",
        "An `idempotency_key` that cannot be one.",
        "Use 1 to 255 printable ASCII characters without spaces, such as a UUID. It must not hold "
        "patient data.",
    ),
    ErrorCode(
        "bad_callback_url",
        "A `callback_url` that is no plain https address.",
        "Use https, a host name, and no user, fragment or character that a URL has to escape. It "
        "must not hold patient data.",
    ),
    ErrorCode(
        "callback_host_not_allowed",
        "`callback_url` names a host that the operator has not allowed.",
        "Let the operator add it to NECESSITY_WEBHOOK_HOSTS, as `host:port` where the port is not "
        "443, and restart.",
    ),
    ErrorCode(
        "no_webhook_secret",
        "`callback_url` while the account has no signing secret.",
        "Let the operator make one: `necessity keys webhook ACCOUNT`. It is shown once.",
    ),
    ErrorCode(
        "unknown_packet",
        "`based_on` names no packet of this account.",
        "Use the id of a packet that the account has and has not erased.",
    ),
    ErrorCode(
        "needs_based_on",
        "`append` without `based_on`: there is nothing to append to.",
        "Send `based_on` too, or put the rows into the case.",
    ),
    ErrorCode(
        "not_a_list",
        "`append` names a place that holds no list.",
        "Use the pointer of a list of the case, such as /assessments.",
    ),
    ErrorCode(
        "invalid_documents",
        '`documents` is neither "recommended" nor a list.',
        'Send "recommended", or a list of kind ids or of objects {kind, variant, language}.',
    ),
    ErrorCode(
        "invalid_type",
        "An entry of `documents` is neither a kind's id nor an object.",
        "Send a kind's id, or an object with kind, variant and language.",
    ),
    ErrorCode(
        "unknown_kind",
        "There is no such document kind.",
        "Use an id of GET /v1/document-kinds; the message proposes the nearest.",
    ),
    ErrorCode(
        "unknown_variant",
        "The kind has no such variant.",
        "Use one of those that GET /v1/document-kinds/{kind} lists, or leave it out.",
    ),
    ErrorCode(
        "unknown_language",
        "The kind is not written in that language.",
        "Use one of those that the message names.",
    ),
    ErrorCode(
        "kind_not_for_case",
        "The case lacks what this kind cannot be written without.",
        "Send what the message names, or ask for another kind.",
    ),
    ErrorCode(
        "nothing_recommended",
        "The case's situation calls for none of the kinds.",
        "Name the kinds that are wanted.",
    ),
    ErrorCode(
        "nothing_to_assemble",
        "`options.assemble` without a paper that is sent.",
        "Ask for a paper that goes to the plan, such as a letter, or leave `assemble` out.",
    ),
    ErrorCode(
        "program_missing",
        "`options.formats` asks for PDF, and no worker has the program that makes it.",
        "Install LibreOffice Writer where the workers run, or leave pdf out. `/readyz` lists pdf "
        "among its `capabilities` once a worker can make it.",
    ),
    ErrorCode(
        "fact_missing",
        'With `"on_missing": "refuse"`: a fact that the papers would leave open.',
        'Send it, or use `"on_missing": "mark"` to get a draft in which it is marked.',
    ),
    ErrorCode(
        "outcome_of_decision",
        "`outcome` where nothing was decided, or a decision without it.",
        'Send `outcome` with `"type": "decided"`, and only then.',
    ),
    ErrorCode(
        "in_the_future",
        "An event that has not happened yet.",
        "Record it on its day; what is to come stands among the deadlines.",
    ),
    ErrorCode(
        "no_file",
        "An upload without a file, or with an empty one.",
        "Send the .docx as the field `file` of a form, or as the whole body with `kind` in the query.",
    ),
    ErrorCode(
        "no_text",
        "A template to compare with whose file was refused or erased.",
        "Compare with another version, with `active` or with `built_in`.",
    ),
    ErrorCode(
        "bad_parameter",
        "A query parameter or header cannot be read.",
        "Correct the one that `parameter` names, as the message says.",
    ),
)
