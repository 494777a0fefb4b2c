"""A question that a reader writes in SQL, asked of released tables in a process of its own.

``python -m queries.ask.own_questions FOLDER`` takes the question from its input and gives the rows
as an Arrow stream, or why there are none. It knows the tables in that folder and nothing else: no
files, network, extensions or settings, and little memory and time.
"""

from __future__ import annotations

import os
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from threading import BoundedSemaphore

from queries import engine

if sys.platform != "win32":
    import resource

ROWS = 10_000
SECONDS = 3
_MEMORY = "256MB"
# Of the whole process: libraries, tables and what the question takes.
_PROCESS_BYTES = 2_000_000_000
_ANSWER_BYTES = 32_000_000
# The database may say as much as the question has it say.
_SAID = 500
# Also when the machine has much to do, loading libraries takes no longer than this.
_PATIENCE = 30
_REFUSED = 2
_ROOM = BoundedSemaphore(2)
_WAIT = 2
_ROOT = Path(__file__).resolve().parents[2]
# All that a process needs of its surroundings; settings and secrets of the server stay outside.
_SURROUNDINGS = ("PATH", "SYSTEMROOT", "LANG")


class Reason(StrEnum):
    """Why a question was not answered."""

    NO_QUESTION = "sql_select"
    FAILED = "sql_failed"
    TIME = "sql_time"
    MEMORY = "sql_memory"
    BUSY = "sql_busy"


class OwnQuestionError(Exception):
    """A question that was not answered; ``said`` is what the database says of it."""

    def __init__(self, reason: Reason, said: str = "") -> None:
        """Keep the reason."""
        super().__init__(f"{reason}: {said}")
        self.reason = reason
        self.said = said


def answer(folder: Path, text: str) -> bytes:
    """Return the rows that answer a question, as an Arrow stream, at most ``ROWS`` of them.

    Args:
        folder: with the tables as Parquet files, each called after its table.
        text: one SELECT.

    Raises:
        OwnQuestionError: it was not answered.
    """
    if not _ROOM.acquire(timeout=_WAIT):
        raise OwnQuestionError(Reason.BUSY)
    try:
        done = subprocess.run(  # noqa: S603 - our own module; the question is its input
            [sys.executable, "-m", "queries.ask.own_questions", str(folder)],
            input=text.encode(),
            capture_output=True,
            cwd=_ROOT,
            env={name: os.environ[name] for name in _SURROUNDINGS if name in os.environ},
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise OwnQuestionError(Reason.TIME) from error
    finally:
        _ROOM.release()
    if done.returncode == 0:
        return done.stdout
    if done.returncode != _REFUSED:
        # The system ended it: over a limit that the database did not keep to itself.
        raise OwnQuestionError(Reason.MEMORY)
    reason, _, said = done.stderr.decode().rpartition("\0")[0].partition("\0")
    raise OwnQuestionError(Reason(reason), said)


def _rows(folder: Path, text: str) -> bytes:
    """Return the rows as an Arrow stream; in the process that was started for it."""
    question = engine.own_question(text)
    import pyarrow as pa  # noqa: PLC0415 - what is no question is refused before it is loaded

    connection = engine.connect()
    for path in sorted(folder.glob("*.parquet")):
        engine.load_file(connection, path.stem, path)
    _limit()
    engine.confine(connection, _MEMORY)
    found = engine.run_own(connection, question, ROWS, _ANSWER_BYTES, SECONDS)
    buffer = pa.BufferOutputStream()
    with pa.ipc.new_stream(buffer, found.schema) as writer:
        writer.write_table(found)
    stream: bytes = buffer.getvalue().to_pybytes()
    if len(stream) > _ANSWER_BYTES:
        raise MemoryError
    return stream


def _limit() -> None:
    """Limit what the process may take, behind the limits of the database."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_AS, (_PROCESS_BYTES, _PROCESS_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (2 * SECONDS, 2 * SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.nice(5)


def main(folder: str) -> int:
    """Answer the question on the input, or say why not; return how it went."""
    try:
        sys.stdout.buffer.write(_rows(Path(folder), sys.stdin.buffer.read().decode()))
    except TypeError:
        return _refused(Reason.NO_QUESTION)
    except TimeoutError:
        return _refused(Reason.TIME)
    except MemoryError:
        return _refused(Reason.MEMORY)
    except ValueError as error:
        return _refused(Reason.FAILED, str(error)[:_SAID])
    return 0


def _refused(reason: Reason, said: str = "") -> int:
    """Say why there is no answer."""
    sys.stderr.write(f"{reason}\0{said}\0")
    return _REFUSED


if __name__ == "__main__":
    outcome = main(sys.argv[1])
    sys.stdout.flush()
    sys.stderr.flush()
    # At once: threads of the database that are still about would be ended with an error.
    os._exit(outcome)
