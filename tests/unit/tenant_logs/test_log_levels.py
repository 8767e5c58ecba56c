"""What loggers call their levels, and the scales of numbers."""

from decimal import Decimal

import pytest

from chalicelib.tenant_logs.intake.levels import by_name, by_otel_number, read


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("TRACE", "TRACE"),
        ("debug", "DEBUG"),
        ("Information", "INFO"),
        ("notice", "INFO"),
        (" Warning ", "WARN"),
        ("WRN", "WARN"),
        ("W", "WARN"),
        ("E", "ERROR"),
        ("err", "ERROR"),
        ("[error]", "ERROR"),
        ("TRACE2", "TRACE"),
        ("DEBUG5", "DEBUG"),
        ("ERROR+4", "ERROR"),
        ("INFO-2", "INFO"),
        ("LOG", "INFO"),
        ("critical", "FATAL"),
        ("emerg", "FATAL"),
        ("DPANIC", "FATAL"),
        ("SEVERITY_NUMBER_WARN3", "WARN"),
        ("DEFAULT", None),
        ("loud", None),
        ("", None),
        ("e" * 100, None),
    ],
)
def test_severities_are_known_by_their_usual_names(name, expected):
    assert by_name(name) == expected


@pytest.mark.parametrize(
    ("value", "field", "expected"),
    [
        (10, "level", "TRACE"),
        (35, "level", "INFO"),
        (50, "level", "ERROR"),
        (Decimal(60), "level", "FATAL"),
        ("50", "level", "ERROR"),
        (0, "level", "FATAL"),
        (3, "level", "ERROR"),
        ("4", "PRIORITY", "WARN"),
        (7, "PRIORITY", "DEBUG"),
        (250, "level", "INFO"),
        (400, "level", "ERROR"),
        (550, "level", "FATAL"),
        (400, "severity", "WARN"),
        (800, "severity", "FATAL"),
        (17, "severityNumber", "ERROR"),
        (25, "severityNumber", None),
        (40, "levelno", "ERROR"),
        (2, "LogLevel", "INFO"),
        ({"name": "WARNING", "no": 30}, "level", "WARN"),
        (8, "level", None),
        (-1, "level", None),
        (True, "level", None),
        ([], "level", None),
    ],
)
def test_a_number_counts_by_the_scale_of_its_field(value, field, expected):
    assert read(value, field) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, None), (1, "TRACE"), (4, "TRACE"), (5, "DEBUG"), (24, "FATAL"), (25, None), (-1, None)],
)
def test_opentelemetrys_numbers_are_four_a_severity(number, expected):
    assert by_otel_number(number) == expected
