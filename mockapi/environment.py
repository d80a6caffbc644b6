"""Environment of the process: its variables, and packages that it may not have."""

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from mockapi.domain.text_matching import suggestion

PREFIX = "MOCKAPI_"

CA_FILE = Path("mockapi-ca.pem")
"""Default path of the certificate of a server's own authority, in the working directory."""


class MissingPackageError(ImportError):
    """A feature needs an optional package; the message says how to install it."""

    def __init__(self, feature: str, package: str, extra: str) -> None:
        super().__init__(
            f"{feature} needs {package}. Run pip install 'mockapi-ecostruxure[{extra}]'."
        )


_LINK = re.compile(
    r"MOCKAPI_(\w+_)?(SERVICE_(HOST|PORT(_\w+)?)|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)"
)
_PORT = re.compile(r"MOCKAPI_(\w+_)?PORT")
_LINKED = re.compile(r"(tcp|udp|sctp)://")
_OTHER_VARIABLES = ("IMAGE", "REPORT", "REPORT_DIR", "URL", "WORLD")
"""Variables of commands, of the pytest plugin and of the Node client."""
_MOST_LISTED = 3


def is_service_link(name: str, value: str) -> bool:
    """Return True if Kubernetes or Docker sets the variable for a service called mockapi.

    For such a service they set `MOCKAPI_PORT=tcp://10.0.0.1:8080`, `MOCKAPI_SERVICE_HOST` and
    others in every container of the namespace.
    """
    name = name.upper()
    return _LINK.fullmatch(name) is not None or (
        _PORT.fullmatch(name) is not None and _LINKED.match(value.strip()) is not None
    )


def variable(name: str) -> str | None:
    """Return the value of `MOCKAPI_{name}`, stripped; None if unset or empty."""
    value = os.environ.get(PREFIX + name, "")
    return None if is_service_link(PREFIX + name, value) else value.strip() or None


def ca_file() -> Path | None:
    """Return the file with the authority of a server's certificate; None for the system's.

    It is that of the environment, or else the default one if it exists.
    """
    given = variable("TLS_CA_FILE")
    if given is None:
        return CA_FILE if CA_FILE.exists() else None
    return Path(given).expanduser()


def unknown_variable_warnings(
    variables: Mapping[str, str], settings: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield warnings about `MOCKAPI_*` names in *variables* that are not in *settings*.

    Each has a sentence with what is wrong, and one with the remedy or the reason.
    """
    known = [name.upper() for name in settings]
    links, unknown = [], []
    for each in sorted(variables):
        name = each.upper().removeprefix(PREFIX)
        if not each.upper().startswith(PREFIX):
            continue
        if is_service_link(each, variables[each]):
            links.append(each)
        elif name in (*known, *_OTHER_VARIABLES):
            continue
        elif question := suggestion(name, known, "", prefix=PREFIX):
            yield f"{each} is not a setting.", question
        else:
            unknown.append(each)
    if unknown:
        yield f"Not settings: {_shortened(unknown)}.", "`mockapi serve --help` lists all settings."
    if links:
        yield (
            f"Ignored: {_shortened(links)}.",
            "Kubernetes sets these for a service called mockapi.",
        )


def _shortened(names: Sequence[str]) -> str:
    """Return the first names and the number of the others."""
    more = len(names) - _MOST_LISTED
    return ", ".join(names[:_MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def exports_traces() -> bool:
    """Return True if FastAPI is to export traces as the variables of OpenTelemetry say."""
    # FastAPI compares it in the same way.
    return os.environ.get("FASTAPI_OTEL_AUTO_CONFIGURE", "").lower() == "true"
