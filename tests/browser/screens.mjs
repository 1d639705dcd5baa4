// Pictures of every page for docs/screens: NAME-LANG-WIDTH.png, the home page dark as well. Each GET route that gives
// a page has at least one: its samples with a `screen`, or else the first one. The clock is set, so they come out alike.
//
//     node tests/browser/screens.mjs [FOLDER]       `make screens` calls it
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../flow/lib/instance.mjs';
import { Portal, fillSignIn, languages, student } from './lib/chromium.mjs';
import { reduced } from './lib/palette.mjs';
import { routes } from './lib/routes.mjs';
import { samples } from './samples.mjs';

const folder = path.resolve(process.argv[2] ?? path.join(root, 'docs/screens'));
const sizes = { 390: 1400, 1280: 1100 }; // width: at most so high
const TOGETHER = 3 << 20;

/** A request's number and the minutes of the clock are the only things that differ between two runs. */
function still() {
	for (const code of document.querySelectorAll('main code'))
		code.textContent = code.textContent.replace(/^[a-z2-9A]{10}$/, 'abcdefgh23');
}

async function shoot(tab, name, dark) {
	await tab.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
	await tab.evaluate(still);
	for (const [width, most] of Object.entries(sizes)) {
		await tab.setViewportSize({ width: Number(width), height: 600 });
		await tab.evaluate(() => document.fonts.ready);
		const height = Math.min(most, await tab.evaluate(() => document.documentElement.scrollHeight));
		await tab.setViewportSize({ width: Number(width), height });
		const file = path.join(folder, `${name}-${width}${dark ? '-dark' : ''}.png`);
		fs.writeFileSync(file, reduced(await tab.screenshot()));
	}
}

/** "GET /requests/{number}" → the samples to shoot. */
function ofRoute(route) {
	const list = (samples[route] ?? []).filter((s) => !s.type && s.status !== 404), named = list.filter((s) => s.screen);
	return named.length ? named : list.slice(0, 1).map((s) => ({ ...s, screen: route.replace(/^GET .|[{}]/g, '').replaceAll('/', '-') }));
}

async function pages() {
	return [
		...(await routes()).filter((r) => r.method === 'GET').flatMap((r) => ofRoute(`GET ${r.path}`)),
		{ screen: 'error-404', path: '/niet-hier', as: student },
		{ screen: 'login-wrong', path: '/login', fresh: true, then: (tab) => fillSignIn(tab, student, 'fout') },
	];
}

const portal = new Portal();
try {
	const list = await pages();
	await portal.start();
	fs.rmSync(folder, { recursive: true, force: true });
	fs.mkdirSync(folder, { recursive: true });
	for (const sample of list)
		for (const lang of languages)
			await portal.tab(sample.as, lang, async (tab) => {
				await (sample.open ?? (() => tab.goto(portal.address(sample.path))))(tab, portal);
				await sample.then?.(tab);
				await shoot(tab, `${sample.screen}-${lang}`, false);
				if (sample.screen === 'home')
					await shoot(tab, `${sample.screen}-${lang}`, true);
			}, sample.fresh ? {} : undefined);
	const files = fs.readdirSync(folder);
	const bytes = files.reduce((sum, file) => sum + fs.statSync(path.join(folder, file)).size, 0);
	console.log(`${files.length} pictures, ${Math.round(bytes / 1024)} KB, in ${path.relative(root, folder) || '.'}`);
	if (bytes > TOGETHER)
		throw new Error(`more than ${TOGETHER >> 20} MB together`);
} finally {
	await portal.stop();
}
