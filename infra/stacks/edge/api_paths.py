"""Path patterns that CloudFront routes to the API, from `openapi.json`: new routes are included."""

import json
from pathlib import Path

FILE = Path(__file__).parents[3] / "openapi.json"
VERSIONED = "/api/"


def list_api_patterns(file: Path = FILE) -> list[str]:
    """CloudFront path patterns, longest first; `/api/*` covers all routes below it."""
    paths = json.loads(file.read_text())["paths"]
    return sorted(
        {_build_pattern(path) for path in paths}, key=lambda pattern: (-len(pattern), pattern)
    )


def _build_pattern(path: str) -> str:
    if path.startswith(VERSIONED):
        return f"{VERSIONED}*"
    before, brace, _ = path.partition("{")
    return f"{before}*" if brace else path
