"""On what grounds a submission may be declined, and what a check may do before it is sent: two tables.

A message (сообщение) is taken by the rules of the platform; an appeal (обращение) by 59-ФЗ, where nothing may
stop it before it is registered (art. 9: taking it is mandatory) and only what arts. 7 and 11 name may leave it
without an answer on the substance.
"""

from enum import StrEnum

from gateway.domain.appeal import SubmissionKind


class Ground(StrEnum):
    """A reason to decline."""

    OBSCENE = "obscene"  # obscene words, insults, threats
    UNREADABLE = "unreadable"
    AGITATION = "agitation"
    OTHERS_DATA = "others_data"  # personal data of third persons
    SPAM = "spam"
    NO_PLACE = "no_place"
    UNCLEAR = "unclear"
    SEVERAL = "several"  # several problems in one message
    NO_SENDER = "no_sender"  # neither surname nor address for the answer: art. 11(1)
    COURT = "court"  # a court's decision is appealed against: art. 11(2)
    ANSWERED_BEFORE = "answered_before"  # answered several times with nothing new: art. 11(5)
    PROTECTED = "protected"  # the answer would disclose a protected secret: art. 11(6)


MESSAGE_GROUNDS: frozenset[Ground] = frozenset(
    {
        Ground.OBSCENE,
        Ground.UNREADABLE,
        Ground.AGITATION,
        Ground.OTHERS_DATA,
        Ground.SPAM,
        Ground.NO_PLACE,
        Ground.UNCLEAR,
        Ground.SEVERAL,
    }
)
"""Grounds of the platform's rules of filing."""

APPEAL_GROUNDS: frozenset[Ground] = frozenset(
    {
        Ground.OBSCENE,  # art. 11(3)
        Ground.UNREADABLE,  # art. 11(4); unclear essence: art. 11(4.1)
        Ground.UNCLEAR,
        Ground.NO_SENDER,
        Ground.COURT,
        Ground.ANSWERED_BEFORE,
        Ground.PROTECTED,
    }
)
"""Grounds of 59-ФЗ art. 11, each only after registration."""

_GROUNDS = {SubmissionKind.MESSAGE: MESSAGE_GROUNDS, SubmissionKind.APPEAL: APPEAL_GROUNDS}


def may_decline(kind: SubmissionKind, ground: Ground, *, registered: bool) -> bool:
    """Tell whether a submission of that kind may be declined on that ground, before or after its registration."""
    return ground in _GROUNDS[kind] and (registered or kind is SubmissionKind.MESSAGE)


def may_demand(kind: SubmissionKind) -> bool:
    """Tell whether the form may refuse to send for want of a place, a topic or a single problem (not by art. 7)."""
    return kind is SubmissionKind.MESSAGE
