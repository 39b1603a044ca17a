#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
A page that shows others in frames of several widths and measures them:
frames.py WRAPPER PAGE... A browser's own window cannot be as narrow as a
telephone's. What is measured stands in the element "handshaked-report".
"""
import html
import os
import sys

WIDTHS = 320, 390, 500, 1180

SCRIPT = """
const measured = [];

/* Does it scroll in a box of its own? */
function scrolls(e) {
	for (; e; e = e.parentElement)
		if (getComputedStyle(e).overflowX == "auto")
			return true;
	return false;
}

function describe(e) {
	return `<${e.tagName} class="${e.getAttribute("class")}"> ` +
		e.textContent.slice(0, 30);
}

/* Visible texts of a picture; less than their boxes, which have room above. */
function boxes(svg) {
	return [...svg.querySelectorAll("text")].map(text => {
		const r = text.getBoundingClientRect();
		return {text: text.textContent, left: r.left, right: r.right,
			top: r.top + r.height / 4, height: r.height,
			bottom: r.bottom - r.height / 4};
	}).filter(box => box.right > box.left);
}

function touching(all) {
	const found = [];
	all.forEach((a, i) => all.slice(i + 1).forEach(b => {
		if (a.left < b.right && b.left < a.right &&
		    a.top < b.bottom && b.top < a.bottom)
			found.push(`"${a.text}" and "${b.text}" touch`);
	}));
	return found;
}

function measure(frame) {
	const page = frame.contentDocument, width = Number(frame.width);
	const svgs = [...page.querySelectorAll("svg")];
	const texts = svgs.map(boxes);

	measured.push({
		page: frame.name, width: width,
		overflow: page.documentElement.scrollWidth - width,
		outside: [...page.body.querySelectorAll("*")].filter(e =>
			e.getBoundingClientRect().right > width + .5 &&
			!scrolls(e)).map(describe),
		pictures: svgs.map(svg => {
			const r = svg.getBoundingClientRect();
			return [Math.round(r.width), Math.round(r.height)];
		}),
		touching: texts.flatMap(touching),
		small: texts.flat().filter(box => box.height < 9).map(box =>
			`"${box.text}" is ${box.height.toFixed(1)} high`),
	});
}

onload = () => {
	const out = document.createElement("script");

	document.querySelectorAll("iframe").forEach(measure);
	document.querySelectorAll("iframe").forEach(frame => frame.remove());
	out.type = "application/json";
	out.id = "handshaked-report";
	out.textContent = JSON.stringify(measured);
	document.body.append(out);
};
"""

with open(sys.argv[1], "w", encoding="utf-8") as out:
    out.write("<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<body>\n")
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as page:
            text = html.escape(page.read())
        for width in WIDTHS:
            out.write(f"<iframe name=\"{os.path.basename(path)}\""
                      f" width=\"{width}\" height=\"900\" style=\"border:0\""
                      f" srcdoc=\"{text}\"></iframe>\n")
    out.write(f"<script>{SCRIPT}</script>\n</body>\n")
