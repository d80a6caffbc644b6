"""The session of `docs/reference/agent-session.md`, played by the client of the MCP SDK."""

from pathlib import Path

from documents.agent_session import page_text, record

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "agent-session.md"


def test_agent_sees_its_test_fail_and_why_and_then_pass():
    session = record()
    runs = [code for name, code in session.results if name == "python"]
    assert runs == [1, 0]
    before, after = (found for name, found in session.results if name == "verify_requests")
    assert not before["verified"] and 'status: expected "200", was 503' in before["report"]
    assert after["verified"] and after["matched"] == [2]
    assert dict(session.results)["lint_requests"]["warnings"] == []


def test_page_shows_the_session():
    assert PAGE.read_text("utf-8") == page_text()
