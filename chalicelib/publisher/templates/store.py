"""Templates in the messages table: one item each, found by all publishers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.aws.transactions import Put, transact
from chalicelib.publisher import keys
from chalicelib.publisher.templates.stored import StoredTemplate

_NEW = Condition("attribute_not_exists(PK)")


class TemplatePart(NamedTuple):
    """Some templates, and the key to go on from, None at the end."""

    templates: list[StoredTemplate]
    last_key: Item | None


@dataclass(frozen=True, slots=True)
class TemplateStore:
    """The templates of the installation."""

    table: Table

    def create(self, made: StoredTemplate, markers: Sequence[Put]) -> bool:
        """Write a template and `markers` together; False if one was there."""
        put = Put(self.table.name, _to_item(made), _NEW)
        return not transact(self.table.client, [put, *markers])

    def get(self, template_id: str) -> StoredTemplate | None:
        """A template as of the last acknowledged write; None if there is none."""
        item = self.table.get(keys.template(template_id))
        return None if item is None else _from_item(item)

    def list_newest(self, limit: int, start: Item | None) -> TemplatePart:
        """The templates, newest first."""
        partition = Condition("GSI1PK = :all", values={":all": keys.TEMPLATES})
        page = self.table.query_page(
            partition, limit=limit, start=start, index=keys.USER_INDEX, forward=False
        )
        return TemplatePart([_from_item(item) for item in page.items], page.last_key)

    def replace(self, changed: StoredTemplate, seen: StoredTemplate) -> bool:
        """Write the next revision; False if `seen` is past."""
        try:
            self.table.put(_to_item(changed), _at_rev(seen))
        except ConditionFailed:
            return False
        return True

    def delete(self, seen: StoredTemplate) -> bool:
        """Delete this revision; False if `seen` is past. Gone already is deleted."""
        try:
            self.table.delete(keys.template(seen.id), _at_rev(seen))
        except ConditionFailed as failed:
            return failed.existing is None
        return True


def _to_item(template: StoredTemplate) -> Item:
    key = keys.template(template.id)
    index = {"GSI1PK": keys.TEMPLATES, "GSI1SK": key["PK"]}
    return {**key, **index, **msgspec.to_builtins(template)}


def _from_item(item: Item) -> StoredTemplate:
    known = {name: item[name] for name in StoredTemplate.__struct_fields__ if name in item}
    return msgspec.convert(known, StoredTemplate, strict=False)


def _at_rev(seen: StoredTemplate) -> Condition:
    return Condition("rev = :rev", values={":rev": seen.rev})
