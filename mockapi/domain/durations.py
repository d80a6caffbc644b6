"""Durations of settings: ISO 8601, or seconds."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from mockapi.domain.validation import must_be

_SECONDS = re.compile(r"[0-9]{1,20}(\.[0-9]{1,9})?", re.ASCII)


def _parse(value: object, parse: ValidatorFunctionWrapHandler) -> timedelta:
    # Variables of the environment and options have seconds as text.
    is_seconds = isinstance(value, str) and _SECONDS.fullmatch(value) is not None
    try:
        duration: timedelta = parse(float(str(value)) if is_seconds else value)
    except ValidationError as error:
        expected = "a duration above zero such as PT1H, or a number of seconds"
        raise ValueError(must_be(expected, value)) from error
    return duration


DurationOrSeconds = Annotated[timedelta, Field(gt=timedelta(0)), WrapValidator(_parse)]
"""A duration above zero, as ISO 8601 text such as `PT1H`, or in seconds."""
