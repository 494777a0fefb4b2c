"""A release whose figures were corrected, for tests of what readers see of that."""

from pathlib import Path

from data.files import store
from queries.publish import publishing
from queries.publish.publishing import Author
from queries.release.manifest import MANIFEST, VERSIONS, content_of, current_version, point
from tests.support.exports import take, written
from tests.support.surveys import nine

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


def sealed(release: Path, **changes: object) -> str:
    """Make of the files of the version online a genuine version; return its name.

    Args:
        release: the folder of the release, whose files a test has changed.
        changes: what its manifest says otherwise.
    """
    folder = release / VERSIONS / current_version(release)
    held = sorted(path for path in folder.iterdir() if path.name != MANIFEST)
    files = {path.name: store.checksum(path) for path in held}
    content = content_of(files)
    manifest = store.read_json(folder / MANIFEST)
    version = f"{manifest['number']}-{content[:8]}"
    manifest |= {"files": files, "content": content, "version": version} | changes
    store.write_json(manifest, folder / MANIFEST)
    folder.rename(folder.with_name(version))
    point(release, version)
    return version
