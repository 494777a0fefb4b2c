"""The address of a page: everything a reader chose, as codes, and back again.

Pure: parameters in, a selection out, with what could not be used; a selection in, parameters
out. Names and labels never appear in an address, so it survives a change of language or wording.
Which parameters there are stands in ``pages.state.parameters``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from data.settings import settings
from data.survey.languages import DUTCH, LANGUAGES
from pages.state.parameter_kinds import Dropped, Offer, Reader, taken, taking
from pages.state.parameters import PARAMETERS
from pages.state.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.survey.codebook import Codebook
    from data.survey.languages import Language
    from pages.state.releases import Facts

# What others ask of an address by its name.
LANGUAGE, EDITION, VERSION, OPENED = "taal", "ed", "v", "op"
# No list of values in an address is longer.
LONGEST = 1000
__all__ = [
    "EDITION",
    "LANGUAGE",
    "LONGEST",
    "OPENED",
    "VERSION",
    "Dropped",
    "difference",
    "language",
    "link",
    "offers",
    "read",
    "shared",
    "site",
    "write",
]


def language(wanted: str | None) -> Language:
    """Return the language that an address asks for: Dutch, unless it is one of the others."""
    return next((known for known in LANGUAGES if known == wanted), DUTCH)


def read(parameters: Mapping[str, str], facts: Facts) -> tuple[Selection, list[Dropped]]:
    """Return the selection in an address, and what of it could not be used.

    ``facts`` is the version that the address names, else the one online.
    """
    reader = Reader(parameters, facts)
    tongue = language(reader.one_of(LANGUAGE, LANGUAGES))
    selection = Selection(tongue, edition=facts.editions[-1])
    for parameter in PARAMETERS:
        selection = parameter.read(reader, selection)
    return selection, reader.dropped


def offers(facts: Facts, selection: Selection) -> dict[str, Offer]:
    """Return every name that an address of a release knows, with the values it takes.

    Given a selection, those that go with what it holds so far.
    """
    known = [offer for parameter in PARAMETERS for offer in parameter.offers(facts, selection)]
    return {offer.name: offer for offer in [*known, Offer(LANGUAGE, LANGUAGES)]}


def write(selection: Selection, book: Codebook) -> dict[str, str]:
    """Return a selection as parameters of an address; edition and language always."""
    pairs = [pair for parameter in PARAMETERS for pair in parameter.write(selection, book)]
    pairs.append((LANGUAGE, selection.language))
    return {name: str(value) for name, value in pairs if value not in {None, ""}}


def link(page: str, selection: Selection, book: Codebook) -> str:
    """Return the relative address of a page with everything that was chosen."""
    return f"{page}?{urlencode(write(selection, book))}"


def difference(before: Selection, after: Selection, book: Codebook) -> str:
    """Return the part of an address that another choice changes: ``?kl=k1``; nothing if none does.

    An empty value takes a parameter away.
    """
    old, new = write(before, book), write(after, book)
    changed = {name: new.get(name, "") for name in old | new if old.get(name) != new.get(name)}
    return f"?{urlencode(changed)}" if changed else ""


def site(otherwise: str) -> str:
    """Return where this site begins, for links from elsewhere, without a slash at its end.

    Args:
        otherwise: what the visitor seems to know it by, where no public address is set.
    """
    return (settings().public_address or otherwise).rstrip("/")


def shared(selection: Selection) -> Selection:
    """Return what stays when a reader goes to another page: all but its own questions.

    Margins are drawn again: hiding them is for looking closer at one page.
    """
    plain = Selection(selection.language, selection.edition)
    for parameter in PARAMETERS:
        if not parameter.stays:
            for field in parameter.fields:
                selection = taking(selection, field, taken(plain, field))
    return selection
