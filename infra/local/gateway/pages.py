"""The pages as CloudFront serves them: index, assets, config.json, security headers."""

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from infra.local.gateway.responses import Result, make_result

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
HASHED = "/assets/"  # the names of these files contain a hash of the content
_NO_STORE = "no-store"
_REVALIDATE = "no-cache"
_IMMUTABLE = "public, max-age=31536000, immutable"


class Pages:
    """Pages and assets in one folder; only files of the listed types are served."""

    def __init__(self, root: Path, config: Mapping[str, str]) -> None:
        self._root = root.resolve()
        self._config = json.dumps(dict(config)).encode()
        self._headers = security_headers(config)

    def page(self, path: str) -> Result | None:
        """The response for `path`, still URL-encoded; None if there is none."""
        if path == "/config.json":
            return self._make_response(self._config, ".json", _NO_STORE)
        if path in ("/", "/index.html", "/console") or path.startswith("/console/"):
            return self._read_file(self._root / "index.html", _NO_STORE)
        file = _resolve(self._root, path)
        if file is None:
            return None
        return self._read_file(file, _IMMUTABLE if path.startswith(HASHED) else _REVALIDATE)

    def _read_file(self, file: Path, cache_control: str) -> Result | None:
        if file.suffix not in TYPES:
            return None
        try:
            body = file.read_bytes()
        except OSError:
            return None  # does not exist, is not a file, or is not a valid name
        return self._make_response(body, file.suffix, cache_control)

    def _make_response(self, body: bytes, suffix: str, cache_control: str) -> Result:
        headers = {
            "Content-Type": TYPES[suffix],
            "Cache-Control": cache_control,
            **self._headers,
        }
        return make_result(200, headers, body)


def page_config(outputs: Mapping[str, str], region: str) -> dict[str, str]:
    """The configuration of the pages: sign-in, client and API.

    The issuer is AWS's URL, as in the emulator's tokens; the emulator serves discovery and sign-in.
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
    """No inline code, and connections only to the page's own origin and to those in `config`."""
    urls = {urlsplit(value) for name, value in config.items() if name != "clientId"}
    origins = sorted({f"{url.scheme}://{url.netloc}" for url in urls if url.netloc})
    allowed = " ".join(["'self'", *origins])
    policy = (
        "default-src 'self'; script-src 'self'; style-src 'self'; font-src 'self' data:; "
        f"img-src 'self' data: blob:; connect-src {allowed}; "
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


def _resolve(root: Path, path: str) -> Path | None:
    """The file at `path` in `root`; None for hidden files and for files outside."""
    parts = unquote(path, errors="replace").split("/")[1:]
    if any(not part or part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        return None
    file = root.joinpath(*parts).resolve()
    return file if file.is_relative_to(root) else None
