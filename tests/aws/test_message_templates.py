"""Templates and the messages that are made of them, on a table of moto's."""

import pytest
from support.publishing import AT_1, Publisher, call_of

from chalicelib.errors import Conflict, Forbidden, InvalidInput, NotFound, PreconditionFailed
from chalicelib.publisher.model import (
    MessageChange,
    NewMessage,
    NewTemplate,
    TemplateList,
    TemplateUse,
)
from chalicelib.web.call import Call
from chalicelib.web.principal import Principal

NEW = NewTemplate(name="Opening", content="We open in {{place}}.", channels=["facebook"])
OPERATOR = Call(
    request_id="r",
    caller=Principal(id="eve", email="", tenant=None, groups=frozenset({"operator"})),
)


@pytest.fixture
def publisher(aws):
    return Publisher(aws)


def use(template, **fields):
    return NewMessage(template=TemplateUse(template.id, fields))


def test_a_template_is_kept_seen_by_all_and_changed_by_its_author(publisher):
    made = publisher.templates.create(NEW, call_of())
    assert (made.fields, made.rev, made.created_by) == (["place"], 1, "ada")
    assert publisher.templates.get(made.id) == made
    other = NewTemplate(name="Other", content="{{a}}")
    for refused in (
        lambda call: publisher.templates.replace(made.id, other, call),
        lambda call: publisher.templates.delete(made.id, call),
    ):
        with pytest.raises(Forbidden, match="only its author and operators"):
            refused(call_of("bob"))
    changed = publisher.templates.replace(made.id, other, call_of(precondition=AT_1))
    assert (changed.name, changed.fields, changed.rev) == ("Other", ["a"], 2)
    with pytest.raises(PreconditionFailed):
        publisher.templates.delete(made.id, call_of(precondition=AT_1))
    assert publisher.templates.replace(made.id, NEW, OPERATOR).created_by == "ada"
    publisher.templates.delete(made.id, OPERATOR)
    with pytest.raises(NotFound):
        publisher.templates.get(made.id)


def test_pages_hold_everybodys_newest_first(publisher):
    ids = [publisher.templates.create(NEW, call_of(user)).id for user in ("ada", "bob", "ada")]
    first = publisher.templates.page(TemplateList(limit=2), call_of())
    query = TemplateList(limit=2, cursor=first.next_cursor)
    rest = publisher.templates.page(query, call_of())
    found = [template.id for template in (*first.templates, *rest.templates)]
    assert (sorted(found), found) == (sorted(ids), sorted(found, reverse=True))
    item = publisher.table.get({"PK": f"TEMPLATE#{ids[0]}", "SK": "METADATA"})
    assert (item["GSI1PK"], item["GSI1SK"]) == ("TEMPLATES", f"TEMPLATE#{ids[0]}")


def test_the_same_key_is_the_same_template(publisher):
    first = publisher.templates.create(NEW, call_of(idempotency_key="k"))
    assert publisher.templates.create(NEW, call_of(idempotency_key="k")) == first
    other = NewTemplate(name="n", content="x")
    with pytest.raises(Conflict):
        publisher.templates.create(other, call_of(idempotency_key="k"))


def test_a_write_that_met_another_is_refused(publisher):
    made = publisher.templates.create(NEW, call_of())
    seen = publisher.template_store.get(made.id)
    publisher.templates.replace(made.id, NEW, call_of())
    assert not publisher.template_store.replace(seen, seen)
    assert not publisher.template_store.delete(seen)


def test_a_message_is_made_of_anybodys_template_and_stays_as_it_was_made(publisher):
    made = publisher.templates.create(NEW, call_of())
    call = call_of("bob", idempotency_key="k")
    message = publisher.creating.create(use(made, place="Bonn"), call)
    assert (message.content, message.template_id) == ("We open in Bonn.", made.id)
    publisher.templates.replace(made.id, NewTemplate(name="n", content="x"), call_of())
    assert publisher.lookup.get(message.id, call_of("bob")).content == "We open in Bonn."
    # The same request again is the same message, even by what the template no longer takes.
    assert publisher.creating.create(use(made, place="Bonn"), call).id == message.id
    publisher.templates.delete(made.id, call_of())
    assert publisher.creating.create(use(made, place="Bonn"), call).id == message.id
    assert publisher.lookup.get(message.id, call_of("bob")).template_id == made.id


def test_a_change_of_a_message_leaves_its_template_alone(publisher):
    made = publisher.templates.create(NEW, call_of())
    new = NewMessage(draft=True, template=TemplateUse(made.id, {"place": "Bonn"}))
    draft = publisher.creating.create(new, call_of())
    changed = publisher.editing.change(draft.id, MessageChange(content="{{x}}"), call_of())
    assert (changed.content, changed.template_id) == ("{{x}}", made.id)
    assert publisher.templates.get(made.id) == made


def test_a_message_of_a_template_is_judged_as_any_other(publisher):
    made = publisher.templates.create(NEW, call_of())
    found = publisher.creating.validate(use(made, place="Bonn"), call_of())
    assert [check.text for check in found.channels] == ["We open in Bonn."]
    with pytest.raises(InvalidInput, match="facebook: the text has 70012 of 63206 characters"):
        publisher.creating.create(use(made, place="x" * 10_000 * 7), call_of())
    for bad in (use(made), use(made, place="x", other="y")):
        for refused in (publisher.creating.create, publisher.creating.validate):
            with pytest.raises(InvalidInput, match=r"template\.fields"):
                refused(bad, call_of())
    with pytest.raises(InvalidInput, match="there is no template gone"):
        publisher.creating.create(NewMessage(template=TemplateUse("gone")), call_of())
    assert publisher.stream == []


def test_the_uploads_of_a_template_are_found_and_then_everybodys(publisher, aws):
    with pytest.raises(InvalidInput, match="no confirmed upload m1"):
        publisher.templates.create(NewTemplate(name="n", content="x", media=["m1"]), call_of())
    assert publisher.shared == []
    free = Publisher(aws, find_media=lambda ids, user: [])
    free.templates.create(NewTemplate(name="n", content="x", media=["m1"]), call_of())
    assert free.shared == ["m1"]
