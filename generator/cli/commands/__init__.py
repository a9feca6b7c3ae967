"""One module per command, each named like its command: options in, one call of the pipeline, its report out.

What two commands share stands in `cli`. A command returns its exit status; `console.run` exits with it.
"""
