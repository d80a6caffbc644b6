"""Words each HTTP status, alike on every Python."""

from http import HTTPStatus

# Python 3.13 took the names of RFC 9110 over; the APIs and older Pythons say those before it.
_KEPT = {
    HTTPStatus(413): "Request Entity Too Large",
    HTTPStatus(414): "Request-URI Too Long",
    HTTPStatus(416): "Requested Range Not Satisfiable",
    HTTPStatus(422): "Unprocessable Entity",
}


def phrase(status: int) -> str:
    """Return the words of *status*, which must be one that HTTP knows."""
    known = HTTPStatus(status)
    return _KEPT.get(known, known.phrase)
