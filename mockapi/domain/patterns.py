"""Patterns of short texts in scenarios and requests, with what they stand for."""

WORD = r"^[^\s/?#%\\]+$"
SECRET = r"^mock[A-Za-z0-9]{24}$"
EMAIL = r"^[^@\s]+@[^@\s]+$"
REDIRECT_URI = r"^[A-Za-z][A-Za-z0-9+.-]*://?[^\s#]+$"
CLIENT = r"^[A-Za-z0-9]{4,64}$"
SCENARIO = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
SNAPSHOT = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
STATUS = r"^([1-5]\d\d|[1-5]xx|none)$"
EVENT_ID = r"^([0-9a-f]{8}-)?[0-9]{1,18}$"
PATH = "^[/*]"
METHOD = "^[A-Z]+$"
DATE = r"^\d{4}-\d{2}-\d{2}$"
MEDIA_TYPE = r"^[!-~]+/[ -~]+$"

MEANINGS = {
    WORD: "free of blanks and of / ? # % \\ to stand in paths",
    SECRET: "'mock' and 24 letters and digits",
    EMAIL: "an e-mail address such as ada@example.com",
    REDIRECT_URI: "a URI without fragment such as http://127.0.0.1:8765/callback",
    CLIENT: "4 to 64 letters and digits",
    SCENARIO: "the name of a scenario: letters, digits, dashes and underscores",
    SNAPSHOT: "1 to 64 letters, digits, points, dashes and underscores",
    STATUS: "a status such as 404, a class such as 4xx, or none",
    EVENT_ID: "the id of an event, or a number",
    PATH: "a pattern that begins with / or *",
    METHOD: "an HTTP method in capitals",
    DATE: "a date such as 2026-06-01",
    MEDIA_TYPE: "a media type such as text/html",
}
"""What a text must be, by the pattern that it must match."""
