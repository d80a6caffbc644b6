"""HTTPS: the certificate of a server, given in files or made by an authority of its own."""

import ssl
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mockapi.domain.urls import split_authority, split_names
from mockapi.environment import CA_FILE, MissingPackageError
from mockapi.settings import Settings

if TYPE_CHECKING:
    import trustme

_MARK = "# Authority of mockapi, for tests on this machine only.\n"


class TlsError(Exception):
    """HTTPS is not possible with the settings; the message says why and what to do."""


@dataclass(frozen=True)
class ServerTls:
    """The TLS context of a server, and the file with the authority of its certificate.

    *ca_file* is None if clients have to know the authority.
    """

    context: ssl.SSLContext
    ca_file: Path | None = None


def server_tls(settings: Settings, ca_file: Path = CA_FILE) -> ServerTls | None:
    """Return the TLS of a server with *settings*; None if it serves plain HTTP.

    The setting `tls_ca_file` replaces *ca_file*. Raise `TlsError` if a file cannot be used, and
    `MissingPackageError` without trustme.
    """
    cert, key = settings.tls_cert, settings.tls_key
    if (cert is None) != (key is None):
        given, missing = ("KEY", "CERT") if cert is None else ("CERT", "KEY")
        raise TlsError(f"MOCKAPI_TLS_{given} also requires MOCKAPI_TLS_{missing}. Give both.")
    if cert is not None and key is not None:
        if settings.tls:
            raise TlsError(
                "MOCKAPI_TLS makes a certificate, but MOCKAPI_TLS_CERT gives one. Remove either."
            )
        return ServerTls(_context_of_files(cert, key), settings.tls_ca_file)
    if not settings.tls:
        return None
    try:
        # Imported lazily: an optional dependency.
        import trustme
    except ImportError as error:
        raise MissingPackageError("MOCKAPI_TLS", "trustme", "tls") from error
    authority = trustme.CA(organization_name="mockapi, for tests only")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*_names(settings)).configure_cert(context)
    path = (settings.tls_ca_file or ca_file).absolute()
    _write(path, authority)
    return ServerTls(context, path)


@contextmanager
def temporary_tls(settings: Settings) -> Generator[ServerTls | None]:
    """Yield the TLS of a server with *settings*; the authority's default file is temporary."""
    with TemporaryDirectory() as folder:
        yield server_tls(settings, Path(folder) / CA_FILE)


def _context_of_files(cert: Path, key: Path) -> ssl.SSLContext:
    for name, path in (("CERT", cert), ("KEY", key)):
        try:
            path.read_bytes()
        except OSError as error:
            raise TlsError(
                f"MOCKAPI_TLS_{name}: {path} cannot be read: {error.strerror}. Correct the path."
            ) from error
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # A key with a password would otherwise be asked for in the terminal.
        context.load_cert_chain(cert, key, password=lambda: "")
    except (ssl.SSLError, ValueError) as error:
        raise TlsError(
            f"MOCKAPI_TLS_CERT, MOCKAPI_TLS_KEY: {cert} and {key} are not a certificate and its "
            "key in PEM without a password. Correct the files."
        ) from error
    return context


def _names(settings: Settings) -> list[str]:
    """Return the names and addresses that clients may use for the server."""
    public = split_authority(urlsplit(settings.public_url or "").netloc)
    names = ["localhost", "127.0.0.1", "::1", settings.host, *(public or ())[:1]]
    names += [each for each in split_names(settings.allowed_hosts or "") if each != "*"]
    return list(dict.fromkeys(each.strip("[]").lower() for each in names))


def _write(path: Path, authority: "trustme.CA") -> None:
    """Write the certificate of *authority*, unless *path* is a file of something else."""
    try:
        if path.exists() and not path.read_bytes().startswith(_MARK.encode()):
            raise TlsError(
                f"MOCKAPI_TLS_CA_FILE: {path} exists and was not written by mockapi. "
                "Use another path."
            )
        path.write_text(_MARK + authority.cert_pem.bytes().decode("ascii"), "ascii")
    except OSError as error:
        raise TlsError(
            f"MOCKAPI_TLS_CA_FILE: {path} cannot be written: {error.strerror}. Use another path."
        ) from error
