"""Files of records: split for an import, joined by an export."""

import csv
import io
import json

import pytest
from cli_kit import Answer, Pool, run

from infra.cli.failures import BadUsage
from infra.cli.splitting import split_csv, split_ndjson

CURSOR = "c" * 16


def bodies(pool):
    return [body for _, _, body, _ in pool.requests]


def test_a_long_file_is_imported_in_parts_of_their_own_keys(tmp_path, capsys):
    lines = [json.dumps({"user_id": f"u{number}"}) for number in range(2001)]
    (tmp_path / "all.ndjson").write_text("\n".join(lines))
    refused = {"row": 1, "code": "invalid_input", "message": "no id"}
    results = [
        {"added": 1000, "failed": 0, "rows": []},
        {"added": 999, "failed": 1, "rows": [refused]},
        {"added": 1, "failed": 0, "rows": []},
    ]
    pool = Pool(*(Answer(200, result) for result in results))
    assert run(pool, "records", "import", "all.ndjson", "--idempotency-key", "monday") == 1
    assert [body.count(b"\n") for body in bodies(pool)] == [1000, 1000, 1]
    assert b"".join(bodies(pool)).decode().splitlines() == lines
    assert [headers["Idempotency-Key"] for *_, headers in pool.requests] == [
        "monday-0",
        "monday-1",
        "monday-2",
    ]
    assert capsys.readouterr().out == "row 1001: no id (invalid_input)\n2000 added, 1 failed\n"


def test_rows_keep_their_numbers_past_empty_lines():
    (part,) = split_ndjson(b'{"a": 1}\n\n  \n{"b": 2}')
    assert part.body == b'{"a": 1}\n{"b": 2}\n'
    assert [part.find_row(1), part.find_row(2)] == [1, 4]


def test_csv_parts_have_the_header_each_and_cells_stay_as_they_are():
    cells = [["user_id", "note"], *([f"u{number}", 'a "b",\nc'] for number in range(1001))]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(cells)
    first, second = split_csv(b"\xef\xbb\xbf" + text.getvalue().encode())
    read = [
        list(csv.reader(io.StringIO(part.body.decode(), newline=""))) for part in (first, second)
    ]
    assert read == [cells[:1001], [cells[0], cells[1001]]]
    assert [second.find_row(1), second.find_row(2)] == [1, 1002]


def test_a_part_stays_below_the_size_of_a_body():
    line = b'{"user_id": "a", "text": "' + b"x" * 1_000_000 + b'"}'
    sizes = [len(part.body) for part in split_ndjson(b"\n".join([line] * 9))]
    assert sum(sizes) == 9 * (len(line) + 1)
    assert max(sizes) <= 4_500_000


@pytest.mark.parametrize("data", [b'a,"b', b"\xff,a"])
def test_what_is_no_csv_is_refused_before_anything_is_sent(data):
    with pytest.raises(BadUsage):
        list(split_csv(data))


def test_an_export_is_all_parts_in_a_row(capsys):
    parts = [
        Answer(200, raw=b'{"user_id":"a"}\n', headers={"X-Next-Cursor": CURSOR}),
        Answer(200, raw=b"", headers={"X-Next-Cursor": CURSOR}),
        Answer(200, raw=b'{"user_id":"b"}\n'),
    ]
    pool = Pool(*parts)
    assert run(pool, "records", "export", "--prefix", "a") == 0
    assert capsys.readouterr().out == '{"user_id":"a"}\n{"user_id":"b"}\n'
    assert [f"cursor={CURSOR}" in url for _, url, *_ in pool.requests] == [False, True, True]
