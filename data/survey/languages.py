"""The languages that readers may choose: a third is a name and a row here, and its texts.

Which files of texts that are stands in ``docs/development.md``.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

Language: TypeAlias = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
# How numbers and dates are written, and which numbers are singular.
LOCALES: dict[Language, str] = {"nl": "nl_NL", "en": "en_GB"}
# What municipalities answer and stewards read in, and what a page speaks unless it is asked.
DUTCH: Language = "nl"
