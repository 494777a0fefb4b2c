"""What can go wrong with a question.

QueryError              a question is wrong (unknown name, group or parameter), fails or takes long
UnknownSubjectError     nothing bears the code of a municipality or group
"""

from __future__ import annotations


class QueryError(Exception):
    """A question that has no answer. The message ends with what to ask instead."""

    def __init__(self, what: str, remedy: str) -> None:
        """Compose the message from ``what`` is wrong and the ``remedy``."""
        super().__init__(f"{what}\nWat te doen: {remedy}")
        self.what = what
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[QueryError], tuple[str, str]]:
        """Let a helping process send it back: from its two parts."""
        return type(self), (self.what, self.remedy)


class UnknownSubjectError(QueryError):
    """There is no municipality or group with a code."""
