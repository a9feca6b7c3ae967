"""A source folder and an output folder -> what the commands ask for: the stages in their order.

`check` reads and compiles, `baseline` knows which warnings are new, `build` plans and writes; `fixes` corrects the
source and `masks` writes masks into it; `new`, `import_project` and `adopt` begin one; `newer/` merges
what the people of an adopted deck gave out since. Nothing here prints. Start with `check`.
"""
