"""Links that begin the form somewhere, for the commands that print them."""

from collections.abc import Mapping

from gateway.app import Gateway
from gateway.domain.agency import Agency
from gateway.domain.page_link import LinkCode, PageLink
from gateway.domain.place import Place, Point
from gateway.domain.topic import TopicCode


async def make_link(
    gateway: Gateway, agency: Agency, *, topic: str | None, address: str | None, point: Point | None = None
) -> PageLink | None:
    """Store a link and return it, None where it would begin at nothing; raises ValueError for an unknown topic."""
    if topic is not None and gateway.edge.topics.of(agency.key).catalogue.find(topic) is None:
        raise ValueError(f"there is no topic {topic}")
    written = " ".join((address or "").split())[: gateway.edge.form_limits.address_max] or None
    place = Place(address=written, point=point) if written or point else None
    if topic is None and place is None:
        return None
    link = PageLink(agency=agency.key, topic=None if topic is None else TopicCode(topic), place=place)
    await gateway.links.save(link)
    return link


async def bot_links(gateway: Gateway, agency: Agency, code: LinkCode | None) -> Mapping[str, str]:
    """Return the addresses of an agency's pages in messengers, by `channel` or `channel-2` where there are several."""
    found: dict[str, str] = {}
    for page in await gateway.pages.all():
        address = page.channel.link(page.connection, code) if page.connection.agency == agency.key else None
        if address is not None:
            same = sum(name.partition("-")[0] == page.channel.name for name in found)
            found[page.channel.name if not same else f"{page.channel.name}-{same + 1}"] = address
    return found
