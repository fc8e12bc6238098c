"""Whose certificates are believed: the machine's own authorities, and those that a setting names."""

import ssl
from functools import cache

from gateway.errors import ChannelRefused


def trusted(ca_file: str | None = None) -> ssl.SSLContext:
    """Return what connections are made with, `ca_file` is in PEM; raises ChannelRefused where it cannot be read."""
    if not ca_file:
        return _of_machine()
    context = ssl.create_default_context()
    try:
        context.load_verify_locations(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ChannelRefused(f"ca_file cannot be read: {type(error).__name__}") from None
    return context


@cache
def _of_machine() -> ssl.SSLContext:
    """One for all pages: reading the authorities takes some hundredths of a second and as many kilobytes."""
    return ssl.create_default_context()
