"""Reads what cdk-nag has against a synthesised app."""

import json
from pathlib import Path

FILE = "validation-report.json"


def read_findings(folder: Path) -> set[tuple[str, str]]:
    """The findings that are not accepted, in the app's folder: construct path and rule."""
    reports = json.loads((folder / FILE).read_text())["pluginReports"]
    return {
        (where["constructPath"], violation["ruleName"])
        for report in reports
        for violation in report["violations"]
        for where in violation["violatingConstructs"]
    }
