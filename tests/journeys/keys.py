"""A resident who uses the keyboard alone."""

import asyncio
import time
from dataclasses import dataclass

from playwright.async_api import Frame, Page


@dataclass(frozen=True, slots=True)
class Keys:
    """The keyboard, and eyes to see where the focus is: on the page, or in a frame of it."""

    page: Page
    frame: Frame | None = None

    async def reach(self, selector: str, *, key: str = "Tab") -> None:
        """Press Tab (or another key) until the focus is there; AssertionError if it never comes there."""
        for _ in range(80):
            if await self.is_at(selector):
                return
            await self.page.keyboard.press(key)
        raise AssertionError(f"{key} never comes to {selector}")

    async def is_at(self, selector: str) -> bool:
        seen = "selector => document.activeElement?.matches(selector) ?? false"
        return bool(await self._seen.evaluate(seen, selector))

    async def find(self, selector: str) -> None:
        """See that the page has put the focus there, which it does with its first frame; AssertionError if not."""
        deadline = time.monotonic() + 10
        while not await self.is_at(selector):
            assert time.monotonic() < deadline, await self._seen.evaluate("document.activeElement?.outerHTML")
            await asyncio.sleep(0.02)

    async def type(self, selector: str, text: str) -> None:
        """Go there and type over what is there."""
        await self.reach(selector)
        await self.page.keyboard.press("Control+A")
        await self.page.keyboard.type(text)

    async def press(self, selector: str, key: str = "Enter") -> None:
        """Go there and press a key, by which the page changes."""
        await self.reach(selector)
        async with self.page.expect_navigation():
            await self.page.keyboard.press(key)

    async def tick(self, selector: str) -> None:
        await self.reach(selector)
        await self.page.keyboard.press("Space")

    @property
    def _seen(self) -> Page | Frame:
        return self.frame or self.page
