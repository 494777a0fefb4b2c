"""The steward's desk on screen: each part asks for what a command needs, and shows what it said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from data.errors import ReleaseBrokenError
from data.files import store
from pages.screen import steward_access
from queries.release.log import versions

if TYPE_CHECKING:
    from pathlib import Path

    from pages.screen.steward_access import Outcome
    from pages.words.texts import Words

_SAID = "steward-said"
_FILE = "steward-file"
# What the importer takes at most, in MB; the server has a limit of its own.
_LARGEST = 100


def door(words: Words) -> None:
    """Offer to log in, or ask for the key; say so to who may not manage."""
    if not steward_access.has_login():
        given = st.text_input(words("steward.key"), type="password", key="steward-key")
        st.caption(words("steward.key_where"))
        right = steward_access.unlock(given)
        if right and steward_access.allowed():
            st.rerun()
        elif given and not right:
            st.error(words("steward.wrong_key"))
    elif st.user.to_dict().get("is_logged_in") is True:
        st.error(words("steward.not_you"))
        st.button(words("steward.log_out"), on_click=st.logout)
    else:
        st.button(words("steward.log_in"), on_click=st.login)


def bring_in(words: Words, latest: int) -> None:
    """Take a file, read it through its mapping, and show the report."""
    if st.get_option("server.maxUploadSize") < _LARGEST:
        st.caption(words("steward.small", size=st.get_option("server.maxUploadSize")))
    edition = int(
        st.number_input(words("choose.edition"), 2000, 2100, latest, key="steward-edition")
    )
    uploaded = st.file_uploader(words("steward.file"), steward_access.KINDS, key="steward-upload")
    accept = st.checkbox(words("steward.accept"), key="steward-accept")
    if st.button(words("steward.read"), disabled=uploaded is None) and uploaded is not None:
        file = steward_access.keep(uploaded.name, uploaded.getvalue(), edition)
        st.session_state[_FILE] = file
        _read(words, file, edition, accept=accept)
    _said(words, "import")
    if _FILE in st.session_state:
        _report(words, st.session_state[_FILE])
        _mapping(words, st.session_state[_FILE])


def _read(words: Words, file: Path, edition: int, *, accept: bool) -> None:
    """Give the command that reads a file."""
    steward_access.report_of(file).unlink(missing_ok=True)
    arguments = ["import", str(file), "--edition", str(edition)]
    arguments += [
        "--report",
        str(steward_access.report_of(file)),
        *(["--accept"] if accept else []),
    ]
    _do(words, "import", *arguments)


def _report(words: Words, file: Path) -> None:
    """Show the report on a file, and offer it to send on."""
    path = steward_access.report_of(file)
    if not path.is_file():
        return
    page = path.read_text(encoding="utf-8")
    with st.expander(words("steward.report"), expanded=True):
        # Only its body, and its headings below those of this page.
        body = page.partition("<body>")[2].replace("h2>", "h4>").replace("h1>", "h3>")
        st.html(f'<div class="stand-table">{body}</div>')
    st.download_button(
        words("steward.download_report"), page, path.name, "text/html", on_click="ignore"
    )


def _mapping(words: Words, file: Path) -> None:
    """Show the mapping of a file, to change and keep."""
    path = steward_access.mapping_of(file)
    with st.expander(words("steward.mapping")):
        st.caption(words("steward.mapping_how"))
        written = path.read_text(encoding="utf-8") if path.is_file() else ""
        # A proposal that was written since is another text, so another field.
        changed = st.text_area(
            words("steward.mapping"),
            written,
            height=420,
            key=f"steward-mapping-{hash((path, written))}",
            label_visibility="collapsed",
        )
        if st.button(words("steward.keep_mapping"), disabled=changed == written):
            with store.replacing(path) as draft:
                draft.write_text(changed, encoding="utf-8")
            st.rerun()


def publish(words: Words, latest: int) -> None:
    """Ask who and why, and put what was taken in online; or drop it."""
    with st.form("steward-publish", border=False):
        edition = st.number_input(words("choose.edition"), 2000, 2100, latest, key="steward-year")
        signed = _who_and_why(words, "publish")
        if st.form_submit_button(words("steward.publish")):
            _do(words, "publish", "publish", str(edition), *signed)
    sure = st.checkbox(words("steward.discard_sure"), key="steward-discard-sure")
    if st.button(words("steward.discard"), disabled=not sure):
        _do(words, "publish", "discard")
    _said(words, "publish")


def take_back(words: Words) -> None:
    """Show the versions, read them back, and put an earlier one online again."""
    try:
        known = [manifest.version for manifest in reversed(versions(store.release_path()))]
    except ReleaseBrokenError as error:
        st.error(str(error))
        return
    first, second = st.columns(2)
    if first.button(words("steward.list"), key="steward-list"):
        _do(words, "versions", "versions")
    if second.button(words("steward.verify"), key="steward-verify"):
        _do(words, "versions", "verify")
    with st.form("steward-rollback", border=False):
        version = st.selectbox(words("steward.version"), known, key="steward-version")
        signed = _who_and_why(words, "rollback")
        if st.form_submit_button(words("steward.rollback")):
            _do(words, "versions", "rollback", str(version), *signed)
    _said(words, "versions")


def _who_and_why(words: Words, key: str) -> tuple[str, str]:
    """Ask who does something and why; return it as options of a command."""
    author = st.text_input(words("steward.who"), steward_access.who(), key=f"steward-who-{key}")
    reason = st.text_input(words("steward.why"), key=f"steward-why-{key}")
    return f"--who={author}", f"--why={reason}"


def _do(words: Words, part: str, *arguments: str) -> None:
    """Give a command and keep what it said, until that part of the desk says something else."""
    with st.spinner(words("steward.busy")):
        st.session_state[f"{_SAID}-{part}"] = steward_access.command(*arguments)


def _said(words: Words, part: str) -> None:
    """Show what the last command of a part said."""
    outcome: Outcome | None = st.session_state.get(f"{_SAID}-{part}")
    if outcome is None:
        return
    if outcome.done:
        st.success(words("steward.done"))
    else:
        st.warning(words("steward.not_done"))
    st.code(outcome.text, language=None, wrap_lines=True)
