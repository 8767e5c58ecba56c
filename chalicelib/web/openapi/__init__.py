"""The OpenAPI 3.1 document, made from what the routes' decorators were told."""

from chalicelib.web.openapi.document import build_document

__all__ = ["build_document"]
