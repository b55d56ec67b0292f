"""/library: what a server adds for itself."""
