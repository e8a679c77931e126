"""``python -m visits``: serve, with the settings of the environment."""

from visits.service import SPEC
from shared.service import main

if __name__ == "__main__":
    main(SPEC)
