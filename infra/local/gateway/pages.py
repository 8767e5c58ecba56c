"""The pages as CloudFront serves them: index, assets, config.json, security headers."""

import functools
import gzip
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from chalicelib.settings import LOCAL_STAGE
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
TEXTS = frozenset({".css", ".html", ".js", ".json", ".mjs", ".svg", ".txt"})
INSTEAD = Path(__file__).parent / "no_console.html"
HASHED = "/assets/"  # the names of these files contain a hash of the content
_EVERY_PAGE = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_NO_STORE = "no-store"
_REVALIDATE = "no-cache"
_IMMUTABLE = "public, max-age=31536000, immutable"


class Pages:
    """Pages and assets in one folder; only files of the listed types are served.

    Without an index there `/` and `/console` are `INSTEAD`, which says how to get one.
    """

    def __init__(self, root: Path, config: Mapping[str, str]) -> None:
        self._root = root.resolve()
        self._config = json.dumps(dict(config)).encode()
        self._headers = security_headers(config)

    def page(self, path: str, headers: Mapping[str, str]) -> Result | None:
        """The response for `path`, still URL-encoded; None if there is none.

        `headers` are the request's, whose names are lower case: what the browser has already is a
        304, and texts are compressed for those that take gzip.
        """
        if path == "/config.json":
            return self._respond(Content.of(self._config, ".json"), _NO_STORE, headers)
        if path in ("/", "/index.html", "/console") or path.startswith("/console/"):
            index = self._read_file(self._root / "index.html") or self._read_file(INSTEAD)
            return index and self._respond(index, _NO_STORE, headers)
        file = _resolve(self._root, path)
        content = None if file is None else self._read_file(file)
        if content is None:
            return None
        cache_control = _IMMUTABLE if path.startswith(HASHED) else _REVALIDATE
        return self._respond(content, cache_control, headers)

    def _read_file(self, file: Path) -> "Content | None":
        if file.suffix not in TYPES:
            return None
        try:
            return _read_content(file, file.stat().st_mtime_ns)
        except OSError:
            return None  # does not exist, is not a file, or is not a valid name

    def _respond(self, content: "Content", cache_control: str, asked: Mapping[str, str]) -> Result:
        headers = {
            "Content-Type": content.kind,
            "Cache-Control": cache_control,
            "ETag": content.tag,
            "Vary": "Accept-Encoding",
            **self._headers,
        }
        if content.tag in asked.get("if-none-match", ""):
            return make_result(304, headers, b"")
        if content.compressed and "gzip" in asked.get("accept-encoding", ""):
            return make_result(200, {**headers, "Content-Encoding": "gzip"}, content.compressed)
        return make_result(200, headers, content.body)


class Content(NamedTuple):
    """A file, and what its responses say of it. `compressed` is b"" where that saves nothing."""

    kind: str
    tag: str
    body: bytes
    compressed: bytes

    @classmethod
    def of(cls, body: bytes, suffix: str) -> "Content":
        """The content of a file with this suffix."""
        compressed = gzip.compress(body, 6) if suffix in TEXTS else b""
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        return cls(TYPES[suffix], tag, body, compressed if len(compressed) < len(body) else b"")


@functools.lru_cache(maxsize=256)
def _read_content(file: Path, _changed_ns: int) -> Content:
    return Content.of(file.read_bytes(), file.suffix)


def page_config(outputs: Mapping[str, str], region: str) -> dict[str, str]:
    """The configuration of the pages: stage, sign-in, client, API, and the channels' sandbox.

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
        "stage": LOCAL_STAGE,
        "sandboxUrl": outputs["OutboxUrl"].rstrip("/"),
    }


def issuer(region: str, pool: str) -> str:
    """The `iss` of a user pool's tokens."""
    return f"https://cognito-idp.{region}.amazonaws.com/{pool}"


def security_headers(config: Mapping[str, str]) -> dict[str, str]:
    """No inline code, and connections only to the page's own origin and to those in `config`.

    Images may also come from the emulator, whose buckets and sign-in have one address.
    """
    urls = {urlsplit(value) for name, value in config.items() if name not in ("clientId", "stage")}
    origins = sorted({f"{url.scheme}://{url.netloc}" for url in urls if url.netloc})
    allowed = " ".join(["'self'", *origins])
    images = " ".join(["'self' data: blob:", *filter(None, [config.get("cognitoDomain")])])
    policy = (
        "default-src 'self'; script-src 'self'; style-src 'self'; font-src 'self' data:; "
        f"img-src {images}; connect-src {allowed}; "
        "frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
    )
    return {"Content-Security-Policy": policy, **_EVERY_PAGE}


def _resolve(root: Path, path: str) -> Path | None:
    """The file at `path` in `root`; None for hidden files and for files outside."""
    parts = unquote(path, errors="replace").split("/")[1:]
    if any(not part or part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        return None
    file = root.joinpath(*parts).resolve()
    return file if file.is_relative_to(root) else None
