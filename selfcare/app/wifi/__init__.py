"""The Wi-Fi of this PC as a use case: read, live, walk through the home, hand on."""
