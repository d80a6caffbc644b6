"""mockapi in tests: a server in a thread, an ASGI app, a container and a pytest plugin."""
