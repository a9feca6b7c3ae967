"""Packages and a real Anki collection -> what an update does there. The only owner of anki.

`verify` rehearses an update in a collection that is thrown away.
"""
