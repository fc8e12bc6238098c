"""VK: a community's messages, through the Callback API (https://dev.vk.com/ru/api/callback/getting-started)."""

from bots.vk.channel import Vk

channel = Vk()
