"""``python -m appraisal``: serve, with the settings of the environment."""

from shared.service import main

from appraisal.service import SPEC

if __name__ == "__main__":
    main(SPEC)
