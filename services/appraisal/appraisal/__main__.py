"""``python -m appraisal``: serve, with the settings of the environment."""

from appraisal.service import SPEC
from shared.service import main

if __name__ == "__main__":
    main(SPEC)
