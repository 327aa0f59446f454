"""What is to be sent, kept until it is acknowledged: durable, sent once, visible, cancellable."""
