"""What was found on a page, in words that whoever keeps the page can use."""

from gateway.domain.installation import Examination, Finding
from gateway.domain.seen_page import Unseen
from gateway.texts import Say


def say_what(say: Say, finding: Finding) -> str:
    """Return what is wrong."""
    return say(f"doctor.what.{finding.fault.value}", **finding.values)


def say_how(say: Say, finding: Finding) -> str:
    """Return what to do about it."""
    return say(f"doctor.how.{finding.fault.value}", **finding.values)


def say_obstacle(say: Say, unseen: Unseen) -> str:
    """Return why a page could not be looked at, and what to do where the site is to blame."""
    return say(f"doctor.obstacle.{unseen.obstacle.value}", status=unseen.status or "")


def say_fix(say: Say, examination: Examination) -> str | None:
    """Return in a sentence what the page's own people should mend first; None where there is nothing for them."""
    unseen, finding = examination.unseen, examination.fix
    if unseen is not None:
        return say_obstacle(say, unseen) if unseen.obstacle.is_for_webmaster else None
    return None if finding is None else say_what(say, finding)
