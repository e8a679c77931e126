"""``python -m planning``: serve, with the settings of the environment."""

from planning.service import SPEC
from shared.service import main

if __name__ == "__main__":
    main(SPEC)
