"""Sites of a scenario from the bodies of recorded sites, meters, projects and scores."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from mockapi.api.sites import Coordinates, MeterBody, PostalAddress, SiteBody, SiteMetadata
from mockapi.domain.buildings import building_types
from mockapi.domain.catalog import catalog
from mockapi.http.json_bodies import ApiModel
from mockapi.importing.observations import Body, SiteObservation

Spec = dict[str, Any]
"""A part of a scenario, as in its file."""

Report = Callable[[str], None]
"""Function that reports what of a site cannot be used."""

_UNKNOWN_TYPE = "Other"
_RENAMED = {"grossArea": "area"}
_DRAWN = (
    "name", "source_system_id", "area", "building_occupants", "days_per_week_with_visitors",
    "number_of_visitors_per_day", "visit_duration", "weekly_operating_hours", "address", "city",
    "country_iso_code", "zip_code", "state_province", "timezone", "latitude", "longitude",
    "elevation",
)  # fmt: skip
"""Keys that are drawn for a site with a `building` if they are not given."""


def site_spec(site: SiteObservation, report: Report) -> Spec:
    """Return *site* with the keys of a scenario file; readings are not included.

    All members are given, so that the same body is served.
    """
    body = site.body or {}
    spec: Spec = {"id": site.id}
    if site.body is None:
        report("was never listed; it has only its id")
    spec |= _members(body, ("metadata", "postalAddress"), SiteBody, report)
    address = _object(body, "postalAddress")
    spec |= _members(_object(body, "metadata"), (), SiteMetadata, report)
    spec |= _members(address, ("coordinates",), PostalAddress, report)
    spec |= _members(_object(address, "coordinates"), (), Coordinates, report)
    if "type" not in spec:
        report(f"has no `type`; {_UNKNOWN_TYPE!r} is used")
        spec["type"] = _UNKNOWN_TYPE
    if site.meters is not None:
        spec["meters"] = [_meter_spec(each, report) for each in site.meters]
    if site.projects:
        spec["projects"] = [_project_spec(each) for each in site.projects.values()]
    if site.scores:
        spec["scores"] = list(_score_specs(site.scores.values()))
    if site.requests:
        spec["scoring_requests"] = [_request_spec(each) for each in site.requests.values()]
        if not all(isinstance(each["id"], str) for each in site.requests.values()):
            report("has scoring requests with numbers as ids; mockapi serves them as texts")
    return spec


def with_building(spec: Spec) -> Spec:
    """Return *spec* with the `building` of its type, unless that would draw missing members."""
    building = next(
        (name for name, each in building_types().items() if each.type == spec["type"]), None
    )
    if building is None or not all(name in spec for name in _DRAWN):
        return spec
    return {"id": spec["id"], "building": building, **spec}


def _object(body: Body, name: str) -> Body:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _members(
    body: Body, nested: Sequence[str], model: type[ApiModel], report: Report
) -> Mapping[str, Any]:
    """Return the members of *body* as keys of a site; report those that *model* does not have."""
    names = {field.alias or name: name for name, field in model.model_fields.items()}
    found = {}
    for name, value in body.items():
        if name not in names:
            report(f"has `{name}`, which mockapi does not have")
        elif name not in nested and value is not None:
            found[_RENAMED.get(name, names[name])] = value
    return found


def _meter_spec(body: Body, report: Report) -> Spec:
    given = body.get("usage") or body.get("commodity")
    usage = given if isinstance(given, str) else _UNKNOWN_TYPE
    spec: Spec = {"usage": usage}
    if usage not in catalog().by_usage() or "commodity" in body:
        spec["commodity"] = body.get("commodity") or _UNKNOWN_TYPE
    for name in ("id", "name"):
        if name in body:
            spec[name] = body[name]
    if "gatewayId" in body:
        spec["gateway_id"] = str(body["gatewayId"])
    known = {field.alias or name for name, field in MeterBody.model_fields.items()}
    for name in body.keys() - known:
        report(f"meter {body['id']}: has `{name}`, which mockapi does not have")
    for name in sorted({"usage", "commodity", "name", "gatewayId"} - body.keys()):
        report(f"meter {body['id']}: has no `{name}`; mockapi adds one")
    measurements = body.get("measurements")
    spec["measurements"] = [
        _measurement_spec(each)
        for each in (measurements if isinstance(measurements, list) else ())
        if isinstance(each, dict)
    ]
    return spec


def _measurement_spec(body: Body) -> Spec:
    spec: Spec = {"name": body.get("name") or _UNKNOWN_TYPE}
    if "id" in body:
        spec["id"] = str(body["id"])
    key = _object(body, "timeseries").get("key")
    if key is not None:
        spec["key"] = key
    if body.get("unit") is not None:
        spec["unit"] = body["unit"]
    return spec


def _project_spec(body: Body) -> Spec:
    return {"leed_id": body["leedId"], "leed_name": body.get("leedName") or str(body["leedId"])}


def _score_specs(bodies: Iterator[Body] | Any) -> Iterator[Spec]:
    """Yield scores in the order in which the API lists them: the oldest update first."""
    for each in sorted(bodies, key=lambda score: str(score.get("updatedAt") or "")):
        spec: Spec = {name: each.get(name) for name in ("date", "score", "type", "category")}
        if each.get("updatedAt"):
            spec["updated_at"] = each["updatedAt"]
        yield spec


def _request_spec(body: Body) -> Spec:
    spec: Spec = {"id": str(body["id"]), "created_at": body.get("createdAt")}
    spec["status"] = body.get("status")
    if body.get("detail"):
        spec["detail"] = body["detail"]
    return spec
