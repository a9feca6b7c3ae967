"use strict";
/* Shows one card of the deck, both sides, and the list of those that fit the search and the filters.
   What is being looked at stands in the address, after the #: so it survives a reload. */

const data = JSON.parse(document.getElementById("data").textContent);
const at = (id) => document.getElementById(id);
const ROW = 50; // px, as in the style sheet
const FILTERS = ["deck", "tag", "kind", "source", "state"];
const THEMES = ["system", "light", "dark"];

const cards = data.notes.flatMap((note) =>
    note.cards.map(([number, hides], index) => ({
        note, number, hides, index,
        key: `${note.id}:${number}`,
        sides: note.sides[Math.min(index, note.sides.length - 1)], // a cloze note has one pair for all
        before: note.before[Math.min(index, note.before.length - 1)], // what students have, where it differs
    })));

const canvases = new Map(data.canvases.map((it) => [it.note, it])); // by note; one more may be of no note

let view = read();
let shown = cards; // those that fit
let current = null;

// What is being looked at.

function read() {
    const known = { card: "", q: "", side: "front", theme: "system", phone: "", before: "", ...Object.fromEntries(FILTERS.map((it) => [it, ""])) };
    const given = new URLSearchParams(location.hash.slice(1));
    return Object.fromEntries(Object.keys(known).map((it) => [it, given.get(it) ?? known[it]]));
}

function change(part) {
    Object.assign(view, part);
    const told = Object.entries(view).filter(([name, value]) => value && !(name === "side" && value === "front") && value !== "system");
    history.replaceState(null, "", "#" + new URLSearchParams(told));
}

// Which cards fit.

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " " };

function plain(html) {
    return html.replace(/<\/?su[bp]>/g, "").replace(/<[^>]*>/g, " ").replace(/&(#?)(\w+);/g, (all, number, name) =>
        number ? String.fromCodePoint(name[0] === "x" ? parseInt(name.slice(1), 16) : Number(name)) : ENTITIES[name] ?? all);
}

function words(side) {
    return side.map((part) => (typeof part === "string" ? plain(part) : words(part[2]))).join("");
}

function text(note) {
    note.text ??= [note.label, note.id, note.place, note.tags.join(" "), note.sources.join(" "), ...note.sides.flat().map(words)]
        .join(" ").normalize("NFKC").toLowerCase(); // H2O finds H₂O
    return note.text;
}

function below(value, wanted) {
    return value === wanted || value.startsWith(wanted + "::");
}

const FITS = {
    deck: (note, wanted) => below(note.deck, wanted),
    tag: (note, wanted) => note.tags.some((tag) => below(tag, wanted)),
    kind: (note, wanted) => note.kind === wanted,
    source: (note, wanted) => note.sources.includes(wanted),
    state: (note, wanted) =>
        wanted === "messages" ? note.found.length > 0 : wanted === "either" ? note.state !== "" : note.state === wanted,
};

function filter() {
    const terms = view.q.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = FILTERS.filter((name) => view[name]);
    const fits = (note) => wanted.every((name) => FITS[name](note, view[name])) && terms.every((term) => text(note).includes(term));
    const notes = new Set(data.notes.filter(fits));
    shown = cards.filter((card) => notes.has(card.note));
    const all = shown.length === cards.length;
    at("count").textContent = all ? counted(cards.length, "card") : `${shown.length.toLocaleString("en")} of ${counted(cards.length, "card")}`;
    at("clear").hidden = !wanted.length && !view.q;
    at("none").hidden = shown.length > 0 || !cards.length;
    for (const name of FILTERS) {
        at(name).value = view[name];
        at(name).classList.toggle("set", view[name] !== "");
    }
}

function counted(number, one) {
    return `${number.toLocaleString("en")} ${number === 1 ? one : one + "s"}`;
}

function levels(name) {
    const parts = name.split("::");
    return parts.map((_, end) => parts.slice(0, end + 1).join("::"));
}

/** Fill a list of choices, each with the number of its cards. `values` gives those of a note. */
function choices(name, all, values, title = (it) => it) {
    const counts = new Map();
    for (const note of data.notes) {
        for (const value of new Set(values(note))) counts.set(value, (counts.get(value) ?? 0) + note.cards.length);
    }
    const options = [...counts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([value, count]) => new Option(`${title(value)} (${count})`, value));
    if (view[name] && !counts.has(view[name])) options.push(new Option(`${title(view[name])} (0)`, view[name]));
    at(name).replaceChildren(new Option(all, ""), ...options);
    at(name).addEventListener("change", () => search({ [name]: at(name).value }));
}

function indented(name) {
    const parts = name.split("::");
    return "\u00a0\u00a0".repeat(parts.length - 1) + parts.at(-1);
}

const STATES = { new: "New", changed: "Changed", either: "New or changed", messages: "With messages" };

function states(note) {
    return [note.state, note.state && "either", note.found.length ? "messages" : ""].filter(Boolean);
}

function search(part) {
    change(part);
    filter();
    if (!shown.includes(current) && shown.length) choose(shown[0]);
    drawList(true);
}

// The list: only the rows in sight exist.

function drawList(follow) {
    const list = at("list"), chosen = shown.indexOf(current);
    at("rows").style.height = `${shown.length * ROW}px`;
    if (follow && chosen >= 0) {
        const top = chosen * ROW;
        if (top < list.scrollTop) list.scrollTop = top;
        if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
    }
    const first = Math.max(0, Math.floor(list.scrollTop / ROW) - 4);
    const last = Math.min(shown.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + 4);
    at("rows").replaceChildren(...shown.slice(first, last).map((card, offset) => row(card, first + offset)));
    const inSight = chosen >= first && chosen < last;
    if (inSight) list.setAttribute("aria-activedescendant", `row-${chosen}`);
    else list.removeAttribute("aria-activedescendant");
}

function row(card, place) {
    const line = made("div", "", { className: "row", id: `row-${place}` });
    line.append(made("div", card.note.label), made("div", `${card.note.id} · ${card.hides}`));
    if (card.note.cards.length > 1) line.firstChild.prepend(made("span", `${card.index + 1}/${card.note.cards.length} `, { className: "turn" }));
    line.lastChild.prepend(...badges(card.note));
    line.style.top = `${place * ROW}px`;
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", String(card === current));
    line.setAttribute("aria-setsize", String(shown.length));
    line.setAttribute("aria-posinset", String(place + 1));
    line.addEventListener("click", () => { choose(card); listed(false); });
    return line;
}

function badges(note) {
    const found = note.found.map((it) => data.found[it].severity);
    const worst = found.includes("error") ? "error" : found.length ? "warning" : "";
    return [note.state, worst].filter(Boolean).flatMap((it) => [made("span", it, { className: `badge ${it}` }), " "]);
}

function made(name, content, more = {}) {
    return Object.assign(document.createElement(name), { textContent: content }, more);
}

// The card.

function choose(card) {
    current = card;
    change({ card: card.key });
    drawAbout();
    drawFaces();
    drawList(true);
}

function step(by) {
    const place = shown.indexOf(current);
    const next = place < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, place + by));
    if (shown.length && shown[next] !== current) {
        change({ side: "front" });
        choose(shown[next]);
    }
}

function drawAbout() {
    const { note, index, number } = current;
    at("label").replaceChildren(note.id, " ", ...badges(note));
    const count = note.cards.length > 1 ? ` · card ${index + 1} of ${note.cards.length}, number ${number}` : "";
    at("edit").hidden = !canvases.has(note.id);
    at("before").hidden = !current.before;
    at("before").setAttribute("aria-pressed", String(Boolean(view.before)));
    at("facts").replaceChildren(made("code", note.place), ` · ${note.kind}${count}`);
    const chips = [["deck", "in", [note.deck]], ["tag", "tags", note.tags], ["source", "sources", note.sources]];
    at("chips").replaceChildren(...chips.flatMap(([name, title, values]) =>
        values.length ? [made("span", title), ...values.map((value) => chip(name, value))] : []));
    at("found").replaceChildren(...note.found.map((it) => problem(data.found[it])));
}

function chip(name, value) {
    const button = made("button", value, { title: "Only cards of this" });
    button.addEventListener("click", () => search({ [name]: value }));
    return button;
}

function problem(it) {
    const item = made("li", "", { className: `problem ${it.severity}` });
    item.append(made("pre", it.text));
    return item;
}

let frames = null;

function drawFaces() {
    const one = view.phone || narrow.matches;
    document.body.classList.toggle("one", Boolean(one));
    document.body.classList.toggle("phone", Boolean(view.phone));
    ["front", "back"].forEach((side, place) => {
        at(side).classList.toggle("away", Boolean(one) && side !== view.side);
        const sides = (view.before && current?.before) || current?.sides;
        if (frames && current) fill(frames[place].contentDocument, current, sides[place], Boolean(one));
    });
}

// Theme, width, keys.

const narrow = matchMedia("(max-width: 900px)"), night = matchMedia("(prefers-color-scheme: dark)");

function dark() {
    return view.theme === "dark" || (view.theme === "system" && night.matches);
}

function drawTheme() {
    document.documentElement.dataset.theme = dark() ? "dark" : "light";
    at("theme").textContent = `Theme: ${view.theme}`;
    at("phone").setAttribute("aria-pressed", String(Boolean(view.phone)));
    at("more").open = !narrow.matches;
    drawFaces();
}

function flip() {
    change({ side: view.side === "front" ? "back" : "front" });
    drawFaces();
}

function listed(open) {
    document.body.classList.toggle("listed", open);
    at("list-button").setAttribute("aria-expanded", String(open));
    drawList(true);
}

const ACTS = {
    ArrowRight: () => step(1), ArrowDown: () => step(1), ArrowLeft: () => step(-1), ArrowUp: () => step(-1),
    Home: () => step(-Infinity), End: () => step(Infinity), PageDown: () => step(10), PageUp: () => step(-10),
    " ": flip, b: () => at("before").click(), e: () => at("edit").hidden || at("edit").click(), p: () => at("phone").click(), M: () => frames?.[1].contentDocument.getElementById("toggle")?.click(), t: () => at("theme").click(),
    "/": () => { listed(narrow.matches); at("q").focus(); at("q").select(); },
};

function key(event) {
    if (easel) return;
    const field = event.target.closest?.("input, select, button, summary, a, audio");
    const typing = field?.matches("input, select, audio");
    if (event.ctrlKey || event.metaKey || event.altKey || (field && event.key === " ")) return;
    if (event.key === "Escape" && typing) {
        event.preventDefault(); // the browser would empty the search
        field.blur();
    }
    const up = event.key === "ArrowUp" || event.key === "ArrowDown";
    const act = typing && !(field.id === "q" && up) ? null : Object.hasOwn(ACTS, event.key) ? ACTS[event.key] : null;
    if (act) {
        event.preventDefault();
        act();
    }
}

// The next version, where somebody serves it.

function listen(version) {
    const events = new EventSource("events");
    events.onmessage = (event) => { if (event.data === version) tell(data.fault); else if (!drawnOn()) reload(); };
    events.onerror = () => tell("deckwright no longer runs; this is what it showed last.");
}

/** Say of a side that is longer than its window by how much: a student scrolls it at every review. */
function measure(side, page) {
    const long = page.documentElement.scrollHeight / page.defaultView.innerHeight;
    at(side).querySelector(".long").textContent = long > 1.05 ? ` · ${long.toFixed(1)} windows long` : "";
}

function tell(news) {
    at("news").textContent = news;
    at("news").classList.toggle("error", Boolean(data.fault));
}

function drawProblems() {
    const box = at("problems"), owners = new Map();
    for (const card of [...cards].reverse()) card.note.found.forEach((it) => owners.set(it, card));
    const owner = (place) => owners.get(data.found[place].of ?? place);
    const isWrong = (place) => data.found[place].severity === "error", every = [...data.found.keys()];
    box.hidden = !every.length;
    box.open = every.some((place) => isWrong(place) && !owner(place));
    box.classList.toggle("error", every.some(isWrong));
    box.querySelector("summary").textContent = data.verdict;
    box.querySelector("ul").replaceChildren(...data.problems.flatMap(([title, places, more]) => [
        ...(title ? [made("li", title, { className: "code" })] : []),
        ...places.sort((one, other) => Boolean(owner(one)) - Boolean(owner(other))).map((place) => owned(problem(data.found[place]), owner(place))),
        ...(more ? [made("li", more, { className: "more" })] : []),
    ]));
}

function owned(item, card) {
    if (!card) return item;
    const button = made("button", "Show the card");
    button.addEventListener("click", () => { choose(card); listed(false); });
    item.append(button);
    return item;
}

function begin() {
    at("title").textContent = data.decks.join(" · ") || "No deck can be shown";
    at("size").textContent = `${counted(data.notes.length, "note")} · ${counted(cards.length, "card")}`;
    choices("deck", "Every subdeck", (note) => levels(note.deck), indented);
    choices("tag", "Every tag", (note) => note.tags.flatMap(levels), indented);
    choices("kind", "Every kind", (note) => [note.kind]);
    choices("source", "Every source", (note) => note.sources);
    choices("state", "Any state", states, (it) => STATES[it]);
    at("q").value = view.q;
    at("q").addEventListener("input", () => search({ q: at("q").value }));
    at("clear").addEventListener("click", () => { at("q").value = ""; search({ q: "", ...Object.fromEntries(FILTERS.map((it) => [it, ""])) }); });
    at("list").addEventListener("scroll", () => drawList(false));
    at("list-button").addEventListener("click", () => listed(!document.body.classList.contains("listed")));
    at("previous").addEventListener("click", () => step(-1));
    at("next").addEventListener("click", () => step(1));
    at("flip").addEventListener("click", flip);
    at("before").addEventListener("click", () => { change({ before: view.before ? "" : "1" }); drawAbout(); drawFaces(); });
    at("phone").addEventListener("click", () => { change({ phone: view.phone ? "" : "1" }); drawTheme(); });
    at("theme").addEventListener("click", () => { change({ theme: THEMES[(THEMES.indexOf(view.theme) + 1) % 3] }); drawTheme(); });
    for (const media of [narrow, night]) media.addEventListener("change", drawTheme);
    addEventListener("resize", () => drawList(false));
    addEventListener("hashchange", () => location.reload()); // another place, typed or chosen from the history
    document.addEventListener("keydown", key);
    beginEasel();
    filter();
    drawTheme();
    drawProblems();
    tell(data.fault);
    current = cards.find((card) => card.key === view.card) ?? (view.card ? null : shown[0]) ?? null;
    if (current) choose(current);
    else at("label").textContent = view.card ? `The card ${view.card} is not there now.` : "There is no card.";
    drawList(true);
    if (document.documentElement.dataset.version) listen(document.documentElement.dataset.version);
}

begin();
Promise.all([frame("front"), frame("back")]).then((ready) => {
    frames = ready;
    ["front", "back"].forEach((side, place) => {
        const page = frames[place].contentDocument, watch = new ResizeObserver(() => measure(side, page));
        [page.documentElement, page.body, frames[place]].forEach((it) => watch.observe(it));
    });
    drawFaces();
    document.body.dataset.ready = "yes";
});
