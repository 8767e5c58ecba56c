"""Checks on what is generated: the OpenAPI document and the templates."""
