"""Short builders of WAF statements."""

from collections.abc import Iterable, Sequence
from typing import Any

from aws_cdk import aws_wafv2 as wafv2

Statement = wafv2.CfnWebACL.StatementProperty


def match_any_path(paths: Iterable[str]) -> Statement:
    """Match if the path equals one of two or more; no text transformation is applied."""
    found = [_match_exactly(path, uri_path={}) for path in paths]
    return Statement(or_statement=wafv2.CfnWebACL.OrStatementProperty(statements=found))


def match_any_label(labels: Iterable[str]) -> Statement:
    """Match if an earlier rule added one of two or more labels."""
    found = [
        Statement(
            label_match_statement=wafv2.CfnWebACL.LabelMatchStatementProperty(
                scope="LABEL", key=label
            )
        )
        for label in labels
    ]
    return Statement(or_statement=wafv2.CfnWebACL.OrStatementProperty(statements=found))


def match_header(name: str, value: str) -> Statement:
    """Match if the request has the header with this value."""
    return _match_exactly(value, single_header={"Name": name})


def match_all(parts: Sequence[Statement]) -> Statement:
    """Match if all match; WAF rejects an AND statement with one part."""
    if len(parts) == 1:
        return parts[0]
    return Statement(and_statement=wafv2.CfnWebACL.AndStatementProperty(statements=list(parts)))


def negate(part: Statement) -> Statement:
    """Match if `part` does not."""
    return Statement(not_statement=wafv2.CfnWebACL.NotStatementProperty(statement=part))


def _match_exactly(text: str, **field: Any) -> Statement:
    none = wafv2.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")
    return Statement(
        byte_match_statement=wafv2.CfnWebACL.ByteMatchStatementProperty(
            field_to_match=wafv2.CfnWebACL.FieldToMatchProperty(**field),
            positional_constraint="EXACTLY",
            search_string=text,
            text_transformations=[none],
        )
    )
