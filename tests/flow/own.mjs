// What the person keeps, and what reaches them: favourites, looked at last, open requests, notices, feeds, their own data.
import fs from 'node:fs';
import path from 'node:path';
import { assert, eventually, main, sleep, test } from './lib/registry.mjs';
import { catalogue, personas } from './lib/campus.mjs';
import { at, elsewhere, onFronts, wellFormed } from './lib/fronts.mjs';
import { person, tags, unescapeHtml } from './lib/http.mjs';
import { root, run } from './lib/instance.mjs';
import { manual, unlike } from './lib/manual.mjs';

const both = 's1001776', student = 's1012345', lecturer = 'm402871', secretary = 'm388420', guest = 'g700988';

const somebody = (instance, uid) => person(instance, uid, { from: elsewhere() });
const ids = (list) => list.map((entry) => entry.id);
const home = async (who) => (await who.json('/')).json;
const favourites = async (who) => ids((await home(who)).favourites);

async function favour(who, service, fields = {}) {
	const { csrf } = await who.get('/me');
	return who.post(`/services/${service}/favourite`, { csrf, ...fields });
}

/** The links of the part of a page that begins with this heading's id. */
function links(instance, html, id) {
	const part = html.split(`<h2 id="${id}"`)[1]?.split('</section>')[0] ?? '';
	return tags(part, 'a').map((a) => a.href).filter((href) => href.includes('/services/')).map((href) => href.split('/').at(-1));
}

/** Makes a changed catalogue the one in force. */
async function publish(instance, edit) {
	const file = path.join(instance.state, 'changed.xml');
	fs.writeFileSync(file, edit(fs.readFileSync(path.join(root, 'conf/sample/catalogue.xml'), 'utf8')));
	const settings = path.join(instance.state, 'changed-settings.xml');
	fs.writeFileSync(settings, fs.readFileSync(path.join(instance.state, 'loket.xml'), 'utf8').replace(/catalogue="[^"]*"/, `catalogue="${file}"`));
	const { code, err } = await instance.loketctl('-c', settings, 'import');
	assert.equal(code, 0, err);
}

const without = (id) => (xml) => xml.replace(new RegExp(`  <service id="${id}"[\\s\\S]*?</service>\n`), '');

/** Statements that the catalogue program had the database do. */
async function statements(instance) {
	const rows = await instance.sql("SELECT SELECT_COMMANDS + UPDATE_COMMANDS + OTHER_COMMANDS FROM information_schema.USER_STATISTICS WHERE USER = 'loket-catalogue'");
	return Number(rows[0]?.[0] ?? 0);
}

function kept(instance, it) {
	it('favourites stand in the order of the person, on the home page, in XML and JSON alike', async () => {
		const who = await somebody(instance, both);
		for (const id of ['wifi', 'timetable', 'card-lost', 'iban'])
			assert.equal((await favour(who, id)).headers.location, at(instance, `/services/${id}`));
		assert.equal((await favour(who, 'iban', { do: 'up', return: '/me' })).headers.location, at(instance, '/me'));
		await favour(who, 'wifi', { do: 'down' });
		await favour(who, 'wifi', { do: 'add' });
		const wanted = ['timetable', 'wifi', 'iban', 'card-lost'];
		assert.deepEqual(await favourites(who), wanted);
		assert.deepEqual(links(instance, (await who.get('/')).text, 'own-favourites'), wanted);
		assert.deepEqual(links(instance, (await who.get('/me')).text, 'favourites'), wanted);
		const xml = (await who.get('/', { headers: { accept: 'application/xml' } })).text;
		assert.deepEqual(tags(xml.split('<favourites>')[1].split('</favourites>')[0], 'ref').map((r) => r.id), wanted);
		assert.match((await who.get('/services/wifi')).text, /Haal uit favorieten/);
		await favour(who, 'wifi');
		await favour(who, 'timetable', { do: 'remove' });
		await favour(who, 'timetable', { do: 'remove' });
		assert.deepEqual(await favourites(who), ['iban', 'card-lost']);
		assert.match((await who.get('/services/wifi')).text, /Bewaar bij favorieten/);
		who.close();
	});

	it('a favourite that is not theirs is 404 like one that is not there, and another wish is refused', async () => {
		const who = await somebody(instance, student);
		assert.equal((await favour(who, 'sick-staff')).status, 404);
		assert.equal((await favour(who, 'bestaat-niet')).status, 404);
		assert.equal((await favour(who, 'wifi', { do: 'weg' })).status, 400);
		assert.equal((await favour(who, 'wifi', { csrf: 'x' })).status, 403);
		assert.equal((await who.get('/services/wifi/favourite')).status, 405);
		assert.equal((await favour(who, 'wifi', { return: 'https://elders.example/' })).headers.location, at(instance, '/'));
		assert.deepEqual(await favourites(who), ['wifi']);
		who.close();
	});

	it('a favourite outlives a new name, the deletion of a neighbour, and a right that goes and comes back', async () => {
		const who = await somebody(instance, lecturer);
		for (const id of ['wifi', 'net-wired', 'acc-password'])
			await favour(who, id, { do: 'add' });
		const shown = async (wanted, title) => eventually(`${wanted}`, 10, async () => {
			const page = await home(who);
			return String(ids(page.favourites)) === String(wanted) && (!title || page.favourites[0].title === title);
		});
		try {
			await publish(instance, (xml) => xml.replace('Wifi op de campus (eduroam)', 'Draadloos netwerk'));
			await shown(['wifi', 'net-wired', 'acc-password'], 'Draadloos netwerk');
			await publish(instance, without('net-wired'));
			await shown(['wifi', 'acc-password']);
			await favour(who, 'acc-password', { do: 'up' });
			await shown(['acc-password', 'wifi']);
			await publish(instance, (xml) => xml.replace(/(<service id="wifi"[\s\S]*?<audience any=")[^"]*(")/, '$1alumnus$2'));
			await shown(['acc-password', 'net-wired']);
		} finally {
			await publish(instance, (xml) => xml);
		}
		// Every process of the host has heard of it: within one poll of the change log.
		for (let i = 0; i < 10; i++) {
			await shown(['acc-password', 'wifi', 'net-wired']);
			await sleep(100);
		}
		who.close();
	}, 60);

	it('what was looked at last is on the home page, newest first, once each, five at most, and is there at the next sign-in', async () => {
		const who = await somebody(instance, secretary);
		for (const id of ['wifi', 'net-wired', 'acc-password', 'mail', 'wifi', 'acc-mfa', 'card-lost'].filter(Boolean))
			await who.get(`/services/${id}`);
		const seen = ids((await home(who)).recent);
		assert.deepEqual(seen.slice(0, 3), ['card-lost', 'acc-mfa', 'wifi']);
		assert.ok(seen.length <= 5 && new Set(seen).size === seen.length);
		assert.deepEqual(links(instance, (await who.get('/')).text, 'own-recent'), seen);
		await favour(who, 'mail-none');
		await favour(who, 'wifi', { do: 'add' });
		assert.deepEqual(ids((await home(who)).recent), seen, 'a favourite takes nothing away');
		who.close();
		const again = await somebody(instance, secretary);
		assert.deepEqual(ids((await home(again)).recent), seen);
		again.close();
	});

	it('what is done in one browser is on the page of the other', async () => {
		const one = await somebody(instance, guest), two = await somebody(instance, guest);
		assert.deepEqual(links(instance, (await two.get('/')).text, 'own-favourites'), []);
		await favour(one, 'wifi', { do: 'add' });
		await eventually('the other browser shows it', 3, async () => links(instance, (await two.get('/')).text, 'own-favourites').includes('wifi'));
		await eventually('with another ETag', 3, async () => (await two.get('/')).headers.etag);
		one.close();
		two.close();
	});

	it('an open request is on the home page after it was sent, with a new ETag', async () => {
		const who = await somebody(instance, student);
		const before = await who.get('/'), page = await who.get('/services/wifi');
		assert.equal((await who.get('/', { headers: { 'if-none-match': (await who.get('/')).headers.etag } })).status, 304);
		const sent = await who.post('/services/wifi/requests', { csrf: page.csrf, key: page.field('key'), text: 'Traag' });
		const after = await who.get('/');
		assert.match(after.text, new RegExp(`href="${sent.headers.location}"`));
		assert.notEqual(after.headers.etag, before.headers.etag);
		who.close();
	});

	it('an ordinary visit of a home page with all of that asks the database nothing', async () => {
		const who = await somebody(instance, both);
		await favour(who, 'wifi', { do: 'add' });
		await instance.sql('SET GLOBAL userstat = 1');
		// Each of the workers makes its pieces once; which of them a front asks is its own affair.
		await eventually('forty visits without a statement', 20, async () => {
			const before = await statements(instance);
			for (let i = 0; i < 40; i++)
				assert.equal((await who.get('/')).status, 200);
			return await statements(instance) === before;
		});
		await instance.sql('SET GLOBAL userstat = 0');
		who.close();
	});

	it('the home page says who you are here, until when, and when that was read', async () => {
		const who = await somebody(instance, both);
		const page = await who.get('/'), { as_of: asOf, hats } = await home(who);
		assert.ok(page.text.includes(`<time datetime="${asOf}">`), asOf);
		assert.match(page.text, /tot en met 31 juli 2027/);
		assert.ok(hats.some((h) => h.until));
		who.close();
	});

	it('the filter adds up for every persona: all is the hats together without what was counted twice', async () => {
		for (const { uid } of personas) {
			const who = await somebody(instance, uid);
			const page = (await who.get('/', { headers: { accept: 'application/xml' } })).text;
			const { services, hats } = await home(who), { all, shared } = tags(page, 'filters')[0];
			assert.equal(Number(all), services.length, uid);
			assert.equal(hats.reduce((sum, h) => sum + h.count, 0) - Number(shared), hats.length ? services.length : 0 - Number(shared), uid);
			for (const { id, count } of hats)
				assert.equal((await who.json(`/?hat=${id}`)).json.services.length, count, `${uid} ${id}`);
			who.close();
		}
	}, 120);
}

function told(instance, it) {
	const wanted = {
		[both]: ['wifi-repair', 'declare-year'], [student]: ['wifi-repair'], [lecturer]: ['wifi-repair', 'declare-year'],
	};

	it('notices are for their groups and their time, an outage first, on the page, in the feed and in data', async () => {
		for (const [uid, list] of Object.entries(wanted)) {
			const who = await somebody(instance, uid), page = await who.get('/');
			assert.deepEqual(ids((await home(who)).notices), list, uid);
			assert.deepEqual(tags(page.text, 'div').filter((d) => d.id?.startsWith('notice-')).map((d) => d.id.slice(7)), list, uid);
			const feed = await who.get('/notices.atom');
			assert.deepEqual([...feed.text.matchAll(/<entry><id>([^<]*)</g)].map((m) => m[1].split('/').at(-1)), list, uid);
			who.close();
		}
	});

	it('the feed is Atom: well-formed, whole addresses, every element that RFC 4287 asks for', async () => {
		const who = await somebody(instance, both), feed = await who.get('/notices.atom', { headers: { accept: 'application/atom+xml, application/xml;q=0.8' } });
		assert.equal(feed.headers['content-type'], 'application/atom+xml; charset=utf-8');
		await wellFormed(feed.text);
		for (const part of [feed.text, ...feed.text.split('<entry>').slice(1)])
			for (const name of ['id', 'title', 'updated'])
				assert.match(part, new RegExp(`<${name}>[^<]+</${name}>`), name);
		assert.match(feed.text, /<author><name>[^<]+<\/name><\/author>/);
		for (const { href } of tags(feed.text, 'link'))
			assert.ok(unescapeHtml(href).startsWith(instance.address('/')), href);
		assert.ok(feed.text.includes(`<link rel="self" type="application/atom+xml" href="${instance.address('/notices.atom')}"/>`));
		assert.equal((await who.get('/notices.atom')).text, feed.text, 'the same until something changes');
		who.close();
	});

	it('a visitor\'s feed needs no session and has nothing of anybody\'s groups', async () => {
		const who = await somebody(instance, both), nobody = who.copy();
		nobody.jar.clear();
		const feed = await nobody.get('/public/notices.atom');
		assert.equal(feed.status, 200);
		await wellFormed(feed.text);
		assert.ok(!/wifi-repair|declare-year/.test(feed.text));
		assert.equal((await nobody.get('/notices.atom')).status, 303);
		who.close();
		nobody.close();
	});

	it('a browser finds the search, and its address template searches', async () => {
		const who = await somebody(instance, student), page = await who.get('/');
		const { href } = tags(page.text, 'link').find((l) => l.rel === 'search');
		const description = await who.get(href.slice(instance.base.length - 1));
		assert.equal(description.headers['content-type'], 'application/opensearchdescription+xml; charset=utf-8');
		await wellFormed(description.text);
		const { template } = tags(description.text, 'Url')[0];
		assert.ok(template.startsWith(instance.address('/')), template);
		const found = await who.get(template.slice(instance.address('/').length - 1).replace('{searchTerms}', 'wifi'));
		assert.match(found.text, /services\/wifi/);
		who.close();
	});

	it('pages and feeds in XML are as the grammar of page documents says', async () => {
		const who = await somebody(instance, both);
		for (const address of ['/', '/me', '/services/wifi', '/services/iban', '/notices.atom', '/public', '/requests', '/opensearch.xml', '/me/data']) {
			const { text } = await who.get(address, { headers: { accept: 'application/xml' } });
			const { code, err } = await run('xmllint', ['--noout', '--nonet', '--relaxng', path.join(root, 'schema/page.rng'), '-'], { input: text });
			assert.equal(code, 0, `${address}: ${err.slice(0, 400)}`);
		}
		who.close();
	});
}

function documented(instance, it) {
	it('the examples in JSON of the manual are what the portal answers', async () => {
		const examples = manual().filter((e) => e.kind);
		assert.deepEqual(examples.map((e) => e.kind), ['catalogue', 'search']);
		const who = await somebody(instance, both);
		await who.get('/services/wifi');
		await favour(who, 'wifi', { do: 'add' });
		for (const example of examples) {
			const live = (await who.json(example.kind === 'search' ? '/search?q=wifi' : '/')).json;
			if (live.services)
				live.services = live.services.filter((s) => s.id === 'wifi');
			assert.deepEqual(unlike(example, live, example.kind), []);
		}
		who.close();
	});
}

function taken(instance, it) {
	it('the export holds what was kept and sent, and nothing of anybody else', async () => {
		const who = await somebody(instance, secretary), page = await who.get('/services/wifi');
		await favour(who, 'wifi', { do: 'add' });
		await who.post('/services/wifi/requests', { csrf: page.csrf, key: page.field('key'), text: 'Voor het archief' });
		const link = tags((await who.get('/me')).text, 'a').find((a) => a.href.endsWith('/me/data'));
		const file = await who.get(link.href.slice(instance.base.length - 1));
		assert.equal(file.headers['content-type'], 'application/json');
		assert.match(file.headers['content-disposition'], /^attachment; filename="loket-m388420\.json"$/);
		assert.equal(file.headers['cache-control'], 'no-store');
		const { person: me, favourites: mine, recent, requests, sessions, groups } = file.json;
		assert.equal(me.uid, secretary);
		assert.ok(mine.includes('wifi') && recent.includes('wifi'));
		assert.ok(requests.some((r) => r.text === 'Voor het archief' && r.history[0].kind === 'sent'));
		assert.ok(sessions.some((s) => s.current) && groups.some((g) => g.hat));
		assert.ok(!file.text.includes(student) && !/csrf/.test(file.text));
		who.close();
	});

	it('erasing takes favourites and what was looked at away, in every browser, and leaves requests', async () => {
		const who = await somebody(instance, secretary), other = await somebody(instance, secretary);
		const before = (await who.json('/requests')).json.requests.length, { csrf } = await who.get('/me');
		assert.equal((await who.post('/me/data/erase', { csrf: 'x' })).status, 403);
		assert.ok((await favourites(who)).length);
		assert.equal((await who.post('/me/data/erase', { csrf })).headers.location, at(instance, '/me'));
		const { favourites: left, recent } = (await who.json('/me/data')).json;
		assert.deepEqual([left, recent], [[], []]);
		await eventually('the other browser shows nothing', 3, async () => links(instance, (await other.get('/')).text, 'own-favourites').length === 0);
		assert.equal((await who.json('/requests')).json.requests.length, before);
		assert.deepEqual(await instance.sql("SELECT recent FROM person_state JOIN session USING (person) WHERE uid = 'm388420' AND recent <> ''"), []);
		who.close();
		other.close();
	});
}

await main('own', onFronts(['nginx/', 'apache/portal/'], (instance) => {
	const it = (sentence, body, seconds) => test(`${instance.name}: ${sentence}`, body, seconds);
	kept(instance, it);
	told(instance, it);
	taken(instance, it);
	documented(instance, it);
}, { now: '2026-11-25T12:00' }));
