"""One typed result per probe: what was seen, with units, and no judgement."""
