// People whose accounts are in two directories: put together, told apart, read again, and one of the two silent.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assert, eventually, main, sleep, test } from './lib/registry.mjs';
import { elsewhere, onFronts } from './lib/fronts.mjs';
import { Browser, person } from './lib/http.mjs';
import { read, root } from './lib/instance.mjs';
import { Second } from './lib/second.mjs';

const anna = 's1012345'; // a student of the sample, without any other hat
const second = await new Second({
	p12345: { employeeNumber: '12345', eduPersonAffiliation: ['employee', 'member'] },
	p00000: { employeeNumber: '0000', eduPersonAffiliation: ['employee', 'member'] },
	...Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`p7777${n}`, { employeeNumber: '77777', eduPersonAffiliation: ['employee', 'member'] }])),
}).start();

const configured = (text) => text
	.replace(/<accounts>[^]*?<\/accounts>\s*/, '')
	.replace('  <source id="campus">', `  <accounts last-good="60">
    <link><key attribute="employeeNumber"/><key attribute="mail"/></link>
  </accounts>
  <source id="campus">`)
	.replace('</loket>', `  ${second.source('hr')}\n</loket>`);

function people(instance) {
	const it = (sentence, body, seconds) => test(`${instance.name}: ${sentence}`, body, seconds);
	const ask = (...words) => instance.answer(...words);
	const dn = async (uid) => /^dn: (.*)$/m.exec(await instance.ldapsearch('-b', 'dc=merwestad,dc=example', `(uid=${uid})`, '1.1'))[1];
	const give = async (uid, number) => instance.ldif(`dn: ${await dn(uid)}\nchangetype: modify\nreplace: employeeNumber\n${number ? `employeeNumber: ${number}\n` : ''}-\n`);
	const hats = async (who) => (await who.json('/')).json.hats.map((hat) => hat.id);
	let alone;

	it('a person who is in one directory only is who they were', async () => {
		alone = await ask('groups', anna);
		await instance.reconfigure(configured);
		const now = await ask('groups', anna);
		assert.deepEqual(now.groups.map((g) => g.id), alone.groups.map((g) => g.id));
		assert.deepEqual([now.accounts, now.complete, now.missing], [[anna], true, []]);
	}, 60);

	it('accounts with the same key are one person: both hats, each service once, from either sign-in', async () => {
		await give(anna, '12345');
		for (const uid of [anna, 'p12345']) {
			const said = await ask('groups', uid);
			assert.deepEqual([...said.accounts].sort(), ['p12345', anna].sort(), uid);
			assert.equal(said.accounts[0], uid);
			assert.deepEqual(said.hats, ['student', 'employee']);
			const who = new Browser(instance, { from: elsewhere() });
			assert.equal((await who.signIn(uid)).status, 303, uid);
			const home = (await who.json('/')).json;
			assert.deepEqual(home.hats.map((hat) => hat.id), ['student', 'employee']);
			assert.equal(new Set(home.services.map((s) => s.id)).size, home.services.length);
			assert.ok(home.complete);
		}
		const employee = (await ask('groups', 'p12345')).groups.find((g) => g.id === 'employee');
		assert.deepEqual([employee.proof[0].source, employee.proof[0].account], ['hr', 'p12345']);
	}, 60);

	it('a key on too many entries, or one that is a placeholder, links nobody', async () => {
		for (const number of ['77777', '0000']) {
			await give(anna, number);
			const said = await ask('groups', anna);
			assert.deepEqual([said.accounts, said.hats, said.complete], [[anna], ['student'], true], number);
		}
	});

	it('where the most trusted key differs, a less trusted one that is alike links nobody', async () => {
		const mail = /^mail: (.*)$/m.exec(await instance.ldapsearch('-b', 'dc=merwestad,dc=example', `(uid=${anna})`, 'mail'))[1];
		await second.modify(`dn: ${Second.dn('p12345')}\nchangetype: modify\nreplace: mail\nmail: ${mail}\n-\n`);
		await give(anna, null);
		assert.deepEqual((await ask('groups', anna)).accounts, [anna, 'p12345']);
		await give(anna, '54321');
		assert.deepEqual((await ask('groups', anna)).accounts, [anna]);
		await give(anna, '12345');
	});

	it('what changes in a directory counts at once when somebody asks, and within the time otherwise', async () => {
		const who = await person(instance, anna), other = await person(instance, anna);
		assert.deepEqual(await hats(who), ['student', 'employee']);
		const away = `dn: ${Second.dn('p12345')}\nchangetype: modify\ndelete: eduPersonAffiliation\neduPersonAffiliation: employee\n-\n`;
		await second.modify(away);
		const began = Date.now(), said = await ask('refresh', anna);
		assert.ok(said.sessions >= 2);
		await eventually('the hat is off in every session', 2, async () => (await hats(who)).length === 1 && (await hats(other)).length === 1, 20);
		console.log(`  refresh UID: off in every session after ${Date.now() - began} ms`);
		await second.modify(away.replace('delete:', 'add:'));
		const page = await who.get('/me'), pressed = await who.post('/me/refresh', { csrf: page.csrf });
		assert.equal(pressed.status, 303);
		assert.match(pressed.headers.location, /\/me\?state=refreshed$/);
		await eventually('the hat is on', 2, async () => (await hats(who)).length === 2, 20);
		assert.equal((await who.post('/me/refresh', { csrf: 'wrong' })).status, 403);
		assert.equal((await instance.loketctl('refresh', 'niemand')).code, 1);
	}, 60);

	it('what is for the account that signed in is seen with the other one and used with its own only', async () => {
		const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'loket-people.')), file = path.join(folder, 'groups.xml');
		const text = read(path.join(root, 'conf/sample/groups.xml')), who = await person(instance, anna), own = new Browser(instance, { from: elsewhere() });
		fs.writeFileSync(file, text.replace('<group id="employee" ', '<group id="employee" this-login="yes" '));
		const imported = async (name) => {
			const { code, err } = await instance.loketctl('import', name);
			assert.equal(code, 0, err);
		};
		await own.signIn('p12345');
		await imported(file);
		try {
			const list = (await who.json('/')).json.services;
			const [lent] = list.filter((s) => s.state === 'open' && s.hats.join() === 'employee'), [both] = list.filter((s) => s.state === 'open' && s.hats.length === 2);
			const send = async (tab, id) => tab.post(`/services/${id}/requests`, { csrf: (await tab.get(`/services/${id}`)).csrf, key: 'a'.repeat(22), text: 'x' });
			await eventually('the new groups count', 3, async () => (await who.json(`/services/${lent.id}`)).json.service.usable === false, 50);
			const page = await who.get(`/services/${lent.id}`);
			assert.match(page.text, /andere account/);
			assert.ok(!page.text.includes(`/services/${lent.id}/requests`));
			assert.equal((await send(who, lent.id)).status, 403);
			assert.equal((await who.json(`/services/${both.id}`)).json.service.usable, true);
			assert.equal((await own.json(`/services/${lent.id}`)).json.service.usable, true);
		} finally {
			await imported(path.join(root, 'conf/sample/groups.xml'));
			fs.rmSync(folder, { recursive: true });
		}
	}, 60);

	it('who signs in to both accounts ties them, whatever their keys; who tells them apart is two people again', async () => {
		await give(anna, null);
		await second.modify(`dn: ${Second.dn('p12345')}\nchangetype: modify\nreplace: mail\nmail: p12345@personeel.example\n-\n`);
		const who = await person(instance, anna), link = async (fields) => who.post('/login/link', { csrf: (await who.get('/login/link')).csrf, ...fields });
		assert.deepEqual(await hats(who), ['student']);
		for (const [fields, state] of [[{ username: 'p12345', password: 'fout' }, 'wrong'], [{ username: 'p12345', password: '' }, 'wrong'],
			[{ username: 'niemand', password: 'x' }, 'wrong'], [{ username: anna, password: `welkom-${anna}` }, 'same']]) {
			const answer = await who.post('/login/link', { csrf: (await who.get('/login/link')).csrf, ...fields }, { headers: { accept: 'application/json' } });
			assert.deepEqual([answer.status, answer.json.state], [422, state], JSON.stringify(fields));
		}
		assert.equal((await who.post('/login/link', { username: 'p12345', password: 'welkom-p12345', csrf: 'wrong' })).status, 403);
		assert.equal((await new Browser(instance).get('/login/link')).status, 303);
		assert.deepEqual(await hats(who), ['student']);
		const tied = await link({ username: 'p12345', password: 'welkom-p12345' });
		assert.deepEqual([tied.status, tied.headers.location], [303, '/me?state=linked']);
		await eventually('both hats', 2, async () => (await hats(who)).length === 2, 20);
		const me = (await who.json('/me')).json;
		assert.deepEqual(me.accounts.map((a) => [a.uid, a.source, a.own, a.by ?? null]), [[anna, 'campus', true, null], ['p12345', 'hr', false, 'table']]);
		assert.deepEqual((await ask('groups', 'p12345')).hats, ['student', 'employee'], 'from the other side too');

		const part = async (fields) => who.post('/me/accounts/part', { csrf: (await who.get('/me')).csrf, ...fields });
		assert.equal((await part({ source: 'hr', account: 'p77771' })).status, 404, 'not theirs');
		assert.equal((await part({ source: 'campus', account: anna })).status, 404, 'the one that signed in');
		await give(anna, '12345'); // the same key now, and yet
		const parted = await part({ source: 'hr', account: 'p12345' });
		assert.deepEqual([parted.status, parted.headers.location], [303, '/me?state=parted']);
		await eventually('one hat', 2, async () => (await hats(who)).length === 1, 20);
		assert.deepEqual((await ask('groups', 'p12345')).accounts, ['p12345']);
		await link({ username: 'p12345', password: 'welkom-p12345' });
		await eventually('both hats again', 2, async () => (await hats(who)).length === 2, 20);
		assert.equal((await who.post('/me/data/erase', { csrf: (await who.get('/me')).csrf })).status, 303);
		assert.deepEqual(await instance.sql('SELECT COUNT(*) FROM account_link'), [['0']]);
	}, 90);

	it('a directory that falls silent: signed in, what it said stands in; signing in, its hat is missing and the page says so', async () => {
		const who = await person(instance, anna);
		second.process.kill('SIGSTOP');
		try {
			await instance.loketctl('refresh', anna);
			const kept = (await who.json('/')).json;
			assert.deepEqual(kept.hats.map((hat) => hat.id), ['student', 'employee'], 'what it said stands in');
			assert.equal(kept.complete, false);
			assert.ok(kept.hats.every((hat) => hat.until === null), 'how long it stands in is no end of a hat');
			assert.ok(Date.parse(kept.stale_since) <= Date.now(), 'with its age');
			assert.match((await who.get('/')).text, /personeelsadministratie gaf geen antwoord\. We gebruiken nog even/);
			await instance.sql('DELETE FROM session; INSERT INTO change_log (kind) VALUES (\'all\')').catch(() => instance.sql('DELETE FROM session'));
			const visitor = new Browser(instance, { from: elsewhere() }), began = Date.now();
			assert.equal((await visitor.signIn(anna)).status, 303);
			assert.ok(Date.now() - began < 3000, `${Date.now() - began} ms`);
			const home = (await visitor.json('/')).json;
			assert.deepEqual([home.hats.map((hat) => hat.id), home.complete], [['student'], false]);
			const healthy = new Set(kept.services.map((s) => s.id));
			assert.ok(home.services.every((s) => healthy.has(s.id)));
			assert.match((await visitor.get('/')).text, /personeelsadministratie/);
			const own = new Browser(instance, { from: elsewhere() }), mine = await own.signIn('p12345', {}, { headers: { accept: 'application/json' } });
			assert.equal(mine.status, 503, 'who is known there only is not told "wrong password"');
		} finally {
			second.process.kill('SIGCONT');
		}
		await eventually('both hats again', 15, async () => {
			const visitor = new Browser(instance, { from: elsewhere() });
			await visitor.signIn(anna);
			return (await hats(visitor)).length === 2;
		}, 500);
	}, 90);

	it('a hat that ends takes effect to the second in a running session', async () => {
		const ends = Date.now() + 8000, end = new Date(ends).toISOString().replace(/[-:T]|\.\d+/g, '');
		await second.modify(`dn: ${Second.dn('p12345')}\nchangetype: modify\nreplace: mwsEmployeeUntil\nmwsEmployeeUntil: ${end}\n-\n`);
		await ask('refresh', anna);
		const who = await person(instance, anna);
		assert.deepEqual(await hats(who), ['student', 'employee']);
		await sleep(Math.max(0, ends - Date.now()) + 500);
		assert.deepEqual(await hats(who), ['student']);
		await second.modify(`dn: ${Second.dn('p12345')}\nchangetype: modify\ndelete: mwsEmployeeUntil\n-\n`);
	}, 60);
}

await main('people', onFronts(['nginx/'], people).map((part) => ({
	...part,
	stop: async (instance) => {
		await part.stop(instance);
		await second.stop();
	},
})));
