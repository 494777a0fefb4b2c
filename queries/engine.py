"""DuckDB: open, load, lock, and run one SQL file. The only importer of duckdb.

Tables are loaded into memory and the connection is then shut off from files, network, extensions
and settings. SQL text is never put together: it is read from a file and takes named parameters.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

import duckdb

from queries.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl
    import pyarrow as pa

HERE = Path(__file__).resolve().parent
MEMORY_LIMIT = "2GB"
THREADS = 2

Connection = duckdb.DuckDBPyConnection


def connect(spill: Path | None = None) -> Connection:
    """Return an empty in-memory database that loads no extensions by itself.

    Args:
        spill: where what does not fit in memory goes for as long as it is needed; by default
            nowhere, and a question that needs more memory fails.
    """
    return duckdb.connect(
        ":memory:",
        config={
            "memory_limit": MEMORY_LIMIT,
            "threads": THREADS,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "python_enable_replacements": False,
            "temp_directory": "" if spill is None else str(spill),
        },
    )


def load_file(connection: Connection, table: str, path: Path) -> None:
    """Read a Parquet file into a table.

    Raises:
        QueryError: the file is not readable as Parquet.
    """
    try:
        connection.read_parquet(str(path)).create(table)
    except duckdb.Error as error:
        raise QueryError(
            f"{path.name} is niet te lezen als Parquet ({str(error).splitlines()[0]}).",
            "maak of herstel het bestand.",
        ) from error


def load_frame(connection: Connection, table: str, frame: pl.DataFrame) -> None:
    """Make a table of a frame, in the place of an earlier one of that name."""
    connection.register(table, frame.to_arrow())


def lock(connection: Connection) -> None:
    """Shut the database off from everything outside it, for good."""
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def table(connection: Connection, name: str) -> pl.DataFrame:
    """Return a whole table."""
    frame: pl.DataFrame = connection.table(name).pl()
    return frame


@cache
def sql_of(name: str) -> str:
    """Return the text of ``queries/<name>.sql``, for instance ``views/figures``.

    Raises:
        QueryError: there is no such file.
    """
    if not re.fullmatch(r"[a-z]+/[a-z_]+", name):
        raise QueryError(f"‘{name}’ is geen naam van een vraag.", "kies uit queries/*/*.sql.")
    path = HERE / f"{name}.sql"
    if not path.is_file():
        raise QueryError(f"Er is geen vraag ‘{name}’.", "kies uit queries/*/*.sql.")
    return path.read_text(encoding="utf-8")


@cache
def parameters_of(name: str) -> frozenset[str]:
    """Return the names of the parameters that a question takes."""
    (statement,) = duckdb.extract_statements(sql_of(name))
    return frozenset(statement.named_parameters)


def run(
    connection: Connection,
    name: str,
    parameters: Mapping[str, object],
    seconds: float | None = None,
) -> pl.DataFrame:
    """Return the answer to the question in ``queries/<name>.sql``.

    Args:
        connection: where its tables are.
        name: of the question.
        parameters: all that it takes.
        seconds: how long it may take; for ever when None.

    Raises:
        QueryError: unknown question, parameters that do not match, or a query that fails or takes
            too long.
    """
    expected = parameters_of(name)
    if expected != set(parameters):
        raise QueryError(
            f"Vraag ‘{name}’ heeft als parameters {sorted(expected)}, niet {sorted(parameters)}.",
            "geef precies de genoemde parameters mee.",
        )
    try:
        with _within(seconds, connection):
            frame: pl.DataFrame = connection.sql(sql_of(name), params=dict(parameters)).pl()
    except duckdb.InterruptException as error:
        raise QueryError(
            f"Vraag ‘{name}’ duurde langer dan {seconds} seconden en is afgebroken.",
            "vraag minder tegelijk, of geef de server met STAND_QUERY_SECONDS meer tijd.",
        ) from error
    except duckdb.Error as error:
        raise QueryError(
            f"Vraag ‘{name}’ is mislukt ({str(error).splitlines()[0]}).",
            "kijk in het logboek van de server.",
        ) from error
    return frame


@contextmanager
def _within(seconds: float | None, connection: Connection) -> Iterator[None]:
    """Interrupt what a connection is doing when it takes too long."""
    watch = None if seconds is None else Timer(seconds, connection.interrupt)
    if watch is None:
        yield
        return
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def confine(connection: Connection, memory: str) -> None:
    """Shut the database off for a question of someone we do not know, on one thread."""
    connection.execute("set threads = 1")
    connection.execute("set memory_limit = $memory", {"memory": memory})
    lock(connection)


def own_question(text: str) -> str:
    """Return the question of a reader's own, if it is one and does no more than ask.

    Raises:
        TypeError: it is not.
        ValueError: it cannot be read, with what the database says of it.
    """
    try:
        statements = duckdb.extract_statements(text)
    except duckdb.Error as error:
        raise ValueError(str(error).splitlines()[0]) from error
    if [one.type for one in statements] != [duckdb.StatementType.SELECT]:
        raise TypeError
    return str(statements[0].query)


def run_own(
    connection: Connection, question: str, rows: int, characters: int, seconds: float
) -> pa.Table:
    """Return the answer to a question of a reader's own: its first ``rows`` rows.

    Written out, names of columns included, it has at most so many ``characters``.

    Nothing of ours is in its text; what it may reach is decided by ``confine``.

    Raises:
        MemoryError, TimeoutError: it takes more than it may, or would once it is written out.
        ValueError: it cannot be answered, with what the database says of it.
    """
    try:
        with _within(seconds, connection):
            found = connection.sql(question).limit(rows).to_arrow_table()
            # Columns say little of what is written: names come back in every row of JSON, and
            # inside lists.
            whole = connection.from_arrow(found).set_alias("own")
            ((written,),) = whole.aggregate("sum(strlen(own::varchar))").fetchall()
    except duckdb.InterruptException as error:
        raise TimeoutError from error
    except duckdb.OutOfMemoryException as error:
        raise MemoryError from error
    except duckdb.Error as error:
        raise ValueError(str(error).splitlines()[0]) from error
    if (written or 0) > characters:
        raise MemoryError
    return found


def keep(connection: Connection, table: str, name: str, parameters: Mapping[str, object]) -> None:
    """Make a table of the answer to a question, for later questions to build on."""
    load_frame(connection, table, run(connection, name, parameters))


def has_table(connection: Connection, table: str) -> bool:
    """Return whether a table has been loaded."""
    try:
        connection.table(table)
    except duckdb.CatalogException:
        return False
    return True


@cache
def tables_of(name: str) -> frozenset[str]:
    """Return the names of the tables that a question reads."""
    # The parser names tables only of statements without parameters; this one is never run.
    analysed = re.sub(r"\$\w+", "null", sql_of(name))
    with connect() as connection:
        return frozenset(connection.get_table_names(analysed))
