"""``python -m queries``: the commands of ``queries.commands``.

Each process that helps with a release reads this file as well, and needs no commands.
"""

if __name__ == "__main__":
    from queries.commands import main

    main()
