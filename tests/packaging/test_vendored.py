"""Vendored files match the manifest and have a licence."""

import tomllib
from hashlib import sha256

import pytest

from mockapi.resources import STATIC

VENDOR = STATIC / "vendor"
FILES = tomllib.loads((VENDOR / "manifest.toml").read_text("utf-8"))["file"]


def test_every_vendored_file_is_in_the_manifest():
    names = {path.name for path in VENDOR.iterdir()} - {"manifest.toml"}
    assert names == {each["name"] for each in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file["name"])
def test_vendored_file_is_unchanged_and_licensed(file):
    assert sha256((VENDOR / file["name"]).read_bytes()).hexdigest() == file["sha256"]
    assert "ermission" in (STATIC / "LICENSES" / file["licence_file"]).read_text("utf-8")
