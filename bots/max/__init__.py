"""MAX: a bot that answers in its dialogs, through the platform's bot API (dev.max.ru)."""

from bots.max.channel import MaxChannel

channel = MaxChannel()
