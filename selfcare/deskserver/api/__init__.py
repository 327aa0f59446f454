"""What programs speak to: TMF621 (v5, v4), TMF656, hub."""
