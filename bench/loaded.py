"""Prints, in order, the third-party modules that a served and used demo has loaded."""

import sys
from importlib import import_module
from urllib.request import Request, urlopen

from mockapi import create_app, serve_in_thread
from mockapi.settings import Settings

SITES = "/ecostruxure/scoring/v1/sites"
TOKEN = "mockAccessToken000000000Ada1"

if __name__ == "__main__":
    import_module("mockapi.cli")
    with serve_in_thread(create_app(Settings(scenario="demo"))) as url:
        urlopen(Request(url + SITES, headers={"Authorization": f"Bearer {TOKEN}"})).close()
    for name, module in list(sys.modules.items()):
        # Modules without a file are made by others while those load.
        if "site-packages" in (getattr(module, "__file__", None) or ""):
            print(name)
