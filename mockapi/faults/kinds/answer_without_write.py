"""Claims a write that never happens."""

from typing import ClassVar, Literal

from mockapi.faults.asgi import App, Receive, Scope, Send
from mockapi.faults.base import FaultBase, Stage
from mockapi.faults.strike import Strike
from mockapi.faults.subject import Subject


class AnswerWithoutWrite(FaultBase):
    """Answers a write as if it had happened, and forgets it: it happens in a copy of the world."""

    kind: Literal["answer_without_write"] = "answer_without_write"
    stage: ClassVar[Stage] = Stage.DATA

    def suits(self, subject: Subject) -> bool:
        return subject.writes

    async def apply(
        self, strike: Strike, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        present = scope["mockapi.world"]
        with strike.world.scratch() as copy:
            scope["mockapi.world"] = copy
            try:
                await app(scope, receive, send)
            finally:
                scope["mockapi.world"] = present
