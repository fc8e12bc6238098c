"""Telegram: a bot that residents write to, through the Bot API (https://core.telegram.org/bots/api)."""

from bots.telegram.channel import Telegram

channel = Telegram()
