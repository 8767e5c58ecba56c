"""The rows of the printed table and whether each holds its target."""

from collections.abc import Iterable
from dataclasses import dataclass

HEADINGS = ("", "measured", "ratio", "target", "")


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a ratio must hold: `at_most`, or `at_least`, or both as one figure."""

    at_most: float | None = None
    at_least: float | None = None

    def holds(self, ratio: float) -> bool:
        """Whether `ratio` is within the target."""
        low = self.at_least is None or ratio >= self.at_least
        return low and (self.at_most is None or ratio <= self.at_most)

    def __str__(self) -> str:
        if self.at_most == self.at_least:
            return f"= {self.at_least:g}"
        return f"<= {self.at_most:g}" if self.at_most is not None else f">= {self.at_least:g}"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line: what was measured, the figures with their units, and the ratio to `against`.

    A row without a target is there for comparison.
    """

    what: str
    measured: str
    ratio: float | None = None
    against: str = ""
    target: Target | None = None

    @property
    def verdict(self) -> str:
        """`ok` or `short`, empty without a target."""
        if self.target is None or self.ratio is None:
            return ""
        return "ok" if self.target.holds(self.ratio) else "short"


def printed(rows: Iterable[Row]) -> str:
    """The rows as aligned text."""
    cells = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(cell[column]) for cell in cells) for column in range(len(HEADINGS))]
    lines = ("  ".join(map(str.ljust, cell, widths)).rstrip() for cell in cells)
    return "\n".join(f"  {line}" for line in lines)


def summary(rows: Iterable[Row]) -> str:
    """How many targets hold, and which do not."""
    verdicts = [(row.what, row.verdict) for row in rows if row.verdict]
    short = [what for what, verdict in verdicts if verdict == "short"]
    held = f"{len(verdicts) - len(short)} of {len(verdicts)} targets hold"
    return f"{held}; short: {'; '.join(short)}" if short else held


def _cells(row: Row) -> tuple[str, ...]:
    ratio = "" if row.ratio is None else f"{row.ratio:.2f} x {row.against}".rstrip()
    target = "" if row.target is None else str(row.target)
    return (row.what, row.measured, ratio, target, row.verdict)
