"""Going through a guide with somebody: what it looks like, who tells, who does, what is kept of it."""
