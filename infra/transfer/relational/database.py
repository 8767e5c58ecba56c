"""A PostgreSQL database: loaded from an export's folder, and read into one."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from infra.transfer import manifest
from infra.transfer.manifest import ExportManifest
from infra.transfer.refusal import MoveRefused
from infra.transfer.relational import ddl
from infra.transfer.relational.columns import Relation
from infra.transfer.relational.rows import Row
from infra.transfer.relational.schema import ORDER_LINES, RELATIONS, SCHEMA, VERSION

_SCHEMES = ("postgresql://", "postgres://")
_CHUNK_BYTES = 256 * 1024
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


def is_database(where: str) -> bool:
    """Whether a place to move to or from is a database and no folder."""
    return where.startswith(_SCHEMES)


def load(url: str, folder: Path, *, replaces: bool) -> None:
    """Make the schema and load the files of the folder `postgresql`: all of it, or nothing.

    Raises MoveRefused when the schema is there and it does not replace that, or the database fails.
    """
    with _connect(url) as connection:
        if _has_schema(connection):
            if not replaces:
                raise MoveRefused(
                    f"the database has a schema {SCHEMA} already; REPLACE=1 drops that, or name "
                    "another database"
                )
            _run(connection, f"DROP SCHEMA {SCHEMA} CASCADE")
        _run(connection, ddl.write_schema())
        for relation in RELATIONS:
            _copy(connection, ddl.copy_in(relation), folder / f"{relation.name}.copy")
        _copy(connection, f"COPY {SCHEMA}.export FROM STDIN", folder / "export.copy")


def require_free(url: str) -> None:
    """Raise MoveRefused unless the database can be reached and has no schema of ours yet."""
    with _connect(url) as connection:
        if _has_schema(connection):
            raise MoveRefused(
                f"the database has a schema {SCHEMA} already; REPLACE=1 drops that, or name "
                "another database"
            )


class Snapshot:
    """A database as of one moment, whatever others write meanwhile."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def read_manifest(self) -> ExportManifest:
        """The manifest of the export that was loaded.

        Raises MoveRefused when there is none, or it is of another version.
        """
        if not _has_schema(self._connection):
            raise MoveRefused(f"the database has no schema {SCHEMA}: no export was loaded into it")
        found = _run(self._connection, f"TABLE {SCHEMA}.export").fetchall()
        if len(found) != 1 or found[0][0] != VERSION:
            raise MoveRefused(
                f"the schema {SCHEMA} is not of version {VERSION}, which this release reads"
            )
        return manifest.read(found[0][1], f"{SCHEMA}.export")

    def read(self, relation: Relation) -> Iterator[tuple[Row, list[Row]]]:
        """The rows of a relation, each with its order lines, if it is of orders."""
        names = [column.name for column in ddl.columns_of(relation)]
        with self._connection.cursor().copy(_sql(ddl.copy_out(relation))) as copy:
            for values in copy.rows():
                lines = values[len(names)] if len(values) > len(names) else None
                yield dict(zip(names, values, strict=False)), _read_lines(lines)


@contextmanager
def take_snapshot(url: str) -> Iterator[Snapshot]:
    """The database as of now.

    Raises MoveRefused when it cannot be reached or fails.
    """
    with _connect(url) as connection:
        connection.autocommit = True
        _run(connection, _SNAPSHOT)
        # Bytes as hexadecimal digits, whatever the database's own setting is.
        _run(connection, "SET LOCAL bytea_output = 'hex'")
        yield Snapshot(connection)


@contextmanager
def _connect(url: str) -> Iterator[psycopg.Connection[Any]]:
    """One transaction; an error of the database becomes one sentence."""
    _require_plain(url)
    try:
        with psycopg.connect(url, connect_timeout=10, client_encoding="UTF8") as connection:
            yield connection
    except psycopg.Error as error:
        raise MoveRefused(f"PostgreSQL said: {' '.join(str(error).split())}") from error


def _require_plain(url: str) -> None:
    """Raise MoveRefused for a URL that is none, without a word of it: a password may be in it."""
    try:
        read = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        read = {"port": ""}
    where = f"{read.get('host', '')}{read.get('dbname', '')}"
    if "@" in where or not re.fullmatch(r"[0-9,]+", str(read.get("port", "5432"))):
        raise MoveRefused(
            "the database's URL cannot be read: write what is special in its user, password and "
            "names as %40 for @ and the like, and better the password into PGPASSWORD"
        )


def _has_schema(connection: psycopg.Connection[Any]) -> bool:
    found = connection.execute("SELECT to_regnamespace(%s) IS NOT NULL", (SCHEMA,)).fetchone()
    return found == (True,)


def _copy(connection: psycopg.Connection[Any], statement: str, path: Path) -> None:
    with connection.cursor().copy(_sql(statement)) as copy, path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            copy.write(chunk)


def _run(connection: psycopg.Connection[Any], statement: str) -> psycopg.Cursor[Any]:
    return connection.execute(_sql(statement))


def _sql(statement: str) -> sql.SQL:
    """A statement made of the schema's own names: nothing from outside is in it."""
    return sql.SQL(statement)


def _read_lines(text: str | None) -> list[Row]:
    names = [column.name for column in ddl.columns_of(ORDER_LINES)]
    return [dict(zip(names, values, strict=True)) for values in json.loads(text or "[]")]
