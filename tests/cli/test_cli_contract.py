"""The command line speaks the documented API alone: every example of its help, on paper."""

import json
import re
import shlex
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import jsonschema_rs
import pytest
from cli_kit import ANSWERS, AT, URL, Answer, Pool
from support.contract import Contract

from infra.cli.arguments import build_parser, parse
from infra.cli.main import COMMANDS, GROUPS, main

ROOT = Path(__file__).parents[2]
DOCUMENT = json.loads((ROOT / "openapi.json").read_text())
EXAMPLES = [example for command in COMMANDS for example in command.examples]
CREATING = {"/orders", "/stream", "/api/v1/records:import", "/api/v1/messages"}
SENT_BY_ALL = {"Authorization", "X-Api-Key", "Content-Type"}  # no parameters in OpenAPI
FILES = {
    "order.json": '{"customer": "Ada"}',
    "ada.json": '{"user_id": "ada"}',
    "people.csv": "user_id,name\nada,Ada\n",
    "post.txt": "We passed",
}


def find_operation(method, path):
    """The template and the operation of a path; a literal path comes before a template."""
    for template in sorted(DOCUMENT["paths"], key=lambda template: template.count("{")):
        pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", template)
        found = re.fullmatch(pattern, path)
        if found and method.lower() in DOCUMENT["paths"][template]:
            return template, DOCUMENT["paths"][template][method.lower()], found.groupdict()
    raise AssertionError(f"{method} {path} is not documented")


def check(schema, value):
    whole = {**schema, "components": DOCUMENT["components"]}
    jsonschema_rs.Draft202012Validator(whole).validate(value)


def parameters(operation, place):
    return {
        parameter["name"]: parameter["schema"]
        for parameter in operation["parameters"]
        if parameter["in"] == place
    }


def check_request(method, url, body, headers):
    """The request is one that the document describes, with its parameters and its body."""
    parts = urlsplit(url)
    template, operation, ids = find_operation(method, parts.path)
    for name, value in ids.items():
        check(parameters(operation, "path")[name], unquote(value))
    known = parameters(operation, "query")
    for name, value in parse_qsl(parts.query, strict_parsing=bool(parts.query)):
        group = name.partition(".")[0]
        if group in ("attr", "not_attr"):
            check(known[group], {name: value})
        elif known[name].get("type") in ("integer", "boolean"):
            check(known[name], json.loads(value))
        else:
            check(known[name], value)
    for name, value in headers.items():
        if name not in SENT_BY_ALL:
            check(parameters(operation, "header")[name], value)
    needs_key = any("apiKey" in way for way in operation["security"])
    assert ("X-Api-Key" in headers) == needs_key
    assert (template in CREATING and method == "POST") == ("Idempotency-Key" in headers)
    check_body(operation, body, headers)
    return template


def check_body(operation, body, headers):
    described = operation.get("requestBody")
    if described is None:
        assert body is None
        return
    schema = described["content"][headers["Content-Type"]]["schema"]
    check(
        schema, json.loads(body) if headers["Content-Type"] == "application/json" else body.decode()
    )


def answer(method, url):
    template, operation, _ = find_operation(method, urlsplit(url).path)
    document = ANSWERS[f"{method} {template}"]
    if document == "":
        return Answer(200, raw=b'{"user_id":"ada"}\n')
    status = next(code for code in operation["responses"] if code.startswith("2"))
    return Answer(int(status), document)


@pytest.fixture
def run_example(monkeypatch, tmp_path):
    def run(example):
        for name, text in FILES.items():
            (tmp_path / name).write_text(text)
        words = shlex.split(example)
        assert words[0] == "omni"
        for shell in (">", "<"):
            words = words[: words.index(shell)] if shell in words else words
        pool = Pool(find=answer)
        # A follower goes on for ever: it ends after the one record that there is.
        ends = ["--limit", "1"] if "--follow" in words else []
        return main([*words[1:], *ends, "--url", URL], pool), pool.requests

    stdin = type("Stdin", (), {"buffer": (tmp_path / "in").open("w+b")})
    monkeypatch.setattr("sys.stdin", stdin)
    stdin.buffer.write(b'{"user_id": "ada"}\n')
    stdin.buffer.seek(0)
    yield run
    stdin.buffer.close()


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_sends_what_the_api_documents(run_example, example, capsys):
    code, requests = run_example(example)
    assert code == 0, capsys.readouterr().err
    assert requests
    for request in requests:
        check_request(*request)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_prints_the_apis_documents_as_json(run_example, example, capsys):
    code, requests = run_example(f"{example} --json" if "<" not in example else example)
    assert code == 0
    documents = [answer(method, url).data for method, url, *_ in requests]
    printed = capsys.readouterr().out
    if "--follow" in example or "export" in example or "<" in example or documents == [b""]:
        return
    assert [json.loads(line) for line in printed.splitlines()] == [json.loads(d) for d in documents]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_examples_of_a_command_use_all_of_its_options(command):
    used = " ".join(command.examples).replace("=", " ").split()
    options = [item.flags[0] for item in command.arguments if item.flags[0].startswith("-")]
    assert [option for option in options if option not in used] == []
    assert all(example.startswith(f"omni {command.name}") for example in command.examples)


def test_the_canned_answers_are_documented_ones():
    contract = Contract(DOCUMENT)
    for name, document in ANSWERS.items():
        method, _, template = name.partition(" ")
        if document:
            operation = DOCUMENT["paths"][template][method.lower()]
            status = next(code for code in operation["responses"] if code.startswith("2"))
            url = re.sub(r"{\w+}", "x", template)
            raw = json.dumps(document).encode()
            assert contract.broken(method, url, int(status), "application/json", raw) is None


def test_times_are_shown_to_the_second_in_utc(capsys):
    main(["orders", "list", "--url", URL], Pool(find=answer))
    assert f"{AT[:10]} {AT[11:19]}Z" in capsys.readouterr().out


def list_commands(page):
    """The command lines in a page's fenced blocks, without what a shell does with them."""
    fences = re.findall(r"^```\n(.*?)^```", (ROOT / page).read_text(), re.DOTALL | re.MULTILINE)
    lines = "\n".join(fences).splitlines()
    return [found[1] for line in lines if (found := re.match(r"(?:\$ )?(?:\S*/)?omni (.*)", line))]


@pytest.mark.parametrize("page", ["README.md", "docs/command-line.md"])
def test_the_commands_of_the_documentation_are_commands(page):
    parser = build_parser(GROUPS, COMMANDS)
    commands = list_commands(page)
    assert len(commands) >= 3
    for line in commands:
        parse(parser, shlex.split(re.split(r" [>|] ", line)[0]))


def test_the_documentation_names_every_command():
    named = (ROOT / "docs/command-line.md").read_text()
    assert [
        word for command in COMMANDS for word in command.name.split() if word not in named
    ] == []
