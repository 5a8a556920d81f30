"""The `necessity` command: each module brings its subcommands; see `cli.main`."""
