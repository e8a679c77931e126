"""Which services record; no word is imported with it."""

SERVICES = ("planning", "visits", "appraisal")
"""The services that record: planning, visits, appraisal; each has words of its own."""
