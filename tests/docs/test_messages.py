"""`fixtures/messages.txt` covers all commands and control API calls with input."""

import re

import pytest

from documents.messages import FILE, files
from documents.messages.command_line import CALLS
from documents.messages.control import BODIES
from documents.openapi import operations
from mockapi.cli import COMMANDS

LINES = files()[FILE].splitlines()


WITH_INPUT = [
    each for each in operations("control") if "requestBody" in each.described or "{" in each.path
]


@pytest.mark.parametrize("command", COMMANDS)
def test_command_has_an_error_message(command):
    assert [call for call in CALLS if call[0] == command]


@pytest.mark.parametrize("operation", WITH_INPUT, ids=lambda operation: operation.id)
def test_control_api_call_has_an_error_message(operation):
    path = re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(operation.path)))
    sent = [(method, path.fullmatch(target.partition("?")[0])) for method, target, _ in BODIES]
    assert [match for method, match in sent if method == operation.method and match]


def test_messages_are_errors():
    accepted = [line for line in LINES if re.fullmatch(r" {4}(?:valid|exit code 0|2\d\d.*)", line)]
    assert accepted == []
