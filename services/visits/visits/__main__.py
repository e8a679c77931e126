"""``python -m visits``: serve, with the settings of the environment."""

from shared.service import main
from visits.service import SPEC

if __name__ == "__main__":
    main(SPEC)
