// Every page of the portal in both languages, at three widths, light and dark. The pages come from the
// programs' own route tables; how to reach each of them says samples.mjs.
import { assert, eventually, main, test } from '../flow/lib/registry.mjs';
import { elsewhere } from '../flow/lib/fronts.mjs';
import { Browser } from '../flow/lib/http.mjs';
import { Portal, both, fillSignIn, languages, press, student, together } from './lib/chromium.mjs';
import { look, testsOf } from './lib/examine.mjs';
import { routes } from './lib/routes.mjs';
import { samples } from './samples.mjs';

/** A form's hidden value spoilt, then sent. */
async function spoilt(tab, where, form) {
	await tab.goto(where);
	await tab.locator(`${form} input[name=csrf]`).first().evaluate((input) => {
		input.value = 'x';
	});
	return press(tab, `${form} button[type=submit]`);
}

/** Pages that are no route: what comes when something is not as it should be. */
function outcomes(portal) {
	const address = (path) => portal.address(path);
	const goto = (path) => (tab) => tab.goto(address(path));
	return [
		{ name: 'page that is not there', status: 404, as: both, open: goto('/niet-hier') },
		{ name: 'page that is not there, nobody signed in', status: 404, open: goto('/niet-hier') },
		{ name: 'service of others', status: 404, as: student, open: goto('/services/expenses') },
		{ name: 'text that is no text', status: 400, as: both, open: goto('/search?q=%ff') },
		{ name: 'address only for sending', status: 405, open: goto('/theme') },
		{ name: 'name of another site', status: 421, open: (tab) => tab.goto(`https://elsewhere.example:${portal.instance.port}/`), bilingual: true },
		{ name: 'form that is not ours', status: 403, as: both, open: (tab) => spoilt(tab, address('/me'), '.tools form') },
		{ name: 'address that is too long', status: 414, open: goto(`/search?q=${'x'.repeat(7500)}`), bilingual: true },
		{ name: 'wrong sign-in', status: 422, fresh: true, open: async (tab) => {
			await tab.goto(address('/login'));
			return fillSignIn(tab, 's1025555', 'fout');
		} },
		{ name: 'signed out', status: 200, fresh: true, open: async (tab) => {
			await tab.goto(address('/login'));
			await fillSignIn(tab, student);
			return press(tab, '.tools form button');
		} },
		{ name: 'too many wrong sign-ins', status: 429, fresh: true, open: async (tab) => {
			const attacker = new Browser(portal.instance, { from: elsewhere() });
			await eventually('a wait that outlasts filling in a form', 40, async () =>
				Number((await attacker.signIn('m365502', { password: 'fout' })).headers['retry-after']) >= 4);
			attacker.close();
			await tab.goto(address('/login'));
			return fillSignIn(tab, 'm365502', 'fout');
		} },
	];
}

class Pages extends Portal {
	async start() {
		await super.start();
		this.routes = (await routes()).filter((r) => r.method === 'GET').map((r) => `GET ${r.path}`);
		const all = Object.values(samples).flat();
		this.pages = [...all.filter((s) => !s.type), ...outcomes(this)].map((s) => ({ ...s }));
		this.data = all.filter((s) => s.type);
		const visits = this.pages.flatMap((sample) => languages.map((lang) => ({ sample, lang })));
		await together(visits, ({ sample, lang }) => look(this, sample, lang));
		return this;
	}
}

function pages(portal) {
	test('every GET route of the programs has a sample here, and every sample a route', () => {
		assert.deepEqual(portal.routes.filter((r) => !samples[r]), []);
		assert.deepEqual(Object.keys(samples).filter((r) => !portal.routes.includes(r)), []);
		assert.ok(portal.pages.length > 20);
	});
	testsOf(portal.pages);
	for (const { path, type, as } of portal.data)
		test(`${path} answers data, not a page`, async () => {
			const who = new Browser(portal.instance, as ? { from: elsewhere() } : {});
			const answer = await (as ? await who.enter(as) : who).get(path);
			assert.equal(answer.status, 200);
			assert.match(answer.headers['content-type'], type);
		});
}

main('pages', [{
	name: 'pages', start: () => new Pages().start(), tests: pages, stop: (portal) => portal?.stop(),
}]);
