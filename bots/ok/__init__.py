"""Odnoklassniki: a group that answers in its messages, through the platform's bot API for groups (apiok.ru)."""

from bots.ok.channel import OkChannel

channel = OkChannel()
