"""Tools for scenarios and worlds."""

from typing import Annotated, Any

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from mockapi.domain.urls import WORLD_NAME
from mockapi.http.address import CANONICAL_BASE
from mockapi.mcp.results import (
    CredentialsResult,
    IssueResult,
    ScenarioCheckResult,
    ScenarioResult,
    ScenariosResult,
    ScenarioTextResult,
    TimeResult,
    WorldStartedResult,
    fit,
    fit_text,
)
from mockapi.mcp.tool_client import Connect, ToolClient

World = Annotated[
    str | None,
    Field(
        description="Name of a world of `start_world`. Default: the default world.",
        pattern=WORLD_NAME,
    ),
]


class ScenarioTools:
    """Tools that read scenarios, and start worlds from them."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    def list_scenarios(self) -> ScenariosResult:
        """List the scenarios: the customers, sites, meters and faults that a world starts with."""
        found = [ScenarioResult.model_validate(each) for each in self._connect(None).scenarios()]
        return fit(lambda items, omitted: ScenariosResult(scenarios=items, omitted=omitted), found)

    def describe_scenario(self, name: str) -> ScenarioTextResult:
        """Show the YAML text of a scenario, to learn its contents or to write a similar one."""
        found = self._connect(None).scenario(name)
        return fit_text(
            lambda text: ScenarioTextResult(
                name=found["name"], description=found["description"], text=text
            ),
            found["text"],
            f"Read the resource mockapi://scenarios/{name}.",
        )

    def check_scenario(
        self, text: Annotated[str, Field(description="A scenario as YAML or JSON.")]
    ) -> ScenarioCheckResult:
        """Check the text of a scenario without starting it. Lists each issue with its line.

        The resource mockapi://scenario-schema describes all keys.
        """
        found = self._connect(None).check_scenario(text)
        issues = [("errors", each) for each in found["errors"]]
        issues += [("warnings", each) for each in found["warnings"]]
        return fit(
            lambda items, omitted: ScenarioCheckResult(
                ok=found["ok"],
                customers=found["customers"],
                sites=found["sites"],
                errors=[_issue(each) for part, each in items if part == "errors"],
                warnings=[_issue(each) for part, each in items if part == "warnings"],
                omitted=omitted,
            ),
            issues,
        )

    def start_world(
        self,
        *,
        name: Annotated[
            str | None,
            Field(
                description="Letters, digits, dots and dashes. The same name gives the same ids."
            ),
        ] = None,
        scenario: Annotated[
            str | None, Field(description="Name of a scenario. Default: that of the server.")
        ] = None,
        scenario_text: Annotated[
            str | None, Field(description="A scenario as YAML, instead of `scenario`.")
        ] = None,
        seed: Annotated[
            int | None, Field(description="Replaces the scenario's seed.", ge=0)
        ] = None,
        clock: Annotated[
            str | None,
            Field(description="RFC 3339 instant at which the clock stands still, or `system`."),
        ] = None,
    ) -> WorldStartedResult:
        """Start an isolated world with data, a clock, faults and a journal of its own.

        Use one world per task, and pass its name to the other tools. Worlds share nothing. A
        world that receives no request for an hour is deleted.
        """
        given = {
            "scenario": scenario,
            "scenario_text": scenario_text,
            "seed": seed,
            "clock": clock,
        }
        settings: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
        world = self._connect(None).create_world(name, **settings)
        return _started(self._connect(world.url.rpartition("/w/")[2]))

    def reset_world(self, world: World = None) -> WorldStartedResult:
        """Return a world to its first state: data, clock, faults, tokens and journal."""
        client = self._connect(world)
        client.reset()
        return _started(client)

    def get_credentials(
        self,
        world: World = None,
        customer: Annotated[
            str | None, Field(description="Id or e-mail address. Default: the first customer.")
        ] = None,
        expires_in: Annotated[
            int | None,
            Field(description="Lifetime of the access token in seconds; 0 gives an expired one."),
        ] = None,
    ) -> CredentialsResult:
        """Create tokens for both APIs, and show base URLs and the OAuth client of a world.

        An access token expires after an hour of the world's time if `expires_in` is not given.
        """
        client = self._connect(world)
        # First, because the errors say what is missing in a world without customers or clients.
        access_token = client.token(customer=customer, expires_in=expires_in)
        personal_access_token = client.pat(customer=customer)
        view = client.world()
        known = view["customers"]
        chosen = next((each for each in known if customer in (each["id"], each["email"])), known[0])
        oauth = view["clients"][0]
        return fit(
            lambda redirect_uris, _: CredentialsResult(
                partner_url=client.partner_url,
                user_url=client.user_url,
                access_token=access_token,
                personal_access_token=personal_access_token,
                customer=chosen["email"],
                client_id=oauth["client_id"],
                client_secret=oauth["client_secret"],
                authorize_url=f"{client.url}{CANONICAL_BASE}/authorize",
                token_url=f"{client.url}{CANONICAL_BASE}/token",
                redirect_uris=redirect_uris,
            ),
            oauth["redirect_uris"],
        )

    def advance_clock(
        self,
        by: Annotated[
            str | None, Field(description="ISO 8601 duration, such as PT1H or P1D.")
        ] = None,
        to: Annotated[
            str | None, Field(description="RFC 3339 instant at which the clock then stands still.")
        ] = None,
        world: World = None,
    ) -> TimeResult:
        """Move the clock of a world forward, and list what changed. Give `by` or `to`.

        Readings arrive, tokens expire and scoring requests are answered by this clock.
        """
        if (by is None) == (to is None):
            raise ToolError("Give one of `by` and `to`.")
        clock = self._connect(world).clock
        before = clock.now()
        now = clock.freeze(to) if by is None else clock.advance(by)
        changes = clock.changes(before)
        return fit(
            lambda events, _: TimeResult(
                now=now.isoformat(),
                readings_arrived=changes["readings_arrived"],
                tokens_expired=changes["tokens_expired"],
                events=events,
            ),
            [each["kind"] for each in changes["events"]],
        )


def _started(client: ToolClient) -> WorldStartedResult:
    view = client.world()
    return WorldStartedResult(
        world=client.url.partition("/w/")[2] or "default",
        scenario=view["scenario"],
        seed=view["seed"],
        now=view["now"],
        partner_url=client.partner_url,
        user_url=client.user_url,
    )


def _issue(found: dict[str, object]) -> IssueResult:
    return IssueResult.model_validate(found)
