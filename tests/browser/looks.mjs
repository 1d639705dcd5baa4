// How pages look beyond the screen in front of us: paper, forced colours, the other theme, and what
// they weigh. Contrast of the tokens is computed from the style sheet itself.
import { assert, main, test } from '../flow/lib/registry.mjs';
import { Portal, both, press } from './lib/chromium.mjs';
import { isRing, ring, walk } from './lib/keys.mjs';
import { contrast } from './lib/png.mjs';
import { probe, sideways } from './lib/probe.mjs';

const A4 = Math.floor((210 - 2 * 16) / 25.4 * 96); // between the margins of @page

/** The two colours of each pair, and what the ratio must be: text 4.5, edges of controls and rings 3. */
const pairs = [
	['ink', 'bg', 4.5], ['ink', 'surface', 4.5], ['ink', 'sunken', 4.5], ['muted', 'bg', 4.5], ['muted', 'surface', 4.5],
	['link', 'bg', 4.5], ['link', 'surface', 4.5], ['link', 'soft', 4.5], ['on-action', 'action', 4.5], ['on-action', 'action-hover', 4.5],
	['on-brand', 'brand', 4.5], ['on-brand', 'brand-2', 4.5], ['brand-muted', 'brand', 4.5],
	...[1, 2, 3, 4, 5, 6].map((n) => [`tone-${n}`, `tone-${n}-soft`, 4.5]),
	['ok', 'ok-soft', 4.5], ['warn', 'warn-soft', 4.5], ['bad', 'bad-soft', 4.5], ['bad', 'surface', 4.5],
	['control', 'surface', 3], ['control', 'bg', 3], ['focus', 'brand', 3], ['focus', 'brand-2', 3],
];

/** The tokens as the browser resolves them: name → [r, g, b]. */
function colours(tab, names) {
	return tab.evaluate((list) => {
		const element = document.body.appendChild(document.createElement('i'));
		const found = {};
		for (const name of list) {
			element.style.color = 'transparent';
			element.style.color = `var(--lk-${name})`;
			found[name] = getComputedStyle(element).color.match(/\d+/g).map(Number);
		}
		element.remove();
		return found;
	}, names);
}

function tokens(portal) {
	for (const colorScheme of ['light', 'dark'])
		test(`1 axe: every pair of colour tokens has its contrast, ${colorScheme}`, async () => {
			await portal.tab(null, 'nl', async (tab) => {
				await tab.emulateMedia({ colorScheme });
				await tab.goto(portal.address('/public'));
				const found = await colours(tab, [...new Set(pairs.flatMap(([a, b]) => [a, b])), 'focus-ink']);
				const weak = pairs.map(([a, b, least]) => ({ a, b, least, ratio: contrast(found[a], found[b]) })).filter((p) => p.ratio < p.least);
				assert.deepEqual(weak, []);
				// One of the two rings shows on every ground.
				for (const ground of ['bg', 'surface', 'soft', 'brand', 'brand-2', 'action'])
					assert.ok(Math.max(contrast(found.focus, found[ground]), contrast(found['focus-ink'], found[ground])) >= 3, ground);
				assert.notDeepEqual(found.ink, found.bg);
			});
		});
}

function paper(portal) {
	const pages = { home: '/', service: '/services/print', 'about me': '/me', accessibility: '/accessibility' };
	for (const [name, path] of Object.entries(pages))
		test(`19 print: ${name}: menu and forms absent, details open, nothing wider than A4`, async () => {
			await portal.tab(both, 'nl', async (tab) => {
				await tab.setViewportSize({ width: A4, height: 1000 });
				await tab.goto(portal.address(path));
				await tab.emulateMedia({ media: 'print' });
				for (const gone of ['.nav', '.tools', '[role=search]', '.foot__theme', 'main form', 'main form button', '.filter'])
					assert.equal(await tab.locator(gone).filter({ visible: true }).count(), 0, gone);
				assert.deepEqual(await probe(tab, sideways), []);
				const shut = await tab.locator('details').evaluateAll((list) =>
					list.filter((d) => [...d.querySelectorAll('li, p')].some((e) => !e.checkVisibility({ contentVisibilityAuto: true }))).length);
				assert.equal(shut, 0, 'details that stay shut on paper');
				const pdf = (await tab.pdf({ format: 'A4', preferCSSPageSize: true })).toString('latin1');
				assert.ok(pdf.startsWith('%PDF-'));
				const sheets = pdf.match(/\/Type\s*\/Page\b/g).length;
				assert.ok(sheets >= 1 && sheets <= (path === '/' ? 30 : 4), `${sheets} sheets`);
				assert.match(pdf, /\/MediaBox\s*\[0 0 59[4-6][.\d]* 84[12]/);
			}, {});
		});
}

function modes(portal) {
	test('19 modes: the choice of light or dark wins over the system and stays', async () => {
		await portal.tab(null, 'nl', async (tab) => {
			await tab.emulateMedia({ colorScheme: 'light' });
			await tab.goto(portal.address('/public'));
			const ground = () => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
			const light = await ground();
			await press(tab, 'button[value=dark]');
			assert.equal(new URL(tab.url()).pathname, new URL(portal.address('/public')).pathname);
			const dark = await ground();
			assert.notEqual(dark, light);
			await tab.goto(portal.address('/privacy'));
			assert.equal(await ground(), dark);
			await tab.emulateMedia({ colorScheme: 'dark' });
			await press(tab, 'button[value=light]');
			assert.equal(await ground(), light);
			await press(tab, 'button[value=system]');
			assert.equal(await ground(), dark);
		}, {});
	});
	test('19 modes: with forced colours the ring shows and what is chosen differs from what is not', async () => {
		await portal.tab(both, 'nl', async (tab) => {
			await tab.emulateMedia({ forcedColors: 'active' });
			await tab.goto(portal.address('/?hat=student'));
			const seen = new Map();
			await walk(tab, async (_, stop) => {
				if (!seen.has(stop.kind))
					seen.set(stop.kind, await ring(tab, stop));
			});
			assert.deepEqual([...seen].filter(([, sides]) => !isRing(sides)), []);
			const edge = (selector) => tab.locator(selector).first().evaluate((e) => {
				const { borderTopWidth, borderTopColor } = getComputedStyle(e);
				return `${borderTopWidth} ${borderTopColor}`;
			});
			for (const list of ['.nav', '.filter'])
				assert.notEqual(await edge(`${list} a[aria-current]`), await edge(`${list} a:not([aria-current])`), list);
		}, {});
	});
}

/** Everything that a first visit brings, as the network counts it. */
async function weigh(portal, uid, path) {
	return portal.tab(uid, 'nl', async (tab) => {
		const wire = await tab.context().newCDPSession(tab), asked = [];
		let bytes = 0;
		await wire.send('Network.enable');
		wire.on('Network.requestWillBeSent', ({ request }) => asked.push(request.url));
		wire.on('Network.loadingFinished', ({ encodedDataLength }) => {
			bytes += encodedDataLength;
		});
		await tab.goto(portal.address(path), { waitUntil: 'networkidle' });
		return { bytes, asked };
	}, {});
}

function weight(portal) {
	for (const [name, uid, path] of [['sign-in', null, '/login'], ['home of two hats', both, '/'], ['a service', both, '/services/print']])
		test(`20 weight: ${name}: 120 KB and 6 requests at most on a first visit, all from here`, async () => {
			const { bytes, asked } = await weigh(portal, uid, path);
			assert.ok(bytes > 10000 && bytes <= 120 * 1024, `${bytes} bytes`);
			assert.ok(asked.length <= 6, asked.join(' '));
			for (const url of asked)
				assert.equal(new URL(url).host, `localhost:${portal.instance.port}`);
			if (process.env.V)
				console.log(`     ${name}: ${bytes} bytes, ${asked.length} requests`);
		});
	test('20 weight: the content policy allows no script or style of a page itself', async () => {
		await portal.tab(both, 'nl', async (tab) => {
			const policy = (await tab.goto(portal.address('/'))).headers()['content-security-policy'];
			assert.match(policy, /default-src 'self'/);
			assert.doesNotMatch(policy, /unsafe|data:|\*/);
			const broken = tab.evaluate(() => new Promise((resolve) => {
				document.addEventListener('securitypolicyviolation', (event) => resolve(event.violatedDirective));
				document.body.appendChild(document.createElement('script')).textContent = 'window.ran = true';
				setTimeout(() => resolve(''), 2000);
			}));
			assert.match(await broken, /script-src/);
			assert.equal(await tab.evaluate(() => window.ran), undefined);
		});
	});
}

main('looks', [{
	name: 'looks', start: () => new Portal().start(), stop: (portal) => portal?.stop(),
	tests: (portal) => [tokens, paper, modes, weight].forEach((part) => part(portal)),
}]);
