"""Every Lambda function of the product as plain data, sized after seed 002."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Function:
    """One function; `handler` is the event handler's name, None for the API's routes.

    `reads_stream`: its source is a stream, so that its iterator age is watched.
    """

    handler: str | None
    memory_mb: int
    timeout_s: int
    reserved_concurrency: int | None = None
    reads_stream: bool = False

    @property
    def label(self) -> str:
        """What people call it."""
        return self.handler or "api"

    def name(self, prefix: str) -> str:
        """Its name on AWS as Chalice makes it; `prefix` is the stage's `function_prefix`."""
        return prefix if self.handler is None else f"{prefix}-{self.handler}"


FUNCTIONS = (Function(handler=None, memory_mb=512, timeout_s=30),)
