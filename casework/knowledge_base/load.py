"""Reading the knowledge files: strictly shaped, cross-checked, every fault named at once."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec

from casework.knowledge_base.appeal_steps import AppealStep
from casework.knowledge_base.check import cross_check
from casework.knowledge_base.faults import BrokenKnowledge, Fault
from casework.knowledge_base.forms import Form, FormPath, FormPaths, form_faults
from casework.knowledge_base.help import (
    FederalOffices,
    Questionnaire,
    Resources,
    StatesOffices,
)
from casework.knowledge_base.kinds import Kind
from casework.knowledge_base.model import (
    Code,
    DenialReason,
    Knowledge,
    Law,
    Medicine,
    Policy,
    Regulators,
    Scale,
    Study,
    Treatment,
    TrialRules,
)

BUILT_IN = Path(__file__).parent.parent / "knowledge"
KINDS = Path(__file__).parent.parent.parent / "templates_docx"
_CODE_FILES = {
    "diagnosis_codes": "icd10cm",
    "service_codes": "hcpcs_cpt",
    "modifiers": "modifiers",
    "places_of_service": "place_of_service",
}

T = TypeVar("T")
Files = Mapping[tuple[str, str], tuple[Path, dict[str, Any]]]


@lru_cache(maxsize=4)
def load_knowledge(
    site: Path | None = None, kinds: Path = KINDS, base: Path = BUILT_IN
) -> Knowledge:
    """Return all knowledge, checked; loaded once per process and folder.

    A file of `site` (a folder with the same areas) replaces the file of `base` of the same area and
    name, or is added. `kinds` holds one folder a document kind.

    Raises:
        BrokenKnowledge: with the file, the key and the reason of every fault.
    """
    reading = _Reading()
    files = reading.files(base, *([site] if site else []))
    knowledge = reading.build(files, reading.kinds(kinds))
    if not reading.faults:
        reading.faults.extend(cross_check(knowledge))
    if reading.faults:
        raise BrokenKnowledge(tuple(reading.faults))
    return knowledge


def is_complete(folder: Path) -> bool:
    """Whether `folder` is a whole knowledge of its own, and no site's additions."""
    return (folder / "medicines" / "_rules.toml").is_file() and (folder / "laws").is_dir()


class _Reading:
    """One pass over the files, collecting what is wrong."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.hash = hashlib.sha256()

    def files(self, *roots: Path) -> dict[tuple[str, str], tuple[Path, dict[str, Any]]]:
        """Read every TOML file by (area, name); a later root wins."""
        found: dict[tuple[str, str], tuple[Path, dict[str, Any]]] = {}
        for root in roots:
            for path in sorted(root.rglob("*.toml")):
                area = path.parent.name if path.parent != root else ""
                data = self.toml(path)
                if data is not None:
                    found[area, path.stem] = (path, data)
        return found

    def toml(self, path: Path) -> dict[str, Any] | None:
        raw = path.read_bytes()
        self.hash.update(f"{path.parent.name}/{path.name}\0".encode())
        self.hash.update(raw)
        try:
            return tomllib.loads(raw.decode("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.faults.append(Fault(path, "", f"not readable as TOML: {error}"))
            return None

    def kinds(self, root: Path) -> dict[str, Kind]:
        found: dict[str, Kind] = {}
        for path in sorted(root.glob("*/kind.toml")):
            data = self.toml(path)
            kind = self.convert(path, data, Kind) if data is not None else None
            if kind is None:
                continue
            if kind.id != path.parent.name:
                self.faults.append(Fault(path, "id", "is not the name of its folder"))
            found[kind.id] = kind
        return found

    def build(self, files: Files, kinds: dict[str, Kind]) -> Knowledge:
        codes = {name: self.codes(files, stem) for name, stem in _CODE_FILES.items()}
        paths = self.form_paths(files)
        steps = self.area(files, "appeal_steps", AppealStep, key=lambda step: step.plan_type)
        return Knowledge(
            version=self.hash.hexdigest()[:16],
            # Without rules there is a fault, and the knowledge is never handed out.
            trial_rules=cast("TrialRules", self.single(files, "medicines", "_rules", TrialRules)),
            appeal_steps=steps,
            kinds=kinds,
            plain_words=_plain_words(files),
            law_meta=_data(files, "laws", "_meta"),
            denial_vocabulary=_data(files, "denial_reasons", "_vocabulary"),
            code_notes=_code_notes(files),
            # Without one of these files there is a fault, and the knowledge is never handed out.
            regulators=cast(
                "Regulators",
                {
                    "federal": self.single(files, "regulators", "federal", FederalOffices),
                    "states": self.single(files, "regulators", "states", StatesOffices),
                },
            ),
            resources=self.area(files, "resources", Resources),
            questions=self.area(files, "questions", Questionnaire),
            forms=self.forms(files, paths),
            form_paths=paths,
            medicines=self.area(files, "medicines", Medicine),
            scales=self.area(files, "scales", Scale),
            evidence=self.area(files, "evidence", Study),
            policies=self.area(files, "policies", Policy),
            denial_reasons=self.area(files, "denial_reasons", DenialReason),
            treatments=self.area(files, "treatments", Treatment),
            laws=self.area(files, "laws", Law),
            **codes,
        )

    def area(
        self, files: Files, area: str, struct: type[T], key: Callable[[T], str] | None = None
    ) -> dict[str, T]:
        """Convert the files of an area, by id; files that begin with _ are not entries."""
        found: dict[str, T] = {}
        for (owner, stem), (path, data) in files.items():
            if owner != area or stem.startswith("_"):
                continue
            entry = self.convert(path, data, struct)
            if entry is None:
                continue
            entry_id = key(entry) if key else data.get("id", stem)
            if not key and entry_id != stem:
                self.faults.append(Fault(path, "id", f"must be {stem!r}, as the file is named"))
            found[entry_id] = entry
        return dict(sorted(found.items()))

    def single(self, files: Files, area: str, stem: str, struct: type[T]) -> T | None:
        entry = files.get((area, stem))
        if entry is None:
            self.faults.append(Fault(BUILT_IN / area / f"{stem}.toml", "", "is missing"))
            return None
        return self.convert(entry[0], entry[1], struct)

    def codes(self, files: Files, stem: str) -> dict[str, Code]:
        entry = files.get(("codes", stem))
        if entry is None:
            self.faults.append(Fault(BUILT_IN / "codes" / f"{stem}.toml", "", "is missing"))
            return {}
        path, data = entry
        rows = [self.convert(path, row, Code, f"code[{i}]") for i, row in enumerate(data["code"])]
        return {row.code: row for row in rows if row is not None}

    def form_paths(self, files: Files) -> dict[str, FormPath]:
        listed = self.single(files, "forms", "_maps_to", FormPaths)
        return {each.path: each for each in listed.paths} if listed else {}

    def forms(self, files: Files, paths: Mapping[str, FormPath]) -> dict[str, Form]:
        found = self.area(files, "forms", Form)
        for name, form in found.items():
            path = files["forms", name][0]
            self.faults.extend(Fault(path, *each) for each in form_faults(form, paths))
        return found

    def convert(self, path: Path, data: Any, struct: type[T], at: str = "") -> T | None:
        try:
            return msgspec.convert(_dates_as_text(data), struct, strict=True)
        except msgspec.ValidationError as error:
            reason, _, where = str(error).partition(" - at `$")
            key = ".".join(part for part in (at, where.strip("`.")) if part)
            self.faults.append(Fault(path, key, reason))
            return None


def _dates_as_text(value: Any) -> Any:
    """TOML dates and quoted dates are both allowed; msgspec reads dates from text."""
    return msgspec.to_builtins(value)


def _data(files: Files, area: str, stem: str) -> dict[str, Any]:
    entry = files.get((area, stem))
    return entry[1] if entry else {}


def _open(files: Files, area: str) -> dict[str, Any]:
    return {stem: data for (owner, stem), (_, data) in files.items() if owner == area}


def _plain_words(files: Files) -> dict[str, Mapping[str, Any]]:
    terms = _data(files, "", "plain_language").get("term", [])
    return {term["id"]: term for term in terms}


def _code_notes(files: Files) -> dict[str, Mapping[str, Any]]:
    return {
        stem: {key: value for key, value in data.items() if key != "code"}
        for stem, data in _open(files, "codes").items()
    }


def faults_by_file(faults: tuple[Fault, ...]) -> Iterator[str]:
    """Yield one line a fault, in the order of the files."""
    for fault in sorted(faults, key=lambda each: (each.path.as_posix(), each.key)):
        yield str(fault)
