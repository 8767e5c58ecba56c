"""Debian's Chromium, as the browser tests start it."""

import shutil

import pytest

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

in_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium on the PATH")
