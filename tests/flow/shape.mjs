// Languages and looks by files alone: a third language, and an institution's own view for one hat.
import fs from 'node:fs';
import path from 'node:path';
import { assert, eventually, main, test } from './lib/registry.mjs';
import { elsewhere } from './lib/fronts.mjs';
import { Browser, person, tags } from './lib/http.mjs';
import { Instance, root } from './lib/instance.mjs';

const alumnus = 'a0871234', student = 's1012345', both = 's1001776';
const views = path.join(root, 'tests/institutions/fryslan/views');

const somebody = (instance, uid) => person(instance, uid, { from: elsewhere() });

/** Without the token's mask, the number of a request and the time: what one visit has and the next one has not. */
const plain = (text) => text.replace(/name="csrf" value="[^"]*"/g, '').replace(/<code>[^<]*<.code>/g, '').replace(/<time [^>]*>[^<]*<\/time>/g, '');

/** The institution's folder, filled file by file: views are live within two seconds. */
function ownFolder(instance) {
	return path.join(instance.state, 'own-views');
}

function put(instance, name) {
	const to = path.join(ownFolder(instance), name);
	fs.mkdirSync(path.dirname(to), { recursive: true });
	fs.copyFileSync(path.join(views, name), to);
}

async function start() {
	const instance = await new Instance({ now: '2026-11-25T12:00' }).start();
	fs.mkdirSync(path.join(ownFolder(instance), 'texts'), { recursive: true });
	await instance.reconfigure((text) => text.replace('schema="', `own-views="${ownFolder(instance)}" schema="`));
	return instance;
}

function looks(instance) {
	test('an own view for one hat changes the pages of that hat, and not one byte of anybody else\'s', async () => {
		const people = await Promise.all([alumnus, student, both].map(async (uid) => [uid, await somebody(instance, uid)]));
		const pages = ['/', '/?theme=net', '/search?q=wifi', '/services/wifi', '/me'];
		const seen = async () => {
			const all = new Map();
			for (const [uid, who] of people)
				for (const page of pages)
					all.set(`${uid} ${page}`, await who.get(page));
			return all;
		};
		// What was looked at shapes the page: look once before comparing.
		await seen();
		const before = await seen();
		put(instance, 'catalogue.xsl');
		// Every worker looks for itself.
		await eventually('the view is live', 3, async () => (await Promise.all(Array.from({ length: 12 }, () => people[0][1].copy().get('/'))))
			.every((page) => page.text.includes('Welkom terug')));
		const after = await seen();
		for (const [name, page] of after) {
			if (/^a0871234 \/(\?|$)/.test(name))
				assert.notEqual(plain(page.text), plain(before.get(name).text), name);
			else
				assert.equal(plain(page.text), plain(before.get(name).text), name);
		}
		assert.equal(plain(after.get(`${alumnus} /`).text).replace('<div class="wrap"><p class="notice notice--ok">Welkom terug</p></div>', ''),
			plain(before.get(`${alumnus} /`).text), 'and the rest of it is ours');
		fs.rmSync(path.join(ownFolder(instance), 'catalogue.xsl'));
		people.forEach(([, who]) => who.close());
	}, 60);

	test('a third language is a file of texts, a line in the configuration and texts in the catalogue', async () => {
		put(instance, 'texts/fy.xml');
		const catalogue = path.join(instance.state, 'catalogue.xml');
		fs.writeFileSync(catalogue, fs.readFileSync(path.join(root, 'conf/sample/catalogue.xml'), 'utf8')
			.replace('<title xml:lang="nl">Wifi op de campus (eduroam)</title>', '$&\n    <title xml:lang="fy">Wifi op de kampus (eduroam)</title>'));
		await instance.reconfigure((text) => text.replace('<language tag="en"/>', '<language tag="en"/><language tag="fy"/>')
			.replace(/catalogue="[^"]*"/, `catalogue="${catalogue}"`));
		assert.equal((await instance.loketctl('import')).code, 0);
		const who = await somebody(instance, student);
		await eventually('the catalogue is in force', 5, async () => (await who.get('/?lang=fy')).text.includes('Wifi op de kampus'));
		const page = await who.get('/?hat=student&lang=fy');
		assert.match(page.text, /<html lang="fy"/);
		assert.match(page.text, /<h1>Wêr kinne wy dy mei helpe\?<\/h1>/);
		assert.ok(tags(page.text, 'a').some((a) => a.hreflang === 'fy' || a.lang === 'fy' || /[?&]lang=nl/.test(a.href)), 'a switch');
		// The title is Frisian, the summary fell back and says so.
		const wifi = page.text.slice(page.text.indexOf('Wifi op de kampus') - 200).slice(0, 600);
		assert.ok(!/lang="nl"[^>]*>Wifi op de kampus/.test(wifi));
		assert.match(wifi, /<p class="[^"]*" lang="nl">Verbind je laptop/);
		assert.match(page.text, /lang="nl">Vaste netwerkaansluiting</);
		const data = (await who.json('/services/wifi')).json.service;
		assert.deepEqual([data.title, data.title_lang, data.summary_lang], ['Wifi op de kampus (eduroam)', undefined, 'nl']);
		// An interface text that is not there is Dutch rather than nothing.
		assert.match(page.text, /Nu belangrijk voor jou|Al je diensten/);
		for (const { id } of (await who.json('/')).json.services.slice(0, 5)) {
			const { text } = await who.get(`/services/${id}`);
			assert.ok(!/<(h[1-4]|label|legend|summary|button|a)( [^>]*)?>\s*<\/\1>/.test(text), `${id}: something has no words`);
		}
		const browser = new Browser(instance, { from: elsewhere(), headers: { 'accept-language': 'fy-NL, nl;q=0.8' } });
		assert.match((await browser.get('/login')).text, /<html lang="fy"/, 'a browser that asks for it gets it');
		browser.close();
		who.close();
	}, 60);
}

await main('shape', [{ name: 'nginx /', start, tests: looks, stop: (instance) => instance?.stop() }]);
