"""Contact with support as use cases: cases, reports, tickets, the outbox."""
