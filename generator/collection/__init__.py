"""Packages and a real Anki collection -> what an update does there. The only owner of anki.

`verify` rehearses an update in a collection that is thrown away; `push` merges a release into a student's own, by the
plan of `merge_plan`, which is the place to begin; `addon` packs the same files for Anki; `foreign` reads decks that
others made.
"""
