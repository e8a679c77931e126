"""``python -m portal``: serve the pages, with the settings of the environment."""

if __name__ == "__main__":
    import shared.lean  # noqa: F401 - before all else: it keeps out what they would load
    from portal.serving import main

    main()
