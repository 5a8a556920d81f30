"""Fields of coded values: each checks the shape, and the check digit where there is one."""

from __future__ import annotations

import re
from typing import Any

from casework.schema.fields import CaseField, Shape, plain_text, refuse

_MOST = 60
_STATES = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM "
    "NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR GU VI AS MP AA AE AP"
)


class Shaped(CaseField[str]):
    """Text of one shape. Subclasses give the pattern, the code and what would be right."""

    pattern = re.compile(r"")
    code = ""
    right = ""

    def take(self, value: Any) -> str:
        text = self.tidy(plain_text(value, _MOST))
        if not self.pattern.fullmatch(text):
            refuse(self.code, self.right)
        return text

    def tidy(self, text: str) -> str:
        """Return the text as it is compared and kept."""
        return text.strip()

    def shape(self) -> Shape:
        return {"type": "string", "maxLength": _MOST}


class Npi(Shaped):
    """A National Provider Identifier: ten digits with the Luhn digit of 80840 before them."""

    pattern = re.compile(r"[12]\d{9}", re.ASCII)
    code = "invalid_npi"
    right = "must be an NPI: ten digits, the first 1 or 2"

    def take(self, value: Any) -> str:
        text = super().take(value)
        if _luhn("80840" + text) != 0:
            refuse("wrong_check_digit", "must end in the check digit of its first nine digits")
        return text

    def shape(self) -> Shape:
        return {"type": "string", "pattern": "^[12][0-9]{9}$"}


def _luhn(digits: str) -> int:
    doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(digits))]
    return sum(sum(divmod(n, 10)) for n in doubled) % 10


class Icd10(Shaped):
    """An ICD-10-CM code; "f332" is kept as "F33.2"."""

    pattern = re.compile(r"[A-TV-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?", re.ASCII)
    code = "invalid_icd10"
    right = "must be an ICD-10-CM code such as F33.2"
    _categories = ("F31", "F32", "F33", "F40", "F41", "F42", "F43")

    def tidy(self, text: str) -> str:
        bare = text.strip().upper().replace(".", "")
        return f"{bare[:3]}.{bare[3:]}" if len(bare) > len("F33") else bare

    def take(self, value: Any) -> str:
        text = super().take(value)
        if text in self._categories:
            refuse("category_code", f"must be a full code: {text} is a category, as {text}.x")
        return text


class ServiceCode(Shaped):
    """A CPT or HCPCS code."""

    pattern = re.compile(r"[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4}", re.ASCII)
    code = "invalid_service_code"
    right = "must be a CPT or HCPCS code of five characters, as 96365 or J3490"

    def tidy(self, text: str) -> str:
        return text.strip().upper()


class Modifier(ServiceCode):
    """A modifier of two characters."""

    pattern = re.compile(r"[0-9A-Z]{2}", re.ASCII)
    code = "invalid_modifier"
    right = "must be two characters, as in JW"


class PlaceOfService(Shaped):
    """Two digits."""

    pattern = re.compile(r"\d{2}", re.ASCII)
    code = "invalid_place_of_service"
    right = "must be two digits, as in 11"


class Ndc(Shaped):
    """A drug number: kept with hyphens where it came with them."""

    pattern = re.compile(r"\d{4,5}-\d{3,4}-\d{1,2}|\d{11}", re.ASCII)
    code = "invalid_ndc"
    right = "must be an NDC with hyphens as on the package, or eleven digits"


class TaxId(Shaped):
    """An employer identification number."""

    pattern = re.compile(r"\d{2}-?\d{7}", re.ASCII)
    code = "invalid_tax_id"
    right = "must be an employer identification number, as 12-3456789"

    def take(self, value: Any) -> str:
        text = self.tidy(plain_text(value, _MOST))
        if re.fullmatch(r"\d{3}-\d{2}-\d{4}", text, re.ASCII):
            refuse(
                "social_security_number",
                "must be an employer’s number, never a social security number",
            )
        return super().take(value)


class PostalCode(Shaped):
    """A ZIP code, as text."""

    pattern = re.compile(r"\d{5}(-\d{4})?", re.ASCII)
    code = "invalid_postal_code"
    right = "must be a ZIP code as text, 02139 or 02139-1234"


class Phone(Shaped):
    """A telephone number as typed, with at least seven digits."""

    pattern = re.compile(
        r"[+0-9(][0-9 ().\-/+]*(?:\s*(?:x|ext\.?|extension)\s*\d{1,6})?", re.ASCII | re.IGNORECASE
    )
    code = "invalid_phone"
    right = "must be a telephone number with area code"

    def take(self, value: Any) -> str:
        text = super().take(value)
        if not 7 <= sum(c.isdigit() for c in text) <= 21:  # noqa: PLR2004 - digits of a number
            refuse(self.code, self.right)
        return text


class Email(Shaped):
    """One address."""

    pattern = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]+\.[^@\s<>,;.]+")
    code = "invalid_email"
    right = "must be one email address"

    def take(self, value: Any) -> str:
        text = self.tidy(plain_text(value, 254))
        if not self.pattern.fullmatch(text):
            refuse(self.code, self.right)
        return text


class Language(Shaped):
    """A language tag."""

    pattern = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
    code = "invalid_language"
    right = "must be a language tag such as en, es or zh-Hant"


class RowId(Shaped):
    """The id of a row: an exhibit's letter, a trial's own id."""

    pattern = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}", re.ASCII)
    code = "invalid_row_id"
    right = "must be 1 to 32 letters, digits, dots or hyphens"


class ClaimCode(Shaped):
    """A CARC or RARC number, with or without its group."""

    pattern = re.compile(r"(?:(?:CO|PR|OA|PI)[ -]?)?(?:[A-Z]{1,2}\d{1,4}|\d{1,3})", re.ASCII)
    code = "invalid_claim_code"
    right = "must be a number as on the notice: 50, CO-50, N674"

    def tidy(self, text: str) -> str:
        return text.strip().upper()


class State(Shaped):
    """A US state or territory by its two letters."""

    pattern = re.compile(r"[A-Z]{2}", re.ASCII)
    code = "not_a_choice"
    right = "must be a state’s two letters, as MA"
    known = frozenset(_STATES.split())

    def tidy(self, text: str) -> str:
        return text.strip().upper()

    def take(self, value: Any) -> str:
        text = super().take(value)
        if text not in self.known:
            refuse(self.code, self.right)
        return text
