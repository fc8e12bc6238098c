"""Benchmarks: speed and size as ratios within one run; `make bench` prints them as tables."""
