// The person's own side: where requests go, what is asked, sent, kept and shown, through the real front.
import fs from 'node:fs';
import path from 'node:path';
import { assert, eventually, main, sleep, test } from './lib/registry.mjs';
import { catalogue, personas } from './lib/campus.mjs';
import { at, onFronts } from './lib/fronts.mjs';
import { person, tags } from './lib/http.mjs';
import { Instance, root } from './lib/instance.mjs';
import { FaultProxy } from './lib/faultproxy.mjs';

const both = 's1001776', student = 's1012345', lecturer = 'm402871', guest = 'g700988';

/** The questions people ask, each with the service, the desk and what decides about it. */
function questions() {
	const [head, ...rows] = fs.readFileSync(path.join(root, 'tests/campus/questions-dev.tsv'), 'utf8')
		.split('\n').filter(Boolean).map((line) => line.split('\t'));
	return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i] ?? ''])))
		.filter((q) => q.service !== '-');
}

/** What has to be asked, counted from the rules and the catalogue's recount. */
function asked(entry) {
	const overlap = (a, b) => a.hats.some((hat) => b.hats.includes(hat));
	if (entry.topics.some((t) => entry.variants.some((v) => overlap(t, v) && v.desk !== t.desk)))
		return 'topic';
	return entry.variants.length > 1 ? 'hat' : null;
}

/** Follows the one question with the answer that the asker would give. */
async function follow(instance, q, uid) {
	const words = ['route', uid, q.service, '--date', q.date];
	const first = await instance.answer(...words);
	if (first.ask === 'topic' && !/^[-?]$/.test(q.topic))
		return [first, await instance.answer(...words, '--topic', q.topic)];
	if (first.ask === 'hat' && !/^(both|any|-)$/.test(q.hat))
		return [first, await instance.answer(...words, '--hat', q.hat)];
	return [first, first];
}

function routing(instance) {
	test('loketctl route leads the campus questions to their desks with one question at most', async () => {
		const list = questions();
		let right = 0, wrong = [];
		for (const q of list) {
			const { uid, groups, lang } = personas.find((p) => p.id === q.persona);
			const entry = catalogue(groups, q.date, lang).find((s) => s.id === q.service);
			const [first, then] = await follow(instance, q, uid);
			assert.equal(first.ask, asked(entry), `${q.id} ${q.service}: what is asked`);
			if (q.hat === 'both' && q.topic === '-' && !q.also_ok)
				assert.equal(first.ask, 'hat', `${q.id}: should ask for the hat`);
			if (q.topic === '?')
				assert.equal(first.ask, 'topic', `${q.id}: should ask for the topic`);
			if (q.desk.split('|').includes(then.desk))
				right++;
			else
				wrong.push(`${q.id} ${q.service} ${then.desk}, not ${q.desk}`);
		}
		console.log(`  right desk after one question: ${right} of ${list.length}`);
		assert.ok(right / list.length >= .95, wrong.join('\n'));
	}, 300);

	test('it asks about at most a quarter of what a person sees, and the share is printed', async () => {
		const share = personas.map(({ groups, lang }) => {
			const all = catalogue(groups, '2026-11-25', lang);
			return { asks: all.filter(asked).length, of: all.length };
		});
		const asks = share.reduce((n, s) => n + s.asks, 0), of = share.reduce((n, s) => n + s.of, 0);
		console.log(`  asks: ${asks} of ${of} services over all personas (${(asks / of).toFixed(3)})`);
		assert.ok(asks / of <= .25);
	});

	test('loketctl route: a foreign and an unknown service, a foreign hat and a foreign topic are exit 1', async () => {
		const { uid } = personas.find((p) => p.id === 'p01');
		for (const words of [['hr-leave-none'], ['onboarding'], ['wifi', '--hat', 'employee'], ['wifi', '--hat', 'nobody'],
			['wifi', '--topic', 'nothing']]) {
			const { code, out } = await instance.loketctl('route', uid, ...words, '--json');
			assert.equal(code, 1, words.join(' '));
			assert.equal(out, '');
		}
		assert.equal((await instance.loketctl('route', uid)).code, 2);
	});
}

// ---- requests ----

let keys = 0;
const newKey = () => `test-${process.pid}-${++keys}`;

/** Sends the form of a service as its page gives it, with these fields put in. */
async function send(who, service, fields) {
	const page = await who.get(`/services/${service}`);
	return who.post(`/services/${service}/requests`, { csrf: page.csrf, key: page.field('key') ?? newKey(), ...fields });
}

const count = async (instance) => Number((await instance.sql('SELECT COUNT(*) FROM ticket'))[0][0]);
const numberOf = (answer) => Number(/requests\/(\d+)$/.exec(answer.headers.location ?? '')?.[1]);

function requests(instance, it) {
	it('a request goes to the desk of the service and is on its own page, in all forms, and in the list', async () => {
		const who = await person(instance, student);
		const sent = await send(who, 'wifi', { text: 'Het wifi valt steeds weg.\r\nIn zaal 2.' });
		assert.equal(sent.status, 303);
		const number = numberOf(sent);
		assert.equal(sent.headers.location, at(instance, `/requests/${number}`));
		const page = await who.get(`/requests/${number}`);
		assert.equal(page.status, 200);
		assert.equal(page.headers['cache-control'], 'no-store');
		assert.match(page.text, /<h1>Je aanvraag is verstuurd<\/h1>/);
		assert.match(page.text, new RegExp(`>${number}<`));
		const { request } = (await who.json(`/requests/${number}`)).json;
		assert.equal(request.desk, 'it-desk');
		assert.equal(request.text.replace(/\r/g, ''), 'Het wifi valt steeds weg.\nIn zaal 2.');
		assert.deepEqual(request.history.map((e) => [e.kind, e.desk]), [['sent', 'it-desk']]);
		assert.match(request.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/);
		const { requests: list } = (await who.json('/requests')).json;
		const { service, hat, topic, desk, state } = list.find((r) => r.number === number);
		assert.deepEqual({ service, hat, topic, desk, state }, { service: 'wifi', hat: null, topic: null, desk: 'it-desk', state: 'open' });
		who.close();
	});

	it('the desk and the promised time stand on the page before anything is sent', async () => {
		const who = await person(instance, both);
		const one = (await who.get('/services/wifi')).text;
		assert.match(one, /Je aanvraag gaat naar ICT-servicedesk/);
		assert.match(one, /Meestal krijg je binnen 1 werkdag antwoord/);
		const several = (await who.get('/services/card-lost')).text;
		for (const { value } of tags(several, 'input').filter((i) => i.type === 'radio'))
			assert.ok(value);
		assert.ok((several.match(/Gaat naar /g) ?? []).length >= 3);
		who.close();
	});

	it('the form of every service asks what the decision says: nothing, the hat, or the topic', async () => {
		for (const { uid, groups, lang } of personas.filter((p) => ['p06', 'p07', 'p17', 'p15'].includes(p.id))) {
			const who = await person(instance, uid);
			for (const entry of catalogue(groups, '2026-11-25', lang).filter((e) => e.state === 'open' && (e.topics.length || e.variants.length > 1))) {
				const page = await who.get(`/services/${entry.id}`);
				const radios = new Set(tags(page.text, 'input').filter((i) => i.type === 'radio').map((i) => i.name));
				const linked = /href="\?hat=[a-z]+#request"/.test(page.text);
				const wanted = asked(entry);
				if (!linked)
					assert.deepEqual([...radios], wanted ? [wanted] : [], `${uid} ${entry.id}`);
				assert.equal((await who.json(`/services/${entry.id}`)).json.service.ask, wanted, `${uid} ${entry.id}`);
			}
			who.close();
		}
	});

	it('the answer to the question decides the desk; without it the form comes back', async () => {
		const who = await person(instance, both);
		const missing = await send(who, 'iban', { text: 'Nieuwe rekening' });
		assert.equal(missing.status, 422);
		assert.match(missing.title, /^Fout:/);
		assert.match(missing.text, /Nieuwe rekening/);
		for (const [hat, desk] of [['student', 'sd-desk'], ['employee', 'hr-pay']]) {
			const sent = await send(who, 'iban', { text: 'Nieuwe rekening', hat });
			assert.equal(sent.status, 303, hat);
			const { request } = (await who.json(`/requests/${numberOf(sent)}`)).json;
			assert.deepEqual([request.hat, request.desk], [hat, desk]);
		}
		for (const [topic, desk] of [['block-now', 'fm-sec'], ['replace-staff', 'fm-desk'], ['-', 'sd-desk']]) {
			const sent = await send(who, 'card-lost', { text: 'Weg', topic });
			assert.equal(sent.status, 303, topic);
			assert.equal((await who.json(`/requests/${numberOf(sent)}`)).json.request.desk, desk, topic);
		}
		for (const wrong of [{ hat: 'guest' }, { hat: 'niemand' }, { topic: 'niets' }])
			assert.equal((await send(who, 'card-lost', { text: 'x', topic: 'block-now', ...wrong })).status, 422, JSON.stringify(wrong));
		who.close();
	});

	it('a required field that is missing, a choice that is none, a day that is none: 422 with all that was typed', async () => {
		const who = await person(instance, lecturer);
		const before = await count(instance);
		const answer = await send(who, 'net-wired', { text: 'Graag <snel> & "goed"', outlet: '2.14-03' });
		assert.equal(answer.status, 422);
		assert.equal(answer.headers['cache-control'], 'no-store');
		const error = answer.text.match(/<div class="summary-error"[\s\S]*?<\/div>/)[0];
		assert.match(error, /href="#f-room"/);
		const room = tags(answer.text, 'input').find((i) => i.id === 'f-room');
		assert.equal(room['aria-invalid'], 'true');
		assert.match(room['aria-describedby'], /f-room-error/);
		assert.equal(answer.field('outlet'), '2.14-03');
		assert.match(answer.text, /Graag &lt;snel&gt; &amp; "goed"<\/textarea>/);
		assert.equal((await send(who, 'net-wired', { room: 'x'.repeat(501), outlet: '1' })).status, 422);
		assert.equal(await count(instance), before);
		assert.equal((await send(who, 'net-wired', { room: 'Waterpoort 2.14', outlet: '2.14-03' })).status, 303);
		who.close();
	});

	it('a request needs a text or a filled field', async () => {
		const who = await person(instance, student);
		for (const fields of [{}, { text: '' }, { text: ' \r\n\t ' }])
			assert.equal((await send(who, 'wifi', fields)).status, 422, JSON.stringify(fields));
		assert.equal((await send(who, 'acc-password', { phone: '06 12345678' })).status, 303);
		who.close();
	});

	it('the same form again, in any tab and language and at the same moment, is one request', async () => {
		const who = await person(instance, student), tab = who.copy();
		const page = await who.get('/services/wifi'), before = await count(instance);
		const form = { csrf: page.csrf, key: newKey(), text: 'Eén keer graag' };
		const answers = await Promise.all([who, tab, who, tab, who, tab, who, tab].map((b) => b.post('/services/wifi/requests', form)));
		const numbers = new Set(answers.map(numberOf));
		assert.deepEqual([...new Set(answers.map((a) => a.status))], [303]);
		assert.equal(numbers.size, 1);
		assert.equal(await count(instance), before + 1);
		await who.get('/?lang=en');
		assert.equal(numberOf(await who.post('/services/wifi/requests', form)), [...numbers][0]);
		who.close();
		tab.close();
	});

	it('a used key with other content is a 409 page that keeps it and sends it as a new one', async () => {
		const who = await person(instance, student);
		const page = await who.get('/services/wifi'), key = newKey();
		const first = await who.post('/services/wifi/requests', { csrf: page.csrf, key, text: 'Eerst dit' });
		const used = await who.post('/services/wifi/requests', { csrf: page.csrf, key, text: 'Nu dat' });
		assert.equal(used.status, 409);
		assert.match(used.text, /Nu dat<\/textarea>/);
		assert.match(used.text, new RegExp(`href="${at(instance, `/requests/${numberOf(first)}`)}"`));
		assert.notEqual(used.field('key'), key);
		const anew = await who.post('/services/wifi/requests', { csrf: used.csrf, key: used.field('key'), text: 'Nu dat' });
		assert.equal(anew.status, 303);
		assert.notEqual(numberOf(anew), numberOf(first));
		const other = await who.post('/services/acc-mfa/requests', { csrf: page.csrf, key, text: 'Eerst dit' });
		assert.equal(other.status, 409, 'another service is other content');
		const stranger = await person(instance, guest);
		assert.equal((await send(stranger, 'wifi', { key, text: 'Eerst dit' })).status, 303, 'a key is of one person');
		who.close();
		stranger.close();
	});

	it('a form has a key of its own, and the page a new ETag, once it was used', async () => {
		const who = await person(instance, student);
		const page = await who.get('/services/wifi'), again = await who.get('/services/wifi');
		assert.equal(again.field('key'), page.field('key'));
		assert.equal(again.headers.etag, page.headers.etag);
		const unchanged = { headers: { 'if-none-match': page.headers.etag } };
		assert.equal((await who.get('/services/wifi', unchanged)).status, 304);
		assert.equal((await send(who, 'wifi', { text: 'Hoi' })).status, 303);
		const after = await who.get('/services/wifi', unchanged);
		assert.equal(after.status, 200);
		assert.notEqual(after.field('key'), page.field('key'));
		who.close();
	});

	it('no key, a key with other characters, no token, another site: refused and not stored', async () => {
		const who = await person(instance, student), { csrf } = await who.get('/services/wifi');
		const before = await count(instance), form = { csrf, key: newKey(), text: 'Hoi' };
		for (const key of ['', 'a b', 'x'.repeat(65), 'é'])
			assert.equal((await who.post('/services/wifi/requests', { ...form, key })).status, 400, key);
		assert.equal((await who.post('/services/wifi/requests', { csrf, text: 'Hoi' })).status, 400);
		assert.equal((await who.post('/services/wifi/requests', { ...form, csrf: 'x' })).status, 403);
		assert.equal((await who.post('/services/wifi/requests', form, { headers: { origin: 'https://elders.example', 'sec-fetch-site': 'cross-site' } })).status, 403);
		assert.equal((await who.post('/services/wifi/requests', { ...form, text: 'x'.repeat(9000) })).status, 422);
		assert.equal((await who.post('/services/wifi/requests', { ...form, text: 'x'.repeat(200 << 10) })).status, 413);
		assert.equal(await count(instance), before);
		who.close();
	});

	it('a service that is closed takes no request, one of somebody else is 404 like one that is not there', async () => {
		const who = await person(instance, student), { csrf } = await who.get('/services/wifi');
		const before = await count(instance);
		const closed = catalogue(personas[0].groups, '2026-11-25', 'nl').find((s) => s.state === 'closed');
		const page = await who.get(`/services/${closed.id}`);
		assert.ok(!/id="request"/.test(page.text), 'no form');
		assert.match(page.text, /Nu niet open/);
		assert.equal((await who.post(`/services/${closed.id}/requests`, { csrf, key: newKey(), text: 'Hoi' })).status, 422);
		const bytes = [];
		for (const id of ['sick-staff', 'bestaat-niet']) {
			const answer = await who.post(`/services/${id}/requests`, { csrf, key: newKey(), text: 'Hoi' });
			assert.equal(answer.status, 404);
			bytes.push(clean(answer.text));
		}
		assert.equal(bytes[0], bytes[1]);
		assert.equal(await count(instance), before);
		who.close();
	});

	it('somebody else\'s request is 404, byte for byte like one that is not there', async () => {
		const who = await person(instance, student), other = await person(instance, lecturer);
		const number = numberOf(await send(who, 'wifi', { text: 'Van mij' }));
		const bytes = [];
		for (const path of [`/requests/${number}`, '/requests/999999', '/requests/0', '/requests/abc', `/requests/0${number}`, '/requests/99999999999999999999']) {
			for (const accept of ['text/html', 'application/json', 'application/xml']) {
				const answer = await other.get(path, { headers: { accept } });
				assert.equal(answer.status, 404, path);
				bytes.push([accept, clean(answer.text)]);
			}
		}
		for (const accept of ['text/html', 'application/json', 'application/xml'])
			assert.equal(new Set(bytes.filter((b) => b[0] === accept).map((b) => b[1])).size, 1, accept);
		assert.ok(!(await other.json('/requests')).text.includes('Van mij'));
		who.close();
		other.close();
	});

	it('what happened to a request is told in words, and a closed one is no longer open', async () => {
		const who = await person(instance, lecturer);
		const number = numberOf(await send(who, 'wifi', { text: 'Hoi' }));
		await instance.sql(`INSERT INTO ticket_event (ticket, kind, desk, at) VALUES (${number}, 'moved', 'fm-desk', UNIX_TIMESTAMP()), (${number}, 'closed', 'fm-desk', UNIX_TIMESTAMP())`);
		const page = await who.get(`/requests/${number}`);
		assert.match(page.text, /Doorgestuurd naar/);
		assert.ok(!/is verstuurd/.test(page.text));
		const { requests: list } = (await who.json('/requests')).json;
		const { desk, state } = list.find((r) => r.number === number);
		assert.deepEqual([desk, state], ['fm-desk', 'closed']);
		who.close();
	});
}

/** Without what differs on every answer: number of the request, form token, and the address asked for. */
function clean(text) {
	return text.replace(/name="csrf" value="[^"]*"/g, '').replace(/csrf="[^"]*"/g, '').replace(/"csrf":"[^"]*"/g, '')
		.replace(/(<code>|"number":"|number=")[^<"]*/g, '').replace(/name="return" value="[^"]*"/g, '').replace(/here="[^"]*"/g, '')
		.replace(/href="[^"]*[?&;]lang=/g, 'href="lang=').replace(/"href":"[^"]*lang=/g, '"href":"lang=');
}

// ---- requests and a database that fails ----

function lossless(instance, it) {
	it('a database that is killed while requests are sent: 503 or 303, nothing lost that was said to be stored, nothing doubled', async () => {
		const who = await person(instance, student), before = await count(instance);
		const page = await who.get('/services/wifi'), sent = new Map();
		const post = (key) => who.post('/services/wifi/requests', { csrf: page.csrf, key, text: `Nummer ${key}` }).catch(() => ({ status: 0, headers: {} }));
		let running = true;
		const tabs = [1, 2, 3].map(async () => {
			while (running) {
				const key = newKey(), answer = await post(key);
				sent.set(key, answer.status);
			}
		});
		await sleep(300);
		process.kill(instance.pid('mariadb'), 'SIGKILL');
		await sleep(1500);
		running = false;
		await Promise.all(tabs);
		assert.equal((await instance.script('start')).code, 0);
		await eventually('requests are taken again', 10, async () => (await who.get('/requests')).status === 200);
		assert.deepEqual([...new Set(sent.values())].filter((s) => ![303, 503].includes(s)), []);
		const stored = new Set((await instance.sql("SELECT form_key FROM ticket WHERE text LIKE 'Nummer %'")).map(([key]) => key));
		for (const [key, status] of sent)
			if (status === 303)
				assert.ok(stored.has(key), `${key} was said to be stored`);
		assert.ok([...sent.values()].includes(503), 'some were refused');
		// Every form again, as a person would: each is there once.
		for (const key of sent.keys())
			assert.equal((await post(key)).status, 303, key);
		assert.equal(await count(instance), before + sent.size);
		who.close();
	}, 120);

	it('an answer of the database that is cut off after COMMIT: the form again gives the number that was stored', async () => {
		const real = `${instance.runtime}/own/mariadb.sock`, bent = `${instance.runtime}/own/bent.sock`;
		const proxy = await new FaultProxy({ listen: { path: bent }, upstream: { path: real } }).start();
		fs.chmodSync(bent, 0o777);
		const who = await person(instance, student), page = await who.get('/services/wifi'), before = await count(instance);
		await instance.reconfigure((text) => text.replace(`socket="${real}"`, `socket="${bent}"`));
		try {
			const form = { csrf: page.csrf, key: newKey(), text: 'Is dit bewaard?' };
			await eventually('the programs are back', 10, async () => (await who.get('/requests')).status === 200);
			proxy.mode = 'after bewaard';
			const lost = await who.post('/services/wifi/requests', form);
			assert.ok(proxy.forgot, 'the answer to COMMIT was cut off');
			assert.equal(lost.status, 503);
			assert.ok(Number(lost.headers['retry-after']) > 0);
			assert.equal(await count(instance), before + 1, 'it was stored all the same');
			const again = await who.post('/services/wifi/requests', form);
			assert.equal(again.status, 303);
			assert.equal(await count(instance), before + 1);
			assert.match((await who.get(again.headers.location.replace(/.*requests/, '/requests'))).text, /Is dit bewaard\?/);
		} finally {
			await instance.reconfigure((text) => text.replace(`socket="${bent}"`, `socket="${real}"`));
			await proxy.stop();
			who.close();
		}
	}, 120);
}

await main('home', [{
	name: 'the command',
	start: () => new Instance({ now: '2026-11-25T12:00' }).start(),
	tests: routing,
	stop: (instance) => instance?.stop(),
}, ...onFronts(['nginx/', 'apache/portal/'], (instance) => {
	const it = (sentence, run, seconds) => test(`${instance.name}: ${sentence}`, run, seconds);
	requests(instance, it);
	if (instance.web === 'nginx')
		lossless(instance, it);
}, { now: '2026-11-25T12:00' })]);
