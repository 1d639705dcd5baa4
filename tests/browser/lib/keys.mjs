// The keyboard: every stop of the Tab key, in order, and the ring that shows where it stands.
import { contrast, png } from './png.mjs';

/** What Tab should reach, and marks for knowing elements again. */
function mark() {
	const list = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter((e) =>
		e.tabIndex >= 0 && !e.disabled && e.type !== 'hidden' && e.checkVisibility({ visibilityProperty: true }) &&
		!(e.type === 'radio' && e.name && e !== (document.querySelector(`input[name="${e.name}"]:checked`) ?? document.querySelector(`input[name="${e.name}"]`))));
	list.forEach((e, i) => {
		e.dataset.stop = i;
	});
	return list.length;
}

function here() {
	const e = document.activeElement;
	if (!e || e === document.body || e.dataset.stop === undefined)
		return null;
	const box = e.getClientRects()[0];
	const kind = (x) => `${x.localName}${[...x.classList].map((c) => `.${c}`).join('')}`;
	return {
		stop: Number(e.dataset.stop), kind: `${kind(e.parentElement)} > ${kind(e)}`,
		box: { x: box.x, y: box.y, width: box.width, height: box.height },
		text: (e.getAttribute('aria-label') ?? e.textContent ?? '').trim().slice(0, 40),
	};
}

/** Presses Tab until it has been everywhere: [{stop, kind, box, text}]; atStop(tab, stop) may look. */
export async function walk(tab, atStop = async () => {}) {
	const expected = await tab.evaluate(mark), stops = [];
	for (let i = 0; i <= expected + 2; i++) {
		await tab.keyboard.press('Tab');
		const stop = await tab.evaluate(here);
		if (!stop || stops.some((s) => s.stop === stop.stop))
			break;
		stops.push(stop);
		await atStop(tab, stop);
	}
	return { expected, stops };
}

const MARGIN = 9, RING = 3;

/** How many pixels of a line of them became 3:1 lighter or darker. */
function changed(before, after, points) {
	return points.filter(([x, y]) => x >= 0 && y >= 0 && x < before.width && y < before.height &&
		contrast(before.at(x, y), after.at(x, y)) >= 3).length;
}

/** The four sides of the ring around the element in focus, in pixels: widest of some places on each. */
export async function ring(tab, { box }) {
	const view = tab.viewportSize();
	const left = Math.max(0, Math.floor(box.x) - MARGIN), top = Math.max(0, Math.floor(box.y) - MARGIN);
	const clip = {
		x: left, y: top,
		width: Math.min(view.width, Math.ceil(box.x + box.width) + MARGIN) - left,
		height: Math.min(view.height, Math.ceil(box.y + box.height) + MARGIN) - top,
	};
	const after = png(await tab.screenshot({ clip }));
	await tab.evaluate(() => {
		window.wasIn = document.activeElement;
		window.wasIn.blur();
	});
	const before = png(await tab.screenshot({ clip }));
	await tab.evaluate(() => window.wasIn.focus());
	const x0 = Math.round(box.x) - left, y0 = Math.round(box.y) - top;
	const x1 = Math.round(box.x + box.width) - left, y1 = Math.round(box.y + box.height) - top;
	const along = [0.25, 0.5, 0.75], deep = Array.from({ length: MARGIN + 4 }, (_, i) => i - 4);
	const side = (line) => Math.max(...along.map((part) => changed(before, after, deep.map((d) => line(part, d).map(Math.round)))));
	return {
		left: side((part, d) => [x0 - d, y0 + (y1 - y0) * part]), right: side((part, d) => [x1 - 1 + d, y0 + (y1 - y0) * part]),
		top: side((part, d) => [x0 + (x1 - x0) * part, y0 - d]), bottom: side((part, d) => [x0 + (x1 - x0) * part, y1 - 1 + d]),
	};
}

/** Is it a ring of 3 px? One side may lie outside the window. */
export function isRing(sides) {
	return Object.values(sides).filter((px) => px >= RING).length >= 3;
}
