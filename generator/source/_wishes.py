"""Keys and values that do not fit -> what their author may have meant, and how to write it."""

import re

from generator.base.diagnostics import Diagnostic, Fix, slips_between
from generator.source.shapes import Cited, Many, Record, Word, is_citation
from generator.source.values import Mapping, Node, Text

_SCHEDULE = "when a card is due is the student's own, in Anki; delete the key"
_EXTRA = "write it as 'extra:'"
_CITED = "cite it under 'sources:', by its key in sources.yaml"
_OF_THE_DECK = "that belongs into deck.yaml, as"
_WISHES = {
    "hint": "a hint goes into a cloze: {{c1::text::hint}}; of a list item it is 'cue:'",
    "deck": "the deck's name stands in deck.yaml; a part of it is 'subdeck:', above 'notes:'",
    "language": f"{_OF_THE_DECK} 'language:'",
    "lang": f"{_OF_THE_DECK} 'language:'",
    "name": f"{_OF_THE_DECK} 'name:'",
    "front": "write 'question:', and 'answer:' for the back",
    "back": "write 'answer:', and 'question:' for the front",
    "q": "write 'question:'",
    "a": "write 'answer:'",
    "text": "write 'cloze:' for a text with gaps, or 'question:' and 'answer:'",
    "kind": "the kind follows from the key that the note begins with; delete this one",
    "type": "'type: true', for an answer that is typed, belongs to a 'question:' note; delete it here",
    "model": "the kind follows from the key that the note begins with; delete this one",
    "guid": "the guid is made from 'id:' and kept in the ledger; delete the key",
    "style": "the look is the same for every deck; delete the key",
    "css": "the look is the same for every deck; delete the key",
    "audio": "write the sound into the text: ![](name.mp3)",
    "sound": "write the sound into the text: ![](name.mp3)",
    "picture": "write it into the text, ![what it shows](name.png), or begin the note with 'image:'",
    "link": "write it into the text, [words](https://...); a link of a source stands in sources.yaml",
    "url": "write it into the text, [words](https://...); a link of a source stands in sources.yaml",
} | {
    word: help
    for words, help in (
        ("due interval ease suspended suspend flag flags priority marked", _SCHEDULE),
        ("note notes comment comments remark explanation explain details info mnemonic back_extra", _EXTRA),
        ("source reference references ref refs citation cite author title page", _CITED),
    )
    for word in words.split()
}
_DIRECTIONS = ("dir", "direction", "rtl", "ltr")
_OF_KIND = {
    ("cloze", "answer"): "the gaps are the answer; what is shown under it is 'extra:'",
    (
        "cloze",
        "question",
    ): "a cloze is asked by its gaps: make a note of its own of the question, or write it into the text",
    ("question", "items"): "items belong to a 'list:' note: write 'list:' in place of 'question:'",
}


def of(key: str, record: Record) -> str:
    """Return what to write in place of an unknown key; "" where we do not know the wish."""
    if record.what == "deck.yaml":
        return "it follows from 'language:'" if key.casefold() in _DIRECTIONS else ""
    if not record.what.endswith((" note", "note file", " item", "mask")):
        return ""
    word = key.casefold()
    if special := _OF_KIND.get((record.keys[0].name, word)):
        return special
    wish = _WISHES.get(word, "")
    return "" if _says_nothing(wish, record) else wish


def of_a_note(key: str) -> str:
    """Return what to write in place of a key of a note whose kind it should have told."""
    wish = _WISHES.get(key.casefold(), "")
    return wish if wish.startswith("write '") and "extra" not in wish else ""


def meant(wish: str) -> str:
    """Return the key that a wish says to write, "" where it names none: a note without it has one slip, not two."""
    match = re.match(r"write '(\w+):'", wish)
    return match[1] if match else ""


def _says_nothing(wish: str, record: Record) -> bool:
    """Whether it names a key that only notes have, in something that is not one; or one that is nearly typed."""
    return (wish in (_EXTRA, _CITED) or wish.startswith("write '")) and not record.what.endswith(" note")


def list_for(node: Text, shape: Many, item: Word | Cited) -> Diagnostic:
    """Return the mistake of 'a, b' where [a, b] should stand, or a citation in words where a list of them should."""
    message = f"expected a list of {shape.what}, found '{short(node.value)}'"
    if isinstance(item, Cited):
        item = item.key
        if is_citation(node.value) and not _split(node.value, item):
            return Diagnostic(node.span, "S103", message, f'write it as a list: ["{short(node.value)}"]')
    words = _split(node.value, item)
    parts = [it.strip() for it in node.value.split(",") if it.strip()]
    help = (
        f"write it as a list: [{', '.join(words or parts)}]"
        if words or not item.meant(parts[0] if parts else "")
        else ""
    )
    help = help or f"write the work into sources.yaml, and here its key: [{item.meant(node.value)}]"
    fix = Fix(node.span, f"[{', '.join(words)}]") if words and not node.style and "," in node.value else None
    return Diagnostic(node.span, "S103", message, help, fix=fix)


def after_a_comma(node: Mapping, key: Text, value: Node) -> bool:
    """Say whether this is not a key, but what follows a comma of a text in {...}."""
    text = node.source.text
    flow = text.startswith("{", node.start) and isinstance(value, Text) and value.is_null
    return flow and text[key.end : node.end].lstrip()[:1] in (",", "}")


def _split(value: str, shape: Word) -> list[str]:
    """Return the words of "a, b" or "a b"; nothing where one does not fit."""
    words = [it for it in re.split(r"[,;\s]+", value) if it]
    return words if all(shape.pattern.fullmatch(it) for it in words) else []


def respelt(name: Text, best: str) -> Fix | None:
    """Return the key that was meant, where it is a slip or two away and the key is not a word of another meaning."""
    near = slips_between(name.value.casefold(), best) <= min(2, len(best) // 3)
    return Fix(name.span, best) if near and not name.style else None


def short(text: str) -> str:
    """Return a text as a message quotes it."""
    line = text.split("\n", 1)[0]
    return line if len(line) <= 40 and line == text else line[:40] + "..."
