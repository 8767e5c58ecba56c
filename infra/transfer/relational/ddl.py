"""The schema as SQL, and the statements that copy rows in and read them out."""

from infra.transfer.relational.columns import REST, Column, Relation
from infra.transfer.relational.schema import ORDER_LINES, RELATIONS, SCHEMA, VERSION

FOLDER = "postgresql"
_NOTE = "What has no column, in the types of DynamoDB, and which attributes are not there"


def write_schema() -> str:
    """The statements that make the schema with its tables."""
    return "\n\n".join(
        [
            f"-- OmniData's data as relations, version {VERSION}. Times are UTC.",
            f"CREATE SCHEMA {SCHEMA};",
            *(_create(relation) for relation in RELATIONS),
            f"CREATE TABLE {SCHEMA}.export (version integer NOT NULL, manifest text NOT NULL);",
            "",
        ]
    )


def write_load() -> str:
    """The program for psql that makes the schema and copies all files into it, or nothing."""
    copies = [f"\\copy {_into(relation)} FROM '{relation.name}.copy'" for relation in RELATIONS]
    copies.append(f"\\copy {SCHEMA}.export FROM 'export.copy'")
    head = ["\\set ON_ERROR_STOP on", "\\encoding UTF8", "BEGIN;", "\\i schema.sql"]
    return "\n".join([*head, *copies, "COMMIT;", ""])


def columns_of(relation: Relation) -> list[Column]:
    """All columns of a relation's table."""
    return [*relation.columns, REST]


def copy_in(relation: Relation) -> str:
    """The statement that takes the rows of a file."""
    return f"COPY {_into(relation)} FROM STDIN"


def copy_out(relation: Relation) -> str:
    """The statement that gives the rows as text; those of orders with their lines at the end."""
    read = [_read(column, "t") for column in columns_of(relation)]
    if relation.name == "orders":
        read.append(_read_lines())
    # Without an order two exports of the same rows could differ.
    order = ", ".join(f't."{name}"' for name in relation.key)
    rows = f"SELECT {', '.join(read)} FROM {SCHEMA}.{relation.name} t ORDER BY {order}"  # noqa: S608 our own names
    return f"COPY ({rows}) TO STDOUT"


def _read_lines() -> str:
    """An order's lines as a list of lists of texts."""
    values = ", ".join(f"({_read(column, 'l')})::text" for column in columns_of(ORDER_LINES))
    return (
        f"(SELECT json_agg(json_build_array({values}) ORDER BY l.line) "  # noqa: S608 as above
        f"FROM {SCHEMA}.{ORDER_LINES.name} l WHERE l.order_id = t.order_id)"
    )


def _read(column: Column, table: str) -> str:
    return column.type.read.format(f'{table}."{column.name}"')


def _create(relation: Relation) -> str:
    table = f"{SCHEMA}.{relation.name}"
    lines = [
        f'  "{column.name}" {column.type.sql}{" NOT NULL" if column.name in relation.key else ""}'
        for column in columns_of(relation)
    ]
    lines.append(f"  PRIMARY KEY ({', '.join(relation.key)})")
    if relation is ORDER_LINES:
        lines.append(f"  FOREIGN KEY (order_id) REFERENCES {SCHEMA}.orders ON DELETE CASCADE")
    body = ",\n".join(lines)
    indexes = [f"CREATE INDEX ON {table} ({columns});" for columns in relation.indexes]
    note = f"COMMENT ON COLUMN {table}.{REST.name} IS '{_NOTE}';"
    return "\n".join([f"CREATE TABLE {table} (\n{body}\n);", *indexes, note])


def _into(relation: Relation) -> str:
    names = ", ".join(f'"{column.name}"' for column in columns_of(relation))
    return f"{SCHEMA}.{relation.name} ({names})"
