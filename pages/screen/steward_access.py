"""Who may manage, and the steward's commands as a page gives them.

The page does nothing of its own: it starts ``python -m queries`` as a steward would in a terminal,
in a process of its own, so that what serves pages still opens the release only.
"""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import streamlit as st

from data.files import store
from data.settings import settings

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
_UNLOCKED = "steward-unlocked"
KINDS = ["csv", "txt", "tsv", "xlsx", "xls", "ods", "sav", "zsav", "parquet", "json", "zip"]
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
# A proxy in between: who is at the other end cannot be told.
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")


@dataclass(frozen=True)
class Outcome:
    """What a command said, and whether it did what was asked."""

    text: str
    done: bool


def offered() -> bool:
    """Whether there is such a page at all for this visitor."""
    return settings().steward and (has_login() or _here())


def allowed() -> bool:
    """Whether this visitor may manage: logged in and named, or at the machine with its key.

    An address alone opens nothing: behind a proxy anyone can seem to sit at the machine.
    """
    if not offered():
        return False
    if has_login():
        return is_named(st.user.to_dict(), _named())
    return _here() and st.session_state.get(_UNLOCKED) is True


@cache
def key() -> str:
    """Return what opens the page without a login; another one each time the server starts."""
    return secrets.token_urlsafe(16)


def unlock(given: str) -> bool:
    """Open the page for this visit if the key is right; return whether it is."""
    right = secrets.compare_digest(given.strip().encode(), key().encode())
    st.session_state[_UNLOCKED] = right
    return right


def is_named(user: Mapping[str, object], named: list[str]) -> bool:
    """Whether someone logged in is a steward: by subject, or by a mail address once verified.

    A subject that looks like a mail address is none: who gave it never showed to own one.
    """
    if user.get("is_logged_in") is not True:
        return False
    addresses = {name for name in named if "@" in name}
    by_address = user.get("email_verified") is True and user.get("email") in addresses
    return by_address or user.get("sub") in set(named) - addresses


def is_local(headers: Mapping[str, str], address: str | None) -> bool:
    """Whether a visitor sits at the machine itself.

    Args:
        headers: those of the connection.
        address: where it comes from; None for the machine itself.
    """
    if address is not None or any(name in headers for name in _FORWARDED):
        return False
    host, origin = headers.get("Host", ""), headers.get("Origin", "")
    return {urlsplit(f"//{host}").hostname, urlsplit(origin).hostname} <= _LOOPBACK


def _here() -> bool:
    return is_local(st.context.headers, st.context.ip_address)


def has_login() -> bool:
    """Whether ``.streamlit/secrets.toml`` sets up a login."""
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets


def _named() -> list[str]:
    """Return who may manage, from ``.streamlit/secrets.toml``."""
    return [str(name) for name in st.secrets["stewards"]] if "stewards" in st.secrets else []


def who() -> str:
    """Return who is at work, as far as known."""
    user = st.user.to_dict() if has_login() else {}
    return str(user.get("email") or user.get("sub") or os.environ.get("USER", ""))


def keep(name: str, content: bytes, edition: int) -> Path:
    """Keep an uploaded file in the vault, under a name that cannot lead out of it."""
    plain = re.sub(r"[^\w.-]+", "_", Path(name.replace("\\", "/")).name).lstrip(".")[-100:]
    path = uploads() / f"{edition}-{plain or 'bestand'}"
    with store.replacing(path) as draft:
        draft.write_bytes(content)
    return path


def uploads() -> Path:
    """Return the folder of the vault that uploaded files are kept in."""
    return store.vault_path() / "uploads"


def mapping_of(file: Path) -> Path:
    """Return where the mapping of a file is, or will be."""
    return file.with_name(f"{file.name}.mapping.toml")


def report_of(file: Path) -> Path:
    """Return where the report on a file is, or will be."""
    return file.with_name(f"{file.name}.html")


def command(*arguments: str) -> Outcome:
    """Give a command of ``python -m queries``; nothing happens for who may not."""
    if not allowed():
        return Outcome("", done=False)
    done = subprocess.run(  # noqa: S603 - our own program, with arguments and no shell
        [sys.executable, "-m", "queries", *arguments],
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "120", "NO_COLOR": "1", "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return Outcome(done.stdout.strip(), done=done.returncode == 0)
