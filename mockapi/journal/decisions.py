"""Holds what was decided on the way of one request, for the journal to tell."""

from collections.abc import Sequence

from mockapi.domain.oauth.tokens import Bearer


class Decisions:
    """Filled by whoever decides; plain attributes, because every request makes one."""

    __slots__ = (
        "bearer",
        "ignored",
        "lent_scope",
        "members",
        "older_paths",
        "operation",
        "product",
        "refusal",
        "site",
    )

    def __init__(self) -> None:
        self.product: str | None = None
        self.operation: str | None = None
        self.site: str | None = None
        self.bearer: Bearer | None = None
        self.refusal: str | None = None
        """The class of the refusal, or OAuth's `error`."""
        self.older_paths: Sequence[str] = ()
        """The older base and the operation's older name, where the request used them."""
        self.lent_scope: str | None = None
        """The scope that the operation is sure to want, and the token lacks."""
        self.ignored: Sequence[str] = ()
        """Query parameters that the operation does not know."""
        self.members: frozenset[str] | None = None
        """The members that the operation knows of its body, where it takes one."""
