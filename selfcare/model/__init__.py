"""Data types shared by probes, diagnosis and front ends. Standard library only, no behaviour beyond the data."""
