"""Shows which faults are on, and offers all that there are."""

from fastapi import Request, Response

from mockapi.console.page import guarded, show
from mockapi.control.schemas.fault_bodies import FaultPresetView, FaultView
from mockapi.faults.kinds import KINDS
from mockapi.faults.parsing import fault_presets
from mockapi.http.context import url_of, world_of


@guarded
async def show_faults(request: Request) -> Response:
    standing = [FaultView.of(each) for each in world_of(request).faults]
    return show(
        request,
        "console/faults.html",
        "faults",
        standing=standing,
        sources={each.source for each in standing},
        presets=[FaultPresetView.of(name, each) for name, each in fault_presets().items()],
        kinds=sorted(KINDS),
        url=url_of(request),
    )
