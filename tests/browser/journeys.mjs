// What people do, in a real browser: with the keyboard alone, without scripts, in the other language. A
// name that begins with a number is that point of the list the portal is measured by.
import { assert, main, test } from '../flow/lib/registry.mjs';
import { Portal, both, employee, fillSignIn, languages, nobody, press, student } from './lib/chromium.mjs';
import { isRing, ring, walk } from './lib/keys.mjs';
import { dead, foreign, probe, words } from './lib/probe.mjs';
import { has } from './lib/routes.mjs';
import { samples } from './samples.mjs';

const text = (tab, selector) => tab.locator(selector).first().innerText();
const ids = (tab) => tab.locator('#all ~ .themes [id^=service-]').evaluateAll((list) => list.map((e) => e.id.slice(8)));

function keyboard(portal) {
	const pages = Object.entries(samples).flatMap(([, list]) => list.filter((s) => !s.type));
	for (const sample of pages)
		test(`5 keyboard: ${sample.name}: skip link first, every control in the order of the source, no trap`, async () => {
			await portal.tab(sample.as, 'nl', async (tab) => {
				await tab.goto(portal.address(sample.path));
				const { expected, stops } = await walk(tab);
				assert.equal(stops[0].text, 'Naar de inhoud');
				assert.deepEqual(stops.map((s) => s.stop), Array.from({ length: expected }, (_, i) => i));
				assert.ok(expected > 5);
			});
		});
	for (const colorScheme of ['light', 'dark'])
		test(`5 keyboard: each kind of stop shows a ring of 3 px and 3:1, ${colorScheme}`, async () => {
			const seen = new Map();
			for (const sample of pages)
				await portal.tab(sample.as, 'nl', async (tab) => {
					await tab.emulateMedia({ colorScheme });
					await tab.setViewportSize({ width: 1000, height: 900 });
					await tab.goto(portal.address(sample.path));
					await walk(tab, async (_, stop) => {
						if (!seen.has(stop.kind))
							seen.set(stop.kind, { page: sample.name, text: stop.text, sides: await ring(tab, stop) });
					});
				});
			const weak = [...seen].filter(([, { sides }]) => !isRing(sides));
			assert.deepEqual(weak, []);
			assert.ok(seen.size > 15, `${seen.size} kinds`);
		}, 120);
	test('5 keyboard: the skip link leads past the menu', async () => {
		await portal.tab(both, 'nl', async (tab) => {
			await tab.goto(portal.address('/'));
			await tab.keyboard.press('Tab');
			await tab.keyboard.press('Enter');
			await tab.keyboard.press('Tab');
			assert.ok(await tab.evaluate(() => document.querySelector('main').contains(document.activeElement)));
		});
	});
	test('5 keyboard: signing in, finding a service and signing out need no mouse', async () => {
		await portal.tab(null, 'nl', async (tab) => {
			const keys = async (...list) => {
				for (const key of list)
					await (key.length > 1 ? tab.keyboard.press(key) : tab.keyboard.type(key));
			};
			const go = (key) => Promise.all([tab.waitForNavigation(), tab.keyboard.press(key)]);
			const until = async (selector) => {
				for (let i = 0; i < 400; i++) {
					if (await tab.evaluate((s) => document.activeElement?.matches(s), selector))
						return;
					await tab.keyboard.press('Tab');
				}
				assert.fail(`Tab never came to ${selector}`);
			};
			await tab.goto(portal.address('/'));
			await until('#username');
			await keys(...student, 'Tab', ...`welkom-${student}`);
			await go('Enter');
			await until('#q');
			await keys(...'print');
			await go('Enter');
			await until('main a[href*="/services/print"]');
			await go('Enter');
			assert.match(await tab.url(), /\/services\/print/);
			await until('main summary');
			await keys('Space');
			assert.ok(await tab.locator('main details[open]').count());
			await tab.goto(portal.address('/'));
			await until('.tools form button');
			await go('Enter');
			assert.match(await tab.url(), /\/login/);
		}, {});
	});
}

function withoutScript(portal) {
	test('7 no script: sign in, catalogue, filter, service, search, about me, sign out', async () => {
		await portal.tab(null, 'nl', async (tab) => {
			await tab.goto(portal.address('/services/print'));
			assert.match(tab.url(), /\/login\?return=/);
			assert.deepEqual(await probe(tab, dead), []);
			assert.equal((await fillSignIn(tab, both)).status(), 200);
			assert.match(tab.url(), /\/services\/print$/);
			await press(tab, '.nav a');
			assert.equal(await text(tab, 'h1'), 'Waar kunnen we je mee helpen?');
			assert.deepEqual(await probe(tab, dead), []);
			await press(tab, '.filter a[href*="hat=student"]');
			assert.match(tab.url(), /hat=student/);
			await press(tab, '#all ~ .themes .service__name');
			assert.match(tab.url(), /\/services\//);
			await tab.goto(portal.address('/'));
			await tab.fill('#q', 'wifi');
			await press(tab, 'form[role=search] button');
			assert.match(tab.url(), /\/search\?q=wifi/);
			await press(tab, 'main a[href*="/services/wifi"]');
			await press(tab, '.nav a[href$="/me"]');
			assert.match(await text(tab, 'main'), /Student/);
			assert.deepEqual(await probe(tab, dead), []);
			await press(tab, '.tools form button');
			assert.match(tab.url(), /\/login/);
			await tab.goto(portal.address('/'));
			assert.match(tab.url(), /\/login/);
		}, { javaScriptEnabled: false });
	});
}

function signIn(portal) {
	test('8 login: visible labels, no placeholder, autocomplete, paste works', async () => {
		await portal.tab(null, 'nl', async (tab) => {
			await tab.goto(portal.address('/login'));
			assert.equal(await tab.locator('[placeholder]').count(), 0);
			for (const [id, complete] of [['username', 'username'], ['password', 'current-password']]) {
				assert.ok(await tab.locator(`label[for=${id}]`).isVisible());
				assert.equal(await tab.getAttribute(`#${id}`, 'autocomplete'), complete);
				assert.ok(await tab.locator(`#${id}`).evaluate((input) =>
					input.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true }))), `paste into ${id}`);
			}
		}, {});
	});
	test('8 login: a wrong sign-in says so in the title, in a summary that leads to the field, and at the field', async () => {
		for (const [lang, prefix] of [['nl', 'Fout:'], ['en', 'Error:']])
			await portal.tab(null, lang, async (tab) => {
				await tab.goto(portal.address('/login'));
				const response = await fillSignIn(tab, employee, 'fout');
				assert.equal(response.status(), 422);
				assert.ok((await tab.title()).startsWith(prefix), await tab.title());
				const to = await tab.getAttribute('[role=alert] a', 'href');
				assert.ok(await tab.locator(`input${to}`).isVisible());
				const input = tab.locator(`input${to}`);
				assert.equal(await input.getAttribute('aria-invalid'), 'true');
				assert.ok(await tab.locator(`#${await input.getAttribute('aria-describedby')}`).isVisible());
				assert.equal(await input.inputValue(), '');
			}, {});
	});
	test('8 login: an unknown name and a wrong password get the same message', async () => {
		const said = [];
		for (const uid of [employee, 'niemand-hier'])
			await portal.tab(null, 'nl', async (tab) => {
				await tab.goto(portal.address('/login'));
				await fillSignIn(tab, uid, 'fout');
				said.push(await text(tab, 'main'));
			}, {});
		assert.equal(said[0], said[1]);
	});
}

function catalogue(portal) {
	test('9 no doubles: no service twice, and the filter adds up: all = student + employee − both', async () => {
		await portal.tab(both, 'nl', async (tab) => {
			await tab.goto(portal.address('/'));
			const all = await ids(tab), count = async (a) => Number(await text(tab, `.filter ${a} .num`));
			const shown = {
				all: await count('li:first-child'), student: await count('a[href*=student]'),
				employee: await count('a[href*=employee]'),
			};
			assert.equal(new Set(all).size, all.length);
			assert.equal(all.length, shown.all);
			const shared = Number(/(\d+)/.exec(await text(tab, '.filter + p'))[1]);
			assert.equal(shown.all, shown.student + shown.employee - shared);
			await press(tab, '.filter a[href*=student]');
			assert.equal((await ids(tab)).length, shown.student);
		});
	});
	test('10 two ways, one entry: two ways with their badges for two hats, one way without a list for one', async () => {
		await portal.tab(both, 'nl', async (tab) => {
			await tab.goto(portal.address('/'));
			assert.equal(await tab.locator('#service-print').count(), 1);
			assert.equal(await tab.locator('#service-print .variants li').count(), 2);
			for (const badge of ['Student', 'Medewerker'])
				assert.equal(await tab.locator('#service-print .variants .hat', { hasText: badge }).count(), 1);
		});
		await portal.tab(student, 'nl', async (tab) => {
			await tab.goto(portal.address('/'));
			assert.equal(await tab.locator('#service-print').count(), 1);
			assert.equal(await tab.locator('#service-print .variants, #service-print .hat, .filter').count(), 0);
		});
	});
	test('11 nothing foreign: a service of others is a 404 that explains, and never a form', async () => {
		for (const [uid, id] of [[student, 'expenses'], [student, 'leave'], [employee, 'exam-reg'], [nobody, 'print']])
			await portal.tab(uid, 'nl', async (tab) => {
				await tab.goto(portal.address('/'));
				assert.equal(await tab.locator(`#service-${id}`).count(), 0, `${uid} sees ${id}`);
				const response = await tab.goto(portal.address(`/services/${id}`));
				assert.equal(response.status(), 404);
				assert.ok((await text(tab, 'main')).length > 60);
				assert.equal(await tab.locator('main form[method=post]').count(), 0);
			});
	});
	test('12 why: one click from the catalogue to a sentence with group and source, in the language of the page', async () => {
		const said = {
			nl: /Als Student, want je hoort bij de groep ‘.+’\. Dat komt uit .+\.|Als Student: zo sta je in .+\./,
			en: /As Student, because you are in the group ‘.+’\. That comes from .+\.|As Student: that is how .+ knows you\./,
		};
		for (const lang of languages)
			await portal.tab(both, lang, async (tab) => {
				await tab.goto(portal.address('/'));
				await tab.locator('#service-print summary, #service-print ~ * summary').first().click();
				assert.match(await text(tab, '#service-print details[open]'), said[lang]);
				assert.deepEqual(await probe(tab, words, lang, foreign[lang]), []);
			});
	});
	const finds = {
		nl: { wifi: /^wifi/, internet: /^wifi|^net-/, wachtwoord: /^acc-password/, salaris: /^payslip/, ziek: /^sick/, tentamen: /^exam/,
			printer: /^print/, verlof: /^leave/, laptop: /^laptop/, kaart: /^card/ },
		en: { wifi: /^wifi/, internet: /^wifi|^net-/, password: /^acc-password/, salary: /^payslip/, sick: /^sick/, exam: /^exam/,
			printer: /^print/, leave: /^leave/, laptop: /^laptop/, card: /^card/ },
	};
	for (const lang of languages)
		test(`13 find: everyday words put the right service in the top 3, ${lang}`, async () => {
			await portal.tab(both, lang, async (tab) => {
				for (const [word, right] of Object.entries(finds[lang])) {
					await tab.goto(portal.address(`/search?q=${word}`));
					const found = await tab.locator('main a.service__name').evaluateAll((list) =>
						list.map((a) => a.getAttribute('href').split('/').pop()));
					assert.ok(found.slice(0, 3).some((id) => right.test(id)), `${word}: ${found.slice(0, 5)}`);
				}
			});
		});
	test('13 find: an empty result offers all services', async () => {
		await portal.tab(both, 'nl', async (tab) => {
			await tab.goto(portal.address('/search?q=qqxzzy'));
			assert.ok(await tab.locator('.notice a[href*="services/"]').count(), 'a question in own words');
			await press(tab, `main a[href="${new URL(portal.address('/')).pathname}"]`);
			assert.ok(await tab.locator('.service__name').count());
		});
	});
	test('14 clicks: at most two from the first page to any listed service', async () => {
		await portal.tab(both, 'nl', async (tab) => {
			await tab.goto(portal.address('/'));
			const all = await ids(tab);
			for (const id of all)
				assert.equal(await tab.locator(`#service-${id} a[href$="/services/${id}"]`).count() > 0, true, id);
			// A long theme is folded: one click opens it, the second is the link.
			const folded = tab.locator('#all ~ .themes .more').first();
			await folded.locator('summary').first().click();
			await press(tab, folded.locator('a.service__name').first());
			assert.match(tab.url(), /\/services\//);
		});
	});
}

/** A text into the request form and away; gives the answer. */
async function send(tab, words) {
	const form = tab.locator('form[action$="/requests"]').first();
	await form.locator('textarea[name=text]').fill(words);
	return press(tab, form.locator('button[type=submit]').first());
}

function requests(portal) {
	test('15 request: desk and time stand there before sending; a number after it; reloading sends nothing', async () => {
		await portal.tab(student, 'nl', async (tab) => {
			await tab.goto(portal.address('/services/print'));
			assert.match(await text(tab, 'main'), /werkdag/);
			assert.equal((await send(tab, 'De printer in de bibliotheek doet niets.')).status(), 200);
			assert.match(tab.url(), /\/requests\//);
			const number = tab.url();
			assert.match(await text(tab, 'main'), /De printer in de bibliotheek doet niets\./);
			await tab.reload();
			assert.equal(tab.url(), number);
			await tab.goto(portal.address('/requests'));
			assert.equal(await tab.locator(`main a[href$="${new URL(number).pathname.split('/').pop()}"]`).count(), 1);
		}, { javaScriptEnabled: false });
	});
	test('15 request: an error says what to do and keeps what was written', async () => {
		await portal.tab(student, 'en', async (tab) => {
			await tab.goto(portal.address('/services/print'));
			assert.equal((await send(tab, '')).status(), 422);
			assert.ok((await tab.title()).startsWith('Error:'), await tab.title());
			assert.ok(await tab.locator('[role=alert] a[href^="#"]').count());
		}, { javaScriptEnabled: false });
	});
}

function language(portal) {
	test('17 language: the switch keeps path, query and session, and the page says which it is', async () => {
		for (const path of ['/?hat=student', '/search?q=wifi', '/services/print', '/me', '/public', '/login?return=%2Fme'])
			await portal.tab(/login|public/.test(path) ? null : both, 'nl', async (tab) => {
				await tab.goto(portal.address(path));
				assert.equal(await tab.getAttribute('html', 'lang'), 'nl');
				await press(tab, '.tools a[hreflang=en]');
				const [was, is] = [new URL(portal.address(path)), new URL(tab.url())];
				assert.equal(is.pathname, was.pathname);
				for (const [name, value] of was.searchParams)
					assert.equal(is.searchParams.get(name), value);
				assert.equal(await tab.getAttribute('html', 'lang'), 'en');
				assert.equal(await tab.locator('.tools form').count(), /login|public/.test(path) ? 0 : 1);
			}, {});
	});
	test('17 language: dates are written as the language does', async () => {
		for (const [lang, date] of [['nl', /23 november 2026, \d+\.\d\d uur/], ['en', /23 November 2026, \d+:\d\d/]])
			await portal.tab(both, lang, async (tab) => {
				await tab.goto(portal.address('/me'));
				assert.match(await text(tab, 'main'), date);
			});
	});
}

const parts = [keyboard, withoutScript, signIn, catalogue, language];
if (await has('POST /services/{id}/requests'))
	parts.push(requests);

main('journeys', [{
	name: 'journeys', start: () => new Portal().start(), stop: (portal) => portal?.stop(),
	tests: (portal) => parts.forEach((part) => part(portal)),
}]);
