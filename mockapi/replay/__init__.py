"""Replay of a recorded session, and comparison of the responses; standard library only."""

from mockapi.replay.client import ReplayClient, ReplayError
from mockapi.replay.comparison import ReplayOutcome, ReplayResult, replay_session
from mockapi.replay.recording import InvalidHarError, read_session

__all__ = [
    "InvalidHarError",
    "ReplayClient",
    "ReplayError",
    "ReplayOutcome",
    "ReplayResult",
    "read_session",
    "replay_session",
]
