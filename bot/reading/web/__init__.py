"""The guarded downloader: addresses, robots.txt and replies."""
