"""Reads lists page by page, and prints them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from infra.cli.api import Api
from infra.cli.arguments import Context
from infra.cli.failures import ExitCode

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One answer; `items` are JSON as it was sent."""

    body: bytes
    items: Sequence[bytes]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of the API: where its items are, how many a page has at most, what a row shows."""

    path: str
    field: str
    page_size: int
    columns: Mapping[str, Callable[[Document], str]]


def decode(body: bytes) -> Any:
    """JSON for people; fractions keep their digits."""
    return json.loads(body, parse_float=Decimal)


def take_raw(body: bytes, field: str) -> bytes:
    """A field of a document as it was sent."""
    return bytes(msgspec.json.decode(body, type=dict[str, msgspec.Raw])[field])


def split_page(body: bytes, field: str) -> Page:
    """A page as it was sent, with its items apart."""
    parts = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    items = msgspec.json.decode(parts[field], type=list[msgspec.Raw])
    cursor = msgspec.json.decode(parts["next_cursor"], type=str | None)
    return Page(body, [bytes(item) for item in items], cursor)


def read_pages(
    api: Api, listing: Listing, query: Mapping[str, str | None], limit: int
) -> Iterator[Page]:
    """Pages until there are `limit` items or no more; a page may be empty and not the last."""
    cursor, left = None, limit
    while left > 0:
        size = str(min(left, listing.page_size))
        response = api.get(listing.path, {**query, "limit": size, "cursor": cursor})
        page = split_page(response.body, listing.field)
        yield page
        cursor, left = page.next_cursor, left - len(page.items)
        if cursor is None:
            return


def show_list(
    context: Context, listing: Listing, query: Mapping[str, str | None], limit: int
) -> ExitCode:
    """Print a table, or each page as the API sent it."""
    items: list[Document] = []
    cursor = None
    for page in read_pages(context.api, listing, query, limit):
        cursor = page.next_cursor
        if context.as_json:
            context.screen.put_document(page.body)
        else:
            items += [decode(item) for item in page.items]
    if not context.as_json:
        put_items(context, listing.columns, items)
        say_if_more(context, cursor)
    return ExitCode.DONE


def put_items(
    context: Context, columns: Mapping[str, Callable[[Document], str]], items: Sequence[Document]
) -> None:
    """Print a table of documents."""
    if items:
        rows = ([cell(item) for cell in columns.values()] for item in items)
        context.screen.put_table([*columns], rows)
    else:
        context.screen.say("nothing found")


def say_if_more(context: Context, cursor: str | None) -> None:
    """Say that the list goes on."""
    if cursor is not None:
        context.screen.say("there are more: --limit shows them")


def take(name: str) -> Callable[[Document], str]:
    """A column of that field; a dash where it is null."""
    return lambda document: to_text(document[name])


def to_text(value: Any) -> str:
    """A value in a cell."""
    match value:
        case None:
            return "-"
        case True | False:
            return "yes" if value else "no"
        case list():
            return " ".join(map(to_text, value)) or "-"
        case dict():
            return json.dumps(value, default=str, ensure_ascii=False)
        case _:
            return str(value)


def to_time(text: str | None) -> str:
    """A time of the API (UTC) to the second."""
    return "-" if text is None else f"{text[:19].replace('T', ' ')}Z"


def take_time(name: str) -> Callable[[Document], str]:
    """A column of that time."""
    return lambda document: to_time(document[name])
