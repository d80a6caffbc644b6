"""Says where named worlds lie and what they may be called."""

WORLDS = "/w/"
"""Below this path and a name lies a named world."""

FIRST = "default"
"""What a server's first world, which has no name, is called where names are told."""

NAME = r"^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$"
"""What a world may be called: it stands in paths and cookies, and must mean itself there."""

INLINE = "inline"
"""What the scenario of a world is called that was made of a text and not of a file."""
