"""The catalogue as shelves within shelves, a page of them at a time; buttons name them by fingerprints."""

from dataclasses import dataclass
from functools import lru_cache

from gateway.dialog.buttons import fingerprint
from gateway.domain.topic import Catalogue, Topic

_ON_A_PAGE = 5
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What one button of a page leads to: a topic, or more shelves below `path`; `sample` is a topic below it."""

    path: Path
    topic: Topic | None
    sample: Topic

    def name_in(self, lang: str) -> str:
        """Return what it is called in a language, without the way to it."""
        return _path_in(self.sample, self.path, lang)[-1]

    @property
    def mark(self) -> str:
        """Its fingerprint."""
        return _mark(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfPage:
    """Shelves of page `number` of `pages`; `ways` are those of `less`, `more` and `up` that lead on from it."""

    shelves: tuple[Shelf, ...]
    ways: tuple[str, ...]
    number: int
    pages: int


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
    shown = shelves[page * _ON_A_PAGE : (page + 1) * _ON_A_PAGE]
    return ShelfPage(shelves=shown, ways=ways, number=page + 1, pages=last + 1)


def way_down(catalogue: Catalogue, path: Path) -> Path:
    """Return the path, or the one below it where there is nothing to choose from: a shelf that holds one shelf."""
    only = _only_shelf(catalogue, path)
    return path if only is None else way_down(catalogue, only.path)


def way_up(catalogue: Catalogue, path: Path) -> Path:
    """Return the path above, past those that `way_down` skips."""
    above = path[:-1]
    return way_up(catalogue, above) if above and _only_shelf(catalogue, above) else above


def path_in(catalogue: Catalogue, path: Path, lang: str) -> Path:
    """Return a path in a language, as far as the catalogue knows it."""
    below = _index(catalogue).shelves.get(path)
    return _path_in(below[0].sample, path, lang) if below else path


def _path_in(sample: Topic, path: Path, lang: str) -> Path:
    worded = sample.wording(lang).path
    return worded[: len(path)] if len(worded) == len(sample.path) else path


def _only_shelf(catalogue: Catalogue, path: Path) -> Shelf | None:
    shelves = _index(catalogue).shelves.get(path, ())
    return shelves[0] if len(shelves) == 1 and shelves[0].topic is None else None


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
            below.setdefault(path[:-1], {}).setdefault(path, Shelf(path=path, topic=None, sample=topic))
        _put_topic(below, topic)
    return _Index(
        {path: tuple(shelves.values()) for path, shelves in below.items()},
        {_mark(path): path for path in below if path},
        {fingerprint(topic.code): topic for topic in catalogue.topics},
    )


def _put_topic(below: dict[Path, dict[Path, Shelf]], topic: Topic) -> None:
    """Stand a topic beside its neighbours; the code keeps it apart from a shelf of the same name."""
    below.setdefault(topic.path[:-1], {})[(*topic.path, topic.code)] = Shelf(path=topic.path, topic=topic, sample=topic)


def _mark(path: Path) -> str:
    return fingerprint("\n".join(path))
