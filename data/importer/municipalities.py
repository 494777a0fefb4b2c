"""Which municipality a code or a name stands for, in the year of an edition."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl
from rapidfuzz import fuzz, process

from data.files import store
from data.importer.place_names import (
    folded_place,
    spellings_of,
    without_footnote,
    without_province,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_CODE = re.compile(r"^(?:GM|G)?\s*0*(\d{1,4})(?:\.0)?$", re.IGNORECASE)
_PREFIXED = re.compile(r"^(?:GM|G)\s*\d{1,4}$", re.IGNORECASE)
# Regions that national tables list among the municipalities.
_REGION = re.compile(
    r"^(?:NL|LD|PV|CR|AM|AP|GG|RE|VR|JZ|RES|TG|ZK)\d{2}$|\((?:PV|LD|CR|AM|prov\.?|provincie)\)$",
    re.IGNORECASE,
)
# How likely a name must be meant to be suggested, of 100; and how long the start of one must be.
_NEAR, _START = 75, 5
# Codes above this were given since 2011, to municipalities that came into being then.
_NEW = "GM1900"


@dataclass(frozen=True)
class Match:
    """What a text stands for: a ``code`` of the edition, or why it has none and what to do.

    ``note`` tells of a municipality that was found under a former code or name, and ``former`` is
    that code. ``bare`` says that a mark of a footnote was taken off.
    """

    code: str | None
    what: str = ""
    remedy: str = ""
    note: str = ""
    former: str | None = None
    bare: bool = False


@dataclass(frozen=True)
class Municipalities:
    """The municipalities of one edition, and every way they are written.

    ``names`` maps a folded spelling to codes of any year; ``successors`` a former code to the one
    it went into; ``said`` what the steward wrote in the mapping, which goes before everything;
    ``provinces`` a code to its province. ``wholes`` are the parts that a municipality was made of,
    with their inhabitants, where the register knows all of them.
    """

    edition: int
    members: dict[str, str]
    names: Mapping[str, frozenset[str]]
    successors: Mapping[str, str]
    spellings: Mapping[str, tuple[str, ...]]
    said: Mapping[str, str] = field(default_factory=dict)
    provinces: Mapping[str, str] = field(default_factory=dict)
    wholes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def knows(self, text: str) -> bool:
        """Return whether a text is the code or the name of a municipality of any year."""
        if text in self.members:
            return True
        if not _REGION.search(text) and (
            self._by_name(text) or self._by_name(without_footnote(text))
        ):
            return True
        return bool(_PREFIXED.match(text)) and bool(self._by_code(text))

    def recognise(self, text: str | None) -> Match:
        """Return the municipality that ``text`` stands for in this edition."""
        if not text:
            return Match(None, "de gemeente is niet ingevuld", "Vul de gemeentecode in.")
        if text in self.said:
            return self._said(text)
        if text in self.members:
            return Match(text)
        if _REGION.search(text):
            return Match(None, "dit is geen gemeente maar een andere regio", "Laat de rij weg.")
        code = self._by_code(text)
        if code:
            return self._one_of(text, frozenset({code}))
        codes = self._by_name(text)
        bare = text if codes else without_footnote(text)
        match = self._one_of(text, codes or self._by_name(bare))
        return replace(match, bare=bare != text) if match.code else match

    def named(self, code: str) -> str:
        """Return the name of a municipality of any year, with its code."""
        known = self.members.get(code) or next(iter(self.spellings.get(code, ())), None)
        return f"{known} ({code})" if known else code

    def is_region(self, text: str | None) -> bool:
        """Return whether a text names a province or another region rather than a municipality."""
        return bool(text) and not self.knows(str(text)) and bool(_REGION.search(str(text)))

    def _said(self, text: str) -> Match:
        """Return what the mapping says of a text."""
        code = self.said[text]
        if code in self.members:
            return Match(code, note=f"‘{text}’ is {code} volgens de mapping")
        return Match(
            None,
            f"de mapping noemt {code}, maar die staat niet in het register van {self.edition}",
            "Verbeter de code onder [municipalities] in de mapping.",
        )

    def _by_name(self, text: str) -> frozenset[str]:
        """Return the codes of any year that go by a name, with or without its province."""
        for form in spellings_of(text):
            if form in self.names:
                return self.names[form]
        bare, province = without_province(text)
        if province is None:
            return frozenset()
        return frozenset(c for c in self._by_name(bare) if self.provinces.get(c) == province)

    def _by_code(self, text: str) -> str | None:
        """Return a code in the spelling of the register, when the text looks like one."""
        found = _CODE.match(text)
        code = f"GM{int(found[1]):04d}" if found else None
        known = code in self.members or code in self.successors or code in self.spellings
        return code if known else None

    def _one_of(self, text: str, codes: frozenset[str]) -> Match:
        """Return the one municipality of the edition among ``codes``, or what to do."""
        present = sorted(code for code in codes if code in self.members)
        if len(present) == 1:
            return Match(present[0])
        if present:
            named = " of ".join(f"{code} ({self._place(code)})" for code in present)
            return Match(
                None,
                "er zijn meer gemeenten met deze naam",
                f"Bedoelt u {named}? Gebruik de code, of zet haar onder [municipalities] in de "
                "mapping.",
            )
        later = sorted({self._successor(code) for code in codes} & set(self.members))
        if len(later) == 1:
            note = f"‘{text}’ ging op in {self.members[later[0]]} ({later[0]})"
            return Match(later[0], note=note, former=min(codes))
        return self._unknown(text, codes)

    def _successor(self, code: str) -> str:
        """Return the code that a municipality ended up in, by this edition."""
        seen = set()
        while code not in self.members and code in self.successors and code not in seen:
            seen.add(code)
            code = self.successors[code]
        return code

    def _place(self, code: str) -> str:
        """Return the longest spelling of a name, which says where the municipality lies."""
        return max(self.spellings.get(code, (self.members[code],)), key=len)

    def _unknown(self, text: str, codes: frozenset[str]) -> Match:
        """Return why a text stands for nothing, with what it may have been meant to be."""
        what = f"deze gemeente staat niet in het register van {self.edition}"
        before = [old for old, new in self.successors.items() if new in codes]
        if codes and before:
            now = ", ".join(sorted(old for old in before if old in self.members))
            return Match(
                None, f"{what}: zij ontstond later", f"Gebruik de gemeenten van toen: {now}."
            )
        near = [] if text[:1].isdigit() or _PREFIXED.match(text) else self._near(text)
        if not near:
            return Match(None, what, "Zoek de code op bij CBS, Gebieden in Nederland.")
        named = " of ".join(f"{self.members[code]} ({code})" for code in near[:3])
        remedy = f'Bedoelt u {named}? Zet onder [municipalities]: "{text}" = "{near[0]}".'
        return Match(None, what, remedy)

    def _near(self, text: str) -> list[str]:
        """Return the codes of names that a text may well have been meant to be, likest first."""
        own = folded_place(text)
        names = {folded_place(name): code for code, name in self.members.items()}
        found = process.extract(own, list(names), scorer=fuzz.ratio, score_cutoff=_NEAR)
        alike = [name for name, _, _ in found]
        starts = [
            name
            for name in names
            if min(len(name), len(own)) >= _START and (name.startswith(own) or own.startswith(name))
        ]
        return [names[name] for name in dict.fromkeys([*alike, *starts])]


def municipalities(vault: Path, edition: int, said: Mapping[str, str]) -> Municipalities:
    """Return the municipalities of an edition, as the register of a vault knows them.

    Raises:
        DataError: the register is missing or damaged.
    """
    register = store.read_parquet(vault / "register.parquet")
    mergers = _optional(vault / "mergers.parquet", ["old_code", "old_name", "new_code"])
    names = _optional(vault / "names.parquet", ["municipality_code", "variant"])
    of_year = register.filter(pl.col("year") == edition)
    spellings: dict[str, list[str]] = defaultdict(list)
    for table, code, name in (
        (register, "municipality_code", "name"),
        (names, "municipality_code", "variant"),
        (mergers, "old_code", "old_name"),
    ):
        for key, spelling in table.select(code, name).unique(maintain_order=True).iter_rows():
            spellings[key].append(spelling)
    folded: dict[str, set[str]] = defaultdict(set)
    for key, known in spellings.items():
        for spelling in known:
            folded[folded_place(spelling)].add(key)
    for key, name in of_year.select("municipality_code", "name").iter_rows():
        # Of a name such as ‘Nuenen, Gerwen en Nederwetten’ people write the first part alone.
        if "," in name:
            folded[folded_place(name.partition(",")[0])].add(key)
    return Municipalities(
        edition,
        dict(of_year.select("municipality_code", "name").iter_rows()),
        {name: frozenset(codes) for name, codes in folded.items()},
        dict(mergers.select("old_code", "new_code").iter_rows()),
        {code: tuple(dict.fromkeys(known)) for code, known in spellings.items()},
        said,
        _provinces(register),
        _wholes(register, mergers),
    )


def _provinces(register: pl.DataFrame) -> dict[str, str]:
    """Return the province of every code, of the latest year; {} where units have none."""
    if "province" not in register.columns:
        return {}
    return dict(register.sort("year").select("municipality_code", "province").iter_rows())


def _wholes(register: pl.DataFrame, mergers: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Return what every merged municipality was made of, with inhabitants, where all are known."""
    if "effective_date" not in mergers.columns:
        return {}
    found: dict[str, dict[str, int]] = {}
    first = register["year"].min()
    for (code, date), rows in mergers.sort("effective_date").group_by(
        "new_code", "effective_date", maintain_order=True
    ):
        year = (date - timedelta(days=1)).year
        before = register.filter(pl.col("year") == year)
        people = dict(before.select("municipality_code", "inhabitants").iter_rows())
        parts = {*rows["old_code"], *({str(code)} & set(people))}
        if rows.height == 1 and isinstance(first, int) and year < first and str(code) > _NEW:
            # of before the register begins, one code that became one new one is a new name
            found[str(code)] = {rows["old_code"][0]: 1}
        elif parts <= set(people):
            found[str(code)] = {part: people[part] for part in sorted(parts)}
    return found


def _optional(path: Path, columns: list[str]) -> pl.DataFrame:
    """Return a table that a vault may lack."""
    if path.is_file():
        return store.read_parquet(path)
    return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
