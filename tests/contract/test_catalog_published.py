from published_operations import read

from mockapi.domain.catalog import catalog
from mockapi.domain.oauth import TEXTS, Scope
from mockapi.timeseries.models.registry import MODELS


def test_the_catalog_is_the_published_one_in_spelling_and_order():
    assert [
        {
            "commodity": each.name,
            "unit": each.unit,
            "symbol": each.symbol or "",
            "usages": list(each.usages),
        }
        for each in catalog().commodity
    ] == read("catalog.json")["commodities"]


def test_every_published_usage_has_readings():
    published = [usage for each in read("catalog.json")["commodities"] for usage in each["usages"]]

    assert {usage for usage, _ in MODELS} == set(published)


def test_the_scopes_are_the_published_ones():
    assert [scope.value for scope in Scope] == [
        each["scope"] for each in read("scopes.json")["scopes"]
    ]


def test_a_scope_is_explained_in_the_words_of_the_consent_page():
    seen = [each for each in read("scopes.json")["scopes"] if each["title"]]

    assert [
        (TEXTS[Scope(each["scope"])].title, TEXTS[Scope(each["scope"])].need) for each in seen
    ] == [(each["title"], each["text"]) for each in seen]
