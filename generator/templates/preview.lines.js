"use strict";
/* Writes the YAML of what was drawn, to be copied; where the page is served, it is saved into the file of notes. */

const PLAIN = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ()+./-]*[\p{L}\p{M}\p{N})])?$/u; // YAML needs no quotes

function yaml(words) {
    return PLAIN.test(words) ? words : `'${words.replaceAll("'", "''")}'`;
}

function numbersOf({ shape, numbers }) {
    const pairs = numbers.flatMap((x, place) => (place % 2 ? [] : [`[${x}, ${numbers[place + 1]}]`]));
    return shape === "polygon" ? `[${pairs.join(", ")}]` : `[${numbers.join(", ")}]`;
}

function lineOf(mask) {
    const parts = mask.outlines.map((it) => (it.element ? `shape: ${yaml(it.element)}` : `${it.shape}: ${numbersOf(it)}`));
    const place = parts.length === 1 ? parts[0] : `outlines: [${parts.map((it) => `{${it}}`).join(", ")}]`;
    return `${mask.key}: {${place}${mask.label.trim() ? `, label: ${yaml(mask.label.trim())}` : ""}}`;
}

function noteLines() {
    const header = at("note-header").value.trim();
    const top = [`- id: ${at("note-id").value.trim()}`, `  image: ${yaml(easel.canvas.name)}`, ...(header ? [`  header: ${yaml(header)}`] : []), "  masks:"];
    return [...top, ...easel.masks.map((it) => `    ${lineOf(it)}`)];
}

/** The outlines that lie elsewhere than in the file. */
function moves(mask, place) {
    const before = easel.canvas.masks[place]?.outlines ?? [];
    return mask.old ? mask.outlines.filter((it, turn) => String(it.numbers) !== String(before[turn].numbers)) : [];
}

function drawLines() {
    const { canvas, masks } = easel;
    const changed = masks.filter((it, place) => !it.old || moves(it, place).length);
    const lines = canvas.note ? changed.map((it) => `      ${lineOf(it)}`) : masks.length ? noteLines().map((it) => `  ${it}`) : [];
    at("lines").value = lines.join("\n");
    at("copy").disabled = !lines.length;
    at("save").disabled = !lines.length || !canvas.files.length;
}

async function copy() {
    at("lines").select();
    const done = await navigator.clipboard?.writeText(at("lines").value).then(() => true, () => false);
    say(done || document.execCommand("copy") ? (easel.canvas.note ? "Copied. It belongs under 'masks:' of this note." : "Copied. It belongs under 'notes:' of a file.") : "Press Ctrl+C to copy.");
}

async function save() {
    const { canvas, masks } = easel, path = at("file").value, id = at("note-id").value.trim();
    const fresh = masks.filter((it) => !it.old);
    const sent = {
        path, digest: canvas.files.find((it) => it[0] === path)[1], note: canvas.note,
        lines: canvas.note ? fresh.map(lineOf) : noteLines(),
        moves: masks.flatMap(moves).map((it) => ({ line: it.line, column: it.column, numbers: it.numbers.map(String) })),
    };
    at("save").disabled = true;
    const headers = { "Content-Type": "application/json", "X-Token": document.documentElement.dataset.token };
    const answer = await fetch("masks", { method: "POST", headers, body: JSON.stringify(sent) }).catch(() => null);
    say(answer ? (await answer.text()).trim() : "deckwright no longer runs: copy the lines", !answer?.ok);
    at("save").disabled = Boolean(answer?.ok);
    if (!answer?.ok || !easel) return;
    easel.written = Date.now();
    easel.drawn = false;
    if (!canvas.note) change({ card: `${id}:1`, q: "", ...Object.fromEntries(FILTERS.map((it) => [it, ""])) });
    if (easel.late) reload();
}

/** Make the page anew; what was written just now can be read first, for the next page is there before one has looked. */
function reload() {
    const rest = easel?.written ? Math.max(0, easel.written + 1000 - Date.now()) : 0;
    setTimeout(() => { if (!drawnOn()) location.reload(); }, rest);
}
