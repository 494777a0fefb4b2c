"""What a sheet says, in words and figures, of one subject in one edition and language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from data.codebook import CROSS, WHOLE
from queries.asking import Comparison, Question, answer, differences
from queries.notation import day
from queries.sheets.wording import SheetWords, level_of

if TYPE_CHECKING:
    from typing import Any

    from data.codebook import Indicator, Language, Theme
    from queries.release import Release
    from queries.sheets.subjects import Subject

    Row = dict[str, Any]

SHOWN, BOUND, UNCERTAIN, CAUTION = "shown", "bound", "uncertain", "caution"
EDITION = "edition"
# Official figures that are told of, the farthest from the middle first.
FARTHEST = 3
# Fewer figures than this among peers say nothing of a middle half.
FEWEST = 4
# An option of a scale from which on answers are counted together.
_TOP = "top"


@dataclass(frozen=True)
class Mark:
    """One row of a strip: places are 0-1 along the axis, null where nothing is drawn."""

    name: str
    value: str
    count: str
    middle: float | None
    low: float | None
    high: float | None
    is_open: bool
    is_own: bool


@dataclass(frozen=True)
class Strip:
    """One theme: what is counted, a row per group, and what changed since the edition before."""

    theme: str
    label: str
    marks: tuple[Mark, ...]
    change: str


@dataclass(frozen=True)
class Ratio:
    """One financial ratio: its signal values, the peers' figure, and the municipality's own."""

    label: str
    signals: str
    peers: str
    own: str


@dataclass(frozen=True)
class Level:
    """One part of the scale: how many peers are at the level that counts, 0-1 and in words."""

    label: str
    value: str
    share: float | None
    is_weakest: bool


@dataclass(frozen=True)
class Action:
    """One action of the agenda, and who owns it."""

    owner: str
    title: str


@dataclass(frozen=True)
class Asked:
    """The questions for the talk about one theme."""

    theme: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """Everything on the sheet."""

    language: Language
    title: str
    survey: str
    place: str
    basis: str
    mark: str
    strips: tuple[Strip, ...]
    strips_note: str
    deviations: tuple[str, ...]
    deviations_note: str
    ratios: tuple[Ratio, ...]
    ratios_note: str
    levels: tuple[Level, ...]
    levels_title: str
    levels_note: str
    actions: tuple[Action, ...]
    actions_source: str
    questions: tuple[Asked, ...]
    footer: tuple[str, ...]
    peers_name: str
    own_name: str


@dataclass(frozen=True)
class _Desk:
    """What every part of the sheet is made with."""

    release: Release
    subject: Subject
    edition: int
    words: SheetWords

    @property
    def language(self) -> Language:
        """The language of the sheet."""
        return self.words.language

    def group(self, dimension: str, code: str, *, short: bool = True) -> str:
        """Return the name of a group."""
        return self.release.codebook.group_label(dimension, code, self.language, short=short)


def write(release: Release, subject: Subject, edition: int, language: Language) -> Sheet:
    """Return the sheet of a subject.

    Raises:
        ReleaseBrokenError: a table of the release is missing or damaged.
    """
    desk = _Desk(release, subject, edition, SheetWords(language))
    words, book = desk.words, release.codebook
    synthetic = release.manifest.synthetic
    ratios, levels = _ratios(desk), _levels(desk)
    agenda = release.agenda
    return Sheet(
        language=language,
        title=subject.title(release, language),
        survey=book.survey.name.of(language),
        place=_place(desk),
        basis=_basis(desk),
        mark=words("mark.synthetic" if synthetic else "mark.real"),
        strips=tuple(_strips(desk)),
        strips_note=words("strips.note"),
        deviations=tuple(_deviations(desk)),
        deviations_note=_deviations_note(desk),
        ratios=ratios,
        ratios_note=book.survey.signals_are.of(language) if book.survey.signals_are else "",
        levels=levels,
        levels_title=_levels_title(desk),
        levels_note=words("levels.note", peers=desk.group(subject.dimension, subject.group)),
        actions=tuple(
            Action(words(f"owner.{a.owner}"), a.title.of(language))
            for a in (agenda.actions if agenda else [])
        ),
        actions_source=agenda.source.label.of(language) if agenda else "",
        questions=tuple(_questions(desk)),
        footer=tuple(_footer(desk)),
        peers_name=desk.group(subject.dimension, subject.group),
        own_name=subject.name,
    )


# ------------------------------------------------------------------ the head and the foot


def _place(desk: _Desk) -> str:
    """Return the groups a municipality is in; of a group, what it is a group of."""
    subject, book = desk.subject, desk.release.codebook
    if subject.code is None:
        return book.dimension_label(subject.dimension, desk.language)
    groups = dict(subject.groups)
    named = [*book.of_kind("class")[:1], *book.of_kind("region")]
    names = [desk.group(d.id, groups[d.id], short=False) for d in named if d.id in groups]
    return " · ".join(dict.fromkeys(names))


def _basis(desk: _Desk) -> str:
    """Return the edition, the peers, and how many of them took part."""
    words, subject = desk.words, desk.subject
    found = desk.release.ask(
        "response", editions=[desk.edition], dimensions=[subject.dimension]
    ).filter(pl.col("group_code") == subject.group)
    row = next(iter(found.to_dicts()), None)
    taken = (
        words(
            "head.response",
            respondents=row["respondent_count"],
            population=row["population_count"],
        )
        if row
        else ""
    )
    form = "head.peers" if subject.code else "head.group"
    named = desk.group(subject.dimension, subject.group, short=False)
    said = words(form, edition=desk.edition, peers=named, response=taken)
    if subject.year == desk.edition:
        return said
    return f"{said} {words('head.other_year', year=subject.year, edition=desk.edition)}"


def _footer(desk: _Desk) -> list[str]:
    """Return sources, date, version, and what the sheet is not."""
    words, book, manifest = desk.words, desk.release.codebook, desk.release.manifest
    used = [i for i in book.indicators if i.kind in {"survey", "official"}]
    sources = dict.fromkeys(book.source_of(i).label.of(desk.language) for i in used)
    lines = [
        words("foot.definitions"),
        words("foot.sources", sources="; ".join(sources)),
        words(
            "foot.version",
            version=manifest.version,
            day=day(manifest.created, desk.language),
            licence=book.survey.licence,
        ),
        words("foot.no_ranking"),
    ]
    return [words("foot.synthetic"), *lines] if manifest.synthetic else lines


# ------------------------------------------------------------------ the six themes


def _strips(desk: _Desk) -> list[Strip]:
    """Return a strip for each theme that was asked about in the edition."""
    book = desk.release.codebook
    asked = [(t, book.by_id[t.headline]) for t in book.themes]
    asked = [(t, i) for t, i in asked if i.asked_in(desk.edition)]
    changes = _changes(desk, [indicator for _, indicator in asked])
    return [_strip(desk, theme, indicator, changes) for theme, indicator in asked]


def _measure(indicator: Indicator) -> tuple[str, str]:
    """Return item and statistic of an indicator's own figure."""
    if indicator.is_share:
        return indicator.headline, "share"
    return "", indicator.headline


def _changes(desk: _Desk, indicators: list[Indicator]) -> dict[str, Row]:
    """Return how the peers' figures differ from the edition before, judged together."""
    if not indicators:
        return {}
    subject = desk.subject
    tested = differences(
        desk.release,
        Comparison(
            measures=tuple((i.id, *_measure(i)) for i in indicators),
            edition=desk.edition,
            subjects=((EDITION, subject.dimension, subject.group),),
        ),
    )
    return {row["indicator"]: row for row in tested.to_dicts()}


def _strip(desk: _Desk, theme: Theme, indicator: Indicator, changes: dict[str, Row]) -> Strip:
    """Return one theme."""
    change = changes.get(indicator.id)
    outcome = f"change.{change['outcome']}" if change else "change.not_compared"
    return Strip(
        theme=theme.title.of(desk.language),
        label=_statement(desk, indicator),
        marks=tuple(
            _mark(desk, indicator, row, is_own=n == 0)
            for n, row in enumerate(_strip_rows(desk, indicator))
        ),
        change=desk.words(outcome, year=change["other_edition"] if change else ""),
    )


def _statement(desk: _Desk, indicator: Indicator) -> str:
    """Return what is counted, in a few words."""
    if indicator.statement is None or not indicator.is_share:
        return indicator.label.of(desk.language)
    statement = indicator.statement.of(desk.language, many=desk.language == "en")
    option = indicator.option(indicator.headline)
    item = option.label.of(desk.language) if option else ""
    return desk.words("strips.share", statement=statement.format(item=f"‘{item}’"))


def _strip_rows(desk: _Desk, indicator: Indicator) -> list[Row]:
    """Return the figures of the peers, of the municipality's region, and of everyone."""
    subject = desk.subject
    wanted = [(subject.dimension, subject.group), _region(desk), (WHOLE, WHOLE)]
    rows = [_figure(desk, indicator, *group) for group in dict.fromkeys(wanted) if group]
    found = [row for row in rows if row is not None]
    # A region that is withheld steps up to a wider one; only once if that is shown already.
    return list({(row["dimension"], row["group_code"]): row for row in found}.values())


def _region(desk: _Desk) -> tuple[str, str] | None:
    """Return the municipality's region of the level that has most regions up to a score."""
    groups = dict(desk.subject.groups)
    levels = [d for d in desk.release.codebook.of_kind("region") if d.id in groups]
    few = [d for d in levels if len(d.groups) <= _FEW_REGIONS]
    if not few:
        return None
    level = max(few, key=lambda d: len(d.groups))
    return level.id, groups[level.id]


# Provinces, rather than the many small regions in which nothing can be published.
_FEW_REGIONS = 20


def _figure(
    desk: _Desk, indicator: Indicator, dimension: str, group: str, item: str | None = None
) -> Row | None:
    """Return one figure; where a region's is withheld, that of the wider group that has it."""
    own, statistic = _measure(indicator)
    question = Question(
        indicators=(indicator.id,),
        where=_where(dimension, group),
        editions=(desk.edition,),
        items=(own if item is None else item,),
        statistics=(statistic,),
        weightings=("municipality",),
    )
    row = next(iter(answer(desk.release, question).to_dicts()), None)
    if row is None or row["status"] in {SHOWN, BOUND} or not row["step_up_group"]:
        return row
    return _figure(desk, indicator, row["step_up_dimension"], row["step_up_group"], item)


def _where(dimension: str, group: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return a group as conditions, one for each dimension it is made of."""
    if dimension == WHOLE:
        return ()
    parts = zip(dimension.split(CROSS), group.split(CROSS), strict=True)
    return tuple((d, (code,)) for d, code in parts)


def _mark(desk: _Desk, indicator: Indicator, row: Row, *, is_own: bool) -> Mark:
    """Return one figure as a row of a strip."""
    is_drawn = row["status"] == SHOWN and row["grade"] != UNCERTAIN
    low, high = (0.0, 100.0) if indicator.is_share else indicator.valid or (0.0, 1.0)

    def along(amount: float | None) -> float | None:
        if amount is None or not is_drawn:
            return None
        return min(max((amount - low) / (high - low), 0.0), 1.0)

    return Mark(
        name=desk.group(row["dimension"], row["group_code"]),
        value=_value(desk, indicator, row),
        count=desk.words.count(row["answer_count"], row["population_count"]),
        middle=along(row["estimate"]),
        low=along(row["low"]),
        high=along(row["high"]),
        is_open=row["grade"] == CAUTION,
        is_own=is_own,
    )


def _value(desk: _Desk, indicator: Indicator, row: Row) -> str:
    """Return a figure with its margin, or why there is none."""
    words = desk.words
    if row["status"] == BOUND:
        if row["low"] <= 0:
            return words("state.at_most", value=words.value(row["high"], indicator))
        return words("state.at_least", value=words.value(row["low"], indicator))
    if row["status"] != SHOWN:
        return words(f"state.{row['status']}")
    if row["grade"] == UNCERTAIN:
        return words("state.uncertain")
    value = words.value(row["estimate"], indicator)
    if row["low"] is None:
        return value
    return f"{value} ({words.margin(row['low'], row['high'], indicator)})"


# ------------------------------------------------------------------ official figures


def _official_year(desk: _Desk) -> int | None:
    """Return the edition's year if there are official figures of it, else the last before."""
    book, known = desk.release.codebook, desk.release.manifest.years
    official = [i.id for i in book.indicators if i.kind == "official"]
    years = {y for i in official for years in known.get(i, {}).values() for y in years}
    before = [year for year in years if year <= desk.edition]
    return max(before) if before else None


def _positions(desk: _Desk, dimension: str, group: str) -> dict[str, Row]:
    """Return by indicator where the municipality's official figures lie among some peers."""
    year = _official_year(desk)
    book = desk.release.codebook
    official = [i for i in book.indicators if i.kind == "official"]
    if year is None or not official:
        return {}
    parts = zip(dimension.split(CROSS), group.split(CROSS), strict=True)
    found = desk.release.ask(
        "official_position",
        indicators=[i.id for i in official],
        edition=year,
        municipality=desk.subject.code,
        groups=[f"{d}={code}" for d, code in parts],
    )
    first = {i.id: i.bases[0] for i in official}
    return {r["indicator"]: r for r in found.to_dicts() if r["basis"] == first[r["indicator"]]}


def _deviations(desk: _Desk) -> list[str]:
    """Return the official figures that lie farthest from the middle of the peers.

    Distance is counted in widths of the peers' middle half, whichever side it is on.
    """
    subject, by_id = desk.subject, desk.release.codebook.by_id
    far = []
    for name, row in _positions(desk, subject.dimension, subject.group).items():
        if by_id[name].coverage is not None:
            continue
        width = (row["quartile_high"] or 0) - (row["quartile_low"] or 0)
        if row["amount"] is None or row["answer_count"] < FEWEST or width <= 0:
            continue
        far.append((abs(row["amount"] - row["median"]) / width, name, row))
    far.sort(key=lambda one: (-one[0], one[1]))
    return [_deviation(desk, name, row) for _, name, row in far[:FARTHEST]]


def _deviation(desk: _Desk, name: str, row: Row) -> str:
    """Return one official figure beside the middle of the peers, without a judgement."""
    indicator = desk.release.codebook.by_id[name]
    above, below = row["amount"] > row["quartile_high"], row["amount"] < row["quartile_low"]
    where = "above" if above else "below" if below else "inside"
    return desk.words(
        f"deviation.{where}",
        label=indicator.label.of(desk.language),
        value=desk.words.value(row["amount"], indicator),
        median=desk.words.value(row["median"], indicator),
        low=desk.words.value(row["quartile_low"], indicator),
        high=desk.words.value(row["quartile_high"], indicator),
    )


def _deviations_note(desk: _Desk) -> str:
    """Return of which year and source the official figures are; or that there are none."""
    if desk.subject.code is None:
        return desk.words("deviation.group_only")
    year = _official_year(desk)
    return desk.words("deviation.note", year=year) if year else desk.words("deviation.none")


def _ratios(desk: _Desk) -> tuple[Ratio, ...]:
    """Return each surveyed ratio that has signal values, with the official one beside it."""
    book = desk.release.codebook
    asked = [i for i in book.indicators if i.kind == "survey" and i.signals]
    own = _positions(desk, desk.subject.dimension, desk.subject.group) if desk.subject.code else {}
    return tuple(_ratio(desk, i, own) for i in asked if i.asked_in(desk.edition))


def _ratio(desk: _Desk, indicator: Indicator, own: dict[str, Row]) -> Ratio:
    """Return one ratio."""
    words, subject = desk.words, desk.subject
    row = _figure(desk, indicator, subject.dimension, subject.group)
    return Ratio(
        label=indicator.label.of(desk.language),
        signals=" · ".join(words.signal(s, indicator) for s in indicator.signals),
        peers=_value(desk, indicator, row) if row else "",
        own=_own_ratio(desk, indicator, own),
    )


def _own_ratio(desk: _Desk, indicator: Indicator, own: dict[str, Row]) -> str:
    """Return the municipality's official ratio with the same signal values, and its letter.

    One that was reported as such, in part of the country, goes before one worked out for all.
    """
    book = desk.release.codebook
    same = [i for i in book.indicators if i.kind == "official" and i.signals == indicator.signals]
    same.sort(key=lambda i: i.coverage is None)
    for official in same:
        amount = own.get(official.id, {}).get("amount")
        if amount is not None:
            letter = level_of(official, amount)
            return f"{desk.words.value(amount, official)} ({letter})"
    return "–"


# ------------------------------------------------------------------ levels, questions


def _scale(desk: _Desk) -> Indicator | None:
    """Return the indicator that sums up a scale of several parts."""
    asked = [i for i in desk.release.codebook.indicators if i.derived is not None]
    return next((i for i in asked if i.asked_in(desk.edition)), None)


def _levels_title(desk: _Desk) -> str:
    """Return the name of the scale, and which answers are counted."""
    scale = _scale(desk)
    if scale is None:
        return ""
    option = scale.option(str(scale.top_from))
    level = option.label.of(desk.language) if option else str(scale.top_from)
    return desk.words("levels.title", label=scale.label.of(desk.language), level=level)


def _levels(desk: _Desk) -> tuple[Level, ...]:
    """Return for each part of the scale how many peers are at the level that counts."""
    scale = _scale(desk)
    if scale is None or scale.derived is None:
        return ()
    by_id, subject = desk.release.codebook.by_id, desk.subject
    parts = [by_id[name] for name in scale.derived.from_]
    rows = [(i, _figure(desk, i, subject.dimension, subject.group, _TOP)) for i in parts]
    known = [row["estimate"] for _, row in rows if row and row["status"] == SHOWN]
    lowest = min(known, default=None)
    return tuple(
        Level(
            label=indicator.label.of(desk.language),
            value=_value(desk, indicator, row),
            share=row["estimate"] / 100 if row["status"] == SHOWN else None,
            is_weakest=row["status"] == SHOWN and row["estimate"] == lowest,
        )
        for indicator, row in rows
        if row is not None
    )


def _questions(desk: _Desk) -> list[Asked]:
    """Return the questions for the talk, theme by theme."""
    agenda = desk.release.agenda
    found = []
    for theme in desk.release.codebook.themes:
        asked = [q for q in (agenda.questions if agenda else []) if q.theme == theme.id]
        if asked:
            texts = tuple(question.text.of(desk.language) for question in asked)
            found.append(Asked(theme.title.of(desk.language), texts))
    return found
