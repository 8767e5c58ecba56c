"""A promise, what was found of it, and how the report shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 52


@dataclass(frozen=True, slots=True)
class Finding:
    """How often something happened, and how often it may; None is as often as it likes."""

    what: str
    found: int
    at_most: int | None
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether the promise was kept."""
        return self.at_most is None or self.found <= self.at_most


def table(findings: Sequence[Finding]) -> str:
    """One line a finding."""
    return "\n".join(map(_line, findings))


def _line(finding: Finding) -> str:
    allowed = "" if finding.at_most is None else f"of at most {finding.at_most}"
    verdict = "ok" if finding.holds else "VIOLATED"
    figures = f"{finding.what:<{WIDTH}}  {finding.found:>6}  {allowed:<17} {verdict:<8}"
    return f"  {figures}  {finding.note}".rstrip()
