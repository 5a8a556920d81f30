"""Words for numbers, dates, doses and lists, so that papers read as if a person had typed them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve",
)  # fmt: skip
_TIMES = {1: "once", 2: "twice", 3: "three times", 4: "four times", 5: "five times"}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")


def number_word(count: int) -> str:
    """Return `count` as a word up to twelve, as digits above."""
    return _SMALL[count] if 0 <= count < len(_SMALL) else f"{count:,}"


def times_a_week(count: int) -> str:
    """Return "twice a week" for 2."""
    return f"{_TIMES.get(count, f'{number_word(count)} times')} a week"


def counted(count: int, singular: str, plural: str = "") -> str:
    """Return "six infusions" for 6 and "infusion"; `plural` only where adding s is wrong."""
    return f"{number_word(count)} {singular if count == 1 else plural or singular + 's'}"


def joined(parts: Sequence[str], word: str = "and") -> str:
    """Join as "a, b and c"; an empty sequence gives an empty text."""
    if len(parts) <= 1:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def long_date(day: date) -> str:
    """Return "March 3, 2026"."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def short_date(day: date) -> str:
    """Return "Mar 3, 2026", for table cells."""
    return f"{_MONTHS[day.month - 1][:3]} {day.day}, {day.year}"


def month_day(day: date) -> str:
    """Return "March 3", where the year has just been said."""
    return f"{_MONTHS[day.month - 1]} {day.day}"


def spell_dates(text: str) -> str:
    """Return narrative text with ISO dates written out; anything that is no date stays."""
    return _ISO_DATE.sub(_spelled, text)


def _spelled(match: re.Match[str]) -> str:
    try:
        return long_date(date(*map(int, match.groups())))
    except ValueError:
        return match.group(0)


def plain_number(value: float) -> str:
    """Return 0.5 as "0.5", 35.0 as "35", 1250 as "1,250"."""
    text = f"{value:,.3f}".rstrip("0").rstrip(".")
    return text or "0"


def dollars_and_cents(amount: float) -> str:
    """Return 1250.5 as "$1,250.50"."""
    return f"${amount:,.2f}"


def dollars(amount: float) -> str:
    """Return 38000 as "$38,000", with cents only where there are some."""
    return dollars_and_cents(amount).removesuffix(".00")


def age_on(birth: date, day: date) -> int:
    """Return completed years of age on `day`."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def sentence(text: str) -> str:
    """Return `text` with a capital first letter and a full stop, unless it ends a sentence."""
    text = text.strip()
    if not text:
        return ""
    ended = text if text[-1] in ".!?" else f"{text}."
    return ended[0].upper() + ended[1:]


def article(noun: str) -> str:
    """Return "a" or "an" before `noun`; numbers and letters as they are spoken."""
    spoken_vowel = noun[:1].lower() in "aeiou" or noun[:1] == "8" or noun[:2] in ("11", "18")
    return "an" if spoken_vowel else "a"


def quoted(text: str) -> str:
    """Return `text` in typographic quotation marks; only for words of the case or a policy."""
    return f"“{text.strip()}”"


def lowered(text: str) -> str:
    """Return `text` with a small first letter, unless it starts with an abbreviation or name."""
    head = text[:2]
    return text if head.isupper() or not text[:1].isalpha() else text[0].lower() + text[1:]
