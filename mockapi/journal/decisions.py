"""Holds what was decided on the way of one request, for the journal to tell."""

from collections.abc import Sequence

from mockapi.domain.oauth.tokens import Bearer


class Decisions:
    """Filled by whoever decides.

    The defaults are the class's: every request makes one, and most decide little.
    """

    product: str | None = None
    operation: str | None = None
    site: str | None = None
    bearer: Bearer | None = None
    refusal: str | None = None
    """The class of the refusal, or OAuth's `error`."""
    older_paths: Sequence[str] = ()
    """The older base and the operation's older name, where the request used them."""
    lent_scope: str | None = None
    """The scope that the operation is sure to want, and the token lacks."""
    ignored: Sequence[str] = ()
    """Query parameters that the operation does not know."""
    members: frozenset[str] | None = None
    """The members that the operation knows of its body, where it takes one."""
