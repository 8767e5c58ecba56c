"""The fields of templates: their syntax, and what a message says once they are filled."""

import re

import pytest

from chalicelib.errors import InvalidInput
from chalicelib.publisher.model import MessageOverride, NewMessage, NewTemplate, TemplateUse
from chalicelib.publisher.templates import fields, stored
from chalicelib.publisher.templates.filling import compose
from chalicelib.publisher.templates.stored import StoredTemplate


def template_of(content="We open in {{place}} at {{ hour }}.", **more):
    new = NewTemplate(name="n", content=content, **more)
    given = stored.read_given(new)
    return StoredTemplate(**given, id="t", user="ada", created_at="", updated_at="")


def use(values, **more):
    return NewMessage(template=TemplateUse("t", values), **more)


def fill(text, **values):
    return fields.fill(text, values, "content", 100)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("no field", []),
        ("{{a}} {{ b_2 }} {{a}}", ["a", "b_2"]),
        (r"\{{a}} and {{b}}", ["b"]),
        ("} }} { single {a}", []),
        ("{{A}}{{a}}", ["A", "a"]),
    ],
)
def test_a_text_names_its_fields_once_in_order(text, names):
    assert fields.list_fields(text, "content") == names


@pytest.mark.parametrize(
    "text", ["{{", "{{}}", "{{a", "{{a}", "{{1a}}", "{{a b}}", "{{a.b}}", "{{{a}}}", "{{#a}}"]
)
def test_braces_that_begin_no_field_are_refused_where_they_are(text):
    with pytest.raises(InvalidInput, match=r"content: the \{\{ at character 3 begins no field"):
        fields.list_fields(f"x {text}", "content")


def test_a_field_is_replaced_by_its_text_and_the_escape_by_braces():
    assert fill("Hi {{a}}, {{ b }}{{a}}!", a="Ada", b="") == "Hi Ada, Ada!"
    assert fill(r"Write \{{a}} for {{a}}", a="x") == "Write {{a}} for x"


def test_what_a_field_says_is_text_and_never_expanded():
    assert fill("{{a}}{{b}}", a="{{b}}", b=r"\{{a}}") == r"{{b}}\{{a}}"
    assert fill("{{a}}b}}", a="{{") == "{{b}}"  # nor is what texts become together


def test_a_text_that_grows_too_long_is_refused_before_it_is_made():
    with pytest.raises(InvalidInput, match="content: with its fields it has more than 100 "):
        fill("{{a}}" * 11, a="x" * 10)
    assert fill("{{a}}" * 10, a="x" * 10) == "x" * 100


def test_a_hundred_thousand_braces_are_judged_at_once():
    for text in ("{{" * 50_000, "{{ " * 33_000, "{{" + " " * 99_000, "{{" + "a" * 99_000):
        with pytest.raises(InvalidInput, match="at character 1 begins no field"):
            fields.list_fields(text, "content")


def test_a_message_says_what_its_template_says_with_the_fields_filled():
    template = template_of(
        subject="{{place}}",
        channels=["email", "sms"],
        media=["m"],
        overrides={"sms": MessageOverride(content="{{place}}!"), "facebook": MessageOverride("f")},
    )
    said = compose(use({"place": "Bonn", "hour": "9"}), template)
    assert (said.content, said.subject) == ("We open in Bonn at 9.", "Bonn")
    assert (said.channels, said.media) == (["email", "sms"], ["m"])
    assert said.overrides == {"sms": MessageOverride(content="Bonn!")}


def test_what_the_body_names_wins_whole_and_is_text():
    template = template_of(subject="{{place}}", channels=["email"], media=["m"])
    new = use({"place": "Bonn"}, content="{{hour}}", channels=["facebook"], media=[], subject=None)
    said = compose(new, template)
    assert (said.content, said.subject) == ("{{hour}}", None)
    assert (said.channels, said.media) == (["facebook"], [])


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({}, "template.fields: 'place' of content is missing"),
        ({"place": "x"}, "template.fields: 'hour' of content is missing"),
        ({"place": "x", "hour": "9", "Place": "y"}, "the template has no field 'Place'"),
    ],
)
def test_a_missing_and_an_unknown_field_are_named(values, named):
    with pytest.raises(InvalidInput, match=named):
        compose(use(values, channels=["sms"]), template_of())


def test_a_field_of_a_part_that_the_message_does_not_use_may_be_missing():
    template = template_of("x", overrides={"sms": MessageOverride(content="{{a}}")})
    assert compose(use({}, channels=["email"]), template).overrides == {}
    assert compose(use({"a": "given"}, channels=["email"]), template).content == "x"
    with pytest.raises(InvalidInput, match=re.escape("'a' of overrides.sms.content is missing")):
        compose(use({}, channels=["sms"]), template)


@pytest.mark.parametrize("text", ["a\nb", "a\r", "x" * 201])
def test_a_filled_subject_keeps_the_rule_of_subjects(text):
    with pytest.raises(InvalidInput, match="subject"):
        compose(use({"a": text}, channels=["email"]), template_of("x", subject="{{a}}"))


@pytest.mark.parametrize("name", ["content", "channels"])
def test_a_message_needs_text_and_channels_from_somewhere(name):
    given = {"content": "x", "channels": ["sms"]}
    with pytest.raises(InvalidInput, match=f"missing required field `{name}`"):
        compose(NewMessage(**{key: value for key, value in given.items() if key != name}))
    with pytest.raises(InvalidInput, match="missing required field `channels`"):
        compose(use({}), template_of("x"))


def test_a_template_has_few_fields_and_names_nothing_twice():
    with pytest.raises(InvalidInput, match="51 fields, and at most 50"):
        template_of("".join(f"{{{{f{number}}}}}" for number in range(51)))
    with pytest.raises(InvalidInput, match="channels names one twice"):
        template_of("x", channels=["sms", "sms"])
    with pytest.raises(InvalidInput, match="more than 300,000 bytes"):
        template_of("😀" * 80_000)
    assert template_of("{{a}}", subject="{{b}} {{a}}").fields == ["a", "b"]
