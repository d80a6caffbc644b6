"""Sends a recorded session again and compares what it is answered; standard library only."""

from mockapi.replay.replay import Outcome, Replayed, replay
from mockapi.replay.session import SessionUnreadable, read_session
from mockapi.replay.target import Target, TargetFailed

__all__ = [
    "Outcome",
    "Replayed",
    "SessionUnreadable",
    "Target",
    "TargetFailed",
    "read_session",
    "replay",
]
