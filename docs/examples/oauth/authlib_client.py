"""Authorization code flow with Authlib: pip install Authlib requests."""

import os

from authlib.integrations.requests_client import OAuth2Session

ORIGIN = os.environ.get("MOCKAPI", "http://127.0.0.1:8080")
OAUTH = f"{ORIGIN}/ecostruxure/v1/oauth"
CLIENT = ("mockScoringPartnerClient00000001", "mockSecret000001")
CALLBACK = "http://127.0.0.1:8765/callback"

scope = "read:site offline_access"
session = OAuth2Session(
    *CLIENT, scope=scope, redirect_uri=CALLBACK, token_endpoint=f"{OAUTH}/token"
)
url, state = session.create_authorization_url(f"{OAUTH}/authorize")
redirect = session.get(url, allow_redirects=False, withhold_token=True)
session.fetch_token(authorization_response=redirect.headers["Location"], state=state)
session.refresh_token()
print(len(session.get(f"{ORIGIN}/ecostruxure/scoring/v1/sites").json()), "sites")
