"""Errors that only faults return: limits, outages and unusual statuses."""

from http import HTTPStatus

from mockapi.domain.errors import ApiError, GatewayError, reason_phrase


class InjectedError(ApiError):
    """An error of the backend with any status; *body_status* is that in the body if different."""

    def __init__(
        self, status: HTTPStatus, detail: str, body_status: HTTPStatus | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.body_status = body_status


class InjectedGatewayError(GatewayError):
    """An error of the gateway with any status."""

    # assumption: 429, 502, 503 and 504 were never recorded; their wording follows the other errors
    # of the gateway.
    def __init__(self, status: HTTPStatus, fault_string: str, fault_code: str) -> None:
        super().__init__(fault_string, fault_code)
        self.status = status
        self.title = reason_phrase(status)
        slug = self.title.lower().replace(" ", "-")
        self.problem_type = f"https://ecostruxure-openapi.se.com/problem/{slug}"


def spike_arrest(rate: str, status: HTTPStatus = HTTPStatus.TOO_MANY_REQUESTS) -> GatewayError:
    """Return the error for requests above *rate*, in Apigee's notation: `5ps`."""
    return InjectedGatewayError(
        status,
        f"Spike arrest violation. Allowed rate : {rate}",
        "policies.ratelimit.SpikeArrestViolation",
    )


def quota_exceeded(
    identifier: str, status: HTTPStatus = HTTPStatus.TOO_MANY_REQUESTS
) -> GatewayError:
    """Return the error for a request beyond the quota of *identifier*."""
    return InjectedGatewayError(
        status,
        # Both spaces are Apigee's (docs/contract/errors.md#apigee-faults).
        f"Rate limit quota violation. Quota limit  exceeded. Identifier : {identifier}",
        "policies.ratelimit.QuotaViolation",
    )


def bad_gateway() -> GatewayError:
    return InjectedGatewayError(
        HTTPStatus.BAD_GATEWAY, "Bad Gateway", "messaging.adaptors.http.flow.UnexpectedEOFAtTarget"
    )


def unavailable() -> GatewayError:
    return InjectedGatewayError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The Service is temporarily unavailable",
        "messaging.adaptors.http.flow.ServiceUnavailable",
    )


def timed_out() -> GatewayError:
    return InjectedGatewayError(
        HTTPStatus.GATEWAY_TIMEOUT,
        "Gateway Timeout",
        "messaging.adaptors.http.flow.GatewayTimeout",
    )
