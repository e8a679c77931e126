"""``python -m signer``: sign, with the settings of the environment."""

if __name__ == "__main__":
    import sys

    import shared.lean  # noqa: F401 - before all else: it keeps out what they would load
    from signer.serving import main

    sys.exit(main())
