"""WAF statements, spelled shortly."""

from collections.abc import Iterable, Sequence
from typing import Any

from aws_cdk import aws_wafv2 as wafv2

Statement = wafv2.CfnWebACL.StatementProperty


def any_path(paths: Iterable[str]) -> Statement:
    """The path is one of two or more, letter by letter: written otherwise it is another one."""
    found = [_exactly(path, uri_path={}) for path in paths]
    return Statement(or_statement=wafv2.CfnWebACL.OrStatementProperty(statements=found))


def header(name: str, value: str) -> Statement:
    """The request carries the header with this value."""
    return _exactly(value, single_header={"Name": name})


def all_of(parts: Sequence[Statement]) -> Statement:
    """Every one; WAF takes no conjunction of one."""
    if len(parts) == 1:
        return parts[0]
    return Statement(and_statement=wafv2.CfnWebACL.AndStatementProperty(statements=list(parts)))


def negated(part: Statement) -> Statement:
    """Not this one."""
    return Statement(not_statement=wafv2.CfnWebACL.NotStatementProperty(statement=part))


def _exactly(text: str, **field: Any) -> Statement:
    none = wafv2.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")
    return Statement(
        byte_match_statement=wafv2.CfnWebACL.ByteMatchStatementProperty(
            field_to_match=wafv2.CfnWebACL.FieldToMatchProperty(**field),
            positional_constraint="EXACTLY",
            search_string=text,
            text_transformations=[none],
        )
    )
