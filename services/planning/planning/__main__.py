"""``python -m planning``: serve, with the settings of the environment."""

if __name__ == "__main__":
    import shared.lean  # noqa: F401 - before all else: it keeps out what they would load
    from planning.service import SPEC
    from shared.service import main

    main(SPEC)
