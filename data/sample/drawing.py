"""The synthetic survey: fictitious answers with the levels and patterns the codebook asks for.

Nobody gave these answers. They stand in until there are real ones, and every table, page and
file made from them says so. The same seed gives the same content.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import polars as pl

from data.errors import CodebookError, DataError
from data.files import store
from data.files.config_files import read_toml
from data.files.schema import DONT_KNOW, NOT_ANSWERED, Responses, Signals
from data.sample.coding import coded
from data.sample.frame import Frame, frame_of
from data.sample.scores import correlation_root, mix, scores, with_official
from data.survey.codebook import Codebook, load_codebook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from data.sample.frame import Floats
    from data.survey.indicators import Indicator
    from data.survey.sample_targets import Sample

Row: TypeAlias = tuple[int, str, str, str, float | None, str | None, str, None, bool]

_NORMAL = NormalDist()


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
    roots = correlation_root(asked, sample)
    lasting = random.standard_normal((len(every_code), len(asked))) @ roots.T
    lasting_parts = random.standard_normal(len(every_code))
    willing = random.standard_normal(len(every_code))
    responses: list[Row] = []
    signals: list[tuple[int, int, str, str, str | None, str, bool]] = []
    for year in codebook.years():
        frame = frame_of(codebook, sample, register, year)
        places = [index[code] for code in frame.codes]
        fresh = random.standard_normal((len(places), len(asked))) @ roots.T
        latent = mix(lasting[places], fresh, sample.kept_between_editions)
        latent = with_official(latent, asked, frame, official)
        parts = mix(
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


def _answering(
    frame: Frame, sample: Sample, willing: Floats, random: np.random.Generator
) -> list[int]:
    """Return which municipalities take part; half of their willingness lasts."""
    will = mix(willing, random.standard_normal(len(willing)), 0.5)
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
        score_of = scores(codebook, sample, indicator, frame, (latent[:, column], parts), random)
        for n in answering:
            unanswered = absent[n, role] or random.random() < sample.not_answered
            reason = NOT_ANSWERED if unanswered else _unknown(indicator, sample, random)
            for option, value in coded(indicator, frame, n, score_of[n], random):
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
