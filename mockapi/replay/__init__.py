"""Sends a recorded session again and compares what it is answered; standard library only."""

from mockapi.replay.comparison import Outcome, Replayed, replay_session
from mockapi.replay.recording import SessionUnreadable, read_session
from mockapi.replay.target import Target, TargetFailed

__all__ = [
    "Outcome",
    "Replayed",
    "SessionUnreadable",
    "Target",
    "TargetFailed",
    "read_session",
    "replay_session",
]
