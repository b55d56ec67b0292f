"""Schedules and watches, and what is posted for them."""
