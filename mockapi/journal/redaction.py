"""Redaction of secrets: tokens, codes, client secrets, passwords and cookies.

The first and last four characters of long secrets remain for recognition: `mock…Ada1`.
"""

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import parse_qsl, quote, quote_plus

ELLIPSIS = "…"
_MIN_MASKED_LENGTH = 16
_MIN_SEARCHED_LENGTH = 8

_PARTS = (
    "token",
    "secret",
    "password",
    "passwd",
    "apikey",
    "authorization",
    "assertion",
    "verifier",
    "cookie",
    "session",
    "credential",
)
_WHOLE = frozenset({"code", "authcode", "devicecode", "usercode", "idtokenhint"})
_NOT_SECRET_ENDINGS = ("type", "typehint", "endpoint", "supported", "expiresin", "expiresat")
_HINTS = re.compile("|".join((*_PARTS, "code", "api[^a-z]key", r"\\")), re.IGNORECASE)
# Possessive quantifiers, so that each character is read once.
_TOKENS = re.compile(
    r"""(?P<label>"(?:[^"\\]++|\\.)*+"?|[^"{}\[\]:,\s]++)(?P<name>\s*+:)?"""
    r"|(?P<open>[{\[])|(?P<close>[}\]])|(?P<comma>,)|(?P<other>[\s:]++)",
    re.DOTALL,
)
_WORDS = frozenset({"true", "false", "null"})
_TOKEN_LIKE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{28}(?![A-Za-z0-9])")
"""The format of recorded access tokens; those of mockapi begin with `mock`."""
_MIXED = (re.compile("[a-z]"), re.compile("[A-Z]"), re.compile("[0-9]"))

_PATH_PARAMETER = re.compile(r";([^;/=]*)=([^;/]*)")

_MAX_SEARCHED = 200
"""Maximum number of secrets to search in other texts; beyond it, no text is shown."""
_MAX_PAIRS = 256
"""Maximum number of parameters of a query or form that are shown."""

Pairs = Sequence[tuple[str, str]]


def is_secret(name: str) -> bool:
    """Return True if the header, parameter or JSON member *name* contains a secret."""
    plain = re.sub("[^a-z]", "", name.lower())
    if plain in _WHOLE:
        return True
    return any(part in plain for part in _PARTS) and not plain.endswith(_NOT_SECRET_ENDINGS)


def mask(secret: str) -> str:
    """Return the first and last four characters of *secret*; of a short one, an ellipsis."""
    if len(secret) < _MIN_MASKED_LENGTH:
        return ELLIPSIS
    return encodable(f"{secret[:4]}{ELLIPSIS}{secret[-4:]}")


def encodable(text: str) -> str:
    """Return *text* with `?` for each lone surrogate, which UTF-8 cannot encode."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def query_text(pairs: Pairs) -> str:
    """Return *pairs* as a query or form, with the ellipses of masks not encoded."""

    def encoded(text: str) -> str:
        return ELLIPSIS.join(quote_plus(part, errors="replace") for part in text.split(ELLIPSIS))

    return "&".join(f"{encoded(name)}={encoded(value)}" for name, value in pairs)


def parse_pairs(text: str) -> Pairs:
    """Return the parameters in *text*, at most 256; bytes that are not UTF-8 become U+FFFD.

    If there are more, the last pair is called `…` and has their number.
    """
    *first, rest = text.split("&", _MAX_PAIRS) if text.count("&") >= _MAX_PAIRS else (text, "")
    pairs = parse_qsl("&".join(first), keep_blank_values=True, errors="replace")
    return [*pairs, (ELLIPSIS, f"{rest.count('&') + 1} more parameters")] if rest else pairs


class Redactor:
    """Redaction of one request and its response, with a list of the secrets found so far."""

    def __init__(self) -> None:
        self._hidden: dict[str, str] = {}

    def hide(self, secret: str) -> str:
        """Return the mask of *secret*, and let `scrub` replace it from now on."""
        shown = mask(secret)
        if len(secret) >= _MIN_SEARCHED_LENGTH and len(self._hidden) <= _MAX_SEARCHED:
            for form in (
                secret,
                quote(secret, safe="", errors="replace"),
                json.dumps(secret)[1:-1],
                json.dumps(secret, ensure_ascii=False)[1:-1],
            ):
                self._hidden.setdefault(form, shown)
        return shown

    def scrub(self, text: str) -> str:
        """Return *text* as valid Unicode, with secrets found so far and tokens replaced.

        If there are too many secrets to search, return an ellipsis.
        """
        if len(self._hidden) > _MAX_SEARCHED:
            return ELLIPSIS if text else text
        # The longest first, because a secret may be a part of another one.
        for secret in sorted(self._hidden, key=len, reverse=True):
            text = text.replace(secret, self._hidden[secret])
        return encodable(_TOKEN_LIKE.sub(_mask_token, text))

    def pairs(self, pairs: Pairs) -> Pairs:
        return [(name, self.hide(value) if is_secret(name) else value) for name, value in pairs]

    def path(self, path: str) -> str:
        """Return *path* with the secrets among its parameters (`/x;token=...`) hidden."""

        def shown(found: re.Match[str]) -> str:
            name, value = found.groups()
            return f";{name}={self.hide(value)}" if is_secret(name) else found[0]

        return _PATH_PARAMETER.sub(shown, path)

    def header(self, name: str, value: str) -> str:
        """Return the redacted value of the header *name*; the scheme of credentials remains."""
        lower = name.lower()
        if lower in ("authorization", "proxy-authorization"):
            scheme, _, secret = value.partition(" ")
            if not secret:
                return self.hide(value)
            shown = self.hide(secret.strip())
            # The end of Basic credentials is the end of the client's secret.
            return f"{scheme} {ELLIPSIS if scheme.lower() == 'basic' else shown}"
        if lower in ("cookie", "set-cookie"):
            return self._cookies(value, only_first=lower == "set-cookie")
        if lower in ("location", "referer", "content-location"):
            return self._reference(value)
        return self.hide(value) if is_secret(name) else value

    def _cookies(self, value: str, *, only_first: bool) -> str:
        shown = []
        for index, each in enumerate(value.split(";")):
            name, equals, secret = each.partition("=")
            if only_first and index > 0:
                shown.append(each)
                continue
            self.hide(secret.strip() if equals else name.strip())
            shown.append(f"{name}={ELLIPSIS}" if equals else ELLIPSIS)
        return ";".join(shown)

    def _reference(self, value: str) -> str:
        address, mark, rest = value.partition("?")
        query, hash_, fragment = (rest if mark else value).partition("#")
        if not mark:
            address, query = query, ""
        shown_query = mark + query_text(self.pairs(parse_pairs(query))) if query else mark
        if "=" in fragment:
            fragment = query_text(self.pairs(parse_pairs(fragment)))
        return f"{address}{shown_query}{hash_}{fragment}"

    def json_text(self, text: str) -> str:
        """Return *text*, JSON or the beginning of it, with secrets masked.

        Scalars in members with the name of a secret are masked, at any depth. The tokens are read
        in one pass, so that depth and syntax errors do not matter.
        """
        if not _HINTS.search(text):
            return text
        shown: list[str] = []
        hidden = [False]
        is_hidden = False
        for token in _TOKENS.finditer(text):
            piece = token[0]
            if token["name"]:
                is_hidden = is_hidden or _is_secret_member(token["label"])
            elif token["label"]:
                piece = self._scalar(piece) if is_hidden or hidden[-1] else piece
            elif token["open"]:
                hidden.append(is_hidden or hidden[-1])
                is_hidden = False
            elif token["close"]:
                is_hidden = False
                if len(hidden) > 1:
                    hidden.pop()
            elif token["comma"]:
                is_hidden = False
            shown.append(piece)
        return "".join(shown)

    def _scalar(self, piece: str) -> str:
        if piece in _WORDS:
            return piece
        text = _unquoted(piece)
        shown = self.hide(piece.strip('"') if text is None else text)
        return json.dumps(shown, ensure_ascii=False)


_MAX_CACHED_LENGTH = 100


def _is_secret_member(label: str) -> bool:
    """Return True if the member called *label*, a JSON string, has a secret or is malformed."""
    # The names repeat in lists. Long names are not cached, to bound the memory of the cache.
    if len(label) > _MAX_CACHED_LENGTH:
        return _hides_value(label)
    return _hides_short_value(label)


def _hides_value(label: str) -> bool:
    name = _unquoted(label)
    return name is None or is_secret(name)


_hides_short_value = lru_cache(maxsize=1024)(_hides_value)


def _unquoted(token: str) -> str | None:
    """Return the text of a JSON string or a bare word; None if it is malformed."""
    if not token.startswith('"'):
        return token.strip("'")
    try:
        return str(json.loads(token if token[1:].endswith('"') else f'{token}"', strict=False))
    except ValueError:
        return None


def _mask_token(found: re.Match[str]) -> str:
    text = found[0]
    is_token = text.startswith("mock") or all(each.search(text) for each in _MIXED)
    return mask(text) if is_token else text
