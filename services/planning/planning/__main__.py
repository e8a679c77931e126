"""``python -m planning``: serve, with the settings of the environment."""

from shared.service import main

from planning.service import SPEC

if __name__ == "__main__":
    main(SPEC)
