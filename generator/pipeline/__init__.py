"""A source folder and an output folder -> what the commands ask for: the stages in their order.

`check` reads and compiles, `baseline` knows which warnings are new, `build` plans and writes, `fixes` corrects the
source, `new` begins one. Nothing here prints. Start with `check`.
"""
