"""ASGI middleware between the socket and the APIs."""
