"""The pages, as CloudFront serves them: index, assets, config.json, strict security headers."""

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from infra.local.gateway.answers import Result, result

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
HASHED = "/assets/"  # the build puts a hash of the content into these names
_NEVER = "no-store"
_CHECKED = "no-cache"
_FOR_GOOD = "public, max-age=31536000, immutable"


class Pages:
    """Pages and assets under one folder; any other file type there is not served."""

    def __init__(self, root: Path, config: Mapping[str, str]) -> None:
        self._root = root.resolve()
        self._config = json.dumps(dict(config)).encode()
        self._headers = security_headers(config)

    def page(self, path: str) -> Result | None:
        """The answer at the still encoded `path`, or None when nothing is there."""
        if path == "/config.json":
            return self._answer(self._config, ".json", _NEVER)
        if path in ("/", "/index.html", "/console") or path.startswith("/console/"):
            return self._file(self._root / "index.html", _NEVER)
        file = _inside(self._root, path)
        if file is None:
            return None
        return self._file(file, _FOR_GOOD if path.startswith(HASHED) else _CHECKED)

    def _file(self, file: Path, cache_control: str) -> Result | None:
        if file.suffix not in TYPES:
            return None
        try:
            body = file.read_bytes()
        except OSError:
            return None  # not there, not a file, or no possible name
        return self._answer(body, file.suffix, cache_control)

    def _answer(self, body: bytes, suffix: str, cache_control: str) -> Result:
        headers = {
            "Content-Type": TYPES[suffix],
            "Cache-Control": cache_control,
            **self._headers,
        }
        return result(200, headers, body)


def page_config(outputs: Mapping[str, str], region: str) -> dict[str, str]:
    """What the page has to know of its stage: where to sign in, as whom, and where the API is.

    The issuer is AWS's own URL, locally too, while the emulator serves discovery and sign-in.
    """
    endpoint = outputs["AwsEndpointUrl"].rstrip("/")
    pool = outputs["UserPoolId"]
    return {
        "authority": issuer(region, pool),
        "metadataUrl": f"{endpoint}/{pool}/.well-known/openid-configuration",
        "clientId": outputs["UserPoolClientId"],
        "cognitoDomain": endpoint,
        "apiBase": outputs["ApiUrl"].rstrip("/"),
    }


def issuer(region: str, pool: str) -> str:
    """The `iss` of a user pool's tokens."""
    return f"https://cognito-idp.{region}.amazonaws.com/{pool}"


def security_headers(config: Mapping[str, str]) -> dict[str, str]:
    """A policy without inline code; pages reach their own origin and those of the config."""
    hosts = {urlsplit(url) for name, url in config.items() if name != "clientId"}
    origins = sorted({f"{each.scheme}://{each.netloc}" for each in hosts if each.netloc})
    reached = " ".join(["'self'", *origins])
    policy = (
        "default-src 'self'; script-src 'self'; style-src 'self'; font-src 'self' data:; "
        f"img-src 'self' data: blob:; connect-src {reached}; "
        "frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
    )
    return {
        "Content-Security-Policy": policy,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


def _inside(root: Path, path: str) -> Path | None:
    """The file that `path` names below `root`; None for any other, hidden ones included."""
    parts = unquote(path, errors="replace").split("/")[1:]
    if any(not part or part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        return None
    file = root.joinpath(*parts).resolve()
    return file if file.is_relative_to(root) else None
