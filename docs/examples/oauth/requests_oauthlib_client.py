"""Authorization code flow with requests-oauthlib: pip install requests-oauthlib."""

import os

from requests_oauthlib import OAuth2Session

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # allow plain http
ORIGIN = os.environ.get("MOCKAPI", "http://127.0.0.1:8080")
OAUTH = f"{ORIGIN}/ecostruxure/v1/oauth"
CLIENT = ("mockScoringPartnerClient00000001", "mockSecret000001")
CALLBACK = "http://127.0.0.1:8765/callback"

scope = ["read:site", "offline_access"]
session = OAuth2Session(CLIENT[0], redirect_uri=CALLBACK, scope=scope, pkce="S256")
url, state = session.authorization_url(f"{OAUTH}/authorize")
redirect = session.get(url, allow_redirects=False, withhold_token=True)
callback = redirect.headers["Location"]
session.fetch_token(f"{OAUTH}/token", authorization_response=callback, client_secret=CLIENT[1])
session.refresh_token(f"{OAUTH}/token", auth=CLIENT)
print(len(session.get(f"{ORIGIN}/ecostruxure/scoring/v1/sites").json()), "sites")
