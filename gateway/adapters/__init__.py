"""Ways to reach the outside: one file a way, each fulfilling a protocol of `gateway.ports`."""
