from urllib.error import HTTPError
from urllib.request import Request, urlopen


def sites_with_one_retry(url, token):
    """Stand in for the client under test."""
    request = Request(url, headers={"Authorization": f"Bearer {token}"})
    try:
        return urlopen(request).status
    except HTTPError as refusal:
        if refusal.code != 503:
            raise
    return urlopen(request).status


def test_the_client_asks_once_more(mockapi):
    with mockapi.fault("status", status=503, operation="listSites", times=1) as fault:
        assert sites_with_one_retry(f"{mockapi.partner_url}/sites", mockapi.token()) == 200
    assert fault.hits == 1
    mockapi.verify(path="/ecostruxure/scoring/v1/sites", times=2)
    mockapi.verify(path="/ecostruxure/scoring/v1/sites", status=200, times=1)
