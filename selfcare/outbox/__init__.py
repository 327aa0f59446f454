"""What is to leave this PC and arrives once: durable before it is claimed, searched for before it is sent again."""
