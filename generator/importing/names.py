"""What columns, keys and headings are called in decks of many kinds -> which key of ours each is."""

from generator.importing.arrived import Wishes

_WORDS = {
    "question": "front question q prompt term word expression problem side1 vorderseite frage recto pregunta anverso"
    " frente pergunta fronte domanda voorkant vraag 正面 問題 表面 вопрос",
    "cloze": "cloze text lückentext texte texto testo",
    "answer": "back answer a response reply definition meaning translation solution side2 rückseite antwort verso"
    " réponse respuesta reverso resposta retro risposta achterkant antwoord 背面 答え 裏面 ответ",
    "extra": "extra back_extra backextra note notes comment comments remark remarks explanation details more"
    " info example hint mnemonic anmerkung anmerkungen bemerkung bemerkungen notiz notizen hinweis erklärung zusatz"
    " beispiel remarque remarques explication exemple nota notas explicación ejemplo explicação spiegazione",
    "tags": "tags tag labels keywords schlagwort schlagwörter schlagworte stichwort stichwörter stichworte étiquettes"
    " mots_clés etiquetas etichette trefwoorden タグ метки",
    "id": "id key uid uuid guid nid anki_id note_id",
    "deck": "deck subdeck category chapter topic section stapel kapitel thema fach paquet chapitre mazo capítulo"
    " baralho mazzo capitolo",
    "reverse": "reverse reversed add_reverse include_reverse bidirectional both",
}
_KEYS = {word: key for key, words in _WORDS.items() for word in words.split()}


def key_of(name: str) -> str:
    """Return which key of ours a name means, "" where it is none that we know."""
    return _KEYS.get("_".join(name.casefold().replace("-", " ").split()), "")


def is_known(name: str) -> bool:
    """Say whether a word names a column."""
    return key_of(name) != ""


class Unknown(Exception):
    """An option names a column that no file has; the text says which there are."""


def named(wishes: Wishes, columns: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return for each key of ours the columns that make it: those wished for, else those whose names we know.

    Where neither says it, the first column is asked for and the second is the answer. Raises Unknown.
    """
    wished = {
        "question": wishes.question,
        "answer": wishes.answer,
        "extra": wishes.extra,
        "tags": (wishes.tags,) if wishes.tags else (),
        "id": (wishes.id,) if wishes.id else (),
        "reverse": (wishes.reverse,) if wishes.reverse else (),
    }
    made = {key: tuple(_found(key, it, columns) for it in names) for key, names in wished.items() if names}
    taken = {it for names in made.values() for it in names}
    for name in columns:
        key = key_of(name)
        if key == "cloze" and "question" in made and not wishes.question:  # a note has the one or the other
            made["question"] += (name,)
            taken.add(name)
        key = "question" if key == "cloze" else key
        if key and key != "id" and key not in made and name not in taken:  # an id is kept where one is asked for
            made[key] = (name,)
            taken.add(name)
    free = [name for name in columns if name not in taken and not key_of(name)]
    for key in ("question", "answer"):
        if key not in made and free:
            made[key] = (free.pop(0),)
    return made


def _found(key: str, name: str, columns: tuple[str, ...]) -> str:
    from generator.base.diagnostics import did_you_mean, listed

    for column in columns:
        if column.casefold() == name.casefold():
            return column
    raise Unknown(
        f"--{key} '{name}': there is none of that name; {did_you_mean(name, columns, 'there are ' + listed(columns))}"
    )
