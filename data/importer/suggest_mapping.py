"""A first mapping, worked out from the names, labels and content of the columns."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, cast

from rapidfuzz import fuzz, process

from data.files.schema import NOT_ANSWERED
from data.importer.cells.cell_values import NO, REASONS, YES
from data.importer.cells.choices import parts
from data.importer.cells.numbers import AmbiguousNumberError, to_number
from data.importer.mapping import Column, Mapping
from data.importer.question_names import forms_of, names_of, year_in
from data.importer.row_rules import first_values
from data.spelling import fold_name

if TYPE_CHECKING:
    from data.importer.municipalities import Municipalities
    from data.importer.options import ReadOptions
    from data.importer.table_detection import Sheet
    from data.survey.codebook import Codebook
    from data.survey.indicators import Indicator

_YEARS = {"edition", "editie", "jaar", "jr", "year", "periode", "perioden", "peiljaar"}
_ROLES = {"role", "rol", "functie", "respondent", "rolrespondent", "functierespondent"}
_WEIGHTS = {"weight", "weging", "gewicht", "wegingsfactor", "weegfactor"}
_QUESTIONS = {"indicator", "vraag", "question", "measure", "onderwerp", "item", "variabele"}
_OPTIONS = {"option", "optie", "keuze", "antwoordoptie"}
_VALUES = {"value", "waarde", "antwoord", "answer", "score", "meetwaarde"}
_PLACES = {"municipalitycode", "gemeentecode", "gmcode", "regiocode", "gemeente", "gemnr", "regio"}
_YEAR = re.compile(r"^(\d{4})(JJ00)?\*{0,2}$")
_MOSTLY = 0.6
# So many answers it takes before small percentages are held to be fractions of 1.
_FRACTIONS = 10
# National tables also list municipalities that are no more, and provinces.
_MANY = 0.4
# A second column must hold hardly anything but municipalities to be checked against the first.
_SURELY = 0.9
# How alike a column and a question must be to be proposed for each other, of 100.
_ALIKE = 82
# So much of a name it takes to be the start of one question only.
_START = 10
# Names are filled down when this share of the rows of a long table has none.
_GAPS = 0.2
_SEPARATORS = (";", ",", "|", " ")
# Entries that are no answers, in columns of survey tools that say so.
_TESTS = {
    "Status": {"survey preview", "survey test", "spam", "voorbeeld", "test"},
    "DistributionChannel": {"preview", "test"},
    "Response Type": {"survey preview", "survey test", "spam"},
}
Reason = Literal["dont_know", "not_applicable", "not_answered"]


@dataclass(frozen=True)
class Proposal:
    """A mapping, and what in it was guessed or left: a remark per column that must be looked at.

    ``seen`` holds the first values of every column, to recognise it by.
    """

    mapping: Mapping
    remarks: dict[str, str] = field(default_factory=dict)
    seen: dict[str, list[str]] = field(default_factory=dict)

    @property
    def certain(self) -> bool:
        """Whether nothing was guessed and no column was left out."""
        return not self.remarks and not self.mapping.ignore and bool(self.mapping.municipality)


def propose(sheet: Sheet, codebook: Codebook, who: Municipalities) -> Proposal:
    """Return what the columns of a sheet most likely are; what nothing fits is left to settle."""
    place = _place(sheet, who)
    keys = {
        "municipality": place,
        "name": _second_place(sheet, place, who) if place else None,
        "year": _year(sheet),
        "role": _named(sheet, _ROLES),
        "weight": _named(sheet, _WEIGHTS),
    }
    wide = [name for name in sheet.columns if name not in keys.values()]
    names = names_of(codebook, who.edition)
    long = _long(sheet, wide, names)
    texts = _long_questions(sheet, long) if long else wide
    columns, remarks = _columns(sheet, texts, codebook, who.edition, long=bool(long))
    mapped = {column.column for column in columns}
    reading, ruled = _reading(sheet, place, long)
    mapping = Mapping(
        edition=who.edition,
        municipality=place,
        name=keys["name"],
        year=keys["year"],
        role=keys["role"],
        weight=keys["weight"],
        question=long.get("question"),
        option=long.get("option"),
        value=long.get("value"),
        ignore=[text for text in texts if text not in mapped],
        reading=reading,
        columns=columns,
    )
    seen = dict(first_values(sheet, sheet.columns))
    return Proposal(mapping, remarks | ruled, seen)


def _reading(sheet: Sheet, place: str, long: dict[str, str]) -> tuple[ReadOptions, dict[str, str]]:
    """Return how to read the rows: names filled down, test entries left out; with remarks."""
    reading, remarks = sheet.options, {}
    if place and long:
        names, asked = sheet.cells[place], sheet.cells[long["question"]]
        if (
            names.null_count() >= _GAPS * len(names)
            and names[0] is not None
            and asked.null_count() == 0
        ):
            reading = reading.model_copy(update={"fill_down": [place]})
            remarks[place] = "Lege cellen gelezen als de gemeente erboven (fill_down)."
    for name, tests in _TESTS.items():
        if name not in sheet.columns:
            continue
        seen = sheet.cells[name].drop_nulls().unique().to_list()
        found = sorted(text for text in seen if text.casefold() in tests)
        if found:
            skip = {**(reading.skip_where or {}), name: found}
            reading = reading.model_copy(update={"skip_where": skip})
            remarks[name] = f"Proefinzendingen overgeslagen (skip_where): {', '.join(found)}."
    return reading, remarks


def _second_place(sheet: Sheet, place: str, who: Municipalities) -> str | None:
    """Return a column that names the municipality beside its code, None when there is none."""
    for name in sheet.columns:
        if (
            name != place
            and not _only_numbers(sheet, name)
            and _share_known(sheet, name, who) >= _SURELY
        ):
            return name
    return None


def _place(sheet: Sheet, who: Municipalities) -> str:
    """Return the column that says which municipality a row is about, codes before names; or ""."""
    found = [
        (name, _share_known(sheet, name, who))
        for name in sheet.columns
        if not _only_numbers(sheet, name) or _hinted(name)
    ]
    likely = [(name, share) for name, share in found if share >= _MANY]
    if not likely:
        likely = [(name, 0.0) for name in sheet.columns if _hinted(name)]
    if not likely:
        return ""
    return max(likely, key=lambda pair: (round(pair[1], 1), "code" in pair[0].lower()))[0]


def _only_numbers(sheet: Sheet, name: str) -> bool:
    """Return whether what is filled in a column is nothing but digits, which may mean anything."""
    return all(text.isdigit() for text in sheet.cells[name].drop_nulls())


def _hinted(name: str) -> bool:
    """Return whether the name of a column, but for its number, says it holds municipalities."""
    return fold_name(name).lstrip("0123456789") in _PLACES


def _share_known(sheet: Sheet, name: str, who: Municipalities) -> float:
    """Return the share of the filled cells of a column that stand for a municipality."""
    texts = sheet.cells[name].drop_nulls().unique().to_list()
    if not texts:
        return 0.0
    known = [who.recognise(text).code is not None or who.knows(text) for text in texts]
    return sum(known) / len(texts)


def _named(sheet: Sheet, names: set[str]) -> str | None:
    """Return the column with one of ``names``, None when there is none."""
    return next((name for name in sheet.columns if fold_name(name) in names), None)


def _year(sheet: Sheet) -> str | None:
    """Return the column that holds years, None when there is none."""
    name = _named(sheet, _YEARS)
    return name if name is not None and _holds_years(sheet, name) else None


def _holds_years(sheet: Sheet, name: str) -> bool:
    """Return whether a column holds years."""
    texts = sheet.cells[name].drop_nulls().to_list()
    return bool(texts) and all(_YEAR.match(text) for text in texts)


def year_of(text: str | None) -> str | None:
    """Return the year in a cell, which CBS writes as 2023JJ00."""
    found = _YEAR.match(text or "")
    return found[1] if found else text


def _long(sheet: Sheet, columns: list[str], names: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Return the columns of question, option and value of a long table; {} when it is wide."""
    value = _named(sheet, _VALUES)
    question = _named(sheet, _QUESTIONS)
    if question is None:
        holds = [
            name
            for name in columns
            for texts in [sheet.cells[name].drop_nulls().unique().to_list()]
            if texts and sum(fold_name(t) in names for t in texts) >= _MOSTLY * len(texts)
        ]
        question = holds[0] if holds else None
    if question is None or value is None:
        return {}
    option = _named(sheet, _OPTIONS)
    return {"question": question, "value": value} | ({"option": option} if option else {})


def _long_questions(sheet: Sheet, long: dict[str, str]) -> list[str]:
    """Return the questions in a long table: question and option joined by a dot."""
    names = [long["question"], *([long["option"]] if "option" in long else [])]
    pairs = sheet.cells.select(names).unique(maintain_order=True).iter_rows()
    return list(dict.fromkeys(question_key(*pair) for pair in pairs))


def question_key(question: str | None, option: str | None = None) -> str:
    """Return the name under which the mapping knows a question of a long table."""
    return f"{question or ''}.{option}" if option else question or ""


def _columns(
    sheet: Sheet, texts: list[str], codebook: Codebook, edition: int, *, long: bool
) -> tuple[list[Column], dict[str, str]]:
    """Return the columns that hold a question, and a remark for each guess and each left out."""
    names = names_of(codebook, edition)
    remarks = {
        text: f"Niet gebruikt: van {year_in(text)}, niet van {edition}."
        for text in texts
        if not long and year_in(text) not in {None, edition}
    }
    left = [text for text in texts if text not in remarks]
    found, also = _exact(sheet, left, names, edition, long=long)
    remarks |= also
    rest = {text: sheet.labels.get(text, text) for text in left if text not in {*found, *also}}
    if not long:
        rest = {
            t: label for t, label in rest.items() if sheet.cells[t].null_count() < len(sheet.cells)
        }
    for text, (target, score) in _alike(rest, names, set(found.values()), edition).items():
        found[text] = target
        label = codebook.by_id[target[0]].label.dutch
        remarks[text] = f"Geraden: lijkt voor {score}% op ‘{label}’. Klopt dat?"
    columns = []
    for text in filter(found.__contains__, texts):
        column, remark = _column(sheet, text, found[text], codebook.by_id[found[text][0]])
        columns.append(column)
        if remark:
            remarks[text] = f"{remarks.get(text, '')} {remark}".strip()
    return columns, remarks


def _exact(
    sheet: Sheet, texts: list[str], names: dict[str, tuple[str, str]], edition: int, *, long: bool
) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """Return the question of each column that has its name or label; in a wide table once.

    Of a multiple choice, a column per option goes before one with all answers in a cell. Remarks
    say of the others why they are not used.
    """
    known = {}
    for text in texts:
        forms = [*forms_of(text, edition), *forms_of(sheet.labels.get(text, ""), edition)]
        target = next((names[form] for form in forms if form in names), None)
        if target is not None:
            known[text] = target
    apart = {indicator for indicator, option in known.values() if option}
    found: dict[str, tuple[str, str]] = {}
    remarks = {}
    for text, target in known.items():
        if long or (target not in found.values() and not (not target[1] and target[0] in apart)):
            found[text] = target
            continue
        first = next((name for name, taken in found.items() if taken == target), "de losse opties")
        remarks[text] = f"Niet gebruikt: ook {target[0]}, waarvoor ‘{first}’ is gekozen. Klopt dat?"
    return found, remarks


def _alike(
    texts: dict[str, str],
    names: dict[str, tuple[str, str]],
    taken: set[tuple[str, str]],
    edition: int,
) -> dict[str, tuple[tuple[str, str], int]]:
    """Return the likeliest question for columns that have no exact name, best pairs first."""
    scored = []
    for text, label in texts.items():
        *_, plain = forms_of(label.replace("/", " "), edition)
        best = process.extractOne(plain, list(names), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        begun = {names[n] for n in names if len(plain) >= _START and n.startswith(plain)}
        if best is not None:
            scored.append((best[1], text, names[best[0]]))
        elif len(begun) == 1:
            scored.append((float(_ALIKE - 1), text, begun.pop()))
    found: dict[str, tuple[tuple[str, str], int]] = {}
    for score, text, target in sorted(scored, key=lambda entry: -entry[0]):
        if target not in taken:
            taken.add(target)
            found[text] = (target, int(score))
    return found


def _column(
    sheet: Sheet, text: str, target: tuple[str, str], indicator: Indicator
) -> tuple[Column, str]:
    """Return one column of the mapping, with a remark when its unit or codes were guessed."""
    labels = sheet.value_labels.get(text, {})
    recode, missing = _coded(labels, indicator, target[1])
    for code in sheet.missing.get(text, []):
        missing.setdefault(code, NOT_ANSWERED)
    share = _is_share(sheet, text, indicator)
    several = indicator.type == "multi" and not target[1]
    known = {*recode, *missing}
    strange = [f"{code} = {label}" for code, label in labels.items() if code not in known]
    column = Column(
        column=text,
        indicator=target[0],
        option=target[1],
        unit="share" if share else "percent",
        split=_separator(sheet, text, indicator) if several else "",
        recode={code: number for code, number in recode.items() if code not in missing},
        missing=cast("dict[str, Reason]", missing),
    )
    remarks = []
    if share:
        remarks.append("De waarden lijken breuken: gelezen als aandeel (0,065 = 6,5%).")
    if several:
        remarks.append(f"Meer antwoorden in een cel, gescheiden door ‘{column.split}’. Klopt dat?")
    if strange:
        remarks.append(f"Niet herkend, vul aan bij recode: {'; '.join(strange)}.")
        order = _in_order(labels, indicator, recode)
        remarks.append(f"Voorstel: recode = {order}" if order else "")
    return column, " ".join(filter(None, remarks))


def _separator(sheet: Sheet, text: str, indicator: Indicator) -> str:
    """Return what divides the answers in the cells of a multiple choice: what leaves least over."""
    cells = sheet.cells[text].drop_nulls().unique().to_list() if text in sheet.columns else []

    def left_over(separator: str) -> int:
        column = Column(column=text, indicator=indicator.id, split=separator)
        return sum(len(parts(cell, column, indicator)[1]) for cell in cells)

    return min(_SEPARATORS, key=left_over)


def _in_order(labels: dict[str, str], indicator: Indicator, recode: dict[str, float]) -> str:
    """Return codes for a scale in other words, when their order can only be meant one way."""
    if indicator.type != "ordinal" or len(labels) != len(indicator.options) or not recode:
        return ""
    codes = [float(option.code) for option in indicator.options]
    for order in (codes, codes[::-1]):
        pairs = dict(zip(labels, order, strict=True))
        if all(pairs[code] == number for code, number in recode.items()):
            return "{ " + ", ".join(f'"{code}" = {n:g}' for code, n in pairs.items()) + " }"
    return ""


def _coded(
    labels: dict[str, str], indicator: Indicator, option: str
) -> tuple[dict[str, float], dict[str, str]]:
    """Return which codes of a file are answers, and which are reasons for having none."""
    words = _words(indicator, option)
    recode, missing = {}, {}
    for code, label in labels.items():
        folded = fold_name(label)
        if folded in words:
            recode[code] = words[folded]
        elif folded in REASONS:
            missing[code] = REASONS[folded]
    return recode, missing


def _words(indicator: Indicator, option: str) -> dict[str, float]:
    """Return the words for the answers to a question, folded, with their codes."""
    if indicator.type == "ordinal":
        return {fold_name(w): float(o.code) for o in indicator.options for w in o.label.each}
    if indicator.type == "number":
        return {}
    ticked = indicator.option(option)
    own = {fold_name(word): 1.0 for word in ticked.label.each} if ticked else {}
    return dict.fromkeys(YES, 1.0) | dict.fromkeys(NO, 0.0) | own


def _is_share(sheet: Sheet, text: str, indicator: Indicator) -> bool:
    """Return whether a column of a percentage holds nothing but fractions of 1.

    A handful of small percentages is no evidence, as 0,1 may be a tenth of a percent; it
    takes _FRACTIONS answers above nought, none of them above what is possible.
    """
    if indicator.type != "number" or indicator.unit != "pct" or text not in sheet.columns:
        return False
    if (indicator.valid or [0, 0])[1] < 10:
        return False
    numbers = []
    for cell in sheet.cells[text].drop_nulls().to_list():
        try:
            number = None if "%" in cell else to_number(cell, set(), typed=sheet.typed)
        except AmbiguousNumberError:
            return False
        if number is not None and number >= 0:
            numbers.append(number)
    above = [number for number in numbers if number > 0]
    if len(above) < _FRACTIONS or not any(n % 1 for n in above):
        return False
    # A percentage above 100 is a fraction above 1, and one of them says nothing of the others.
    most = max(1.0, (indicator.valid or [0, 0])[1] / 100)
    return max(above) <= most and sorted(above)[len(above) // 2] <= 1
