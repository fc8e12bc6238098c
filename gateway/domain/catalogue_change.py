"""What two catalogues differ in, topic by topic."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from gateway.domain.topic import Catalogue, Topic


@dataclass(frozen=True, slots=True)
class TopicChange:
    """A topic that is in both catalogues and not the same."""

    before: Topic
    after: Topic

    @property
    def is_renamed(self) -> bool:
        """Whether it, or the way to it, is called otherwise."""
        return self.before.path != self.after.path

    def parts(self) -> Iterator[tuple[str, object, object]]:
        """Yield what differs beside the names: what it is called in `Topic`, before and after."""
        for part in fields(Topic):
            before, after = getattr(self.before, part.name), getattr(self.after, part.name)
            if part.name != "path" and before != after:
                yield part.name, before, after


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueChange:
    """What became of the topics of one catalogue in another, by their codes; each list in a catalogue's order."""

    added: tuple[Topic, ...]
    gone: tuple[Topic, ...]
    changed: tuple[TopicChange, ...]
    unchanged: int


def compare(before: Catalogue, after: Catalogue) -> CatalogueChange:
    """Return what `after` has that `before` has not, the other way round, and what they say differently."""
    pairs = [TopicChange(old, topic) for topic in after.topics if (old := before.find(topic.code)) is not None]
    changed = tuple(pair for pair in pairs if pair.before != pair.after)
    return CatalogueChange(
        added=tuple(topic for topic in after.topics if before.find(topic.code) is None),
        gone=tuple(topic for topic in before.topics if after.find(topic.code) is None),
        changed=changed,
        unchanged=len(pairs) - len(changed),
    )
