"""Open answers on their way out of the vault: of a group, in any order, without names.

Who wrote what cannot be found back: an answer has a number that means nothing, no municipality,
and one group of at least so many writers as the policy asks.
"""

from __future__ import annotations

import hmac
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from data.errors import DataError
from data.files import store
from data.files.config_files import load_model, read_toml
from data.survey.groups import WHOLE
from queries.disclosure.redaction import PersonNames, redactor, unread

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from data.survey.codebook import Codebook
    from data.survey.policy import SignalsPolicy
    from queries.disclosure.redaction import Redactor
    from queries.vault.opening import Vault

SCHEMA = {
    "edition": pl.Int32,
    "signal_id": pl.Int32,
    "theme": pl.String,
    "partner": pl.String,
    "dimension": pl.String,
    "group_code": pl.String,
    "text": pl.String,
}
_ABOUT = ["edition", "theme"]
_GROUP = ["dimension", "group_code"]
# So many words that somebody should read are named; more are counted.
_NAMED = 12


@dataclass(frozen=True)
class Told:
    """The open answers as they may be told, and what was changed about them.

    ``signals`` has the columns of ``SCHEMA``; ``replaced`` counts what was taken out of texts, by
    kind; ``coarsened`` and ``left_out`` count answers; ``to_read`` holds words that may be names.
    """

    signals: pl.DataFrame
    replaced: Counter[str]
    coarsened: int
    left_out: int
    to_read: list[str]

    def lines(self) -> list[str]:
        """Return what the data steward should know, line by line."""
        taken = ", ".join(f"{count} {kind}" for kind, count in sorted(self.replaced.items()))
        lines = [
            f"Signalen: {self.signals.height} vrijgegeven, {self.left_out} weggelaten.",
            f"Signalen zonder groep, omdat die te klein is: {self.coarsened}.",
            f"Uit de teksten gehaald: {taken or 'niets'}.",
        ]
        if self.to_read:
            more = len(self.to_read) - _NAMED
            also = f" en nog {more}" if more > 0 else ""
            lines.append(f"Lees na of dit namen zijn: {', '.join(self.to_read[:_NAMED])}{also}.")
        return lines


def told_signals(vault: Vault) -> Told | None:
    """Return the open answers of a vault as they may be told; None when it has none.

    Raises:
        DataError: there are open answers, but the policy does not say how they may be told.
    """
    path = vault.answers / "signals.parquet"
    if not path.is_file():
        return None
    policy = vault.policy.signals
    if policy is None:
        raise DataError(
            "De kluis heeft signalen, maar policy.toml zegt niet hoe die naar buiten mogen.",
            "voeg [signals] toe aan policy.toml, of haal signals.parquet uit de kluis.",
        )
    register = store.read_parquet(vault.path / "register.parquet")
    # by it the draw stays the same from one release to the next
    secret = store.secret(vault.path)
    placed = _placed(store.read_parquet(path), register, policy, secret)
    cleaned, replaced = _cleaned(placed, _redactor(vault.path, vault.codebook, register, policy))
    texts = cleaned["text"].to_list()
    told = _numbered(cleaned, secret)
    whole = told.filter(pl.col("dimension") == WHOLE).height
    known = [*told["partner"].drop_nulls().unique(), *policy.instead.model_dump().values()]
    left_out = pl.read_parquet(path).height - told.height
    return Told(told, replaced, whole, left_out, unread(texts, known))


def _drawn(secret: bytes, *parts: object) -> bytes:
    """Return a number that nobody without the secret can tell from a random one."""
    return hmac.digest(secret, repr(parts).encode(), "sha256")


def _placed(
    signals: pl.DataFrame, register: pl.DataFrame, policy: SignalsPolicy, secret: bytes
) -> pl.DataFrame:
    """Return the answers that may be told, with the dimension and group they are told of."""
    codes = signals["municipality_code"].unique().to_list()
    draw = {
        code: policy.dimensions[_drawn(secret, "dimension", code)[0] % len(policy.dimensions)]
        for code in codes
    }
    group = pl.coalesce(
        pl.when(pl.col("dimension") == name).then(pl.col(name).cast(pl.String))
        for name in policy.dimensions
    )
    known = signals.join(
        register.select(
            pl.col("year").cast(pl.Int32).alias("edition"), "municipality_code", *policy.dimensions
        ),
        on=["edition", "municipality_code"],
        how="left",
        maintain_order="left",
    )
    grouped = known.with_columns(
        dimension=pl.col("municipality_code").replace_strict(draw, return_dtype=pl.String)
    ).with_columns(group_code=group)
    return pl.concat(_coarse(about, policy) for about in grouped.partition_by(_ABOUT))


def _coarse(about: pl.DataFrame, policy: SignalsPolicy) -> pl.DataFrame:
    """Return answers on one theme with small groups told as the whole; none when that is small.

    What is told of the whole must come from enough writers too: those who know which groups are
    missing know where it comes from.
    """
    sizes = (
        about.drop_nulls("group_code")
        .group_by(_GROUP)
        .agg(pl.len(), pl.col("municipality_code").n_unique().alias("writers"))
        .sort("writers", "len", *_GROUP)
    )
    small = (pl.col("len") < policy.min_signals) | (pl.col("writers") < policy.min_municipalities)
    joined = sizes.filter(small).height
    for taken in range(joined, sizes.height + 1):
        kept = sizes.with_row_index("rank").filter(~small, pl.col("rank") >= taken)
        inside = about.join(kept, on=_GROUP, how="semi", maintain_order="left")
        rest = about.join(kept, on=_GROUP, how="anti", maintain_order="left")
        writers = rest["municipality_code"].n_unique()
        if rest.is_empty() or (
            rest.height >= policy.min_signals and writers >= policy.min_municipalities
        ):
            whole = rest.with_columns(dimension=pl.lit(WHOLE), group_code=pl.lit(WHOLE))
            return pl.concat([inside, whole])
    return about.clear()


def _redactor(
    vault: Path, codebook: Codebook, register: pl.DataFrame, policy: SignalsPolicy
) -> Redactor:
    """Return what takes names and places out of the answers of a vault."""
    source = store.SURVEY / "person_names.toml"
    names = load_model(PersonNames, source, read_toml(source))
    return redactor(names, _places(vault, codebook, register), policy.instead)


def _places(vault: Path, codebook: Codebook, register: pl.DataFrame) -> Iterable[str]:
    """Yield every spelling of a municipality, former ones included, and every region."""
    yield from register["name"].unique()
    for table, column in (("names", "variant"), ("mergers", "old_name")):
        path = vault / f"{table}.parquet"
        if path.is_file():
            yield from store.read_parquet(path)[column].unique()
    for dimension in codebook.of_kind("region"):
        for group in dimension.groups:
            yield group.label.dutch


def _cleaned(signals: pl.DataFrame, redactor: Redactor) -> tuple[pl.DataFrame, Counter[str]]:
    """Return the answers with cleaned texts and partners, and what was taken out by kind."""
    replaced: Counter[str] = Counter()
    columns = {}
    for column in ("text", "chain_partner"):
        values = []
        for value in signals[column]:
            clean, kinds = (None, []) if value is None else redactor.clean(value)
            values.append(clean)
            replaced.update(kinds)
        columns[column] = pl.Series(column, values, dtype=pl.String)
    return signals.with_columns(**columns), replaced


def _numbered(signals: pl.DataFrame, secret: bytes) -> pl.DataFrame:
    """Return the answers in an order that means nothing, numbered per edition."""
    keys = signals.select("edition", "signal_id").rows()
    order = pl.Series("order", [_drawn(secret, "order", *key) for key in keys], dtype=pl.Binary)
    shuffled = signals.with_columns(order).sort("edition", "order")
    return shuffled.select(
        "edition",
        pl.int_range(1, pl.len() + 1).over("edition").alias("signal_id"),
        "theme",
        pl.col("chain_partner").alias("partner"),
        *_GROUP,
        "text",
    ).cast(pl.Schema(SCHEMA))
