"""Webhooks: facts carried to programs outside, signed, in order, until they are taken."""
