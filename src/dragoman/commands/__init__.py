"""The commands of `dragoman`, a module each; thin, the library does the work. cli.py puts them together."""
