"""What is moved: the kinds of items, by which each is known, and what of it is made anew.

What stands for a stage alone is not moved: idempotency keys, receipts of queued orders, heartbeats,
jobs, failed requests, the keys of tenants, links to calendars, webhooks with their secrets.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from infra.transfer.typed import Attribute, Item, text_of

Path = tuple[str, ...]  # of a value in an item; `*` is every member of a list
Change = Callable[[str], str]  # of a user's id

_INDEXED = frozenset({"GSI1PK", "GSI1SK", "GSI2PK", "GSI2SK"})
_HISTORY = ("LOG#", "AUDIT", "USAGE#", "ACTIVITY#", "ORDERS#", "REQUEST#")
_OWNED_KEYS = {"ACTIVITY": 2, "ORDERS": 1}  # which part of a partition key is a user


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Items of one table, by the output that names it, whose keys have these forms.

    A form that ends in `#` is how a key begins, any other one is the whole key.
    `owners` are the places of users' ids. `anew` are attributes that the target makes itself: index
    keys, versions of objects, keys of tenants, times of reminders. Users have no table.
    """

    name: str
    table: str = ""
    key: tuple[str, ...]
    forms: tuple[tuple[str, ...], ...] = ()
    owners: tuple[Path, ...] = ()
    anew: frozenset[str] = frozenset()

    def has(self, item: Item) -> bool:
        """Whether an item of its table is of this kind."""
        if not all("S" in item.get(name, {}) for name in self.key):
            return False
        return all(
            any(_fits(text_of(item, name), form) for form in forms)
            for name, forms in zip(self.key, self.forms, strict=False)
        )

    def key_of(self, item: Item) -> Item:
        """The item's key."""
        return {name: item[name] for name in self.key}

    def name_of(self, item: Item) -> str:
        """The item's key, as people read it."""
        return " ".join(text_of(item, name) for name in self.key)

    def strip(self, item: Item) -> Item:
        """The item without what is made anew; an order that was held is one that waits."""
        kept = {name: value for name, value in item.items() if name not in self.anew}
        if self.name == ORDERS and kept.get("notified_at") == HELD:
            del kept["notified_at"]
        return kept

    def map_owners(self, item: Item, change: Change, change_in_key: Change) -> Item:
        """The item with every user's id changed; in a key a tenant may stand in place of a user."""
        for path in self.owners:
            item = _replace({"M": item}, path, change)["M"]
        return {**item, "pk": _map_key(item["pk"], change_in_key)} if self.name == HISTORY else item


RECORDS, ORDERS, LOGS, HISTORY, TENANTS = "records", "orders", "logs", "history", "tenants"
MESSAGES, DELIVERIES, MEDIA, SERIES = "messages", "deliveries", "media", "series"
CERTIFICATIONS, TEMPLATES, SUPPRESSIONS = "certifications", "templates", "suppressions"
USERS = "users"
# In place of the time of an order's mail: none is sent, and no other time is claimed.
HELD: Attribute = {"NULL": True}


def _published(
    name: str, begins: str, *owners: Path, sort: str = "METADATA", anew: Iterable[str] = ()
) -> Kind:
    return Kind(
        name=name,
        table="MessagesTable",
        key=("PK", "SK"),
        forms=((begins,), (sort,)),
        owners=owners,
        anew=_INDEXED | set(anew),
    )


# In the order in which they are imported: what others refer to comes first.
KINDS = (
    Kind(name=USERS, key=("sub",)),
    Kind(
        name=TENANTS,
        table="StateTable",
        key=("pk", "sk"),
        forms=(("TENANT",),),
        anew=frozenset({"keys"}),
    ),
    Kind(
        name=RECORDS,
        table="RecordsTable",
        key=("user_id",),
        owners=(("_omni", "created_by"),),
    ),
    Kind(
        name=ORDERS,
        table="OrdersTable",
        key=("orderID",),
        owners=(("placed_by",),),
        anew=frozenset({"announcement"}),
    ),
    Kind(name=LOGS, table="LogsTable", key=("tenant_id", "sk")),
    _published(MEDIA, "MEDIA#", ("user",), anew={"version_id"}),
    _published(TEMPLATES, "TEMPLATE#", ("user",)),
    _published(SUPPRESSIONS, "SUPPRESSED#"),
    _published(CERTIFICATIONS, "CERT#", ("user",), anew={"next_reminder_at"}),
    _published(SERIES, "SERIES#", ("user",), ("approved", "by")),
    _published(DELIVERIES, "MSG#", sort="CHANNEL#"),
    _published(MESSAGES, "MSG#", ("user",), ("approval", "by"), ("approval", "earlier", "*", "by")),
    Kind(
        name=HISTORY,
        table="StateTable",
        key=("pk", "sk"),
        forms=(_HISTORY,),
        owners=(("operator_id",), ("owner",)),
    ),
)
BY_NAME = {kind.name: kind for kind in KINDS}
TABLES = tuple(dict.fromkeys(kind.table for kind in KINDS if kind.table))
# Made anew from the messages, or counted anew from the logs.
_DERIVED = (("MessagesTable", "MSG", "CALENDAR"), ("StateTable", "LOG-COUNTS", ""))


def find_kind(table: str, item: Item) -> Kind | None:
    """The kind of an item of the table with this output; None for what is not moved."""
    return next((kind for kind in KINDS if kind.table == table and kind.has(item)), None)


def describe_left_out(table: str, item: Item) -> str:
    """What an item that is not moved counts as; empty for what follows from the others."""
    names = [name for name in ("PK", "pk") if name in item]
    prefix = text_of(item, names[0]).partition("#")[0] if names else "other"
    sort = text_of(item, "SK")
    if any(entry == (table, prefix, sort) for entry in _DERIVED):
        return ""
    return f"{table} {prefix}"


def _fits(key: str, form: str) -> bool:
    return key.startswith(form) if form.endswith("#") else key == form


def _map_key(attribute: Attribute, change: Change) -> Attribute:
    parts = str(attribute["S"]).split("#")
    place = _OWNED_KEYS.get(parts[0])
    if place is not None and place < len(parts):
        parts[place] = change(parts[place])
    return {"S": "#".join(parts)}


def _replace(attribute: Attribute, path: Path, change: Change) -> Attribute:
    if not path:
        return {"S": change(attribute["S"])} if "S" in attribute else attribute
    head, rest = path[0], path[1:]
    if head == "*":
        members = attribute.get("L")
        return attribute if members is None else {"L": [_replace(m, rest, change) for m in members]}
    inner = attribute.get("M", {})
    if head not in inner:
        return attribute
    return {"M": {**inner, head: _replace(inner[head], rest, change)}}
