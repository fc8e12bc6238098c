"""The messengers: one folder a channel, found by discovery, each only a way in to `gateway.actions`."""
