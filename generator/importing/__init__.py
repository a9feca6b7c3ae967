"""Files that people have -> notes as our YAML has them, with their pictures: what `import` writes as a project.

A reader (`readers/`, one for each form) gives rows as a file has them; `making` turns each into a note, `_from_html`
and `_from_markdown` its texts into our Markdown, proven by rendering it back; `adopting` makes notes of a deck that
people study; `yaml_text` writes the files. Start with `forms`.
"""
