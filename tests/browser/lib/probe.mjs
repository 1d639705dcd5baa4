// What is looked at inside a page: functions that run there and give a list of what is wrong. Each
// stands alone, as only its text reaches the browser.

/** How an element is named in a fault. */
function named(element) {
	const text = (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 40);
	return `<${element.localName}${element.id ? `#${element.id}` : ''}${[...element.classList].map((c) => `.${c}`).join('')}> ${text}`;
}

/** Is it drawn, and meant for eyes? */
function drawn(element) {
	const style = getComputedStyle(element);
	return element.getClientRects().length > 0 && style.visibility === 'visible' && !element.closest('.vh, [hidden], .skip');
}

/** The page itself never scrolls sideways; what is wider than the window lies in a labelled region that keys reach. */
function sideways() {
	const wide = document.documentElement.clientWidth, faults = [];
	if (document.documentElement.scrollWidth > wide)
		faults.push(`the page is ${document.documentElement.scrollWidth} px wide in ${wide}`);
	for (const element of document.querySelectorAll('body *')) {
		const region = element.closest('.scroll');
		if (region && (region.tabIndex !== 0 || !region.getAttribute('aria-label') && !region.getAttribute('aria-labelledby')))
			faults.push(`${named(region)} scrolls and keys do not reach it, or it has no name`);
		if (!drawn(element) || region || element.closest('svg'))
			continue;
		const box = element.getBoundingClientRect();
		if (box.right > wide + 1 || box.left < -1)
			faults.push(`${named(element)} reaches from ${Math.round(box.left)} to ${Math.round(box.right)} in ${wide}`);
	}
	return faults;
}

/** Nothing that is cut off. */
function clipped() {
	const faults = [];
	for (const element of document.querySelectorAll('body *')) {
		const style = getComputedStyle(element);
		if (!drawn(element) || element.closest('svg') || !element.textContent.trim())
			continue;
		if (/hidden|clip/.test(style.overflowX) && element.scrollWidth > element.clientWidth + 1)
			faults.push(`${named(element)} is cut: ${element.scrollWidth} px in ${element.clientWidth}`);
		if (/hidden|clip/.test(style.overflowY) && element.scrollHeight > element.clientHeight + 1)
			faults.push(`${named(element)} is cut: ${element.scrollHeight} px high in ${element.clientHeight}`);
		if (style.textOverflow === 'ellipsis')
			faults.push(`${named(element)} may end in dots`);
	}
	return faults;
}

/** No text under 13 px; in a drawing 11. */
function small() {
	const faults = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let node = walk.nextNode(); node; node = walk.nextNode()) {
		const element = node.parentElement, size = parseFloat(getComputedStyle(element).fontSize);
		if (node.data.trim() && drawn(element) && size < (element.closest('svg') ? 11 : 13))
			faults.push(`${named(element)} has ${size} px`);
	}
	return faults;
}

/** Controls of 24 × 24 px at least, a main button 44 high; a link inside a sentence is free. */
function targets() {
	const faults = [];
	for (const element of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
		if (!drawn(element))
			continue;
		const inline = element.localName === 'a' && getComputedStyle(element).display === 'inline' &&
			[...element.parentNode.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
		// A link may stretch over the whole of its tile.
		const cover = getComputedStyle(element, '::after').position === 'absolute';
		const { width, height } = (cover ? element.offsetParent : element).getBoundingClientRect();
		if (!inline && (width < 23.9 || height < 23.9))
			faults.push(`${named(element)} is ${Math.round(width)} × ${Math.round(height)}`);
		if (element.matches('button.button:not(.button--small), a.button:not(.button--small)') && height < 43.9)
			faults.push(`${named(element)} is a main button and ${Math.round(height)} px high`);
		const text = element.matches('.button') && [...element.childNodes].find((n) => n.nodeType === 3 && n.data.trim());
		if (text) {
			const box = element.getBoundingClientRect(), range = document.createRange();
			range.selectNode(text);
			const words = range.getBoundingClientRect();
			if (Math.abs(words.top + words.bottom - box.top - box.bottom) > 6)
				faults.push(`${named(element)} has its words off the middle`);
		}
	}
	return faults;
}

/** No key of a text, no word of another language outside an element that says so. */
function words(lang, strange) {
	const faults = [], walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
	for (let node = walk.nextNode(); node; node = walk.nextNode()) {
		const element = node.parentElement, own = element.closest('[lang]')?.lang;
		if (own !== lang || element.closest('script, style') || !node.data.trim())
			continue;
		const found = node.data.match(/\p{L}+/gu)?.filter((w) => strange.includes(w.toLowerCase()) && w !== w.toUpperCase()) ?? [];
		if (found.length)
			faults.push(`${found} in: ${node.data.trim().slice(0, 90)}`);
		if (/\{\d\}|\b[a-z-]+\.[a-z-]+\.[a-z-]+\b(?<!example)/.test(node.data.trim()) && !element.closest('a[href]'))
			faults.push(`a text with a hole or a key: ${node.data.trim().slice(0, 90)}`);
	}
	for (const element of document.querySelectorAll('main :is(h1, h2, h3, button, summary, label, legend, dt, dd), title'))
		if (!element.textContent.trim() && !element.querySelector('[aria-label]'))
			faults.push(`${named(element)} says nothing`);
	return faults;
}

/** Visible controls that only a script would make work. */
function dead() {
	return [...document.querySelectorAll('button[type=button], a:not([href]), [onclick]')].filter(drawn).map(named);
}

/** More space between letters, words, lines and paragraphs (WCAG 1.4.12), or letters twice as large. */
function spaced(css) {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(css);
	document.adoptedStyleSheets = css ? [sheet] : [];
}

const helpers = [named, drawn].map(String).join('\n');

/** Runs one of them in a page: (tab, name, …arguments). */
export function probe(tab, what, ...args) {
	return tab.evaluate(`(() => { ${helpers}\nreturn (${what})(...${JSON.stringify(args)}); })()`);
}

export { clipped, dead, sideways, small, spaced, targets, words };

export const spacing = `* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }`;
export const doubled = 'html { font-size: 200% !important; }';

/** Words that one language has and the other does not, neither in names of people and places. */
export const foreign = {
	nl: ['the', 'and', 'your', 'you', 'with', 'from', 'which', 'this', 'please', 'sign', 'people', 'when', 'within', 'working',
		'services', 'request', 'search', 'desk', 'closed', 'until', 'about', 'because', 'nothing', 'found', 'here', 'are', 'not'],
	en: ['het', 'een', 'je', 'jouw', 'voor', 'niet', 'wordt', 'deze', 'dit', 'naar', 'bij', 'jij', 'mijn', 'zoek', 'geen', 'met',
		'werkdagen', 'diensten', 'aanvraag', 'balie', 'gesloten', 'vanaf', 'omdat', 'gevonden', 'kan', 'zijn', 'uur', 'en'],
};
