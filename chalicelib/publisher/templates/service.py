"""Templates for people: created, found by all publishers, changed by their authors."""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from chalicelib import ids
from chalicelib.aws.idempotency import CreateRequest, IdempotentCreate
from chalicelib.errors import Conflict, Forbidden, NotFound, PreconditionFailed
from chalicelib.publisher import keys, rules
from chalicelib.publisher.model import MessageTemplate, NewTemplate, TemplateList, TemplatePage
from chalicelib.publisher.templates import stored
from chalicelib.publisher.templates.store import TemplateStore
from chalicelib.publisher.templates.stored import StoredTemplate
from chalicelib.web.call import Call
from chalicelib.web.cursors import Cursors

SCOPE = "templates"
FindMedia = Callable[[Sequence[str], str], Sequence[rules.MediaProperties]]
ShareMedia = Callable[[Sequence[str]], None]


@dataclass(frozen=True, slots=True)
class Templates:
    """The use cases of templates; `random_bits` gives at least 74.

    `share_media` lets everybody use uploads, which a template's messages have by default.
    """

    store: TemplateStore
    idempotent: IdempotentCreate[StoredTemplate]
    cursors: Cursors
    find_media: FindMedia
    share_media: ShareMedia
    _: KW_ONLY
    now: Callable[[], datetime]
    random_bits: Callable[[], int]

    def create(self, new: NewTemplate, call: Call) -> MessageTemplate:
        """Keep a template; the same Idempotency-Key returns the same one.

        Raises InvalidInput for a bad field and an unknown upload, Conflict for a key that was used
        with another body.
        """
        by = call.principal.id
        request = CreateRequest.of(by, call.idempotency_key, new)
        if earlier := self.idempotent.find(request):
            return stored.show(earlier)
        made = self._make(self._read(new, by), by)
        existing = self.idempotent.write(request, made.id, partial(self.store.create, made))
        return stored.show(existing or made)

    def get(self, template_id: str) -> MessageTemplate:
        """A template of anybody.

        Raises NotFound.
        """
        return stored.show(self._find(template_id))

    def page(self, query: TemplateList, call: Call) -> TemplatePage:
        """Everybody's templates, newest first.

        Raises InvalidInput for a foreign cursor.
        """
        by = call.principal.id
        start = self.cursors.open(query.cursor, owner=by, query=SCOPE)
        part = self.store.list_newest(query.limit, start)
        found = [stored.show(template) for template in part.templates]
        return TemplatePage(found, self.cursors.seal(part.last_key, owner=by, query=SCOPE))

    def replace(self, template_id: str, new: NewTemplate, call: Call) -> MessageTemplate:
        """Replace a template; messages that were made of it stay as they are.

        Raises NotFound, Forbidden for another's, InvalidInput as `create` does, PreconditionFailed
        for another revision than expected, Conflict when it changed meanwhile.
        """
        seen = self._find_expected(template_id, call)
        given = self._read(new, call.principal.id)
        at = keys.due_time(self.now())
        changed = msgspec.structs.replace(seen, **given, updated_at=at, rev=seen.rev + 1)
        if not self.store.replace(changed, seen):
            raise _make_conflict()
        return stored.show(changed)

    def delete(self, template_id: str, call: Call) -> None:
        """Delete a template; messages that were made of it stay.

        Raises as `replace` does.
        """
        if not self.store.delete(self._find_expected(template_id, call)):
            raise _make_conflict()

    def _read(self, new: NewTemplate, user: str) -> dict[str, Any]:
        """What a template has by a person's word; its uploads are everybody's from now on."""
        given = stored.read_given(new)
        self.find_media(new.media, user)
        self.share_media(new.media)
        return given

    def _make(self, given: dict[str, Any], user: str) -> StoredTemplate:
        now = self.now()
        at = keys.due_time(now)
        template_id = ids.new_uuid7(int(now.timestamp() * 1000), self.random_bits())
        return StoredTemplate(**given, id=template_id, user=user, created_at=at, updated_at=at)

    def _find(self, template_id: str) -> StoredTemplate:
        found = self.store.get(ids.require_id(template_id, "template_id"))
        if found is None:
            raise NotFound("Template not found")
        return found

    def _find_expected(self, template_id: str, call: Call) -> StoredTemplate:
        """A template that the caller may change, at the revision that is expected."""
        seen, caller = self._find(template_id), call.principal
        if seen.user != caller.id and not caller.is_operator:
            raise Forbidden("only its author and operators may change a template")
        if not call.precondition.holds(seen.rev):
            raise PreconditionFailed(f"the template is at revision {seen.rev}")
        return seen


def _make_conflict() -> Conflict:
    return Conflict("the template changed meanwhile; read it again")
