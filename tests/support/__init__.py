"""What tests share: fakes, servers on the loopback, a simulated Discord, stories."""
