"""The one table of what can be wrong with a case, and the fault that a field raises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from casework.problems import ErrorCode
from casework.strict_json import JSON_CODES


@dataclass(frozen=True)
class Fault:
    """One fault, found at a field: its code, what would be right, and the steps below the field."""

    code: str
    message: str
    below: tuple[str | int, ...] = ()


_SHAPE = (
    ErrorCode(
        "required",
        "A field without which there is no case is missing or null.",
        "Send it. Only names, date of birth, payer name, plan type, prescriber with NPI, one "
        "diagnosis and the treatment are required; in a list, what makes a row a row.",
    ),
    ErrorCode(
        "unknown_field",
        "A field that the case does not have.",
        "Use the name that the message proposes, or leave it out; docs/case.md lists all names.",
    ),
    ErrorCode(
        "wrong_type",
        "Text where a number belongs, a list where an object belongs, and the like.",
        "Send the JSON type that the message names; null or leaving it out means absent.",
    ),
    ErrorCode(
        "blank",
        "Text that shows nothing: white space, joiners, marks of direction.",
        "Leave the field out or send null when there is nothing to say.",
    ),
    ErrorCode("too_long", "Text over the field's limit.", "Shorten it, or put it in an exhibit."),
    ErrorCode(
        "too_many",
        "A list with more rows than a case can hold.",
        "Send the rows that matter; the rest belongs in an exhibit.",
    ),
    ErrorCode(
        "too_few", "A list with fewer rows than are required.", "Send at least as many as named."
    ),
    ErrorCode(
        "line_break",
        "A line break in a field of one line.",
        "Write it in one line, or use the field made for longer text.",
    ),
    ErrorCode(
        "forbidden_character",
        "A character that no Word file can show or that reverses the reading order: control "
        "characters other than tab and line break, lone surrogates, U+FFFE and U+FFFF, U+202A to "
        "U+202E, U+2066 to U+2069.",
        "Remove it. Control characters often come from text decoded with the wrong encoding.",
    ),
    ErrorCode(
        "not_a_choice", "A word that is not in the field's list.", "Use one of the words named."
    ),
    ErrorCode(
        "unknown_id",
        "An id that the knowledge in use does not hold (scale, treatment, policy, plan type, denial "
        "reason).",
        "Use an id of GET /v1/knowledge; the message proposes the nearest.",
    ),
    ErrorCode(
        "out_of_range", "A number outside its limits.", "Send a number within the limits named."
    ),
    ErrorCode(
        "more_than_cents", "An amount of money with more than two decimals.", "Round it to cents."
    ),
    ErrorCode(
        "problems_left_out",
        "More is wrong than is listed.",
        "Cure what is listed and send again.",
    ),
)

_DATES = (
    ErrorCode(
        "not_a_date",
        "Not a day of the calendar written as YYYY-MM-DD.",
        "Send a full date such as 2026-03-10.",
    ),
    ErrorCode(
        "not_a_partial_date",
        "Not a day, month or year of the calendar.",
        "Send 2025-03-10, 2025-03 or 2025, as exact as the chart is.",
    ),
    ErrorCode(
        "not_a_moment",
        "Neither a full date nor a time with its offset.",
        "Send 2026-10-15, or 2026-10-15T14:05:00-04:00 where an answer is owed in hours.",
    ),
    ErrorCode("not_a_time", "Not a time of day.", "Send hours and minutes as 14:05."),
    ErrorCode(
        "year_out_of_range",
        "A year before 1900 or after 2199.",
        "Correct the year; it is likely a slip of the keys.",
    ),
)

_CODES = (
    ErrorCode("invalid_npi", "Not an NPI.", "Send ten digits, the first 1 or 2."),
    ErrorCode(
        "wrong_check_digit",
        "The number's check digit does not fit: a digit is wrong or two are swapped.",
        "Copy the number again from its source.",
    ),
    ErrorCode(
        "invalid_icd10",
        "Not the shape of an ICD-10-CM code.",
        "Send a code such as F33.2. Any well-shaped code is taken, for a case may hold other "
        "conditions than those the knowledge lists; the review names codes it does not know.",
    ),
    ErrorCode(
        "category_code",
        "An ICD-10-CM category, which cannot be billed.",
        "Send the full code under it, as the message shows.",
    ),
    ErrorCode(
        "invalid_service_code",
        "Not the shape of a CPT or HCPCS code.",
        "Send five characters such as 96365 or J3490.",
    ),
    ErrorCode("invalid_modifier", "Not the shape of a modifier.", "Send two characters, as in JW."),
    ErrorCode(
        "invalid_place_of_service", "Not a place of service.", "Send the two digits, as in 11."
    ),
    ErrorCode(
        "invalid_ndc",
        "Not an NDC in the form claims use, or ten digits whose missing zero cannot be placed.",
        "Send it with hyphens, as on the package; five, four and two digits go on the claim.",
    ),
    ErrorCode("invalid_tax_id", "Not an employer's tax number.", "Send it as 12-3456789."),
    ErrorCode(
        "social_security_number",
        "A social security number (3-2-4 digits) where a tax number belongs.",
        "Send the employer identification number; never send a social security number.",
    ),
    ErrorCode("invalid_dea", "Not a DEA number.", "Send two letters and seven digits."),
    ErrorCode("invalid_postal_code", "Not a ZIP code.", "Send 02139 or 02139-1234, as text."),
    ErrorCode("invalid_phone", "Not a telephone number.", "Send it with area code, as text."),
    ErrorCode("invalid_email", "Not an email address.", "Send one address, name@example.org."),
    ErrorCode("invalid_language", "Not a language tag.", "Send a tag such as en, es or zh-Hant."),
    ErrorCode(
        "invalid_row_id",
        "An id of a row that is not short and plain.",
        "Use 1 to 16 letters, digits, dots or hyphens.",
    ),
    ErrorCode(
        "invalid_claim_code",
        "Not the shape of a CARC or RARC number.",
        "Send it as on the notice: 50, CO-50, N674.",
    ),
)

_TOGETHER = (
    ErrorCode(
        "criterion_parameters",
        "Parameters that do not fit the kind of the criterion.",
        "Use the parameters that docs/case.md lists for the kind, or leave the kind out.",
    ),
    ErrorCode(
        "stopped_before_started",
        "Something ended before it began.",
        "Correct one of the two dates; they are often swapped.",
    ),
    ErrorCode(
        "before_birth", "An event before the patient was born.", "Correct it, or the birth date."
    ),
    ErrorCode(
        "score_outside_scale",
        "A score that the scale cannot give.",
        "Correct the score or the name of the scale; versions of one scale differ in range.",
    ),
    ErrorCode(
        "wrong_number_of_items",
        "Item scores that are not as many as the scale has.",
        "Send all item scores in order, or leave the items out.",
    ),
    ErrorCode(
        "item_outside_range",
        "An item score that the scale’s items cannot have.",
        "Correct the item; some versions of a scale rate their items differently.",
    ),
    ErrorCode(
        "items_do_not_add_up",
        "Item scores whose sum is not the score.",
        "Correct an item or the score; one of them was mistyped.",
    ),
    ErrorCode(
        "total_does_not_add_up",
        "A total that is not the sum of its lines.",
        "Correct the total or a line, or leave the total out.",
    ),
    ErrorCode("duplicate_id", "The same id on two rows of a list.", "Give each row its own id."),
    ErrorCode(
        "unknown_exhibit",
        "A reference to an exhibit that is not listed.",
        "List it under exhibits, or correct the letter.",
    ),
    ErrorCode(
        "augments_nothing",
        "An added medicine whose partner is no other trial of the case at that time.",
        "Name the partner as its own trial names it, or give that trial an id and use the id.",
    ),
    ErrorCode(
        "augments_several",
        "An added medicine whose partner's name fits several trials of that time.",
        "Give the trials ids and use the id.",
    ),
)

ERROR_CODES: Mapping[str, ErrorCode] = MappingProxyType(
    {row.code: row for row in (*JSON_CODES, *_SHAPE, *_DATES, *_CODES, *_TOGETHER)}
)
"""Every code by which a body or a case can be refused, in the order of docs/errors.md."""
