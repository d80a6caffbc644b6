// Authorization code flow with openid-client 6: npm install openid-client@6
import * as oauth from "openid-client";

const origin = process.env.MOCKAPI ?? "http://127.0.0.1:8080";
const metadata = new URL(`${origin}/.well-known/oauth-authorization-server`);
const config = await oauth.discovery(
  metadata, "mockScoringPartnerClient00000001", "mockSecret000001", undefined,
  { execute: [oauth.allowInsecureRequests], algorithm: "oauth2" },
);
const pkceCodeVerifier = oauth.randomPKCECodeVerifier();
const expectedState = oauth.randomState();
const url = oauth.buildAuthorizationUrl(config, {
  redirect_uri: "http://127.0.0.1:8765/callback",
  scope: "read:site offline_access",
  state: expectedState,
  code_challenge: await oauth.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: "S256",
});

const redirect = await fetch(url, { redirect: "manual" }); // without auto-consent: a browser
const callback = new URL(redirect.headers.get("location"));
const checks = { pkceCodeVerifier, expectedState };
const tokens = await oauth.authorizationCodeGrant(config, callback, checks);
const { access_token: token } = await oauth.refreshTokenGrant(config, tokens.refresh_token);

const sites = new URL(`${origin}/ecostruxure/scoring/v1/sites`);
const response = await oauth.fetchProtectedResource(config, token, sites, "GET");
console.log((await response.json()).length, "sites");
