"""Who writes and how they can be answered."""

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from email_validator import EmailNotValidError, validate_email

_HOME_REGION, _HOME_CODE = "RU", 7  # a number without a country code is dialled from Russia


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A resident's `name`, `email` in canonical form and `phone` in E.164, each if it was given."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None


# What nearly all addresses look like before the @: the library has nothing to say of these but of their domain, and
# domains come again and again. Capitals are for the library: Info@ and Postmaster@ have one spelling (RFC 2142).
_PLAIN_LOCAL_PART = re.compile(r"(?=.{1,64}\Z)[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*\Z")
_EMAIL_MAX = 254  # RFC 5321 4.5.3.1.3, as the library counts


def read_email(typed: str) -> str | None:
    """Return the address in canonical form (international ones included), or None if it is not one."""
    local, _, domain = typed.rpartition("@")
    if _PLAIN_LOCAL_PART.match(local) is None or len(typed) > _EMAIL_MAX or not domain.isascii():
        return _validated(typed)
    known = _validated_domain(domain)
    return None if known is None else f"{local}@{known}"


@lru_cache(maxsize=2048)
def _validated_domain(domain: str) -> str | None:
    address = _validated(f"x@{domain}")
    return None if address is None else address.removeprefix("x@")


def _validated(typed: str) -> str | None:
    try:
        return validate_email(typed, check_deliverability=False, allow_smtputf8=True).normalized
    except EmailNotValidError:
        return None


_WITHOUT_SIGNS = str.maketrans("", "", " ()-")
_PLAIN_MOBILE = re.compile(r"(?:\+7|8)9\d{9}\Z", re.ASCII)  # nearly every number; the library would say the same


def read_phone(typed: str) -> str | None:
    """Return the number in E.164 («8 (912) 345-67-89» is +79123456789), or None if no such number can exist."""
    if _PLAIN_MOBILE.match(digits := typed.translate(_WITHOUT_SIGNS)):
        return f"+7{digits[-10:]}"
    try:
        number = phonenumbers.parse(typed, _HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_possible_number(number) or _lacks_a_digit(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _lacks_a_digit(number: phonenumbers.PhoneNumber) -> bool:
    """Tell whether this is «8 912 345-67-8»: ten digits are a possible number, but no area of Russia begins with 89."""
    return bool(number.country_code == _HOME_CODE and str(number.national_number).startswith("89"))
