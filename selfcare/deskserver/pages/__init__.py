"""What agents see: written by the server, little script, no word of a stranger as anything but text."""
