"""Python values to DynamoDB's typed attributes and back.

boto3's own serializer would import all of boto3, a tenth of a cold start; floats never occur
here, since bodies are parsed into Decimal.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Item = dict[str, Any]


def to_attributes(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item as `put_item` takes it."""
    return {name: to_attribute(value) for name, value in item.items()}


def from_attributes(attributes: Mapping[str, Any]) -> Item:
    """The item as the domain takes it: whole numbers as int, others as Decimal."""
    return {name: from_attribute(value) for name, value in attributes.items()}


def to_attribute(value: Any) -> dict[str, Any]:  # noqa: PLR0911 one line a type
    """One typed attribute.

    Raises TypeError for a type that DynamoDB does not have, floats included.
    """
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int() | Decimal():
            return {"N": str(value)}
        case dict():
            return {"M": to_attributes(value)}
        case list():
            return {"L": [to_attribute(element) for element in value]}
        case bytes():
            return {"B": value}
    raise TypeError(f"DynamoDB has no attribute for {type(value).__name__}")


def from_attribute(attribute: Mapping[str, Any]) -> Any:
    """The value of one typed attribute."""
    kind, value = next(iter(attribute.items()))
    match kind:
        case "NULL":
            return None
        case "N":
            return _number(value)
        case "M":
            return from_attributes(value)
        case "L":
            return [from_attribute(element) for element in value]
    return value


def _number(text: str) -> int | Decimal:
    try:
        return int(text)
    except ValueError:
        return Decimal(text)
