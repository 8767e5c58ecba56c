"""What one call of a service takes."""

import pytest

from chalicelib.aws.calls import split_calls


@pytest.mark.parametrize(
    ("sizes", "calls"),
    [
        ([], []),
        ([1, 1, 1, 1], [[1, 1, 1], [1]]),
        ([6, 4, 1], [[6, 4], [1]]),
        ([6, 5, 5], [[6], [5, 5]]),
        ([1, 11, 1], [[1], [11], [1]]),
    ],
)
def test_a_call_has_no_more_entries_and_bytes_than_it_may(sizes, calls):
    assert list(split_calls(sizes, lambda size: size, max_entries=3, max_bytes=10)) == calls
