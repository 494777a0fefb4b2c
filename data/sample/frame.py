"""The municipalities of one edition of the sample, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from data.survey.codebook import Codebook
    from data.survey.sample_targets import Sample

Floats: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Frame:
    """The municipalities of one edition, as arrays of equal length."""

    year: int
    codes: list[str]
    class_index: list[int]
    log_size: Floats
    register: pl.DataFrame


def frame_of(codebook: Codebook, sample: Sample, register: pl.DataFrame, year: int) -> Frame:
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
