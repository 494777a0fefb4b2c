"""``python -m data``: the commands of ``data.commands``."""

if __name__ == "__main__":
    from data.commands import main

    main()
