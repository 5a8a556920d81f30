"""Filling Word templates."""
