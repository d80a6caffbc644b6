"""The journal of requests and responses, without secrets, and the checks on it."""
