"""Requests in a world with a journal."""

from starlette.testclient import TestClient

from mockapi.faults.context import AppliedFault
from mockapi.http.context import context_in
from mockapi.middleware.ingress import Ingress
from mockapi.middleware.journal import JournalMiddleware
from mockapi.middleware.world_routing import WorldMiddleware
from mockapi.settings import Settings

TOKEN = "mockAccessToken000000000Ada1"
SITES = "/ecostruxure/scoring/v1/sites"
TOKEN_PATH = "/ecostruxure/v1/oauth/token"
CLIENT = "mockScoringPartnerClient00000001"
SECRET = "mockSecret000001"


async def not_asked_for(request, detail, name):
    raise NotImplementedError


def answering(client, status=200, headers=(), body=b"", faults=()) -> TestClient:
    """Return a client of an app with a fixed response and the journal of *client*."""

    async def app(scope, receive, send):
        context_in(scope).applied_faults = [AppliedFault(f"{kind}-1", kind) for kind in faults]
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        await send({"type": "http.response.body", "body": body})

    worlds = client.app.state.worlds
    routed = WorldMiddleware(JournalMiddleware(app), worlds, deleted_page=not_asked_for)
    journalled = Ingress(routed, Settings())
    return TestClient(journalled, headers=client.headers, follow_redirects=False)


def entries(client, /, **wanted):
    return client.get("/__admin/journal", params=wanted).json()["entries"]


def entry(client, number):
    return client.get(f"/__admin/journal/{number}").json()


def refresh(client, refresh_token):
    """Return the response of the token endpoint to a refresh."""
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return client.post(TOKEN_PATH, data=form, auth=(CLIENT, SECRET))
