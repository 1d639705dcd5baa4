// Everything that is looked at on every page, in one go: a page is loaded once per language, and then
// takes three widths and two themes. Faults are lists by the point they break.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { HtmlValidate } from 'html-validate';
import { assert, test } from '../../flow/lib/registry.mjs';
import { languages } from './chromium.mjs';
import { clipped, dead, doubled, foreign, probe, sideways, small, spaced, spacing, targets, words } from './probe.mjs';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const html = new HtmlValidate({
	extends: ['html-validate:recommended', 'html-validate:a11y'],
	rules: {
		'attribute-boolean-style': 'off', // a serializer writes required="required"
		'void-style': 'off',
		'no-trailing-whitespace': 'off',
		'long-title': 'off', // the name of a service decides
		'tel-non-breaking': 'off', // the style sheet keeps a number on one line
		'no-inline-style': 'error',
	},
});

const points = {
	axe: '1 axe: no violation of WCAG 2.0, 2.1, 2.2 A and AA and best practice at 320, 390, 1280 px, light and dark',
	html: '2 HTML: valid, in standards mode, in its language, with a title',
	reflow: '3 reflow: no sideways scroll at 320, 390 and 1280 px',
	text: '4 text: nothing under 13 px; text spacing and 200 % text lose nothing',
	targets: '6 targets: every control is 24 × 24 px, main buttons 44 px high',
	words: '17 language: no key, no hole, no word of the other language',
	policy: '20 nothing is fetched from elsewhere or against the content policy',
};

const widths = [320, 390, 1280];
const themes = ['light', 'dark'];

async function violations(tab) {
	const found = await tab.evaluate(async (tags) => {
		const { violations: list } = await window.axe.run(document, {
			runOnly: tags, resultTypes: ['violations'], preload: false,
		});
		return list.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(', ')}`);
	}, rules);
	return found;
}

async function valid(text) {
	const report = await html.validateString(text);
	return report.results.flatMap((r) => r.messages.map((m) => `${m.line}:${m.column} ${m.message} (${m.ruleId})`));
}

async function head(tab, lang, sample) {
	const { mode, told, title } = await tab.evaluate(() => ({
		mode: document.compatMode, told: document.documentElement.lang, title: document.title,
	}));
	return [
		...(mode === 'CSS1Compat' ? [] : [`compatMode is ${mode}`]),
		...(told === lang || sample.bilingual ? [] : [`<html lang="${told}">`]),
		...(title.trim() ? [] : ['no title']),
	];
}

async function atWidth(tab, width, faults) {
	const note = (point, list) => faults[point].push(...list.map((f) => `${width} px: ${f}`));
	await tab.setViewportSize({ width, height: 900 });
	note('reflow', await probe(tab, sideways));
	note('text', [...await probe(tab, small), ...await probe(tab, clipped)]);
	note('targets', await probe(tab, targets));
	for (const theme of themes) {
		await tab.emulateMedia({ colorScheme: theme });
		note('axe', (await violations(tab)).map((f) => `${theme}: ${f}`));
	}
}

async function stretched(tab, width, css, said, faults) {
	await tab.setViewportSize({ width, height: 900 });
	await probe(tab, spaced, css);
	for (const fault of [...await probe(tab, sideways), ...await probe(tab, clipped)])
		faults.text.push(`${said}: ${fault}`);
	await probe(tab, spaced, '');
}

/** Looks at a page that is open, and gives {axe: […], html: […], …}. */
async function examine(tab, sample, lang, response) {
	const faults = Object.fromEntries(Object.keys(points).map((point) => [point, []]));
	const type = response.headers()['content-type'] ?? '';
	if (!type.startsWith('text/html'))
		throw new Error(`${sample.name} is ${type}`);
	faults.html.push(...await head(tab, lang, sample), ...await valid(await response.text()));
	if (!sample.bilingual)
		faults.words.push(...await probe(tab, words, lang, foreign[lang]));
	await tab.evaluate(axe);
	for (const width of widths)
		await atWidth(tab, width, faults);
	await tab.emulateMedia({ colorScheme: 'light' });
	await stretched(tab, 320, spacing, 'with text spacing', faults);
	await stretched(tab, 1280, doubled, 'with letters twice as large', faults);
	return faults;
}

/** What the browser itself complains of while a page is open. */
function listen(tab, portal) {
	const heard = [];
	const own = new Set([`localhost:${portal.instance.port}`, `elsewhere.example:${portal.instance.port}`]);
	tab.on('console', (message) => {
		if (message.type() === 'error' && !/Failed to load resource: the server responded/.test(message.text()))
			heard.push(message.text());
	});
	tab.on('pageerror', (error) => heard.push(String(error)));
	tab.on('request', (request) => own.has(new URL(request.url()).host) || heard.push(`asked ${request.url()}`));
	return heard;
}

/** Opens a sample in one language and looks at it; what was found is kept in the sample. */
export async function look(portal, sample, lang) {
	sample.found ??= {};
	sample.failed ??= {};
	try {
		await portal.tab(sample.as, lang, async (tab) => {
			const heard = listen(tab, portal);
			const response = await (sample.open ?? (() => tab.goto(portal.address(sample.path))))(tab, portal);
			assert.equal(response.status(), sample.status ?? 200);
			sample.found[lang] = await examine(tab, sample, lang, response);
			sample.found[lang].policy.push(...heard);
			await sample.also?.(tab, lang, response);
		}, sample.fresh ? {} : undefined);
	} catch (error) {
		sample.failed[lang] = error;
	}
}

/** A test per page, language and point, of what look() found. */
export function testsOf(pages) {
	for (const sample of pages)
		for (const lang of languages) {
			test(`${sample.name}, ${lang}: opens and is what it should be`, () => {
				if (sample.failed[lang])
					throw sample.failed[lang];
			});
			for (const [point, sentence] of Object.entries(sample.found[lang] ? points : {}))
				test(`${sample.name}, ${lang}: ${sentence}`, () => assert.deepEqual(sample.found[lang][point], []));
		}
}
