"""Files as bodies of responses, for the fault kind `respond`."""

from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockapi.domain.input_text import UnreadableFileError, read_bytes

MAX_BODY_BYTES = 1_000_000
"""Maximum size of a given body."""

OCTETS = "application/octet-stream"
_MEDIA_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
}
"""Media types by ending of a file. Those of the system differ between machines."""


def media_type_of(path: Path) -> str:
    """Return the media type of a body from *path*, by its ending."""
    return _MEDIA_TYPES.get(path.suffix.lower(), OCTETS)


def read_body_file(path: Path) -> str:
    """Return the content of *path* in Base64.

    Raise `UnreadableFileError` if it is missing or larger than `MAX_BODY_BYTES`.
    """
    return b64encode(read_bytes(path, MAX_BODY_BYTES)).decode()


def with_file_content(fault: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return *fault* with the content of its `file` as `base64`, and with its media type.

    Paths are relative to the working directory. Other faults, and a `respond` with several
    bodies, are returned as they are. Raise `UnreadableFileError`, with the name of the file.
    """
    others = {"base64", "json", "text"} & fault.keys()
    if fault.get("kind") != "respond" or not isinstance(fault.get("file"), str | Path) or others:
        return fault
    path = Path(fault["file"])
    try:
        content = read_body_file(path)
    except UnreadableFileError as error:
        raise UnreadableFileError(f"file: {str(path)!r} {str(error).rstrip('.')}.") from error
    given = fault.get("headers") or {}
    headers = given if has_content_type(given) else {**given, "content-type": media_type_of(path)}
    rest = {name: value for name, value in fault.items() if name != "file"}
    return {**rest, "base64": content, "headers": headers}


def has_content_type(headers: object) -> bool:
    """Return True if *headers* contain `Content-Type`, or are not a mapping."""
    if not isinstance(headers, Mapping):
        return True
    return any(str(name).lower() == "content-type" for name in headers)
