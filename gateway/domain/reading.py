"""What a text seems to say: its problems, with the topics that fit and where it is, and what would be refused."""

from dataclasses import dataclass
from itertools import chain, zip_longest

from gateway.domain.fault import Danger, Fault
from gateway.domain.place import Point
from gateway.domain.topic import TopicMatch, is_sure

_LONG = 800
"""Characters; a shorter text hardly holds several problems that nobody could tell apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPlace:
    """A place that is named in characters `start` to `end` of a text, in the nominative, as far as it is named.

    `street` has its kind with it («улица Ленина») where the writer gives one. `point` is where the house is, as far as
    somebody has looked it up.
    """

    start: int
    end: int
    settlement: str = ""
    street: str = ""
    house: str = ""
    point: Point | None = None

    @property
    def address(self) -> str:
        """The place on one line, as one writes it into an address field."""
        return ", ".join(part for part in (self.settlement, self.street, self.house) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadProblem:
    """One problem found in a text: characters `start` to `end` of it; `place` is where it is, if that is said."""

    text: str
    start: int
    end: int
    topics: tuple[TopicMatch, ...]
    place: ReadPlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A text as it was understood; a help, on which no appeal may depend.

    `faults` are what an agency would refuse, in the order of the text; `danger` is what has to be reported by telephone
    before anything else. Without `is_whole` the text was too long or too tangled to be told apart: what is here may be
    several problems for all that is known.
    """

    problems: tuple[ReadProblem, ...]
    faults: tuple[Fault, ...] = ()
    danger: Danger | None = None
    is_whole: bool = True

    @property
    def topics(self) -> tuple[TopicMatch, ...]:
        """The topics of the whole text, each once; of several problems the best one of each before the second best."""
        ranks = zip_longest(*(problem.topics for problem in self.problems))
        matches = (match for match in chain.from_iterable(ranks) if match is not None)
        return tuple({match.topic.code: match for match in matches}.values())

    @property
    def leaves_open(self) -> bool:
        """Whether nobody could tell if a text that is long enough for several problems is about one."""
        return not self.is_whole and len(self.problems) == 1 and self.problems[0].end >= _LONG

    @property
    def is_sure(self) -> bool:
        """Whether the text is about one problem, and the best of its topics need not be asked about."""
        return len(self.problems) == 1 and is_sure(self.problems[0].topics)

    @property
    def place(self) -> ReadPlace | None:
        """The first place that is named with a problem."""
        return next((problem.place for problem in self.problems if problem.place is not None), None)
