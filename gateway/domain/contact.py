"""Who writes and how they can be answered."""

from dataclasses import dataclass

import phonenumbers
from email_validator import EmailNotValidError, validate_email

_HOME_REGION = "RU"  # a number without a country code is dialled from Russia


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A resident's `name`, `email` in canonical form and `phone` in E.164, each if it was given."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None


def read_email(typed: str) -> str | None:
    """Return the address in canonical form (international ones included), or None if it is not one."""
    try:
        return validate_email(typed, check_deliverability=False, allow_smtputf8=True).normalized
    except EmailNotValidError:
        return None


def read_phone(typed: str) -> str | None:
    """Return the number in E.164 («8 (912) 345-67-89» is +79123456789), or None if no such number can exist."""
    try:
        number = phonenumbers.parse(typed, _HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
