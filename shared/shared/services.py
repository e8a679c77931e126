"""Which services record; read by those who start and watch them, who need none of the words."""

SERVICES = ("planning", "visits", "appraisal")
"""The services that record: planning, visits, appraisal; each has words of its own."""
