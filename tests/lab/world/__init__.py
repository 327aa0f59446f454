"""The outside and the box's page: one program with DNS, HTTP and HTTPS servers in the lab's networks."""
