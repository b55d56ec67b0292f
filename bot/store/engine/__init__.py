"""The database itself: opening, migrating, copying and listening to it."""
