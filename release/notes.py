"""Prints the section of the changelog that belongs to the current version."""

import sys

from check import NotReady, changelog_sections, version_of_package

if __name__ == "__main__":
    version = version_of_package()
    notes = changelog_sections().get(version, "").strip()
    if not notes:
        sys.exit(str(NotReady(f"The changelog has no section {version}.")))
    print(notes)
