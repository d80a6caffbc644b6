"""Control API (`/__admin`): read and change a world from tests in any language."""
