"""Shapes what all tables are, and what a world knows of itself."""

from sqlmodel import Field, SQLModel
from sqlmodel._compat import SQLModelConfig


class Row(SQLModel):
    """What every table's rows are; rows are trusted, so nothing that validates them is built."""

    model_config = SQLModelConfig(defer_build=True)


class WorldFact(Row, table=True):
    """One thing the world knows of itself: its scenario's text, its seed, its time."""

    __tablename__ = "world_fact"
    name: str = Field(primary_key=True)
    value: str
