"""What happens at the desk, as functions of a connection: no HTTP, no page, no clock of their own."""
