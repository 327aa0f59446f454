"""Simulated boxes: one server per family, faithful to what is known of its protocol. See docs/design/boxes.md."""
