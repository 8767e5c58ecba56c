"""The copies of the emulator's saved data, as tests look at them."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class CopiesOnDisk:
    """The folder `emulator` of a state directory."""

    home: Path

    def files(self, name: str) -> dict[str, bytes]:
        """The JSON files of a copy by their names."""
        return {file.name: file.read_bytes() for file in (self.home / name).glob("*.json")}

    def saved_at(self, name: str) -> str:
        """When a copy was saved."""
        text: str = json.loads((self.home / name / "saved.json").read_text())["saved_at"]
        return text

    def damaged(self) -> list[Path]:
        """What was kept aside."""
        return sorted(self.home.glob("damaged-*"))
