"""Another gateway brings a file ahead of the case that it belongs to."""

from dataclasses import dataclass
from pathlib import Path

from gateway.actions.attach import Attach
from gateway.domain.attachment import Attachment
from gateway.ports import Cases


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeCaseFile:
    """Cleans and stores a file for one gateway; only its own cases may carry it."""

    attach: Attach
    cases: Cases

    async def __call__(self, gateway: str, *, name: str, source: Path) -> Attachment:
        """Return what was stored of the temporary file `source`; raises UnsupportedFile."""
        stored = await self.attach.store(name=name, source=source)
        await self.cases.add_file(stored, gateway=gateway)
        return stored
