"""What a run of `make export` or `make import` keeps to itself, and says in one plain line."""

import os
import stat

import pytest

from infra.transfer import command
from infra.transfer.alone import hold, private_files
from infra.transfer.folder import Folder
from infra.transfer.people import describe_wanted
from infra.transfer.refusal import MoveRefused
from infra.transfer.relational import database


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ada:s3cr%zzt@127.0.0.1:1/d",
        "postgresql://ada:s3cr/t@127.0.0.1:1/d",
        "postgresql://ada:s@s3cr@127.0.0.1:1/d",
        "postgresql://ada:1/s3cr@127.0.0.1:1/d",
        "postgresql://ada:s3cr@[::1/d",
        "postgresql://127.0.0.1:1/d?password=s3cr%z",
        "postgresql://127.0.0.1:1/d?pasword=s3cr",
    ],
)
def test_a_url_that_cannot_be_read_is_refused_without_its_password(url):
    with pytest.raises(MoveRefused, match="the database's URL cannot be read") as refused:
        database.require_free(url)
    assert "s3cr" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://127.0.0.1:1,127.0.0.1:1/d?connect_timeout=1",
        "postgresql://ada:s3%40cr%2Ft@127.0.0.1:1/d",
        "postgres://ada@localhost:1",
    ],
)
def test_other_urls_reach_the_server(url):
    with pytest.raises(MoveRefused, match=r"PostgreSQL said: .*refused") as refused:
        database.require_free(url)
    assert "s3" not in str(refused.value)


def test_one_run_at_a_time_has_a_folder(tmp_path):
    for path in (tmp_path, tmp_path / "between.lock"):
        with (
            hold(path),
            pytest.raises(MoveRefused, match="another export or import is at work"),
            hold(path),
        ):
            pass
        with hold(path):
            pass


def test_what_is_made_is_private_until_the_end(tmp_path):
    before = os.umask(0o022)
    try:
        with private_files():
            (tmp_path / "data").write_text("people's")
        (tmp_path / "other").write_text("anybody's")
    finally:
        os.umask(before)
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("data", "other")]
    assert modes == [0o600, 0o644]


def test_an_export_that_was_killed_as_it_began_begins_again(tmp_path):
    (tmp_path / "progress").mkdir()
    (tmp_path / "progress" / "begun.new").write_text('{"stage": "o')
    assert Folder(tmp_path).begin({"stage": "one"}, same=("stage",)) == {"stage": "one"}


def _user(email: str) -> dict:
    return {"sub": {"S": "1"}, "email": {"S": email}, "groups": {"L": [{"S": "publisher"}]}}


def test_a_command_to_copy_makes_a_user_and_nothing_else():
    wanted = "make user STAGE=dev EMAIL=ada+x@example.com GROUPS=publisher"
    assert describe_wanted(_user("ada+x@example.com"), "dev") == wanted
    for email in ("a@b.c;reboot", "$(reboot)@b.c", "a@b.c X=1", "`id`@b.c", "a@b.c\nid", "'@b.c"):
        found = describe_wanted(_user(email), "dev")
        assert found == f"one to be made by hand, with {email!a}"


def test_names_from_files_of_others_steer_no_terminal(capsys):
    command._say("kept: a\x1b[2Jb\nc\u202ed é")
    assert capsys.readouterr().out == "kept: a\\x1b[2Jb\\nc\\u202ed é\n"
