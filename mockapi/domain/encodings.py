"""Text of files that users give, which must be UTF-8."""

import codecs
from pathlib import Path

_SIGNS = (
    (b"\x1f\x8b", "is compressed by gzip. Decompress it with `gunzip`."),
    (b"PK\x03\x04", "is a ZIP archive. Extract the file from it."),
    (codecs.BOM_UTF16_LE, "is UTF-16. Save it as UTF-8."),
    (codecs.BOM_UTF16_BE, "is UTF-16. Save it as UTF-8."),
)


class UnreadableFileError(Exception):
    """A file cannot be read as text; the message says why and what to do, without the name."""


def read_utf8(path: Path, most_bytes: int) -> str:
    """Return the text of *path* without a byte order mark.

    Raise `UnreadableFileError` for a file that is missing, larger than *most_bytes*, or not UTF-8.
    """
    try:
        with path.open("rb") as file:
            content = file.read(most_bytes + 1)
    except PermissionError as error:
        raise UnreadableFileError(
            "may not be read by this user; `chmod a+r` lets everybody"
        ) from error
    except OSError as error:
        raise UnreadableFileError(f"cannot be read: {error.strerror}") from error
    if len(content) > most_bytes:
        raise UnreadableFileError(f"is larger than {most_bytes} bytes. Shorten it.")
    for start, told in _SIGNS:
        if content.startswith(start):
            raise UnreadableFileError(told)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            f"is not UTF-8 from byte {error.start} on; save it as UTF-8"
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")
