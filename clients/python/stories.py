"""The two stories with clients that openapi-python-client generated from docs/openapi/."""

import sys
from datetime import UTC, date, datetime

from control_api import Client
from control_api.api.clock import set_clock
from control_api.api.pats import create_personal_access_token
from control_api.api.reset import reset_world
from control_api.api.tokens import create_token
from control_api.models import (
    CreatePersonalTokenRequest,
    CreateTokenRequest,
    PersonalTokenView,
    SetClockRequest,
    TokenResponse,
)
from partner_api import AuthenticatedClient as PartnerClient
from partner_api.api.meter import list_meters
from partner_api.api.performance_score import create_performance_scores, create_site_association
from partner_api.api.site import list_sites
from partner_api.api.timeseries import list_metrics
from partner_api.models import (
    PerformanceScore,
    PerformanceScoreCategory,
    PerformanceScoreType,
    ScoringProvider,
)
from user_api import AuthenticatedClient as UserClient
from user_api.api.performance_score import (
    create_scoring_request,
    get_scoring_request_status,
    list_performance_scores,
)

UNREGISTERED = 6

url = sys.argv[1]
control = Client(f"{url}/__admin", raise_on_unexpected_status=True)


def expect(found: object, wanted: object) -> None:
    if found != wanted:
        sys.exit(f"expected {wanted!r}, found {found!r}")


def partner() -> str:
    """Send the requests of a scoring partner; return the id of the site."""
    token = create_token.sync(client=control, body=CreateTokenRequest())
    assert isinstance(token, TokenResponse)
    client = PartnerClient(f"{url}/ecostruxure/scoring/v1", token.access_token)

    sites = list_sites.sync(client=client)
    assert isinstance(sites, list)
    site = str(sites[UNREGISTERED].id)
    meters = list_meters.sync(site, client=client)
    assert isinstance(meters, list)
    print(f"{len(sites)} sites; {sites[UNREGISTERED].name} has {len(meters)} meters")

    association = ScoringProvider(leed_id=8000015999, leed_name="Bengaluru Laboratory")
    expect(create_site_association.sync(site, client=client, body=association), association)
    set_clock.sync(client=control, body=SetClockRequest(advance="PT10M"))
    series = list_metrics.sync(
        site,
        client=client,
        updated_atgte=datetime(2026, 6, 1, 9, tzinfo=UTC),
        updated_atlt=datetime(2026, 6, 1, 10, tzinfo=UTC),
    )
    assert isinstance(series, list)
    readings = [reading for each in series for reading in each.values]
    print(f"{len(readings)} readings of {len(series)} series")
    expect(bool(readings), wanted=True)

    score = PerformanceScore(
        date(2026, 5, 31), 87.5, PerformanceScoreType.MONTHLY, PerformanceScoreCategory.ENERGY
    )
    posted = create_performance_scores.sync(site, client=client, body=[score])
    assert isinstance(posted, list)
    expect([each.score for each in posted], [87.5])
    return site


def customer(site: str) -> None:
    """Send the requests of a customer for the site that the partner scored."""
    token = create_personal_access_token.sync(client=control, body=CreatePersonalTokenRequest())
    assert isinstance(token, PersonalTokenView)
    client = UserClient(f"{url}/ecostruxure/user/scoring/v1", token.token)

    asked = create_scoring_request.sync(site, client=client)
    set_clock.sync(client=control, body=SetClockRequest(advance="PT1M"))
    requests = get_scoring_request_status.sync(site, client=client)
    assert isinstance(requests, list)
    expect([each.id for each in requests], [asked.id])
    expect([str(each.status) for each in requests], ["CONFIGURED"])
    scores = list_performance_scores.sync(site, client=client)
    assert isinstance(scores, list)
    found = [
        each.score
        for each in scores
        if (each.date, each.type_) == (date(2026, 5, 31), "monthly") and each.category == "energy"
    ]
    expect(found, [87.5])
    print(f"{len(scores)} scores, the posted one among them")


# The generator cannot encode a body that is not given.
reset_world.sync_detailed(client=control, body=None)
customer(partner())
