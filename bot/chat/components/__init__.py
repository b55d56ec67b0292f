"""What messages are made of; no I/O."""
