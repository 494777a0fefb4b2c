"""The tables of a package: their columns and types, the same in every edition and format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from data.files.store import release_path
from pages.files.columns import IS_MADE_UP
from queries.ask.tables import released
from queries.release.log import log

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from data.survey.texts import Text
    from pages.state.releases import Facts

TEXT, WHOLE, NUMBER, TRUTH = pl.String(), pl.Int64(), pl.Float64(), pl.Boolean()
_FIGURE: Mapping[str, pl.DataType] = {
    "indicator": TEXT,
    "item": TEXT,
    "statistic": TEXT,
    "weighting": TEXT,
}
_GROUP: Mapping[str, pl.DataType] = {"dimension": TEXT, "group_code": TEXT}
_PARTICIPANTS: Mapping[str, pl.DataType] = {"population_count": WHOLE, "respondent_count": WHOLE}
_MARGIN: Mapping[str, pl.DataType] = {"low": NUMBER, "high": NUMBER}
_MUNICIPALITY: Mapping[str, pl.DataType] = {"municipality_code": TEXT, "name": TEXT}


@dataclass(frozen=True)
class Table:
    """A table: its columns with their types, what makes a row, and whether answers lie under it.

    ``key`` is empty where a part of it can be an empty text: amounts have no ``item``.
    """

    name: str
    columns: Mapping[str, pl.DataType]
    key: tuple[str, ...] = ()


TABLES = (
    Table(
        "figures",
        {"kind": TEXT, IS_MADE_UP: TRUTH, "edition": WHOLE, "basis": TEXT}
        | {**_FIGURE, **_GROUP, **_PARTICIPANTS, "answer_count": WHOLE}
        | {"dont_know_share": NUMBER, "skipped_share": NUMBER, "estimate": NUMBER, **_MARGIN}
        | {"unit": TEXT, "grade": TEXT, "status": TEXT}
        | {"step_up_dimension": TEXT, "step_up_group": TEXT},
    ),
    Table(
        "comparisons",
        {IS_MADE_UP: TRUTH, "edition": WHOLE, "other_edition": WHOLE, **_FIGURE, "against": TEXT}
        | {**_GROUP, "other_dimension": TEXT, "other_group": TEXT, "estimate": NUMBER}
        | {"other_estimate": NUMBER, "difference": NUMBER, **_MARGIN, "unit": TEXT}
        | {"detectable": NUMBER, "p_value": NUMBER, "outcome": TEXT},
    ),
    Table(
        "response",
        {IS_MADE_UP: TRUTH, "edition": WHOLE, **_GROUP, **_PARTICIPANTS},
        ("edition", "dimension", "group_code"),
    ),
    Table("strata", {"edition": WHOLE, "cell": TEXT, "stratum": TEXT}, ("edition", "cell")),
    Table(
        "representativity",
        {IS_MADE_UP: TRUTH, "edition": WHOLE, "r_indicator": NUMBER, **_MARGIN},
        ("edition",),
    ),
    Table(
        "official_check",
        {IS_MADE_UP: TRUTH, "edition": WHOLE, "indicator": TEXT, "basis": TEXT}
        | {"population_mean": NUMBER, "respondent_mean": NUMBER, "difference": NUMBER}
        | {"difference_sd": NUMBER},
        ("edition", "indicator", "basis"),
    ),
    Table(
        "official",
        {"indicator": TEXT, "basis": TEXT, "year": WHOLE, **_MUNICIPALITY, "inhabitants": WHOLE}
        | {"status": TEXT, "amount": NUMBER, "numerator": NUMBER, "denominator": NUMBER}
        | {"unit": TEXT},
        ("indicator", "basis", "year", "municipality_code"),
    ),
    Table(
        "published",
        {"indicator": TEXT, "year": WHOLE, "amount": NUMBER, "unit": TEXT, "is_rounded": TRUTH}
        | {"source": TEXT, "licence": TEXT, "url": TEXT},
        ("indicator", "year"),
    ),
    Table(
        "register",
        {"year": WHOLE, **_MUNICIPALITY, "inhabitants": WHOLE, "urbanity": WHOLE}
        | {"longitude": NUMBER, "latitude": NUMBER},
        ("year", "municipality_code"),
    ),
    Table(
        "members",
        {"year": WHOLE, **_GROUP, **_MUNICIPALITY},
        ("year", "dimension", "group_code", "municipality_code"),
    ),
    Table(
        "mergers",
        {"effective_date": pl.Date(), "old_code": TEXT, "old_name": TEXT, "new_code": TEXT}
        | {"new_name": TEXT},
        ("effective_date", "old_code", "new_code"),
    ),
    Table(
        "signals",
        {IS_MADE_UP: TRUTH, "edition": WHOLE, "signal_id": WHOLE, "theme": TEXT, "partner": TEXT}
        | {**_GROUP, "text": TEXT},
        ("edition", "signal_id"),
    ),
    Table(
        "indicators",
        {"indicator": TEXT, "theme": TEXT, "kind": TEXT, "type": TEXT, "unit": TEXT}
        | {"label_nl": TEXT, "label_en": TEXT, "question_nl": TEXT, "question_en": TEXT}
        | {"source": TEXT, "licence": TEXT},
        ("indicator",),
    ),
    Table(
        "items",
        {"indicator": TEXT, "item": TEXT, "label_nl": TEXT, "label_en": TEXT},
        ("indicator", "item"),
    ),
    Table(
        "groups",
        {**_GROUP, "label_nl": TEXT, "label_en": TEXT, "division_nl": TEXT, "division_en": TEXT},
        ("dimension", "group_code"),
    ),
    Table("rules", {"rule": TEXT, "value": TEXT}, ("rule",)),
    Table(
        "changes",
        {"data_version": TEXT, "moment": TEXT, "action": TEXT, "reason": TEXT}
        | {"changed_count": WHOLE},
    ),
)
BY_NAME = {table.name: table for table in TABLES}


def there(facts: Facts) -> list[Table]:
    """Return the tables that a release has: not every survey has open answers."""
    return [table for table in TABLES if table.name in _MADE or facts.has(table.name)]


def rows(facts: Facts, table: Table) -> pl.DataFrame:
    """Return the rows of a table in its columns and types.

    Raises:
        ReleaseBrokenError: the table is damaged.
    """
    found = _MADE[table.name](facts) if table.name in _MADE else _released(facts, table)
    return found.select(pl.col(c).cast(t) for c, t in table.columns.items())


def _released(facts: Facts, table: Table) -> pl.DataFrame:
    """Return a table as released, with what its codes stand for in the codebook."""
    book = facts.codebook
    found = released(facts.release, table.name)
    if "unit" in table.columns:
        units = {i.id: "pct" if i.is_share else i.unit for i in book.indicators}
        found = found.with_columns(unit=pl.col("indicator").replace_strict(units))
    if "source_id" in found.columns:
        sources = {s.id: s for s in book.sources}
        found = found.with_columns(
            source=pl.col("source_id").replace_strict(
                {k: s.label.dutch for k, s in sources.items()}
            ),
            licence=pl.col("source_id").replace_strict(
                {k: s.licence for k, s in sources.items()}, return_dtype=pl.String
            ),
        )
    survey = pl.col("kind") == "survey" if "kind" in found.columns else pl.lit(value=True)
    return found.with_columns((survey & facts.synthetic).alias(IS_MADE_UP))


def _frame(table: str, found: list[tuple[object, ...]]) -> pl.DataFrame:
    """Return rows as a table, in the order of its columns."""
    return pl.DataFrame(found, schema=dict(BY_NAME[table].columns), orient="row")


def _both(text: Text) -> tuple[str, str]:
    """Return a text in Dutch and in English."""
    return text.of("nl"), text.of("en")


def _indicators(facts: Facts) -> pl.DataFrame:
    """Return every question and figure of the codebook."""
    book = facts.codebook
    found: list[tuple[object, ...]] = [
        (
            *(i.id, i.theme, i.kind, i.type, "pct" if i.is_share else i.unit),
            *(*_both(i.label), *_both(i.question)),
            *(book.source_of(i).label.dutch, _licence(facts, book.source_of(i).licence, i.kind)),
        )
        for i in book.indicators
    ]
    return _frame("indicators", found)


def _licence(facts: Facts, own: str | None, kind: str) -> str | None:
    """Return the licence of a source: its own, and that of the survey for its answers."""
    return facts.codebook.survey.licence if kind == "survey" else own


def _items(facts: Facts) -> pl.DataFrame:
    """Return the answers to every question that has any."""
    found: list[tuple[object, ...]] = [
        (i.id, option.code, *_both(option.label))
        for i in facts.codebook.indicators
        for option in i.options
    ]
    return _frame("items", found)


def _groups(facts: Facts) -> pl.DataFrame:
    """Return every group of every dimension."""
    found: list[tuple[object, ...]] = [
        (d.id, g.code, *_both(g.label), *_both(d.label))
        for d in facts.codebook.dimensions
        for g in d.groups
    ]
    return _frame("groups", found)


def _rules(facts: Facts) -> pl.DataFrame:
    """Return what the policy says, a rule per row."""

    def flat(value: object, name: str) -> list[tuple[object, ...]]:
        if not isinstance(value, dict):
            return [(name, str(value))]
        return [row for k, v in value.items() for row in flat(v, f"{name}.{k}" if name else k)]

    return _frame("rules", flat(facts.policy.model_dump(mode="json"), ""))


def _changes(facts: Facts) -> pl.DataFrame:
    """Return the log up to when this version was put online; who did it stays inside."""
    entries = log(release_path())
    first = next((n for n, e in enumerate(entries) if e.version == facts.version), -1)
    found: list[tuple[object, ...]] = [
        (e.version, e.at, e.action, e.why, e.changed) for e in entries[: first + 1]
    ]
    return _frame("changes", found)


_MADE: Mapping[str, Callable[[Facts], pl.DataFrame]] = {
    "indicators": _indicators,
    "items": _items,
    "groups": _groups,
    "rules": _rules,
    "changes": _changes,
}
