"""What reaches a terminal: aligned, cut to its width, and without control characters."""

import io
import json

import pytest
from cli_kit import Answer, Pool, log, page, record, run

from infra.cli.screen import Screen, shrink
from infra.cli.text import escape, escape_json, escape_lines, fit, measure

HOSTILE = "a\x1b[2Jb\x9bc\u202ed\ne\tf\u2028g\ud800"


def screen(width=None):
    return Screen(io.StringIO(), io.StringIO(), width)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain é 😀 👩‍💻", "plain é 😀 👩‍💻"),
        (HOSTILE, r"a\x1b[2Jb\x9bc\u202ed\ne\tf\u2028g\ud800"),
        ("\r\x00\x7f", r"\r\x00\x7f"),
    ],
)
def test_control_characters_are_written_out(text, escaped):
    assert escape(text) == escaped


def test_text_of_several_lines_keeps_them_alone():
    assert escape_lines("a\nb\x1b\tc") == "a\nb\\x1b\\tc"


def test_escaped_json_is_the_same_json():
    text = json.dumps({"text": HOSTILE}, ensure_ascii=False)
    assert json.loads(escape_json(text)) == {"text": HOSTILE}
    assert not set(escape_json(text)) & set("\x1b\x9b\u202e\u2028")


def test_wide_and_combining_characters_are_measured_in_cells():
    assert [measure(text) for text in ("abc", "日本", "e\u0301", "")] == [3, 4, 1, 0]
    assert fit("日本語", 4) == "日… "
    assert fit("ab", 4) == "ab  "


def test_a_table_is_aligned_whatever_its_cells_hold():
    shown = screen()
    shown.put_table(("A", "B"), [("日本", "x"), ("abc\x1b", "y")])
    assert shown.out.getvalue().splitlines() == [
        "A        B",
        "日本     x",
        "abc\\x1b  y",
    ]


def test_a_table_fits_the_terminal_and_a_pipe_gets_all_of_it():
    row = ("m" * 30, "t" * 100)
    terminal, pipe = screen(60), screen()
    terminal.put_table(("ID", "TEXT"), [row])
    pipe.put_table(("ID", "TEXT"), [row])
    assert [measure(line) <= 60 for line in terminal.out.getvalue().splitlines()] == [True, True]
    assert terminal.out.getvalue().splitlines()[1] == "m" * 28 + "…" + "  " + "t" * 28 + "…"
    assert pipe.out.getvalue().splitlines()[1] == "  ".join(row)


def test_the_widest_columns_give_way_first():
    assert shrink([4, 40, 10], 40) == [4, 22, 10]
    assert shrink([4, 4], 5) == [4, 4]


def test_values_of_records_never_reach_a_terminal_raw(capsys):
    hostile = log(
        1, text=HOSTILE.replace("\ud800", ""), source="\x1b]0;title\x07", attrs={"k": "\x9b"}
    )
    assert run(Pool(Answer(200, page("logs", hostile))), "logs") == 0
    printed = capsys.readouterr().out
    assert "\\x1b]0;title\\x07" in printed
    assert not set(printed) & set("\x1b\x9b\x07\u202e\t")


def test_the_words_of_an_error_are_escaped_too(capsys):
    problem = {"message": "no \x1b[31m", "code": "not_found", "request_id": "r-1"}
    assert run(Pool(Answer(404, problem)), "whoami") == 1
    assert capsys.readouterr().err == "omni: no \\x1b[31m (not_found, request r-1)\n"


def test_numbers_keep_their_digits(capsys):
    raw = b'{"user_id":"ada","n":1.10,"big":12345678901234567890123456789012345678}'
    assert run(Pool(Answer(200, raw=raw)), "records", "find", "ada") == 0
    assert run(Pool(Answer(200, raw=raw)), "records", "find", "ada", "--json") == 0
    printed = capsys.readouterr().out
    assert printed.count("1.10") == 2
    assert printed.count("12345678901234567890123456789012345678") == 2
    assert printed.splitlines()[-1] == raw.decode()


def test_a_list_shows_its_newest_last_and_says_that_there_is_more(capsys):
    pages = [page("logs", log(3), cursor="c" * 16), page("logs", log(2), log(1), cursor="d" * 16)]
    pool = Pool(*(Answer(200, document) for document in pages))
    assert run(pool, "logs", "--limit", "3") == 0
    printed = capsys.readouterr()
    assert [line.split("  ")[3] for line in printed.out.splitlines()] == [
        "line 1",
        "line 2",
        "line 3",
    ]
    assert printed.err == "omni: there are more: --limit shows them\n"
    assert ["limit=3" in pool.requests[0][1], "limit=2" in pool.requests[1][1]] == [True, True]


def test_an_empty_page_is_not_the_end_of_a_list(capsys):
    pages = [page("records", cursor="c" * 16), page("records", record())]
    assert run(Pool(*(Answer(200, document) for document in pages)), "records", "list") == 0
    assert "ada" in capsys.readouterr().out


def test_an_empty_list_says_so_on_standard_error(capsys):
    assert run(Pool(Answer(200, page("orders"))), "orders", "list") == 0
    assert capsys.readouterr() == ("", "omni: nothing found\n")
