"""Calling back: signed messages to addresses that outsiders chose, sent without trusting them.

`sending` takes what is due from the rows, `exchange` sends it, `addresses` says to which machines;
`nearing` puts down which deadlines are near. All of it runs in `necessity tend`.
"""
