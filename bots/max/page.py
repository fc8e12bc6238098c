"""Connecting a bot of MAX and looking after it: subscriptions of its bot API."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bots.calls import Calls, NoAnswer, NotSent, Reply
from gateway.channels import Finding, Page
from gateway.errors import ChannelRefused, ChannelUnavailable
from gateway.lenient import objects, text

if TYPE_CHECKING:
    from bots.max.channel import MaxOptions

WANTED = ("message_created", "message_edited", "message_callback", "bot_started", "bot_stopped", "dialog_removed")
"""Updates that are asked for; the rest says nothing to a form."""


async def look(calls: Calls) -> Page:
    """Return whose token it is; raises ChannelRefused for a wrong one, ChannelUnavailable."""
    reply = await calls.read("/me")
    check(reply)
    about = reply.object
    return Page(name=text(about.get("name")) or text(about.get("first_name")), handle=text(about.get("username")))


async def connect(calls: Calls, options: "MaxOptions", hook: str) -> Sequence[Finding]:
    """Subscribe this address with the secret and the types that are needed; other subscriptions stay."""
    if options.polling:
        await disconnect(calls, hook)
        return list(_about(await _subscriptions(calls), options, hook))
    faults = list(_unusable(options, hook))
    if not faults:
        await _subscribe(calls, options, hook)
        faults = list(_about(await _subscriptions(calls), options, hook))
    return faults


async def examine(calls: Calls, options: "MaxOptions", hook: str) -> Sequence[Finding]:
    """Tell how the subscription stands."""
    about = list(_about(await _subscriptions(calls), options, hook))
    return [*([] if options.polling else _unusable(options, hook)), *about]


async def watch(calls: Calls, options: "MaxOptions", hook: str) -> None:
    """Subscribe again where this address is not subscribed, or not to everything."""
    if options.polling or any(_unusable(options, hook)):
        return
    if any(finding.is_fault for finding in _about(await _subscriptions(calls), options, hook)):
        await _subscribe(calls, options, hook)


async def disconnect(calls: Calls, hook: str) -> None:
    """End the subscription of this address, if there is one."""
    if any(one.get("url") == hook for one in await _subscriptions(calls)):
        await _done(calls, "DELETE", query={"url": hook})


def check(reply: Reply) -> None:
    """Return if the answer is a success; raises ChannelRefused or ChannelUnavailable otherwise."""
    if reply.status == 200:
        return
    reason = f"{reply.status} {text(reply.object.get('code'))}".strip()
    if reply.status >= 500 or reply.status in {408, 429}:
        raise ChannelUnavailable(reason)
    raise ChannelRefused(reason)


def retry_after(reply: Reply) -> float | None:
    """Return for how many seconds the platform wants no call, if it says so."""
    written = reply.headers.get("retry-after", "")
    return float(written) if written.isascii() and written.isdigit() else None


async def _subscriptions(calls: Calls) -> Sequence[Mapping[str, Any]]:
    reply = await calls.read("/subscriptions")
    check(reply)
    return objects(reply.object.get("subscriptions"))


async def _subscribe(calls: Calls, options: "MaxOptions", hook: str) -> None:
    secret = "" if options.secret is None else options.secret.get_secret_value()
    await _done(calls, "POST", body={"url": hook, "secret": secret, "update_types": list(WANTED)})


async def _done(
    calls: Calls, method: str, *, query: Mapping[str, str] | None = None, body: dict[str, Any] | None = None
) -> None:
    try:
        reply = await calls.ask(method, "/subscriptions", query=query, body=body)
    except (NotSent, NoAnswer) as error:
        raise ChannelUnavailable(str(error)) from None
    check(reply)
    if reply.object.get("success") is False:
        raise ChannelRefused("the platform did not change the subscription")


def _unusable(options: "MaxOptions", hook: str) -> Iterator[Finding]:
    """What the platform, or this gateway, would refuse: https://dev.max.ru/docs-api/methods/POST/subscriptions."""
    address = urlsplit(hook)
    is_own_machine = address.hostname in {"127.0.0.1", "localhost", "::1"}
    if not is_own_machine and (address.scheme != "https" or address.port not in {None, 443}):
        yield Finding(code="max.no_https", is_fault=True, values={"url": hook})
    if options.secret is None:
        yield Finding(code="max.no_secret", is_fault=True)


def _about(known: Sequence[Mapping[str, Any]], options: "MaxOptions", hook: str) -> Iterator[Finding]:
    others = [text(one.get("url")) for one in known if one.get("url") != hook]
    ours = next((one for one in known if one.get("url") == hook), None)
    if options.polling:
        if known:
            hosts = [_host(text(one.get("url"))) for one in known]
            yield Finding(code="max.hook_while_polling", is_fault=True, values={"hosts": ", ".join(hosts)})
        return
    if ours is None:
        yield Finding(code="max.no_hook", is_fault=True)
    else:
        types = ours.get("update_types")
        missing = [kind for kind in WANTED if kind not in types] if isinstance(types, list) and types else []
        if missing:
            yield Finding(code="max.events_off", is_fault=True, values={"events": ", ".join(missing)})
    if others:
        yield Finding(code="max.other_hooks", is_fault=False, values={"hosts": ", ".join(map(_host, others))})


def _host(url: str) -> str:
    """Return only the host: paths of hooks often hold somebody's key."""
    return urlsplit(url).hostname or "?"
