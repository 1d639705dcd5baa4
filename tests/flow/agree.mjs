// For every service and every persona all paths say the same: list, page, data, search, favourites, feed, forms.
// What is not theirs is, byte for byte, what is not there.
import { assert, eventually, main, test } from './lib/registry.mjs';
import { catalogue, personas, services } from './lib/campus.mjs';
import { elsewhere } from './lib/fronts.mjs';
import { person, tags, unescapeHtml } from './lib/http.mjs';
import { Instance } from './lib/instance.mjs';

const date = '2026-11-25';
const kinds = ['text/html', 'application/json', 'application/xml'];

/** Without what differs on every answer: the number, the token, and the address that was asked for. */
const plain = (text) => text.replace(/(name="csrf" value|csrf|name="return" value|here)="[^"]*"/g, '')
	.replace(/(<code>|"number":"|number=")[^<"]*/g, '').replace(/href="[^"]*[?&;]lang=/g, 'href="lang=');

/** body for each of list, a few at a time. */
async function each(list, body) {
	const todo = [...list];
	await Promise.all(Array.from({ length: 4 }, async () => {
		while (todo.length)
			await body(todo.shift());
	}));
}

/** The pages of all services in all forms: there or not as the recount says, and which bytes are "not there". */
async function details(who, mine) {
	const nothing = {};
	for (const accept of kinds) {
		const answer = await who.get('/services/bestaat-niet', { headers: { accept } });
		assert.equal(answer.status, 404);
		nothing[accept] = plain(answer.text);
	}
	await each(services, async ({ id }) => {
		for (const accept of kinds) {
			const answer = await who.get(`/services/${id}`, { headers: { accept } });
			assert.equal(answer.status, mine.has(id) ? 200 : 404, `${id} ${accept}`);
			if (!mine.has(id)) {
				assert.equal(plain(answer.text), nothing[accept], `${id} ${accept}`);
				continue;
			}
			const inside = tags(answer.text, accept === 'text/html' ? 'a' : 'ref').map((a) => /services\/([\w-]+)$/.exec(a.href ?? '')?.[1]).filter(Boolean);
			assert.deepEqual(inside.filter((other) => !mine.has(other)), [], `${id} leads to what is not theirs`);
		}
	});
}

/** Every service by its own title: found when it is theirs (or something is), never when it is not. */
async function searches(who, mine, lang) {
	await each(services, async ({ id, title }) => {
		const { results } = (await who.json(`/search?q=${encodeURIComponent(title[lang] ?? title.nl)}`)).json;
		assert.deepEqual(results.map((r) => r.id).filter((found) => !mine.has(found)), [], `search for ${id}`);
		if (mine.has(id))
			assert.ok(results.some((r) => r.id === id), `${id} is not found by its title`);
	});
}

/** Favourites and what was looked at, put into the database whatever they are: shown are those of theirs, in order. */
async function keeping(instance, who, uid, mine) {
	const list = services.map((s) => s.id).sort((a, b) => (a.length - b.length) || (a < b ? -1 : 1)).slice(0, 50);
	const [[key]] = await instance.sql(`SELECT HEX(person) FROM session WHERE uid = '${uid}' LIMIT 1`);
	await instance.sql(`INSERT INTO favourite (person, service, place) VALUES ${list.map((id, i) => `(0x${key}, '${id}', ${i})`)};
		INSERT INTO person_state (person, version, recent) VALUES (0x${key}, 1, '${list.slice(0, 5).join(' ')}') ON DUPLICATE KEY UPDATE version = version + 1, recent = VALUES(recent);
		INSERT INTO change_log (kind, session) SELECT 'session', id FROM session WHERE person = 0x${key}`);
	const shown = list.filter((id) => mine.has(id));
	await eventually('favourites are as the decision says', 5, async () =>
		String((await who.json('/')).json.favourites.map((r) => r.id)) === String(shown));
	assert.deepEqual((await who.json('/')).json.recent.map((r) => r.id), list.slice(0, 5).filter((id) => mine.has(id)));
	const page = (await who.get('/')).text.split('<h2 id="own-favourites"')[1].split('</section>')[0];
	assert.deepEqual(tags(page, 'a').map((a) => /services\/([\w-]+)$/.exec(a.href)?.[1]).filter(Boolean), shown);
}

/** What can be done with a service that is not theirs: nothing, in the words for one that is not there. */
async function doing(who, mine) {
	const { csrf } = await who.get('/me');
	for (const [what, fields] of [['favourite', { csrf }], ['requests', { csrf, key: 'agree', text: 'Hoi' }]]) {
		const nothing = plain((await who.post('/services/bestaat-niet/' + what, fields)).text);
		await each(services.filter((s) => !mine.has(s.id)), async ({ id }) => {
			const answer = await who.post(`/services/${id}/${what}`, fields);
			assert.equal(answer.status, 404, `${what} of ${id}`);
			assert.equal(plain(answer.text), nothing, `${what} of ${id}`);
		});
	}
}

async function told(who, mine) {
	const feed = (await who.get('/notices.atom')).text, { notices } = (await who.json('/')).json;
	const linked = [...feed.matchAll(/href="[^"]*services\/([\w-]+)"/g)].map((m) => unescapeHtml(m[1]));
	assert.deepEqual(linked, notices.map((n) => n.href?.split('/').at(-1)).filter(Boolean));
	assert.deepEqual(linked.filter((id) => !mine.has(id)), []);
}

await main('agree', [{
	name: 'nginx /',
	start: () => new Instance({ now: `${date}T12:00` }).start(),
	tests: (instance) => personas.forEach(({ id, uid, groups, lang, name }) => {
		test(`${name} (${id}): every path agrees about every service`, async () => {
			const mine = new Set(catalogue(groups, date, lang).map((s) => s.id));
			const who = await person(instance, uid, { from: elsewhere() });
			assert.deepEqual(new Set((await who.json('/')).json.services.map((s) => s.id)), mine);
			await details(who, mine);
			await searches(who, mine, lang);
			await doing(who, mine);
			await keeping(instance, who, uid, mine);
			await told(who, mine);
			who.close();
		}, 120);
	}),
	stop: (instance) => instance?.stop(),
}]);
