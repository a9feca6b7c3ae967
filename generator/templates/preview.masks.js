"use strict";
/* Draws masks on a picture, in the picture's own pixels. */

const FINGER = 14, STILL = 4; // px on the screen: what is near a point, what is not yet a drag
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const HINTS = {
    rect: "Drag a box over what a card is to hide; tap a mask to move it.",
    ellipse: "Drag an ellipse over what a card is to hide; tap a mask to move it.",
    polygon: "Tap corner after corner; the first one, or Enter, closes it.",
};

let easel = null; // what is drawn on: its canvas, masks, tool, the mask that is chosen, and the states before

function beginEasel() {
    const unused = data.canvases.filter((it) => !it.note);
    at("pictures").hidden = !unused.length;
    at("pictures").textContent = `New: ${counted(unused.length, "picture")}`;
    at("pictures").addEventListener("click", () => openEasel(unused[0]));
    at("edit").addEventListener("click", () => openEasel(canvases.get(current.note.id)));
    at("picture").replaceChildren(...unused.map((it, place) => new Option(it.name, place)));
    at("picture").addEventListener("change", () => openEasel(unused[at("picture").value]));
    at("easel").addEventListener("cancel", (event) => { event.preventDefault(); if (easel.points) drop(); else closeEasel(); });
    at("easel").addEventListener("close", () => { easel = null; });
    at("easel-close").addEventListener("click", closeEasel);
    for (const button of document.querySelectorAll("[data-tool]")) button.addEventListener("click", () => { finish(); easel.tool = button.dataset.tool; drawEasel(); });
    at("undo").addEventListener("click", undo);
    at("drop").addEventListener("click", drop);
    for (const id of ["note-id", "note-header"]) at(id).addEventListener("input", drawLines);
    at("copy").addEventListener("click", copy);
    at("save").addEventListener("click", save);
    at("save").hidden = at("file").hidden = !document.documentElement.dataset.token;
    const drawing = at("drawing");
    for (const [name, act] of [["pointerdown", press], ["pointermove", drag], ["pointerup", release], ["pointercancel", release], ["dblclick", finish], ["keydown", keyOnEasel], ["focusin", focused]]) drawing.addEventListener(name, act);
    new ResizeObserver(() => easel && drawEasel()).observe(at("paper"));
}

function openEasel(canvas) {
    const masks = canvas.masks.map((mask) => ({ ...structuredClone(mask), old: true }));
    easel = { canvas, masks, tool: "rect", chosen: null, before: [], points: null, held: null, drawn: false, asked: false, late: false };
    const [width, height] = canvas.size, paper = at("paper");
    at("easel-name").textContent = canvas.note || canvas.name;
    paper.style.setProperty("--ratio", width / height);
    paper.firstChild.src = data.media[canvas.src];
    at("drawing").setAttribute("viewBox", `0 0 ${width} ${height}`);
    at("fresh").hidden = Boolean(canvas.note);
    at("note-id").value = free(slug(canvas.name.replace(/\.\w+$/, "")) || "picture", new Set(data.notes.map((it) => it.id)));
    at("note-header").value = "";
    at("file").replaceChildren(...canvas.files.map(([path]) => new Option(path, path)));
    at("save").disabled = !canvas.files.length;
    say("");
    if (!at("easel").open) at("easel").showModal();
    drawEasel();
    drawLabels();
}

/** Close it; what was drawn and not saved is dropped only when asked twice. */
function closeEasel() {
    if (easel.drawn && !easel.asked) {
        easel.asked = true;
        say("This is not saved. Close once more to drop it.", true);
        return;
    }
    const late = easel.late;
    at("easel").close();
    if (late) location.reload();
}

/** Whether something is drawn that a reload would drop; the page is then made anew once it is closed. */
function drawnOn() {
    if (!easel?.drawn) return false;
    easel.late = true;
    say("Files have changed meanwhile. They show once this is closed.");
    return true;
}

function say(words, bad = false) {
    at("saved").textContent = words;
    at("saved").classList.toggle("error", bad);
}

// Numbers.

function tidy(number) {
    const fine = Math.min(...easel.canvas.size) < 200 ? 10 : 1;
    return Math.round(number * fine) / fine;
}

function within(number, end) {
    return Math.min(Math.max(number, 0), end);
}

function scale() {
    return easel.canvas.size[0] / (at("drawing").clientWidth || 1); // pixels of the picture in one of the screen
}

function pointOf(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(at("drawing").getScreenCTM().inverse());
    return [within(point.x, easel.canvas.size[0]), within(point.y, easel.canvas.size[1])].map(tidy);
}

function near(one, other, reach = FINGER) {
    return Math.hypot(one[0] - other[0], one[1] - other[1]) < reach * scale();
}

function box(one, other) {
    return [Math.min(one[0], other[0]), Math.min(one[1], other[1]), Math.abs(one[0] - other[0]), Math.abs(one[1] - other[1])].map(tidy);
}

/** The points by which an outline can be drawn out: the corners of its box, or its own. */
function points({ shape, numbers }) {
    if (shape === "polygon") return numbers.flatMap((x, place) => (place % 2 ? [] : [[x, numbers[place + 1]]]));
    const [left, top, width, height] = numbers;
    return [[left, top], [left + width, top], [left + width, top + height], [left, top + height]];
}

function pulled(outline, corner, to) {
    if (outline.shape === "polygon") return outline.numbers.map((it, place) => (place >> 1 === corner ? to[place % 2] : it));
    return box(points(outline)[(corner + 2) % 4], to);
}

function moved({ shape, numbers }, [across, down]) {
    const all = points({ shape, numbers }), [width, height] = easel.canvas.size;
    const xs = all.map((it) => it[0]), ys = all.map((it) => it[1]);
    const by = [Math.min(Math.max(across, -Math.min(...xs)), width - Math.max(...xs)), Math.min(Math.max(down, -Math.min(...ys)), height - Math.max(...ys))];
    return numbers.map((it, place) => (shape === "polygon" || place < 2 ? tidy(it + by[place % 2]) : it));
}

function large(outline) {
    const all = points(outline), long = (place) => Math.max(...all.map((it) => it[place])) - Math.min(...all.map((it) => it[place]));
    return long(0) >= 1 && long(1) >= 1 && (outline.shape !== "polygon" || all.length > 2);
}

// What one does.

function remember() {
    easel.before.push(JSON.stringify([easel.masks, easel.chosen]));
    easel.drawn = true;
    easel.asked = false;
}

function undo() {
    if (easel.points) easel.points = easel.points.length > 1 ? easel.points.slice(0, -1) : null;
    else if (easel.before.length) [easel.masks, easel.chosen] = JSON.parse(easel.before.pop());
    easel.drawn = easel.before.length > 0;
    drawEasel();
    drawLabels();
}

/** Put a mask there, and ask what it hides. */
function add(outline, ask) {
    if (!large(outline)) return drawEasel();
    remember();
    easel.masks.push({ key: "", label: "", outlines: [outline], old: false });
    easel.chosen = [easel.masks.length - 1, 0];
    rekey(easel.masks.at(-1));
    drawEasel();
    drawLabels();
    if (ask) at("labels").lastChild.querySelector("input").focus();
}

/** Give a new mask the key that its label makes. */
function rekey(mask) {
    const others = new Set(easel.masks.filter((it) => it !== mask).map((it) => it.key));
    mask.key = slug(mask.label) ? free(slug(mask.label), others) : free("mask-1", others);
}

function slug(words) {
    return words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60);
}

function free(wanted, taken) {
    const stem = wanted.replace(/-\d+$/, "");
    for (let number = 2; taken.has(wanted); number++) wanted = `${stem}-${number}`;
    return wanted;
}

/** Take the chosen mask away, if it is new: one that is in the file may have been released. */
function drop() {
    if (easel.points) easel.points = null;
    else if (easel.chosen && !easel.masks[easel.chosen[0]].old) {
        remember();
        easel.masks.splice(easel.chosen[0], 1);
        easel.chosen = null;
        drawLabels();
    }
    drawEasel();
}

function outlineOf(at) {
    return easel.masks[at[0]].outlines[at[1]];
}

function chosen() {
    const it = easel.chosen && outlineOf(easel.chosen);
    return it && !it.element ? it : null; // where an element lies the drawing itself says
}

function choosing(place) {
    easel.chosen = place;
    drawEasel();
}

function press(event) {
    if (event.button) return;
    event.preventDefault();
    at("drawing").focus({ preventScroll: true });
    const point = pointOf(event), { grip, mask } = event.target.dataset ?? {};
    if (easel.points) return corner(point);
    const same = mask !== undefined && easel.chosen?.join() === mask;
    if (grip === undefined && !same && easel.tool === "polygon") {
        easel.chosen = null;
        easel.points = [point];
        return drawEasel();
    }
    at("drawing").setPointerCapture(event.pointerId);
    const held = grip !== undefined || (same && chosen()) ? chosen() : null;
    easel.held = { from: point, to: point, outline: held, numbers: held?.numbers, grip: grip === undefined ? -1 : Number(grip), mask, drags: false };
}

function corner(point) {
    if (easel.points.length > 2 && near(point, easel.points[0])) return finish();
    if (!near(point, easel.points.at(-1), STILL)) easel.points.push(point);
    drawEasel();
}

function drag(event) {
    const held = easel.held;
    if (!held) return;
    held.to = pointOf(event);
    if (!held.drags && near(held.to, held.from, STILL)) return;
    if (!held.drags && held.outline) remember();
    held.drags = true;
    if (held.outline) held.outline.numbers = held.grip >= 0 ? pulled({ ...held.outline, numbers: held.numbers }, held.grip, held.to) : moved({ ...held.outline, numbers: held.numbers }, [held.to[0] - held.from[0], held.to[1] - held.from[1]]);
    drawEasel();
    drawLines();
}

function release(event) {
    const held = easel.held;
    easel.held = null;
    if (!held) return;
    if (event.type === "pointercancel") return drawEasel();
    if (!held.drags) return choosing(held.mask === undefined ? null : held.mask.split(",").map(Number));
    if (held.outline) return large(held.outline) ? undefined : undo();
    add({ shape: easel.tool, numbers: box(held.from, held.to) }, event.pointerType !== "touch");
}

function finish() {
    const corners = easel.points;
    easel.points = null;
    if (corners?.length > 2) add({ shape: "polygon", numbers: corners.flat() }, false);
    else if (corners) drawEasel();
}

function keyOnEasel(event) {
    const by = ARROWS[event.key], { grip } = event.target.dataset ?? {};
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") easel.points ? finish() : standing();
    else if (event.key === "Delete" || event.key === "Backspace") drop();
    else if (by && chosen()) nudge(chosen(), by.map((it) => it * Math.max(tidy(Math.max(...easel.canvas.size) / 200), tidy(1))), grip, event.shiftKey);
    else return;
    event.preventDefault();
}

function nudge(outline, by, grip, resize) {
    const before = outline.numbers;
    const end = points(outline)[grip ?? 2], to = [within(end[0] + by[0], easel.canvas.size[0]), within(end[1] + by[1], easel.canvas.size[1])].map(tidy);
    const numbers = grip !== undefined || (resize && outline.shape !== "polygon") ? pulled(outline, Number(grip ?? 2), to) : moved(outline, by);
    if (!large({ ...outline, numbers }) || String(numbers) === String(before)) return;
    remember();
    outline.numbers = numbers;
    drawEasel();
    drawLines();
}

/** Put a mask into the middle, for those who draw with keys. */
function standing() {
    const [width, height] = easel.canvas.size, left = tidy(width * 0.4), top = tidy(height * 0.4);
    const [across, down] = [tidy(width * 0.2), tidy(height * 0.2)], middle = [left + across / 2, top + down / 2].map(tidy);
    const numbers = easel.tool !== "polygon" ? [left, top, across, down] : [middle[0], top, left + across, middle[1], middle[0], top + down, left, middle[1]];
    add({ shape: easel.tool, numbers: numbers.map(tidy) }, false);
}

function focused(event) {
    const { mask } = event.target.dataset ?? {};
    if (mask !== undefined && easel.chosen?.join() !== mask) choosing(mask.split(",").map(Number));
}

// What is seen.

function drawEasel() {
    const drawing = at("drawing"), unit = scale();
    const back = drawing.contains(document.activeElement) ? document.activeElement.dataset.back : "";
    const parts = easel.masks.flatMap((mask, place) => mask.outlines.flatMap((it, turn) => drawn(mask, place, it, turn, unit)));
    if (easel.held?.drags && !easel.held.outline) parts.push(outlined({ shape: easel.tool, numbers: box(easel.held.from, easel.held.to) }, { class: "mask chosen" }));
    if (easel.points) parts.push(element(document, "polyline", { points: easel.points.join(" "), class: "mask chosen open" }), ...easel.points.map((it) => dot(it, unit, {})));
    if (chosen() && !easel.points) parts.push(...points(chosen()).map((it, place) => dot(it, unit, { "data-grip": place, "data-back": `grip ${place}`, tabindex: 0, role: "button", "aria-label": `Corner ${place + 1}` })));
    drawing.replaceChildren(...parts);
    if (back) drawing.querySelector(`[data-back="${back}"]`)?.focus({ preventScroll: true });
    at("hint").textContent = HINTS[easel.tool];
    for (const button of document.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset.tool === easel.tool));
    at("undo").disabled = !easel.before.length && !easel.points;
    at("drop").disabled = !easel.points && !(easel.chosen && !easel.masks[easel.chosen[0]].old);
    [...at("labels").children].forEach((it, place) => it.classList.toggle("chosen", easel.chosen?.[0] === place));
}

function drawn(mask, place, it, turn, unit) {
    const here = `${place},${turn}`, look = easel.chosen?.join() === here ? "mask chosen" : "mask";
    const shape = outlined(it, { class: it.element ? `${look} fixed` : look, "data-mask": here, "data-back": `mask ${here}`, tabindex: 0, role: "button", "aria-label": `Mask ${place + 1}: ${mask.label || mask.key}` });
    const all = points(it), middle = [0, 1].map((axis) => (Math.min(...all.map((p) => p[axis])) + Math.max(...all.map((p) => p[axis]))) / 2);
    const number = element(document, "text", { x: middle[0], y: middle[1], "font-size": 14 * unit, "stroke-width": 3 * unit });
    number.textContent = place + 1;
    return [shape, number];
}

function outlined({ shape, numbers }, more) {
    const [left, top, width, height] = numbers;
    if (shape === "polygon") return element(document, "polygon", { points: numbers.join(" "), ...more });
    if (shape === "ellipse") return element(document, "ellipse", { cx: left + width / 2, cy: top + height / 2, rx: width / 2, ry: height / 2, ...more });
    return element(document, "rect", { x: left, y: top, width, height, ...more });
}

function dot([x, y], unit, more) {
    return element(document, "circle", { cx: x, cy: y, r: 6 * unit, "stroke-width": 2 * FINGER * unit, class: "grip", ...more });
}

function drawLabels() {
    at("labels").replaceChildren(...easel.masks.map((mask, place) => {
        const line = made("li", "");
        const words = mask.old ? made("button", mask.label || mask.key) : made("input", "", { value: mask.label, placeholder: "What it hides", autocomplete: "off" });
        words.setAttribute("aria-label", `Mask ${place + 1}${mask.old ? `: ${mask.label || mask.key}` : " hides"}`);
        words.addEventListener(mask.old ? "click" : "focus", () => choosing([place, 0]));
        words.addEventListener("input", () => { mask.label = words.value; rekey(mask); drawLines(); });
        words.addEventListener("keydown", (event) => { if (event.key === "Enter" && !mask.old) { event.preventDefault(); at("drawing").focus(); } });
        line.append(words);
        return line;
    }));
    drawLines();
    drawEasel();
}
