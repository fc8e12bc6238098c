"""Where an address is that a resident has typed, or a text names."""

from dataclasses import dataclass, replace

from gateway.domain.agency import Agency
from gateway.domain.place import FoundPlace, Point
from gateway.domain.reading import Reading, ReadProblem
from gateway.ports import Places
from gateway.reading.houses import read_house
from gateway.reading.tokens import tokens_of

_LONGEST = 200
_MOST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Locate:
    """Looks addresses up; `places` are those of the gazetteer, as what residents say in chats is sent nowhere."""

    places: Places

    async def __call__(self, agency: Agency, address: str) -> Point | None:
        """Return where the house is, None for what is no house, is not known, or may be one of several."""
        houses = _houses_in(address)
        if not houses or not any(map(str.isalpha, address)):
            return None
        found = [place for place in await self.places.find(agency, address, most=_MOST) if _is_one_of(place, houses)]
        return found[0].point if len(found) == 1 else None

    async def problems(self, agency: Agency, reading: Reading) -> Reading:
        """Return the reading with the points of the houses that its problems name."""
        located = [await self._located(agency, problem) for problem in reading.problems]
        return replace(reading, problems=tuple(located))

    async def _located(self, agency: Agency, problem: ReadProblem) -> ReadProblem:
        place = problem.place
        if place is None or not (place.street and place.house):
            return problem
        return replace(problem, place=replace(place, point=await self(agency, place.address)))


def _houses_in(address: str) -> frozenset[str]:
    """Return the houses that the numbers of an address may be, as the gazetteer writes them."""
    tokens = tokens_of(address) if len(address) <= _LONGEST else ()
    read = [read_house(tokens, place) for place in range(len(tokens))]
    return frozenset(house.number.lower() for house in read if house is not None)


def _is_one_of(place: FoundPlace, houses: frozenset[str]) -> bool:
    return place.house is not None and place.house.lower() in houses
