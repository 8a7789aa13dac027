"""`python -m sakimori` is the command `sakimori`."""

from sakimori.cli import main

if __name__ == "__main__":
    main()
