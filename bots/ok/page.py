"""Connecting a group of Odnoklassniki and looking after it: subscriptions and the token of its bot API."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bots.calls import Calls, NoAnswer, NotSent
from bots.ok.errors import check
from gateway.channels import Finding, Page
from gateway.errors import ChannelRefused, ChannelUnavailable
from gateway.lenient import objects, text

if TYPE_CHECKING:
    from bots.ok.channel import OkOptions

WANTED = ("MESSAGE_CREATED", "MESSAGE_CALLBACK", "CHAT_SYSTEM")


async def look(calls: Calls) -> Page:
    """Return the group's name and number; raises ChannelRefused, ChannelUnavailable."""
    reply = await calls.read("/graph/me/info")
    check(reply)
    handle = str(reply.object.get("group_id") or "").rpartition(":")[2]
    return Page(name=text(reply.object.get("name")), handle=handle)


async def connect(calls: Calls, options: "OkOptions", hook: str) -> Sequence[Finding]:
    """Subscribe this address; other bots of the group keep theirs."""
    if options.polling:
        await disconnect(calls, hook)
        await ask_to_poll(calls)
    elif options.hook_key is not None:
        await _post(calls, "subscribe", {"url": hook})
    return await examine(calls, options, hook)


async def examine(calls: Calls, options: "OkOptions", hook: str) -> Sequence[Finding]:
    """Tell how the subscription stands."""
    return list(_about(await _subscriptions(calls), options, hook))


async def watch(calls: Calls, options: "OkOptions", hook: str) -> None:
    """Use the token, which dies of thirty days' rest, and subscribe again where that was forgotten."""
    await look(calls)
    if options.polling or options.hook_key is None:
        return
    if all(url != hook for url in await _subscriptions(calls)):
        await _post(calls, "subscribe", {"url": hook})


async def disconnect(calls: Calls, hook: str) -> None:
    """End the subscription of this address, if there is one."""
    if hook in await _subscriptions(calls):
        await _post(calls, "unsubscribe", {"url": hook})


async def ask_to_poll(calls: Calls) -> None:
    """Have updates kept for whoever asks for them."""
    await _post(calls, "subscribe", {"types": list(WANTED), "longPolling": True})


async def _subscriptions(calls: Calls) -> Sequence[str]:
    reply = await calls.read("/graph/me/subscriptions")
    check(reply)
    return [url for one in objects(reply.object.get("subscriptions")) if (url := text(one.get("url")))]


async def _post(calls: Calls, method: str, body: Mapping[str, Any]) -> None:
    try:
        reply = await calls.ask("POST", f"/graph/me/{method}", body=body)
    except (NotSent, NoAnswer) as error:
        raise ChannelUnavailable(str(error)) from None
    check(reply)
    if reply.object.get("success") is False:
        raise ChannelRefused(f"the platform did not {method}")


def _about(known: Sequence[str], options: "OkOptions", hook: str) -> Iterator[Finding]:
    others = sorted({urlsplit(url).hostname or "?" for url in known if url != hook})  # paths may be others' keys
    if options.polling:
        if others:
            yield Finding(code="ok.hook_while_polling", is_fault=False, values={"hosts": ", ".join(others)})
        return
    if options.hook_key is None:
        yield Finding(code="ok.no_hook_key", is_fault=True)
    elif hook not in known:
        yield Finding(code="ok.no_hook", is_fault=True)
    if others:
        yield Finding(code="ok.other_hooks", is_fault=False, values={"hosts": ", ".join(others)})
