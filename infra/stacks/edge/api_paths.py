"""Which paths CloudFront sends to the API: read off `openapi.json`, so a new route is in it."""

import json
from pathlib import Path

FILE = Path(__file__).parents[3] / "openapi.json"
VERSIONED = "/api/"


def api_paths(file: Path = FILE) -> list[str]:
    """CloudFront's patterns, longest first: `/api/*` for all below it, the others one by one."""
    paths = json.loads(file.read_text())["paths"]
    return sorted({_pattern(path) for path in paths}, key=lambda pattern: (-len(pattern), pattern))


def _pattern(path: str) -> str:
    if path.startswith(VERSIONED):
        return f"{VERSIONED}*"
    before, brace, _ = path.partition("{")
    return f"{before}*" if brace else path
