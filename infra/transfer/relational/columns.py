"""What a relational schema is described by: columns, each with its place in an item, and tables."""

from collections.abc import Callable
from dataclasses import dataclass

from infra.transfer.kinds import Path
from infra.transfer.relational import types
from infra.transfer.relational.types import Type
from infra.transfer.typed import Item


@dataclass(frozen=True)
class Column:
    """A column and the place of its value in an item; without one the relation fills it itself."""

    name: str
    type: Type
    path: Path = ()


@dataclass(frozen=True, kw_only=True)
class Relation:
    """A table of one kind of items; `key` are the columns of its primary key.

    `nullable` says that SQL's NULL is DynamoDB's: the product stores these items whole. Elsewhere
    NULL is an attribute that is not there. `implied` are attributes that follow from the others.
    """

    name: str
    kind: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    nullable: bool = False
    implied: Callable[[Item], Item] = lambda _: {}
    indexes: tuple[str, ...] = ()

    @property
    def has_content(self) -> bool:
        """Whether what has no column of its own is one document, as far as it is plain JSON."""
        return CONTENT in self.columns


def columns(**places: tuple[Type, str]) -> tuple[Column, ...]:
    """Columns by name; the dots of a place lead into maps."""
    return tuple(
        Column(name, kind, tuple(place.split("."))) for name, (kind, place) in places.items()
    )


def same(*names: str) -> tuple[Column, ...]:
    """Columns of text that are named as their attributes."""
    return tuple(Column(name, types.TEXT, (name,)) for name in names)


def times(*names: str) -> tuple[Column, ...]:
    """Columns of times in whole seconds that are named as their attributes."""
    return tuple(Column(name, types.TIME, (name,)) for name in names)


CONTENT, REST = Column("content", types.JSON), Column("rest", types.JSON)
