// What people see when a neighbour is down: the same demands as on any page, within the promised time.
import { assert, main, test } from '../flow/lib/registry.mjs';
import { Portal, both, fillSignIn, languages, press, student } from './lib/chromium.mjs';
import { look, testsOf } from './lib/examine.mjs';

const phone = '+31 50 555 01 23';

/** Opens, and keeps how long it took. */
function timed(sample, open) {
	sample.ms = [];
	sample.open = async (tab) => {
		const began = Date.now(), response = await open(tab);
		sample.ms.push(Date.now() - began);
		return response;
	};
	return sample;
}

/** A form that is larger than any the portal has. */
async function tooLarge(tab, portal) {
	await tab.goto(portal.address('/login'));
	await tab.locator('#username').evaluate((input) => {
		input.maxLength = 1e6;
		input.value = 'x'.repeat(300000);
	});
	return press(tab, 'main button[type=submit]');
}

class Faults extends Portal {
	async start() {
		await super.start();
		const signIn = async (tab) => {
			await tab.goto(this.address('/login'));
			return fillSignIn(tab, student);
		};
		const code = async (tab, _, response) => {
			const said = await tab.locator('main').innerText();
			assert.ok(said.includes(phone), `no phone number: ${said}`);
			assert.match(await tab.locator('main code').innerText(), /^[a-z2-9A]{10}$/, 'no number to give to the desk');
			assert.ok(Number(response.headers()['retry-after']) > 0);
		};
		this.refused = {
			name: 'form that is too large for the front', status: 413, fresh: true, bilingual: true,
			open: (tab) => tooLarge(tab, this),
		};
		this.directory = timed({ name: 'sign-in with the directory down', status: 503, fresh: true, also: code }, signIn);
		this.database = timed({ name: 'about me with the database down', status: 503, as: both, also: code },
			(tab) => tab.goto(this.address('/me')));
		this.outage = timed({ name: 'any page with all programs down', status: 503, fresh: true, bilingual: true },
			(tab) => tab.goto(this.address('/public')));
		await this.each(this.refused);
		for (const [part, sample] of [['slapd', this.directory], ['mariadb', this.database], ['loketd', this.outage]]) {
			await Promise.all(languages.map((lang) => this.shared(both, lang)));
			await this.instance.script('stop', part);
			await this.each(sample);
			await this.instance.script('start', part);
		}
		return this;
	}

	async each(sample) {
		for (const lang of languages)
			await look(this, sample, lang);
	}
}

function faults(portal) {
	testsOf([portal.refused, portal.directory, portal.database, portal.outage]);
	test('20 failure: with the directory down sign-in answers within 3 s', () => {
		assert.equal(portal.directory.ms.length, languages.length);
		// The page with the form came before it: both together.
		for (const ms of portal.directory.ms)
			assert.ok(ms < 4000, `${ms} ms with the form's page`);
	});
	test('20 failure: with the database down a page answers within 5 s', () => {
		assert.equal(portal.database.ms.length, languages.length);
		for (const ms of portal.database.ms)
			assert.ok(ms < 5000, `${ms} ms`);
	});
	test('afterwards all is well again', async () => {
		await portal.tab(null, 'nl', async (tab) => {
			await tab.goto(portal.address('/login'));
			assert.equal((await fillSignIn(tab, student)).status(), 200);
		}, {});
	});
}

main('faults', [{
	name: 'faults', start: () => new Faults().start(), tests: faults, stop: (portal) => portal?.stop(),
}]);
