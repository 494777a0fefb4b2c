"""A release whose figures were corrected, for tests of what readers see of that."""

from pathlib import Path

from queries.publish import publishing
from queries.publish.publishing import Author
from tests.exports import take, written
from tests.surveys import nine

BY = Author("Kim", "opgave verbeterd")


def silent(_line: str) -> None:
    """Report nothing."""


def correct(folder: Path, hours: float) -> None:
    """Import into ``folder/kluis`` that U7 answered ``hours``, and publish to ``release``."""
    vault = folder / "kluis"
    take(vault, written(folder, f"municipality_code,hours\nU7,{hours}\n"), folder / "m.toml")
    publishing.publish(vault, folder / "release", [2025], BY, silent)


def corrected(folder: Path) -> None:
    """Publish nine units, and again after U7 answered 4 hours rather than 1.

    So the mean of zuid (1, 2 and 3 hours) goes from 2 to 3, and its figure with it.
    """
    vault = nine(folder / "kluis")
    publishing.publish(vault, folder / "release", [2025], Author("Sam", "eerste keer"), silent)
    correct(folder, 4)
