"""Results of issuing tokens, and the reasons why a code or a refresh token is refused."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class IssuedTokens:
    """Secrets of new tokens, which are returned once and cannot be looked up again."""

    access_token: str
    expires_in: str
    """Seconds; a string, as recorded (docs/contract/oauth.md#token-response)."""
    refresh_token: str | None
    scope: str
    token_type: str = "Bearer"

    def body(self) -> dict[str, str]:
        """Return the members of the token endpoint's body, alphabetical as recorded."""
        members = {
            "access_token": self.access_token,
            "expires_in": self.expires_in,
            "refresh_token": self.refresh_token,
            "scope": self.scope,
            "token_type": self.token_type,
        }
        return {name: value for name, value in members.items() if value is not None}


@dataclass(frozen=True)
class IssuedPersonalToken:
    """A personal access token with its secret, shown once."""

    token: str
    name: str
    scope: str
    expires_at: datetime


class InvalidCodeError(Exception):
    """The code is unknown, already used, expired, or another client's."""


class RedirectUriMissingError(Exception):
    """The code was issued to a redirect URI, and the client names none."""


class RedirectUriMismatchError(Exception):
    """The client names a redirect URI that the code was not issued to."""


class InvalidRefreshTokenError(Exception):
    """The refresh token is unknown, revoked, expired, or another client's."""
