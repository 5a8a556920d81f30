"""Which medicine a name in a chart means: brands, salts, release forms, slips of the pen.

A name that is not surely one medicine is none: the note then says what was understood, and a
person answers. A name that only resembles a known one may be another drug (armodafinil is no
modafinil), so that a slip is read as such only when it is small and fits one medicine alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from types import MappingProxyType

from casework.english import joined, quoted
from casework.knowledge_base.model import Knowledge, Medicine

_SLIP = 0.85
_CLEARLY_NEARER = 0.04
_HINT = 0.76
_SHORTEST_FOR_A_SLIP = 5
_LONGEST_LENGTH_DIFFERENCE = 2

_DOSING = re.compile(
    r"\b\d+([.,/]\d+)*\s*(mg|mcg|ug|µg|g|grams?|milligrams?|micrograms?|meq|ml|hours?|h)?\b(/day)?"
    r"|\b(tablets?|tabs?|capsules?|caps?|oral(ly)?|daily|nightly|qd|qhs|hs|bid|tid|po|qam|qpm|prn)\b"
)
_SALT = re.compile(
    r"\b(hydrochloride|hcl|hydrobromide|hbr|oxalate|maleate|mesylate|succinate|fumarate|tartrate|"
    r"besylate|carbonate|citrate|sodium|sulfate|hemihydrate)\b"
)
_FORM = re.compile(
    r"\b(extended release|controlled release|sustained release|delayed release|immediate release|"
    r"long acting|xr|er|xl|sr|cr|dr|ir|ec|ext|odt|la)\b"
)
_JOINT = re.compile(r"\s*(?:/|\+|&|,|;|\bwith\b|\band\b|\bplus\b|(?<=[a-z]{4})-(?=[a-z]{4}))\s*")

# Chart abbreviations with one meaning in psychiatry; those with several (e.g. "DXM") are left out.
_ABBREVIATIONS: Mapping[str, str] = MappingProxyType(
    {
        "li": "lithium",
        "lico3": "lithium",
        "ltg": "lamotrigine",
        "ofc": "olanzapine_fluoxetine",
        "dvp": "valproate",
        "vpa": "valproate",
        "valproic acid": "valproate",
        "fluoxetine olanzapine": "olanzapine_fluoxetine",
        "bupropion dextromethorphan": "dextromethorphan_bupropion",
    }
)
_FAMILIES = frozenset(
    {
        "ssri", "snri", "tca", "maoi", "ndri", "antidepressant", "antidepressants", "tricyclic",
        "antipsychotic", "mood stabilizer", "stimulant", "benzodiazepine", "benzo",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Resolved:
    """The medicine meant, or None.

    ``note`` says what was understood; it is empty when the name as typed is the medicine's own.
    """

    medicine: Medicine | None
    note: str


@dataclass(frozen=True)
class _Spelling:
    medicine: str
    own: tuple[str, ...]
    brands: tuple[str, ...]


@dataclass(frozen=True)
class _Name:
    text: str
    medicine: str
    brand: bool


def resolve(name: str, knowledge: Knowledge, populations: Sequence[str] = ()) -> Resolved:
    """Return the medicine that `name` means.

    `populations` (the primary diagnosis's first) decides between entries for one molecule, such as
    quetiapine as an addition and quetiapine for bipolar depression.
    """
    whole = _plain(name)
    if whole in _FAMILIES:
        return Resolved(None, f"{quoted(name)} is a class of medicines; name the medicine itself.")
    names = _names(tuple(_spelling(medicine) for medicine in knowledge.medicines.values()))
    found = _known(whole, names) or _several(name, whole, knowledge, names)
    if found is None:
        found = _slip(name, whole, knowledge, names, populations)
    if isinstance(found, Resolved):
        return found
    return _chosen(name, found, knowledge, populations)


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFC", name).casefold()
    text = _DOSING.sub(" ", text)
    return " ".join(re.sub(r"[^\w/+&,;-]+", " ", text).replace("_", " ").split()).strip(" -/,;")


def _spelled(text: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", text).split())


def _spelling(medicine: Medicine) -> _Spelling:
    own = (medicine.id.replace("_", " "), medicine.title, medicine.generic, *medicine.aliases)
    return _Spelling(medicine.id, own, tuple(medicine.brands))


@lru_cache(maxsize=4)
def _names(spellings: tuple[_Spelling, ...]) -> Mapping[str, tuple[_Name, ...]]:
    table: dict[str, tuple[_Name, ...]] = {}
    for spelling in spellings:
        for text, brand in _names_of(spelling):
            key = _spelled(text.casefold())
            table[key] = (*table.get(key, ()), _Name(text, spelling.medicine, brand))
    return table


def _names_of(spelling: _Spelling) -> Iterator[tuple[str, bool]]:
    # "divalproex or valproate", "liothyronine (T3)": each part is a name of its own.
    parts = [part for text in spelling.own for part in re.split(r" or |\(|\)", text)]
    texts = {
        _spelled(text.casefold()): text.strip() for text in (*parts, *spelling.own) if text.strip()
    }
    yield from ((text, False) for text in texts.values())
    yield from ((brand, True) for brand in spelling.brands)


def _known(whole: str, names: Mapping[str, tuple[_Name, ...]]) -> tuple[_Name, ...] | None:
    """Find the name as it stands, then without its salt, then without its release form.

    A form that has its own entry (paroxetine CR) is found before the form is dropped.
    """
    plain = _spelled(whole)
    bare = _spelled(_SALT.sub(" ", plain))
    for form in (plain, bare, _spelled(_FORM.sub(" ", bare))):
        if form in names:
            return names[form]
        if form in _ABBREVIATIONS:
            return (_Name(form, _ABBREVIATIONS[form], brand=False),)
    return None


def _several(
    name: str, whole: str, knowledge: Knowledge, names: Mapping[str, tuple[_Name, ...]]
) -> Resolved | None:
    """Refuse a name that holds two medicines and is no product of the list."""
    parts = [part for part in _JOINT.split(whole) if part]
    if len(parts) < 2:  # noqa: PLR2004 - a pair
        return None
    found = [known[0].medicine for part in parts if (known := _known(part, names))]
    if not found:
        return None
    told = joined([knowledge.medicines[each].title for each in dict.fromkeys(found)])
    return Resolved(
        None,
        f"{quoted(name)} names more than one medicine (known of these: {told}). Give each medicine "
        "its own row with its own dose, dates and result.",
    )


def _slip(
    name: str,
    whole: str,
    knowledge: Knowledge,
    names: Mapping[str, tuple[_Name, ...]],
    populations: Sequence[str],
) -> Resolved:
    typed = _spelled(_FORM.sub(" ", _SALT.sub(" ", _spelled(whole))))
    ranked = sorted(((_likeness(typed, key), key) for key in names), reverse=True)
    best, key = ranked[0]
    if best < _SLIP or not _small(typed, key):
        return Resolved(None, _hint(name, best, names[key][0].text))
    rivals = [other for ratio, other in ranked if best - ratio < _CLEARLY_NEARER]
    if len({names[other][0].medicine for other in rivals}) > 1:
        told = joined([names[other][0].text for other in rivals], "or")
        return Resolved(None, f"{quoted(name)} could mean {told}. Write the name in full.")
    chosen = _with_form(whole, key, names)
    found = _chosen(name, chosen, knowledge, populations)
    if found.medicine is None:
        return found
    title = found.medicine.title
    meant = f"{chosen[0].text}, a brand of {title}" if chosen[0].brand else title
    return Resolved(found.medicine, f"{quoted(name)} was read as {meant}.")


def _with_form(whole: str, key: str, names: Mapping[str, tuple[_Name, ...]]) -> tuple[_Name, ...]:
    """Return the entry of the release form typed with a misspelled name, where one exists."""
    form = _FORM.search(_spelled(whole))
    return names.get(f"{key} {form[0]}" if form else key) or names[key]


def _likeness(typed: str, key: str) -> float:
    matcher = SequenceMatcher(None, typed, key, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _HINT else 0.0


def _small(typed: str, key: str) -> bool:
    if min(len(typed), len(key)) < _SHORTEST_FOR_A_SLIP:
        return False
    # A whole known name with letters before it is another molecule: armodafinil, dexmethylphenidate.
    if typed != key and (typed.endswith(key) or key.endswith(typed)):
        return False
    return abs(len(typed) - len(key)) <= _LONGEST_LENGTH_DIFFERENCE


def _hint(name: str, likeness: float, nearest: str) -> str:
    if likeness < _HINT:
        return f"No medicine of the list is called {quoted(name)}."
    return f"{quoted(name)} is not in the list; if {nearest} is meant, write it so."


def _chosen(
    name: str, found: Sequence[_Name], knowledge: Knowledge, populations: Sequence[str]
) -> Resolved:
    medicines = [knowledge.medicines[each.medicine] for each in found]
    medicine = medicines[0] if len(medicines) == 1 else _fitting(medicines, populations)
    if medicine is None:
        told = joined([each.title for each in medicines], "or")
        return Resolved(None, f"{quoted(name)} could mean {told}. Write the name in full.")
    if found[0].brand:
        return Resolved(medicine, f"{found[0].text} is a brand of {medicine.title}.")
    return Resolved(medicine, _read_as(name, found[0], medicine))


def _read_as(name: str, found: _Name, medicine: Medicine) -> str:
    if found.text in _ABBREVIATIONS:
        return f"{quoted(name)} was read as {medicine.title}."
    return ""


def _fitting(medicines: Sequence[Medicine], populations: Sequence[str]) -> Medicine | None:
    """Return the entry made for the population argued, the narrower one first."""
    for population in populations:
        fitting = [each for each in medicines if population in each.used_for]
        if fitting:
            return min(fitting, key=lambda each: len(each.used_for))
    general = [each for each in medicines if each.title == each.generic and " " not in each.title]
    return general[0] if len(general) == 1 else None
