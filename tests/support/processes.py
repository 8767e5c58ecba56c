"""What the kernel says of a running process, which goes on while it is asked."""

from contextlib import suppress
from pathlib import Path


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that only waits for its parent to notice does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def listening_addresses(pid: int) -> set[str]:
    """The addresses a process listens on, as the kernel writes them."""
    inodes = _socket_inodes(Path(f"/proc/{pid}/fd"))
    rows = Path("/proc/net/tcp").read_text().splitlines()[1:]
    rows += Path("/proc/net/tcp6").read_text().splitlines()[1:]
    columns = [row.split() for row in rows]
    return {c[1].split(":")[0] for c in columns if c[3] == "0A" and c[9] in inodes}


def _socket_inodes(descriptors: Path) -> set[str]:
    """The inodes of the sockets among these descriptors; one closed meanwhile is none."""
    targets = []
    for descriptor in descriptors.iterdir():
        with suppress(FileNotFoundError):
            targets.append(str(descriptor.readlink()))
    return {target[8:-1] for target in targets if target.startswith("socket:[")}
