"""Finds out which process of this machine listens on a port, where the system tells (Linux)."""

from pathlib import Path

_LISTENS = "0A"
_PROCESSES = Path("/proc")


def listener_on(port: int) -> str | None:
    """Return the name and the id of the process that listens on *port*; None where unknown."""
    sockets = {f"socket:[{inode}]" for inode in _inodes(port)}
    for folder in _PROCESSES.glob("[0-9]*") if sockets else ():
        try:
            if any(str(each.readlink()) in sockets for each in (folder / "fd").iterdir()):
                name = (folder / "comm").read_text("utf-8", "replace").strip()
                return f"{name}, process {folder.name}"
        except OSError:  # another user's, or gone meanwhile
            continue
    return None


def _inodes(port: int) -> set[str]:
    found = set()
    for table in ("tcp", "tcp6"):
        try:
            lines = (_PROCESSES / "net" / table).read_text("ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == _LISTENS and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(fields[9])
    return found
