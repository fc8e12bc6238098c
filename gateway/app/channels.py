"""The messengers that are there, and their sections of the settings."""

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any

import bots
from gateway.channels import Channel, ChannelOptions
from gateway.config import Settings


def find_channels() -> Mapping[str, Channel]:
    """Return every channel that has a folder under `bots`, by name: whatever is put there is found."""
    folders = (found.name for found in pkgutil.iter_modules(bots.__path__) if found.ispkg)
    channels: list[Channel] = [importlib.import_module(f"bots.{folder}").channel for folder in folders]
    return {channel.name: channel for channel in channels}


def channel_options(settings: Settings, channels: Mapping[str, Channel]) -> dict[str, ChannelOptions]:
    """Return the channels' own sections of the settings, checked; raises ValueError for what no channel knows."""
    if unknown := settings.channels.keys() - channels.keys():
        raise ValueError(f"no such channel: {', '.join(sorted(unknown))}; there are {', '.join(sorted(channels))}")
    return {name: channel.options(**_as_written(settings.channels.get(name, {}))) for name, channel in channels.items()}


def _as_written(section: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as the channel's own types read them: a token of digits alone is not a number."""
    return {name: str(value) if isinstance(value, int | float) else value for name, value in section.items()}
