"""Matching of requests by faults."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.api.operations import match_operation
from mockapi.api.products import PRODUCTS
from mockapi.domain.operations import OperationId, OperationMatch
from mockapi.faults.context import RequestInfo
from mockapi.faults.kinds.status import Status
from mockapi.faults.model import Match
from mockapi.faults.plan import FaultPlan

METERS = RequestInfo(
    "GET",
    "/ecostruxure/scoring/v1/sites/s1/meters",
    api="partner",
    operation="listMeters",
    site="s1",
    query=(("a", "1"), ("a", "22"), ("updatedAt[gte]", "2026-01-01")),
    headers={"user-agent": "Java-SDK"},
    token="mockX",
    client="mockClient",
    customer=("c1", "ada@example.com"),
)


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        ({}, True),
        ({"operation": "listMeters"}, True),
        ({"operation": "listSites"}, False),
        ({"api": "partner"}, True),
        ({"api": "user"}, False),
        ({"method": "GET"}, True),
        ({"method": "POST"}, False),
        ({"client": "mockClient"}, True),
        ({"client": "mock"}, False),
        ({"customer": "c1"}, True),
        ({"customer": "ada@example.com"}, True),
        ({"customer": "grace@example.com"}, False),
        ({"site": "s1"}, True),
        ({"site": "s2"}, False),
        ({"path": "/ecostruxure/scoring/v1/sites/*/meters"}, True),
        ({"path": "/ecostruxure/*/meters"}, False),
        ({"path": "/ecostruxure/**/meters"}, True),
        ({"path": "**"}, True),
        ({"path": "/ecostruxure/scoring/v1/sites"}, False),
        ({"query": {"a": "2*"}}, True),
        ({"query": {"a": "3"}}, False),
        ({"query": {"updatedAt[gte]": "2026-*"}}, True),
        ({"query": {"b": "*"}}, False),
        ({"header": {"User-Agent": "Java*"}}, True),
        ({"header": {"user-agent": "curl*"}}, False),
        ({"header": {"x-other": "*"}}, False),
        ({"operation": "listMeters", "site": "s1", "method": "GET"}, True),
        ({"operation": "listMeters", "site": "s2", "method": "GET"}, False),
    ],
    ids=str,
)
def test_match_requires_all_conditions(match, fits):
    assert Match(**match).matches(METERS) is fits


def test_page_matches_only_by_path():
    page = RequestInfo("GET", "/signin")
    assert [Match().matches(page), Match(path="/sign*").matches(page)] == [False, True]


@given(st.text(st.characters(codec="ascii", exclude_characters="*"), max_size=20))
def test_path_without_wildcard_matches_only_itself(text):
    path = f"/{text}"
    assert Match(path=path).matches(RequestInfo("GET", path, operation="listSites"))
    assert not Match(path=path).matches(RequestInfo("GET", f"{path}x", operation="listSites"))


def test_every_operation_id_is_accepted():
    published = {each.id for product in PRODUCTS for each in product.operations}
    oauth = {"authorize", "sandboxAuthorize", "token", "impersonate", "revoke", "getOAuthMetadata"}
    assert set(get_args(OperationId)) == published | oauth


def test_every_operation_is_recognized_on_every_base():
    for product in PRODUCTS:
        for base in product.bases:
            for each in product.operations:
                path = base + each.path.replace("{site_id}", "s 1")
                site = "s 1" if "{site_id}" in each.path else None
                older = () if base == product.bases[0] else (base,)
                name = (each.path.rpartition("/")[2],) if each.is_old else ()
                assert match_operation(each.method, path) == OperationMatch(
                    product.name, each.id, site, (*older, *name)
                )
                if each.alias is not None:
                    alias = base + each.alias.replace("{site_id}", "s 1")
                    assert match_operation(each.method, alias) == OperationMatch(
                        product.name, each.id, "s 1", (*older, each.alias.rpartition("/")[2])
                    )


@pytest.mark.parametrize(
    ("method", "path", "found"),
    [
        (
            "HEAD",
            "/openesx/v1/sites",
            OperationMatch("partner", "listSites", None, ("/openesx/v1",)),
        ),
        ("GET", "/ecostruxure/v1/oauth/authorize", OperationMatch("oauth", "authorize")),
        (
            "POST",
            "/openesx/poc/v1/oauth/token",
            OperationMatch("oauth", "token", None, ("/openesx/poc/v1/oauth",)),
        ),
        ("POST", "/ecostruxure/v1/oauth-impersonate/token", OperationMatch("oauth", "impersonate")),
        ("GET", "/ecostruxure/v1/oauth/token", None),
        ("GET", "/ecostruxure/scoring/v1/sites/", None),
        ("GET", "/ecostruxure/scoring/v1/sitesx", None),
        ("GET", "/ecostruxure/scoring/v1/sites//meters", None),
        ("GET", "/ecostruxure/scoring/v1/sites/a/meters/b", None),
        ("DELETE", "/ecostruxure/scoring/v1/sites", None),
        ("GET", "/ecostruxure/v2/sites", None),
        ("GET", "/", None),
    ],
)
def test_other_paths_have_no_operation(method, path, found):
    assert match_operation(method, path) == found


@given(st.permutations(["latency", "status", "missing_field", "truncated_body", "empty_reply"]))
def test_faults_are_sorted_by_stage(kinds):
    from mockapi.faults.parsing import parse_fault

    plan = FaultPlan(1)
    for kind in kinds:
        settings = {"seconds": 1} if kind == "latency" else {}
        plan.add(parse_fault({"kind": kind, **settings}))
    assert [each.applied.kind for each in plan.decide(METERS, None)] == [
        "latency",
        "empty_reply",
        "truncated_body",
        "status",
        "missing_field",
    ]


def test_first_fault_of_a_stage_is_the_outermost():
    plan = FaultPlan(1)
    ids = [plan.add(Status(status=status)).id for status in (503, 500, 502)]
    assert [each.applied.id for each in plan.decide(METERS, None)] == ids
