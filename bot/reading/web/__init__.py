"""The guarded downloader: addresses, robots.txt and what servers answer."""
