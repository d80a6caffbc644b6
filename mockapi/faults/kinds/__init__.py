"""The fault kinds, one module each; the union `AnyFault` is their registry."""

from collections.abc import Mapping
from typing import Annotated, get_args

from pydantic import Field

from mockapi.faults.fault_base import FaultBase
from mockapi.faults.kinds.answer_without_write import AnswerWithoutWrite
from mockapi.faults.kinds.authorization_server_down import AuthorizationServerDown
from mockapi.faults.kinds.connection_reset import ConnectionReset
from mockapi.faults.kinds.consent_withdrawn import ConsentWithdrawn
from mockapi.faults.kinds.duplicate_delivery import DuplicateDelivery
from mockapi.faults.kinds.empty_data import EmptyData
from mockapi.faults.kinds.empty_reply import EmptyReply
from mockapi.faults.kinds.extra_field import ExtraField
from mockapi.faults.kinds.garbage import Garbage
from mockapi.faults.kinds.huge_page import HugePage
from mockapi.faults.kinds.latency import Latency
from mockapi.faults.kinds.lost_answer import LostAnswer
from mockapi.faults.kinds.malformed_chunk import MalformedChunk
from mockapi.faults.kinds.malformed_json import MalformedJson
from mockapi.faults.kinds.missing_field import MissingField
from mockapi.faults.kinds.null_for_absent import NullForAbsent
from mockapi.faults.kinds.patch import Patch
from mockapi.faults.kinds.rate_limit import RateLimit
from mockapi.faults.kinds.refresh_refused import RefreshRefused
from mockapi.faults.kinds.respond import Respond
from mockapi.faults.kinds.slow_dribble import SlowDribble
from mockapi.faults.kinds.stale_data import StaleData
from mockapi.faults.kinds.status import Status
from mockapi.faults.kinds.token_expired import TokenExpiredFault
from mockapi.faults.kinds.token_revoked import TokenRevokedFault
from mockapi.faults.kinds.truncated_body import TruncatedBody
from mockapi.faults.kinds.unknown_enum_value import UnknownEnumValue
from mockapi.faults.kinds.wrong_content_type import WrongContentType
from mockapi.faults.kinds.wrong_type import WrongType

AnyFault = (
    Status
    | Latency
    | RateLimit
    | ConnectionReset
    | EmptyReply
    | TruncatedBody
    | MalformedJson
    | MalformedChunk
    | SlowDribble
    | Garbage
    | WrongContentType
    | MissingField
    | ExtraField
    | UnknownEnumValue
    | NullForAbsent
    | WrongType
    | HugePage
    | TokenExpiredFault
    | TokenRevokedFault
    | RefreshRefused
    | AuthorizationServerDown
    | ConsentWithdrawn
    | StaleData
    | EmptyData
    | DuplicateDelivery
    | LostAnswer
    | AnswerWithoutWrite
    | Respond
    | Patch
)
Fault = Annotated[AnyFault, Field(discriminator="kind")]

KINDS: Mapping[str, type[FaultBase]] = {
    each.model_fields["kind"].default: each for each in get_args(AnyFault)
}
