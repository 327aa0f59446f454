"""What this computer knows about its own network, read without privileges."""
