"""Everything that can go wrong, as one tree.

A resident's mistake in a form is a value (`domain.problem.Problem`), not an exception; what stands here
stops the whole request. Each class says the code that machines read, the HTTP status, and whether the
same request may succeed later (`retry_after`, in seconds).

    OtklikError
    ├── Refused                      the caller must change something
    │   ├── NotUnderstood            400  the body is not what the content type says
    │   ├── Invalid                  422  problems, each at its field
    │   ├── NotFound                 404
    │   │   ├── UnknownAgency
    │   │   ├── UnknownAppeal        also a wrong tracking key: the two look the same
    │   │   ├── UnknownConnection    no page of a messenger is connected under this name
    │   │   └── UnknownFile
    │   ├── Unauthorized             401  the core door's token
    │   ├── ForeignOrigin            403
    │   ├── MethodNotAllowed         405
    │   ├── Conflict                 409
    │   │   ├── IdempotencyConflict  the key was used with another body
    │   │   ├── AlreadyRated · NotAnswered · NoQuestion · AlreadyWithdrawn
    │   │   ├── NumberTaken          the caller draws another number
    │   │   ├── StaleConversation    somebody else wrote into it meanwhile: read it again
    │   │   └── WrongStep            a case cannot go from its status to that one
    │   ├── TooSlow                  408  the body did not come in time
    │   ├── TooLarge                 413
    │   ├── UnsupportedFile          415  a file that is not what it says
    │   └── TooMany                  429
    └── Unavailable                  503  the world is broken for now; the same request may be sent again
        ├── StoreUnavailable · StoreFull
        ├── PartlyAccepted           some of several appeals are taken, a repeat takes the rest
        ├── ChannelUnavailable       a messenger does not answer
        └── CoreUnavailable
    CoreRefused                      502  the core store would refuse it again: for an operator
    ChannelRefused                   502  the messenger would refuse it again: a wrong token, a missing right
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from gateway.domain.appeal import Receipt
    from gateway.domain.problem import Problem


class OtklikError(Exception):
    """The gateway could not do what was asked."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    retry_after: int | None = None

    def __str__(self) -> str:
        return super().__str__() or (type(self).__doc__ or "").strip()


class Refused(OtklikError):
    """The request cannot be taken as it is."""

    code = "refused"
    status = 400


class NotUnderstood(Refused):
    """The body is not what its content type says."""

    code = "not_understood"


class Invalid(Refused):
    """Some answers need another look; `problems` names each."""

    code = "invalid"
    status = 422

    def __init__(self, problems: Sequence["Problem"]) -> None:
        super().__init__()
        self.problems = tuple(problems)


class NotFound(Refused):
    """There is nothing at this address."""

    code = "not_found"
    status = 404


class UnknownAgency(NotFound):
    """No agency has this key."""

    code = "unknown_agency"


class UnknownAppeal(NotFound):
    """No appeal has this number and key."""

    code = "unknown_appeal"


class UnknownFile(NotFound):
    """No such file belongs to this appeal."""

    code = "unknown_file"


class UnknownConnection(NotFound):
    """No page of a messenger is connected under this name."""

    code = "unknown_connection"


class Unauthorized(Refused):
    """The core door needs a valid Bearer token."""

    code = "unauthorized"
    status = 401


class ForeignOrigin(Refused):
    """This site is not registered with the agency."""

    code = "foreign_origin"
    status = 403


class MethodNotAllowed(Refused):
    """This address does not take that method."""

    code = "method_not_allowed"
    status = 405


class Conflict(Refused):
    """The request contradicts what has already happened."""

    code = "conflict"
    status = 409


class IdempotencyConflict(Conflict):
    """This idempotency key was already used with another body; `receipt` is what that one got, where it is known."""

    code = "idempotency_conflict"

    def __init__(self, receipt: "Receipt | None" = None) -> None:
        super().__init__()
        self.receipt = receipt


class NumberTaken(Conflict):
    """The number that was drawn belongs to another appeal."""

    code = "number_taken"


class NotAnswered(Conflict):
    """There is no answer to rate yet."""

    code = "not_answered"


class AlreadyRated(Conflict):
    """This answer has been rated already."""

    code = "already_rated"


class NoQuestion(Conflict):
    """The agency has asked nothing that waits for a reply."""

    code = "no_question"


class AlreadyWithdrawn(Conflict):
    """There is no consent in force that could be withdrawn."""

    code = "no_consent"


class StaleConversation(Conflict):
    """Somebody else wrote into this conversation meanwhile."""

    code = "stale_conversation"


class WrongStep(Conflict):
    """A case cannot go from its present status to that one."""

    code = "wrong_step"


class TooLarge(Refused):
    """The body or the file is larger than the limit."""

    code = "too_large"
    status = 413


class TooSlow(Refused):
    """The body did not come in time."""

    code = "too_slow"
    status = 408


class UnsupportedFile(Refused):
    """The file is not a picture or document of a supported kind, or is damaged."""

    code = "unsupported_file"
    status = 415

    def __init__(self, reason: str = "unsupported_file") -> None:
        super().__init__()
        self.reason = reason


class TooMany(Refused):
    """Too many submissions in a short time."""

    code = "too_many"
    status = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class Unavailable(OtklikError):
    """Something the gateway needs does not answer now."""

    code = "unavailable"
    status = 503
    retry_after = 5


class StoreUnavailable(Unavailable):
    """The database or the file store does not answer now."""

    code = "store_unavailable"


class StoreFull(Unavailable):
    """There is no room left in the store; what was accepted earlier is intact."""

    code = "store_full"
    retry_after = 60


class PartlyAccepted(Unavailable):
    """Some of several appeals are taken: `receipts` by the names of their parts; a repeat takes the rest."""

    code = "partly_accepted"

    def __init__(self, receipts: "Mapping[str, Receipt]", *, retry_after: int | None = None) -> None:
        super().__init__()
        self.receipts = receipts
        self.retry_after = retry_after or Unavailable.retry_after


class CoreUnavailable(Unavailable):
    """The core store does not answer now; the appeal waits in the outbox."""

    code = "core_unavailable"


class ChannelUnavailable(Unavailable):
    """The messenger does not answer now; what is to be said waits in its queue."""

    code = "channel_unavailable"


class ChannelRefused(OtklikError):
    """The messenger refused the call, and would refuse it again; the message says why, in the platform's words."""

    code = "channel_refused"
    status = 502


class CoreRefused(OtklikError):
    """The core store refused what was sent, and would refuse it again."""

    code = "core_refused"
    status = 502
