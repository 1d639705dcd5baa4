// A thousand people with directory groups to match, one of them in 2,500; and many tries at the same moment.
import fs from 'node:fs';
import path from 'node:path';
import { assert, main, sleep, test } from './lib/registry.mjs';
import { elsewhere } from './lib/fronts.mjs';
import { Browser, person } from './lib/http.mjs';
import { Instance, root, slowness } from './lib/instance.mjs';
import { MANY, accounts, compared } from './lib/sheet.mjs';

const PEOPLE = 1000, few = 's1012345';

class Crowd extends Instance {
	environment() {
		return { ...super.environment(), PEOPLE: String(PEOPLE) };
	}
}

const stored = async (instance, uid) =>
	Number((await instance.sql(`SELECT MAX(LENGTH(membership)) FROM session WHERE uid = '${uid}'`))[0][0]);

function crowd(instance) {
	test('everybody has the groups of the answer sheet, the portal\'s and the directory\'s', async () => {
		const program = path.join(root, process.env.O || `build/${process.env.MODE || 'rel'}`, 'bin/loket-people');
		const sheet = await accounts(program, PEOPLE, 20, path.join(instance.state, 'answers.tsv'));
		assert.ok(sheet.length > 70 && sheet.some(({ uid }) => uid === MANY));
		for (const one of sheet) {
			const found = await compared(instance, one);
			assert.ok(found.groups && found.directory, `${one.uid}: ${JSON.stringify(found)}`);
		}
	}, 120 * slowness);

	test('somebody in 500 groups and through them in 2,000 more signs in', async () => {
		const [account] = (await instance.answer('directory', MANY)).accounts;
		assert.equal(account.groups.length, 2500);
		assert.equal(account.groups.filter((g) => !g.via).length, 500);
		const visitor = new Browser(instance, { from: elsewhere() });
		const answer = await visitor.signIn(MANY);
		assert.equal(answer.status, 303);
		assert.ok(answer.ms < 2000 * slowness, `${answer.ms} ms`);
		assert.ok((await visitor.json('/')).json.services.length > 50);
		assert.equal((await visitor.get('/me')).status, 200);
		visitor.close();
	});

	test('groups that no rule uses take no memory in a session', async () => {
		const share = () => fs.statSync(path.join(instance.state, 'data/share')).size;
		const before = share(), one = await person(instance, few, { from: elsewhere() });
		const other = await person(instance, MANY, { from: elsewhere() });
		const [a, b] = [await stored(instance, few), await stored(instance, MANY)];
		assert.ok(a > 100 && b > 100 && b < a + 200, `${a} and ${b} bytes`);
		assert.equal(share(), before);
		one.close();
		other.close();
	});

	test('what is above a group is known until a group changes, and a change counts in time', async () => {
		const uid = 'm377215', club = 'cn=borrelcommissie,ou=groups,dc=merwestad,dc=example';
		const change = (verb) => instance.ldif(`dn: cn=ondernemingsraad,ou=groups,dc=merwestad,dc=example\nchangetype: modify\n` +
			`${verb}: uniqueMember\nuniqueMember: ${club}\n`);
		/** Operations of the directory in each of some sign-ins, by both programs; and whether all of them found the group. */
		const signIns = async () => {
			await sleep(1200);
			const seen = [];
			for (let i = 0; i < 8; i++) {
				const who = await person(instance, uid, { from: elsewhere() });
				seen.push((await who.json('/me')).json.groups.some((g) => g.id === 'works_council'));
				who.close();
			}
			const lines = instance.log('loketd').split('\n').map((l) => /\[(\d+)\] signin .*operations=(\d+)/.exec(l)).filter(Boolean);
			// The first of each process asks for what none of them knows yet.
			const warm = lines.filter(([, pid], i) => lines.findIndex((l) => l[1] === pid) < i);
			return { seen, operations: warm.slice(-7).map((l) => Number(l[2])) };
		};
		await instance.reconfigure((text) => text.replace('<database ', '<session groups-fresh="4"/><database '));
		await signIns();
		const quiet = await signIns();
		assert.ok(quiet.seen.every((yes) => !yes), 'not yet');
		assert.ok(quiet.operations.length && quiet.operations.every((n) => n <= 5), `nothing is asked again: ${quiet.operations}`);
		await change('add');
		assert.ok((await signIns()).seen.every((yes) => yes), 'a group that begins');
		await change('delete');
		assert.ok((await signIns()).seen.every((yes) => !yes), 'a group that ends');
	}, 60 * slowness);

	test('of many wrong passwords at the same moment no more than the free tries are answered', async () => {
		const visitors = await Promise.all(Array.from({ length: 24 }, async () => {
			const visitor = new Browser(instance, { from: elsewhere() });
			return { visitor, csrf: (await visitor.get('/login')).csrf };
		}));
		const began = performance.now();
		const answers = await Promise.all(visitors.map(async ({ visitor, csrf }) => {
			const answer = await visitor.post('/login', { username: few, password: 'geraden', csrf, return: '/' });
			return { status: answer.status, at: performance.now() - began };
		}));
		visitors.forEach(({ visitor }) => visitor.close());
		const seen = JSON.stringify(answers), answered = answers.filter((a) => a.status === 422).map((a) => a.at).sort((a, b) => a - b);
		assert.ok(answers.every((a) => [422, 429].includes(a.status)), seen);
		assert.ok(answered.length >= 5, seen);
		// Where the crowd takes longer than the first wait, whoever comes after it may try again.
		assert.ok(answered.slice(5).every((at, i) => at - answered[4 + i] > 700), seen);
	});
}

await main('crowd', [{ name: 'nginx /', start: () => new Crowd({ now: '2026-11-20T12:00' }).start(), tests: crowd, stop: (instance) => instance?.stop() }]);
