"""The catalogue as shelves within shelves, a page of them at a time; buttons name them by fingerprints."""

from dataclasses import dataclass
from functools import lru_cache

from gateway.dialog.buttons import fingerprint
from gateway.domain.topic import Catalogue, Topic

_ON_A_PAGE = 5
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What one button of a page leads to: a topic, or more shelves below `path`."""

    path: Path
    topic: Topic | None

    @property
    def name(self) -> str:
        """What it is called, without the way to it."""
        return self.path[-1]

    @property
    def mark(self) -> str:
        """Its fingerprint."""
        return _mark(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfPage:
    """Shelves of one page; `ways` are those of `less`, `more` and `up` that lead on from it."""

    shelves: tuple[Shelf, ...]
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Index:
    shelves: dict[Path, tuple[Shelf, ...]]
    paths: dict[str, Path]
    topics: dict[str, Topic]


def page_of(catalogue: Catalogue, path: Path, page: int) -> ShelfPage:
    """Return a page of what is below a path; a path that is gone is the top, a page that is gone the last one."""
    shelves = _index(catalogue).shelves.get(path) or _index(catalogue).shelves.get((), ())
    last = max(0, (len(shelves) - 1) // _ON_A_PAGE)
    page = min(max(page, 0), last)
    ways = (*(("less",) if page > 0 else ()), *(("more",) if page < last else ()), "up")
    return ShelfPage(shelves=shelves[page * _ON_A_PAGE : (page + 1) * _ON_A_PAGE], ways=ways)


def find_topic(catalogue: Catalogue, mark: str) -> Topic | None:
    """Return the topic whose code has that fingerprint, or None."""
    return _index(catalogue).topics.get(mark)


def find_shelf(catalogue: Catalogue, mark: str) -> Path | None:
    """Return the path that has that fingerprint and shelves below it, or None."""
    return _index(catalogue).paths.get(mark)


@lru_cache(maxsize=16)
def _index(catalogue: Catalogue) -> _Index:
    below: dict[Path, dict[Path, Shelf]] = {}
    for topic in catalogue.topics:
        for depth in range(len(topic.path) - 1):
            path = topic.path[: depth + 1]
            below.setdefault(path[:-1], {}).setdefault(path, Shelf(path=path, topic=None))
        _put_topic(below, topic)
    return _Index(
        {path: tuple(shelves.values()) for path, shelves in below.items()},
        {_mark(path): path for path in below if path},
        {fingerprint(topic.code): topic for topic in catalogue.topics},
    )


def _put_topic(below: dict[Path, dict[Path, Shelf]], topic: Topic) -> None:
    """Stand a topic beside its neighbours; the code keeps it apart from a shelf of the same name."""
    below.setdefault(topic.path[:-1], {})[(*topic.path, topic.code)] = Shelf(path=topic.path, topic=topic)


def _mark(path: Path) -> str:
    return fingerprint("\n".join(path))
