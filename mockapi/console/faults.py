"""Faults page: active faults, presets and a form for all kinds."""

from fastapi import Request, Response

from mockapi.console.page import render_console_page, requires_admin
from mockapi.control.schemas.fault_bodies import FaultPresetView, FaultView
from mockapi.faults.kinds import KINDS
from mockapi.faults.parsing import fault_presets
from mockapi.http.context import url_of, world_of


@requires_admin
async def show_faults(request: Request) -> Response:
    active = [FaultView.of(each) for each in world_of(request).faults]
    return render_console_page(
        request,
        "console/faults.html",
        "faults",
        active=active,
        sources={each.source for each in active},
        presets=[FaultPresetView.of(name, each) for name, each in fault_presets().items()],
        kinds=sorted(KINDS),
        url=url_of(request),
    )
