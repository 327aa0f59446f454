"""Throughput traces of real TCP through a Wi-Fi hop and a line, one of which is the narrower: see ``links``."""
