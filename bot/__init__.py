"""Verbatim: a Discord briefing assistant that speaks only in quotations."""
