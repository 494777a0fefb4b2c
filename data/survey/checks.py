"""What the entries of a codebook say of each other: names used and not defined, and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.spelling import folded
from data.survey.design import RESERVED
from data.survey.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from data.survey.codebook import Codebook
    from data.survey.indicators import Indicator


def problems_of(codebook: Codebook) -> list[str]:
    """Return names that are used but not defined, and names defined twice, as sentences."""
    indicators = [i.id for i in codebook.indicators]
    themes = [t.id for t in codebook.themes]
    dimensions = [d.id for d in codebook.dimensions]
    roles = [r.id for r in codebook.roles]
    sources = [s.id for s in codebook.sources]
    survey_ids = {i.id for i in codebook.indicators if i.kind == "survey"}
    found = [
        *_twice("indicator", indicators),
        *_twice("thema", themes),
        *_twice("dimensie", dimensions),
        *_twice("parameter", [d.parameter for d in codebook.dimensions]),
        *_twice("standaardindeling", [d.kind for d in codebook.dimensions if d.default]),
        *_twice("begrip", [t.id for t in codebook.terms]),
        *_twice("slug", [t.slug for t in codebook.themes]),
        *_twice("editie", [str(e.year) for e in codebook.editions]),
    ]
    found += [
        f"dimensie {d.id}: parameter {d.parameter} betekent in een adres al iets anders"
        for d in codebook.dimensions
        if d.parameter in RESERVED
    ]
    for dimension in codebook.dimensions:
        found += _twice(f"groep in {dimension.id}", dimension.codes())
    uses = [
        *(
            (f"thema {t.id}: indicator {t.headline}", t.headline, indicators)
            for t in codebook.themes
        ),
        *(
            (f"thema {t.id}: in_depth {t.in_depth}", t.in_depth, survey_ids)
            for t in codebook.themes
            if t.in_depth is not None
        ),
        *(
            (f"thema {t.id}: steps noemt {name}", name, survey_ids)
            for t in codebook.themes
            for step in t.steps
            for name in step.indicators
        ),
        *((f"thema {t.id}: rol {t.role}", t.role, roles) for t in codebook.themes),
        *((f"indicator {i.id}: thema {i.theme}", i.theme, themes) for i in codebook.indicators),
        *(
            (f"indicator {i.id}: bron {codebook.source_id(i)}", codebook.source_id(i), sources)
            for i in codebook.indicators
        ),
        *(
            (f"indicator {i.id}: afgeleid van {name}", name, survey_ids)
            for i in codebook.indicators
            if i.derived
            for name in i.derived.from_
        ),
        *(
            (f"indicator {i.id}: onderdeel van {i.part_of}", i.part_of, indicators)
            for i in codebook.indicators
            if i.part_of
        ),
    ]
    uses += [
        (f"indicator {i.id}: rol {role}", role, roles)
        for i in codebook.indicators
        for role in _own_roles(i)
    ]
    uses += [
        (f"survey: calibrate noemt {name}", name, dimensions)
        for margin in codebook.survey.calibrate
        for name in margin
    ]
    if compared := codebook.survey.representativity:
        uses += [
            (f"survey: representativity noemt {name}", name, dimensions)
            for name in compared.dimensions
        ]
    uses += [
        (f"regel ‘{rule.message.dutch}’: vraag {name}", name.partition(".")[0], survey_ids)
        for rule in codebook.rules
        for name in (rule.first, rule.second)
    ]
    official_ids = {i.id for i in codebook.indicators if i.kind == "official"}
    found += [
        f"{use} noemt {name}, en dat is geen officieel cijfer"
        for use, name in _official_uses(codebook)
        if name not in official_ids
    ]
    found += [f"{use} bestaat niet" for use, name, known in uses if name not in known]
    found += _synonym_problems(codebook)
    years = set(codebook.years())
    for i in codebook.indicators:
        if i.headline not in _headlines(i):
            found.append(f"indicator {i.id}: headline {i.headline} is geen van {_headlines(i)}")
        if unknown := set(i.comparability) - years:
            found.append(f"indicator {i.id}: comparability noemt onbekende editie {unknown}")
    return found


def _official_uses(codebook: Codebook) -> Iterator[tuple[str, str]]:
    """Yield where the codebook names an official figure, and its name."""
    compared = codebook.survey.representativity
    for name in compared.official if compared else ():
        yield "survey: representativity", name
    for indicator in codebook.indicators:
        if indicator.target and indicator.target.relation:
            yield f"indicator {indicator.id}: target.relation", indicator.target.relation.indicator
        for name in indicator.calibrate:
            yield f"indicator {indicator.id}: calibrate", name


def _synonym_problems(codebook: Codebook) -> Iterator[str]:
    """Yield synonyms that add nothing: empty, said twice, or the name itself."""
    named = [(f"thema {t.id}", t.title, t.words) for t in codebook.themes]
    named += [(f"indicator {i.id}", i.label, i.words) for i in codebook.indicators]
    for what, name, words in named:
        for language in LANGUAGES:
            known = [folded(text) for text in (name.of(language), *words.of(language))]
            for word in words.of(language):
                if not folded(word) or known.count(folded(word)) > 1:
                    yield f"{what}: het woord ‘{word}’ ({language}) onder words voegt niets toe"


def _own_roles(indicator: Indicator) -> list[str]:
    """Return who answers a question, where that is someone else than for its theme."""
    roles = [indicator.role, *(change.role for change in indicator.changes.values())]
    return [role for role in roles if role]


def _headlines(indicator: Indicator) -> list[str]:
    """Return the figures an indicator could be known by."""
    return ["mean", "median"] if indicator.type == "number" else indicator.items()


def _twice(noun: str, names: Sequence[str]) -> list[str]:
    """Return a sentence for each name that occurs more than once."""
    return [
        f"{noun} {name} staat er twee keer" for name in {n for n in names if names.count(n) > 1}
    ]
