"use strict";
/* Puts a side of a card into a frame, as Anki puts it into its page. */

const PAGE = `<!doctype html><meta charset="utf-8"><base target="_blank"><style>
/* What Anki's own page does before the deck's style sheet. */
body { margin: 20px; overflow-wrap: break-word; }
img { max-width: 100%; max-height: 95vh; }
#image-occlusion-container { position: relative; margin: 0 auto; }
#image-occlusion-container img { position: absolute; inset: 0; width: 100%; height: 100%; max-width: unset; max-height: unset; }
math.tml-display, math.wide { overflow-x: auto; overflow-y: hidden; }
math.wide { display: block math; }
math.tml-display, math.wide {
    background: linear-gradient(to right, var(--under) 50%, transparent) left / 1.6em 100% no-repeat local,
        linear-gradient(to left, var(--under) 50%, transparent) right / 1.6em 100% no-repeat local,
        linear-gradient(to right, var(--shade), transparent) left / 0.8em 100% no-repeat,
        linear-gradient(to left, var(--shade), transparent) right / 0.8em 100% no-repeat;
}
#image-occlusion-canvas { position: absolute; inset: 0; width: 100%; height: 100%; }
</style><style id="look"></style><style id="math"></style>`;

/** A frame without scripts; this page fills it. */
function frame(side) {
    const made = document.createElement("iframe");
    made.title = side === "front" ? "Front of the card" : "Back of the card";
    made.setAttribute("sandbox", "allow-same-origin allow-popups allow-popups-to-escape-sandbox");
    made.srcdoc = PAGE;
    at(side).append(made);
    return new Promise((resolve) => made.addEventListener("load", () => {
        made.contentDocument.addEventListener("keydown", key);
        resolve(made);
    }, { once: true }));
}

/** The HTML of a side: a choice is [numbers, what they show, what the others show]. */
function html(side, number) {
    return side.map((part) => (typeof part === "string" ? part : html(part[0].includes(number) ? part[1] : part[2], number))).join("");
}

function fill(page, card, side, mobile) {
    const parsed = made("template", "");
    parsed.innerHTML = html(side, card.number);
    for (const picture of parsed.content.querySelectorAll("img")) {
        const bytes = data.media[picture.getAttribute("src")];
        if (bytes) picture.src = bytes;
        else picture.removeAttribute("src");
    }
    for (const typed of parsed.content.querySelectorAll(".typed")) {
        if (typed.closest(".front")) typed.replaceChildren(made("input", "", { id: "typeans", disabled: true }));
        else typed.remove();
    }
    sounds(parsed.content);
    formulas(parsed.content);
    page.getElementById("math").textContent = data.math;
    page.getElementById("look").textContent = data.looks[card.note.look];
    page.documentElement.className = mobile ? "mobile" : "";
    page.documentElement.style.colorScheme = dark() ? "dark" : "light";
    page.body.className = `card card${card.number}${dark() ? " nightMode night_mode" : ""}`;
    page.body.replaceChildren(page.importNode(parsed.content, true));
    page.querySelectorAll("math:not(.tml-display)").forEach((it) => it.classList.toggle("wide", it.getBoundingClientRect().width > page.body.clientWidth));
    masks(page);
}

function textsIn(content) {
    const walker = document.createTreeWalker(content, NodeFilter.SHOW_TEXT), texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    return texts;
}

/** Set the formulas, which Anki leaves to MathJax. One that cannot be set here stays as it was typed. */
function formulas(content) {
    content.normalize();
    for (const node of data.math ? textsIn(content) : []) {
        if (!node.parentElement?.closest("code")) node.replaceWith(...withFormulas(node.data));
    }
}

function withFormulas(text) {
    const parts = [];
    let done = 0;
    for (let at = text.search(/\\[([]/); at >= 0 && at < text.length; at++) {
        const close = { "\\(": "\\)", "\\[": "\\]" }[text.slice(at, at + 2)];
        const stop = close ? endOf(text, at + 2, close) : -1;
        if (stop >= 0) {
            parts.push(text.slice(done, at), formula(text.slice(at, stop + 2)));
            done = at = stop + 2;
            at--;
        } else if (text[at] === "\\") at++;
    }
    return [...parts, text.slice(done)];
}

/** Where a formula ends, as MathJax finds it: at the first delimiter outside braces; -1 where it does not. */
function endOf(text, from, close) {
    for (let at = from, depth = 0; at < text.length; at++) {
        if (!depth && text.startsWith(close, at)) return at;
        if (text[at] === "\\") at++;
        else if (text[at] === "{") depth++;
        else if (text[at] === "}" && depth) depth--;
    }
    return -1;
}

function formula(typed) { // to MathJax a % in words is one; to Temml it begins a comment
    try {
        const look = { displayMode: typed[1] === "[", throwOnError: true, maxExpand: 1000, maxSize: [20, 20] };
        const set = made("template", "");
        const tex = typed.slice(2, -2).replace(/\\text\w*\{[^{}]*\}/g, (words) => words.replace(/(?<!\\)%/g, "\\%"));
        set.innerHTML = temml.renderToString(tex, look);
        return set.content;
    } catch {
        return made("span", typed, { className: "unset", title: "Anki sets this formula; the preview cannot" });
    }
}

function sounds(content) {
    for (const node of textsIn(content)) {
        const parts = node.data.split(/\[sound:([^\]]*)\]/);
        if (parts.length > 1) {
            node.replaceWith(...parts.map((part, place) =>
                place % 2 ? made("audio", "", { controls: true, preload: "none", src: data.media[part] ?? "data:," }) : part));
        }
    }
}

/** Draw the masks as Anki does on its canvas: a page without scripts has none, so a drawing lies in its place. */
function masks(page) {
    const canvas = page.getElementById("image-occlusion-canvas"), picture = page.querySelector("#image-occlusion-container img");
    if (!canvas || !picture) return;
    const fit = () => { picture.parentElement.style.aspectRatio = `${picture.naturalWidth} / ${picture.naturalHeight}`; };
    if (picture.complete) fit();
    picture.addEventListener("load", fit);
    const drawing = element(page, "svg", { id: canvas.id, viewBox: "0 0 1 1", preserveAspectRatio: "none" });
    canvas.replaceWith(drawing);
    const looks = page.defaultView.getComputedStyle(drawing);
    for (const [name, masks] of [["active", ".cloze"], ["inactive", '.cloze-inactive[data-occludeinactive="1"]'], ["highlight", ".cloze-highlight"]]) {
        const [width, ...colour] = looks.getPropertyValue(`--${name}-shape-border`).trim().split(" ");
        const look = { fill: looks.getPropertyValue(`--${name}-shape-color`), stroke: colour.join(" "), "stroke-width": width, "vector-effect": "non-scaling-stroke" };
        page.querySelectorAll(masks + "[data-shape]").forEach((it) => drawing.append(mask(page, it.dataset, look)));
    }
    const button = page.getElementById("toggle");
    if (button) {
        button.hidden = !page.querySelector('[data-occludeinactive="1"]');
        button.addEventListener("click", () => { drawing.style.display = drawing.style.display ? "" : "none"; });
    }
}

function mask(page, it, look) {
    const [left, top, rx, ry] = [it.left, it.top, it.rx, it.ry].map(Number);
    if (it.shape === "ellipse") return element(page, "ellipse", { cx: left + rx, cy: top + ry, rx, ry, ...look });
    if (it.shape === "polygon") return element(page, "polygon", { points: it.points, ...look });
    return element(page, "rect", { x: left, y: top, width: it.width, height: it.height, ...look });
}

function element(page, name, attributes) {
    const made = page.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
}
