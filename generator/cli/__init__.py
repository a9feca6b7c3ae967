"""The command line: options in, one call of the pipeline, its report out, an exit status.

`console` is the only place that prints or exits; `options` holds what commands share. Start with `main`.
"""
