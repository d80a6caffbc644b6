"""What the browser tests know of the demo."""

TOKEN = "mockAccessToken000000000Ada1"
