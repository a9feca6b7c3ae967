"""A compiled deck -> the file of an .apkg, and back.

`apkg` writes, `inspection` looks through the finished package before it replaces the old one, `finished` does both, and
`reading` is the one way to open a package. Start with `apkg`.
"""
