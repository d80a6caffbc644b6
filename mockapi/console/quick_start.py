"""Writes lines to start with, for the token in hand."""

from collections.abc import Sequence
from typing import NamedTuple

PLACEHOLDER = "ACCESS_TOKEN"
"""What stands where a token belongs while there is none in hand."""
PERSONAL = "PERSONAL_ACCESS_TOKEN"


class Snippet(NamedTuple):
    """Code to copy, in one language."""

    name: str
    code: str


def snippets(url: str, token: str | None, personal: str | None = None) -> Sequence[Snippet]:
    """Return how to list sites from a server at *url*, by curl, Python and JavaScript."""
    sites = f"{url}/ecostruxure/scoring/v1/sites"
    bearer = token or PLACEHOLDER
    return (
        Snippet(
            "curl",
            f'curl -H "Authorization: Bearer {bearer}" \\\n  {sites}\n\n'
            "# Customers see their own through the User API:\n"
            f'curl -H "Authorization: Bearer {personal or PERSONAL}" \\\n'
            f"  {url}/ecostruxure/user/scoring/v1/sites",
        ),
        Snippet(
            "Python",
            "import json\n"
            "from urllib.request import Request, urlopen\n\n"
            "headers = {\n"
            f'    "Authorization": "Bearer {bearer}",\n'
            "}\n"
            f'url = "{sites}"\n'
            "for site in json.load(urlopen(Request(url, headers=headers))):\n"
            '    print(site["id"], site["name"])',
        ),
        Snippet(
            "JavaScript",
            "const headers = {\n"
            f'  Authorization: "Bearer {bearer}",\n'
            "};\n"
            "const answer = await fetch(\n"
            f'  "{sites}",\n'
            "  { headers },\n"
            ");\n"
            "for (const site of await answer.json()) {\n"
            "  console.log(site.id, site.name);\n"
            "}",
        ),
    )
