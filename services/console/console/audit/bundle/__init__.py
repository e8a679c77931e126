"""What lies in an evidence bundle beside the evidence: its README, and the program to check it."""
