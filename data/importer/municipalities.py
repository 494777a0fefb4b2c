"""Which municipality a code or a name stands for, in the year of an edition."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl
from rapidfuzz import fuzz, process

from data.files import store
from data.spelling import fold_name

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
_AROUND = re.compile(r"^gemeente\s+|\s*\(gemeente\)$", re.IGNORECASE)
_NEAR = 72


@dataclass(frozen=True)
class Match:
    """What a text stands for: a ``code`` of the edition, or why it has none and what to do.

    ``note`` tells of a municipality that was found under a former code or name.
    """

    code: str | None
    what: str = ""
    remedy: str = ""
    note: str = ""


@dataclass(frozen=True)
class Municipalities:
    """The municipalities of one edition, and every way they are written.

    ``names`` maps a folded spelling to codes of any year; ``successors`` a former code to the one
    it went into; ``said`` what the steward wrote in the mapping, which goes before everything.
    """

    edition: int
    members: dict[str, str]
    names: Mapping[str, frozenset[str]]
    successors: Mapping[str, str]
    spellings: Mapping[str, tuple[str, ...]]
    said: Mapping[str, str] = field(default_factory=dict)

    def knows(self, text: str) -> bool:
        """Return whether a text is the code or the name of a municipality of any year."""
        if (
            text in self.members
            or _fold(text) in self.names
            or _fold(_repaired(text)) in self.names
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
        return self._one_of(text, frozenset({code}) if code else self._by_name(text))

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
        """Return the codes of any year that go by a name."""
        return self.names.get(_fold(text)) or self.names.get(_fold(_repaired(text)), frozenset())

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
            return Match(later[0], note=note)
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
        folded = {fold_name(name): code for code, name in self.members.items()}
        own = _fold(text)
        near = process.extract(own, list(folded), scorer=fuzz.WRatio, score_cutoff=_NEAR)
        # A name that is part of another scores high too; the likest as a whole goes first.
        near.sort(key=lambda found: -fuzz.ratio(own, found[0]))
        if text[:1].isdigit() or _PREFIXED.match(text) or not near:
            return Match(None, what, "Zoek de code op bij CBS, Gebieden in Nederland.")
        named = " of ".join(f"{self.members[folded[n]]} ({folded[n]})" for n, _, _ in near[:3])
        return Match(None, what, f"Bedoelt u {named}? Zet de code onder [municipalities].")


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
            folded[_fold(spelling)].add(key)
    return Municipalities(
        edition,
        dict(of_year.select("municipality_code", "name").iter_rows()),
        {name: frozenset(codes) for name, codes in folded.items()},
        dict(mergers.select("old_code", "new_code").iter_rows()),
        {code: tuple(dict.fromkeys(known)) for code, known in spellings.items()},
        said,
    )


def _optional(path: Path, columns: list[str]) -> pl.DataFrame:
    """Return a table that a vault may lack."""
    if path.is_file():
        return store.read_parquet(path)
    return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))


def _fold(text: str) -> str:
    """Return a name without what is only written around it."""
    return fold_name(_AROUND.sub("", text))


def _repaired(text: str) -> str:
    """Return a text whose UTF-8 was read as Windows-1252, such as ‘FryslÃ¢n’, as it was meant."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text
