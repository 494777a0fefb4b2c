"""The synthetic survey: fictitious answers with the levels and patterns the codebook asks for.

Nobody gave these answers. They stand in until there are real ones, and every table, page and
file made from them says so. The same seed gives the same content.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import polars as pl

from data.errors import CodebookError, DataError
from data.files import store
from data.files.config_files import read_toml
from data.files.schema import DONT_KNOW, NOT_ANSWERED, Responses, Signals, figures_of_year
from data.survey.codebook import Codebook, load_codebook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from data.survey.indicators import Indicator
    from data.survey.sample_targets import Relation, Sample

Floats: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
Row: TypeAlias = tuple[int, str, str, str, float | None, str | None, str, None, bool]

# The seven parts of a derived scale share this much of their variance; the median of seven such
# parts varies by this factor less than one of them.
SHARED_VARIANCE = 0.7
SPREAD_OF_MEDIAN = 0.876
# Scores are rounded before they become answers: the last bits of a sum of products differ between
# processors, and none of them may decide an answer.
SCORE_DECIMALS = 9

_NORMAL = NormalDist()


@dataclass(frozen=True)
class Frame:
    """The municipalities of one edition, as arrays of equal length."""

    year: int
    codes: list[str]
    class_index: list[int]
    log_size: Floats
    register: pl.DataFrame


def write_sample(vault: Path, seed: int) -> tuple[int, int]:
    """Make ``vault`` hold the synthetic survey; return how many answers and signals it has.

    Raises:
        DataError: register or official figures have not been built yet, or the vault holds
            real answers.
        CodebookError: the codebook has no ``[sample]``.
    """
    codebook = load_codebook(store.SURVEY / "codebook.toml")
    if (vault / store.VAULT_MANIFEST).is_file():
        _refuse_real(vault)
    store.new_vault(vault, synthetic=True, origin=f"python -m data sample --seed {seed}")
    register = store.read_parquet(vault / "register.parquet")
    official = store.read_parquet(vault / "official.parquet")
    sentences = read_toml(store.HERE / "sample" / "signals.toml")
    responses, signals = draw(codebook, register, official, sentences, seed)
    metadata = {"synthetic": "true", "seed": str(seed)}
    store.write_parquet(responses, vault / "responses.parquet", metadata)
    store.write_parquet(signals, vault / "signals.parquet", metadata)
    return responses.height, signals.height


def _refuse_real(vault: Path) -> None:
    """Stop when the vault holds answers that somebody really gave."""
    if store.read_json(vault / store.VAULT_MANIFEST).get("synthetic") is not True:
        raise DataError(
            f"De kluis {vault} bevat echte antwoorden.",
            "zet STAND_VAULT op een andere map om voorbeelddata te maken.",
        )


def draw(
    codebook: Codebook,
    register: pl.DataFrame,
    official: pl.DataFrame,
    sentences: dict[str, object],
    seed: int,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return fictitious responses and signals for every edition of the codebook.

    Raises:
        CodebookError: there is no ``[sample]``, a target is not complete, or the correlations
            cannot all hold together.
    """
    sample = codebook.sample
    if sample is None:
        raise CodebookError(
            "codebook.toml heeft geen [sample].", "voeg [sample] toe om voorbeelddata te maken."
        )
    random = np.random.default_rng(seed)
    asked = [i for i in codebook.indicators if i.kind == "survey" and not i.derived]
    every_code = sorted(set(register["municipality_code"]))
    index = {code: place for place, code in enumerate(every_code)}
    roots = _correlation_root(asked, sample)
    lasting = random.standard_normal((len(every_code), len(asked))) @ roots.T
    lasting_parts = random.standard_normal(len(every_code))
    willing = random.standard_normal(len(every_code))
    responses: list[Row] = []
    signals: list[tuple[int, int, str, str, str | None, str, bool]] = []
    for year in codebook.years():
        frame = _frame(codebook, sample, register, year)
        places = [index[code] for code in frame.codes]
        fresh = random.standard_normal((len(places), len(asked))) @ roots.T
        latent = _mix(lasting[places], fresh, sample.kept_between_editions)
        latent = _with_official(latent, asked, frame, official)
        parts = _mix(
            lasting_parts[places],
            random.standard_normal(len(places)),
            sample.kept_between_editions,
        )
        answering = _answering(frame, sample, willing[places], random)
        responses += _answers(codebook, sample, frame, answering, (latent, parts), random)
        signals += _signals(sentences, sample, frame, answering, random)
    return (
        Responses.validate(pl.DataFrame(responses, schema=_RESPONSES, orient="row"), cast=True),
        Signals.validate(pl.DataFrame(signals, schema=_SIGNALS, orient="row"), cast=True),
    )


_RESPONSES = {
    "edition": pl.Int32,
    "municipality_code": pl.String,
    "indicator": pl.String,
    "choice": pl.String,
    "answer": pl.Float64,
    "reason": pl.String,
    "role": pl.String,
    "weight": pl.Float64,
    "is_synthetic": pl.Boolean,
}
_SIGNALS = {
    "edition": pl.Int32,
    "signal_id": pl.Int32,
    "municipality_code": pl.String,
    "theme": pl.String,
    "chain_partner": pl.String,
    "text": pl.String,
    "is_synthetic": pl.Boolean,
}


def _mix(lasting: Floats, fresh: Floats, kept: float) -> Floats:
    """Return standard normals that correlate by ``kept`` from one edition to the next."""
    mixed: Floats = np.sqrt(kept) * lasting + np.sqrt(1 - kept) * fresh
    return mixed


def _correlation_root(asked: Sequence[Indicator], sample: Sample) -> Floats:
    """Return a matrix that turns independent normals into ones correlated as asked."""
    place = {indicator.id: n for n, indicator in enumerate(asked)}
    matrix = np.eye(len(asked))
    for pair in sample.correlations:
        first, second = place[pair.first], place[pair.second]
        left = _left_over(asked[first], asked[second], pair.value)
        matrix[first, second] = matrix[second, first] = left
    try:
        root: Floats = np.linalg.cholesky(matrix).astype(np.float64)
    except np.linalg.LinAlgError:
        raise CodebookError(
            "De correlations van [sample] kunnen niet alle samen waar zijn.",
            "maak ze zwakker, of de relation van de vragen die zij noemen.",
        ) from None
    return root


def _left_over(first: Indicator, second: Indicator, correlation: float) -> float:
    """Return how two scores correlate apart from the official figure that both go with.

    What a shared figure brings, and what is left over, add up to ``correlation``; figures of
    different indicators are taken as unrelated.
    """
    one, other = _relation(first), _relation(second)
    strengths = [relation.correlation if relation else 0.0 for relation in (one, other)]
    shared = one is not None and other is not None and one.indicator == other.indicator
    brought = strengths[0] * strengths[1] if shared else 0.0
    own = [1 - strength**2 for strength in strengths]
    return (correlation - brought) / float(np.sqrt(own[0] * own[1]))


def _relation(indicator: Indicator) -> Relation | None:
    """Return which official figure the answers to a question go with, if any."""
    return indicator.target.relation if indicator.target else None


def _with_official(
    latent: Floats, asked: Sequence[Indicator], frame: Frame, official: pl.DataFrame
) -> Floats:
    """Return scores that go with the official figures as the codebook asks.

    The scores of a class stay standard normal, so its level and spread do too. A municipality
    without the official figure keeps its own score.
    """
    related = latent.copy()
    for column, indicator in enumerate(asked):
        if (relation := _relation(indicator)) is None:
            continue
        figures = _official_scores(frame, official, relation.indicator)
        own = np.sqrt(1 - relation.correlation**2) * latent[:, column]
        moved = relation.correlation * figures + own
        related[:, column] = np.where(np.isnan(figures), latent[:, column], moved)
    return related


def _official_scores(frame: Frame, official: pl.DataFrame, indicator: str) -> Floats:
    """Return each municipality's rank in its class on an official figure, as a normal score.

    Not a number where it filed none.
    """
    figures = figures_of_year(official, indicator, frame.year)
    filed = dict(figures.select("municipality_code", "amount").iter_rows())
    amounts = pl.DataFrame(
        {"class": frame.class_index, "amount": [filed.get(code) for code in frame.codes]},
        schema_overrides={"amount": pl.Float64},
    )
    amount = pl.col("amount")
    below = (amount.rank().over("class") - 0.5) / amount.count().over("class")
    shares = amounts.select(below).to_series()
    return np.array([np.nan if share is None else _NORMAL.inv_cdf(share) for share in shares])


def _frame(codebook: Codebook, sample: Sample, register: pl.DataFrame, year: int) -> Frame:
    """Return the municipalities of one edition with the place of their class in the targets."""
    members = register.filter(pl.col("year") == year).sort("municipality_code")
    classes = codebook.dimension_by_id[sample.class_dimension].codes()
    largest = members[sample.largest].is_not_null()
    class_index = [
        len(classes) if is_largest else classes.index(code)
        for code, is_largest in zip(members[sample.class_dimension], largest, strict=True)
    ]
    log_size = np.log(members["inhabitants"].to_numpy())
    return Frame(year, members["municipality_code"].to_list(), class_index, log_size, members)


def _answering(
    frame: Frame, sample: Sample, willing: Floats, random: np.random.Generator
) -> list[int]:
    """Return which municipalities take part; half of their willingness lasts."""
    will = _mix(willing, random.standard_normal(len(willing)), 0.5)
    return [
        n
        for n, class_index in enumerate(frame.class_index)
        if will[n] < _NORMAL.inv_cdf(sample.response[class_index])
    ]


def _answers(
    codebook: Codebook,
    sample: Sample,
    frame: Frame,
    answering: list[int],
    latents: tuple[Floats, Floats],
    random: np.random.Generator,
) -> Iterator[Row]:
    """Yield the answers of one edition, the missing ones with their reason."""
    latent, parts = latents
    codebook = codebook.in_edition(frame.year)
    asked = [i for i in codebook.indicators if i.kind == "survey" and not i.derived]
    roles = {i.id: codebook.role_of(i) for i in asked}
    absent = {
        (n, role): random.random() < sample.role_absent
        for role in sorted({theme.role for theme in codebook.themes} | set(roles.values()))
        for n in answering
    }
    for column, indicator in enumerate(asked):
        if not indicator.asked_in(frame.year):
            continue
        role = roles[indicator.id]
        scores = _scores(codebook, sample, indicator, frame, (latent[:, column], parts), random)
        for n in answering:
            unanswered = absent[n, role] or random.random() < sample.not_answered
            reason = NOT_ANSWERED if unanswered else _unknown(indicator, sample, random)
            for option, value in _coded(indicator, frame, n, scores[n], random):
                yield (
                    frame.year,
                    frame.codes[n],
                    indicator.id,
                    option,
                    None if reason else value,
                    reason,
                    role,
                    None,
                    True,
                )


def _unknown(indicator: Indicator, sample: Sample, random: np.random.Generator) -> str | None:
    """Return 'weet niet' now and then: more often for opinions than for numbers."""
    number = indicator.type == "number"
    chance = sample.dont_know_number if number else sample.dont_know_opinion
    return DONT_KNOW if random.random() < chance else None


def _scores(
    codebook: Codebook,
    sample: Sample,
    indicator: Indicator,
    frame: Frame,
    latents: tuple[Floats, Floats],
    random: np.random.Generator,
) -> Floats:
    """Return one standard normal per municipality, shifted where part of a scale; rounded."""
    latent, parts = latents
    target = indicator.target
    if indicator.part_of is None or target is None:
        return np.round(latent, SCORE_DECIMALS)
    effect = sample.size_effect_within_class
    shared = np.sqrt(1 - effect**2) * parts + effect * _size_within_class(frame)
    own = random.standard_normal(len(parts))
    whole = codebook.by_id[indicator.part_of]
    score: Floats = np.sqrt(SHARED_VARIANCE) * shared + np.sqrt(1 - SHARED_VARIANCE) * own
    shifts = np.array([_shift(whole, place) for place in frame.class_index])
    spread: Floats = score / SPREAD_OF_MEDIAN + shifts + target.item_shift
    return np.round(spread, SCORE_DECIMALS)


def _size_within_class(frame: Frame) -> Floats:
    """Return how much larger than its class a municipality is, standardised over all."""
    classes = np.array(frame.class_index)
    means = {c: frame.log_size[classes == c].mean() for c in set(frame.class_index)}
    within = frame.log_size - np.array([means[c] for c in frame.class_index])
    scaled: Floats = within / within.std()
    return scaled


def _coded(
    indicator: Indicator, frame: Frame, n: int, score: float, random: np.random.Generator
) -> list[tuple[str, float]]:
    """Return the option and value rows that stand for one answer."""
    if indicator.type == "multi":
        chosen = _choose(indicator, random)
        return [(option.code, float(option.code in chosen)) for option in indicator.options]
    place = frame.class_index[n]
    if indicator.type == "yes_no":
        share = _class_level(indicator, frame.year, place) / 100
        return [("", float(score > _NORMAL.inv_cdf(1 - share)))]
    if indicator.type == "ordinal":
        return [("", _level(indicator, place, score))]
    return [("", _amount(indicator, frame, n, score))]


def _class_level(indicator: Indicator, year: int, place: int) -> float:
    """Return the level the sample aims at for one class in one edition."""
    target = indicator.target
    if target is None:
        raise CodebookError(f"{indicator.id} heeft geen target.", "voeg target toe.")
    levels = (target.by_edition or {}).get(year) or target.classes or []
    return levels[place]


def _thresholds(distribution: Sequence[float]) -> list[float]:
    """Return where a normal score passes from one answer to the next."""
    total = sum(distribution)
    cumulative = np.cumsum(distribution)[:-1] / total
    return [_NORMAL.inv_cdf(float(share)) for share in cumulative]


def _shift(indicator: Indicator, place: int) -> float:
    """Return how far a class lies above the national distribution, in standard deviations."""
    target = indicator.target
    if target is None or target.distribution is None:
        return 0.0
    if target.class_shift:
        return target.class_shift[place]
    if target.top:
        threshold = _thresholds(target.distribution)[(indicator.top_from or 2) - 2]
        return threshold - _NORMAL.inv_cdf(1 - target.top[place] / 100)
    return 0.0


def _level(indicator: Indicator, place: int, score: float) -> float:
    """Return the answer on a scale; part of a scale takes the distribution of the whole."""
    target = indicator.target
    if target is None:
        raise CodebookError(f"{indicator.id} heeft geen target.", "voeg target toe.")
    distribution = target.distribution or [15, 38, 33, 12, 2]
    moved = score if indicator.part_of else score + _shift(indicator, place)
    return 1.0 + sum(moved > threshold for threshold in _thresholds(distribution))


def _amount(indicator: Indicator, frame: Frame, n: int, score: float) -> float:
    """Return a number around the level of the class, within the valid range."""
    target, valid = indicator.target, indicator.valid
    if target is None or valid is None or target.sd is None:
        raise CodebookError(f"{indicator.id} heeft geen volledig target.", "vul het aan.")
    level = _class_level(indicator, frame.year, frame.class_index[n])
    row = frame.register.row(n, named=True)
    level += sum(shift for code, shift in target.regions.items() if code in row.values())
    if target.shape == "log_normal":
        value = level * float(np.exp(target.sd * score))
    elif target.shape == "right_skewed":
        sigma = float(np.sqrt(np.log1p((target.sd / level) ** 2)))
        value = level * float(np.exp(sigma * score - sigma**2 / 2))
    else:
        value = level + target.sd * score
    return round(min(max(value, valid[0]), valid[1]), indicator.decimals)


def _choose(indicator: Indicator, random: np.random.Generator) -> set[str]:
    """Return which options are chosen, each about as often as its target says."""
    target = indicator.target
    if target is None or target.options is None:
        raise CodebookError(f"{indicator.id} heeft geen target.options.", "voeg ze toe.")
    exclusive = [option.code for option in indicator.options if option.exclusive]
    for code in exclusive:
        if random.random() < target.options[code] / 100:
            return {code}
    others = [code for code in target.options if code not in exclusive]
    random.shuffle(others)
    weights = np.array([target.options[code] for code in others])
    count = indicator.max_choices or len(others)
    edges = np.cumsum(weights / weights.sum() * count)
    marks = random.random() + np.arange(count)
    return {others[int(place)] for place in np.searchsorted(edges, marks).clip(max=len(others) - 1)}


def _signals(
    sentences: dict[str, object],
    sample: Sample,
    frame: Frame,
    answering: list[int],
    random: np.random.Generator,
) -> Iterator[tuple[int, int, str, str, str | None, str, bool]]:
    """Yield fictitious bottlenecks, put together from our own sentences."""
    themes = sorted(sentences)
    for number in range(sample.signals_per_edition):
        theme = themes[int(random.integers(len(themes)))]
        words = sentences[theme]
        if not isinstance(words, dict):
            raise CodebookError(f"sample_signals.toml: {theme} is leeg.", "vul het thema aan.")
        opening = str(words["openings"][int(random.integers(len(words["openings"])))])
        consequence = str(words["consequences"][int(random.integers(len(words["consequences"])))])
        partner = str(words["partners"][int(random.integers(len(words["partners"])))])
        named = partner if "{partner}" in opening else None
        text = opening.replace("{partner}", partner)
        yield (
            frame.year,
            number + 1,
            frame.codes[answering[int(random.integers(len(answering)))]],
            theme,
            named,
            f"{text[0].upper()}{text[1:]} {consequence}",
            True,
        )
