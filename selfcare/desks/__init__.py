"""Ticket desks behind one port: an adapter for each kind of system, none of which knows cases, consent or storage."""
