"""Results -> what people see: text, JSON, annotations for GitHub, and the page of `preview`.

A report is a function from a result to a string; only `cli` prints it. Start with `report`.
"""
