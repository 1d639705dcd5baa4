// Why somebody sees a service or not: held against the recount, and by doing in the directory what it says would turn it.
import fs from 'node:fs';
import path from 'node:path';
import { assert, main, test } from './lib/registry.mjs';
import { allGroups, catalogue, personas, services } from './lib/campus.mjs';
import { person, tags } from './lib/http.mjs';
import { Instance } from './lib/instance.mjs';
import { manual, unlike } from './lib/manual.mjs';

const date = '2026-11-25', student = 's1012345', ended = 's2000002';
const base = 'dc=merwestad,dc=example';

/** What a persona is assigned, after a change. */
function changed(groups, changes) {
	const left = changes.filter((c) => c.do === 'leave').map((c) => c.group);
	return [...groups.filter((g) => !allGroups([g]).some((id) => id !== 'everyone' && left.includes(id))),
		...changes.filter((c) => c.do === 'join').map((c) => c.group)];
}

const seen = (groups, when, id) => catalogue(groups, when, 'nl').find((s) => s.id === id);

const dayAfter = (iso) => new Date(Date.parse(iso) + 86400e3).toISOString().slice(0, 10);

/** Each turn, counted again: the catalogue without our program says the same. The recount knows no ends of
 *  memberships: these are asked for on the day after. */
async function checkTurns(instance, p, e) {
	for (const turn of e.would_change) {
		const wait = turn.changes.find((c) => c.do === 'wait');
		const then = wait?.for === 'membership'
			? (await instance.answer('catalogue', p.uid, '--date', dayAfter(wait.at))).services.find((s) => s.id === e.service)
			: seen(changed(p.groups, turn.changes), wait?.at ?? date, e.service);
		const what = `${p.uid} ${e.service}: ${JSON.stringify(turn)}`;
		assert.equal(Boolean(then), turn.visible, what);
		assert.equal(then?.state ?? null, turn.state, what);
		assert.ok(turn.visible !== e.visible || (e.state === 'closed' && turn.state === 'open'), what);
	}
}

function explained(instance) {
	for (const [n, p] of personas.entries())
		test(`what is explained to ${p.name} (${p.id}) is the recount, and so is what would turn it`, async () => {
			const some = services.filter((_, i) => i % 30 === n);
			for (const { id } of some) {
				const e = await instance.answer('explain', p.uid, id, '--date', date);
				const entry = seen(p.groups, date, id);
				assert.equal(e.visible, Boolean(entry), `${p.uid} ${id}`);
				assert.equal(e.state, entry?.state ?? null, `${p.uid} ${id}`);
				assert.equal(['audience', 'closed'].includes(e.reason), e.visible, e.reason);
				if (entry)
					assert.deepEqual([...new Set(e.proof.flatMap((part) => part.hats))].sort(), [...entry.hats].sort(), id);
				for (const step of e.proof.flatMap((part) => part.proof))
					if (step.kind === 'attribute' || step.kind === 'ldap-group') {
						assert.match(step.server, /^ldap/);
						assert.match(step.dn, new RegExp(`^uid=${p.uid},`));
						assert.match(step.read_at, /^2026-11-25T/);
					}
				await checkTurns(instance, p, e);
			}
		});
}

/** loket.xml with one thing otherwise, beside it. */
function changedSettings(instance, what, instead) {
	const conf = path.join(instance.state, 'changed.xml');
	fs.writeFileSync(conf, fs.readFileSync(path.join(instance.state, 'loket.xml'), 'utf8').replace(what, instead), { mode: 0o600 });
	return conf;
}

const member = (cn, uid, how) => `dn: cn=${cn},ou=groups,${base}\nchangetype: modify\n${how}: member\nmember: uid=${uid},ou=people,${base}\n`;

function done(instance) {
	test('doing in the directory what would turn it turns it, and undoing it turns it back', async () => {
		const before = await instance.answer('explain', student, 'hire-sa');
		assert.equal(before.reason, 'not-in-audience');
		const join = before.would_change.flatMap((t) => t.changes).find((c) => c.group === 'teaching_staff');
		const dn = join.by.find((way) => way.kind === 'ldap-group').dn;
		await instance.ldif(member(/^cn=([^,]+)/.exec(dn)[1], student, 'add'));
		const then = await instance.answer('explain', student, 'hire-sa');
		assert.equal(then.visible, true);
		const step = then.proof.find((part) => part.group === 'teaching_staff').proof.at(-1);
		assert.deepEqual([step.kind, step.chain, step.attribute], ['ldap-group', [dn], 'member']);
		await instance.ldif(member(/^cn=([^,]+)/.exec(dn)[1], student, 'delete'));
		assert.equal((await instance.answer('explain', student, 'hire-sa')).visible, false);
	});

	test('a membership that has ended is the reason, with its end and the proof it had', async () => {
		const e = await instance.answer('explain', ended, 'payslip');
		assert.deepEqual([e.visible, e.reason, e.proof.map((part) => part.group)], [false, 'ended', ['employee']]);
		assert.match(e.proof[0].ended, /^2026-11-24T/);
		assert.equal(e.proof[0].proof[0].attribute, 'eduPersonAffiliation');
	});

	test('the example of the manual is what it answers', async () => {
		const [example] = manual().filter((e) => e.would_change);
		const live = await instance.answer('explain', example.person, example.service, '--lang', 'en');
		live.proof = live.proof.filter((part) => part.excludes);
		assert.deepEqual(unlike(example, live, 'explain'), []);
		assert.deepEqual([live.title, live.reason, live.rule, live.would_change], [example.title, example.reason, example.rule, example.would_change]);
	});

	test('groups stand for a person, and an exclusion is taken away by leaving it and joining what it gave', async () => {
		const e = await instance.answer('explain', '--groups', 'phd_scholarship', 'reenrol', '--date', '2026-06-01');
		assert.equal(e.reason, 'excluded');
		assert.deepEqual(e.would_change.map((t) => t.changes.map((c) => `${c.do} ${c.group}`)), [['join student', 'leave phd_scholarship']]);
		assert.deepEqual(e.would_change[0].changes[1].hats, ['student']);
	});

	test('it speaks in sentences, in both languages, and groups does too', async () => {
		for (const [lang, words] of [['nl', ['ziet de dienst', 'niet.', 'Dit zou het antwoord veranderen:']],
			['en', ['does not see the service', 'This would change the answer:']]]) {
			const { out } = await instance.loketctl('explain', student, 'hire-sa', '--lang', lang);
			for (const word of words)
				assert.ok(out.includes(word), out);
		}
		const { out } = await instance.loketctl('groups', student, '--lang', 'en');
		assert.match(out, /the campus directory lists account s1012345 as a member of cn=/);
		assert.match(out, /uid=s1012345,ou=people,dc=merwestad,dc=example, campus, ldap:.*, read on 25 November 2026/);
	});

	test('an unknown service or person is exit 1, too few words exit 2, a directory that is away exit 3', async () => {
		for (const [words, code, says] of [[[student, 'wifii'], 1, /no service "wifii"/], [['niemand', 'wifi'], 1, /./],
			[[student], 2, /explain UID SERVICE/], [[], 2, /./], [[student, 'wifi', '--date', '2026-02-30'], 2, /2026-02-30/]]) {
			const answer = await instance.loketctl('explain', ...words);
			assert.equal(answer.code, code, words.join(' '));
			assert.match(answer.err, says);
			assert.equal(answer.out, '');
		}
		const conf = changedSettings(instance, /ldap:\/\/127\.0\.0\.1:\d+/, 'ldap://127.0.0.1:1');
		assert.equal((await instance.loketctl('-c', conf, 'explain', student, 'wifi')).code, 3);
	});

	test('where the groups cannot be read it answers that nobody knows, names the source and is exit 3', async () => {
		const conf = changedSettings(instance, /<groups base="ou=groups,/, '<groups base="ou=away,');
		const { code, out } = await instance.loketctl('-c', conf, 'explain', student, 'hire-sa', '--json');
		const e = JSON.parse(out);
		assert.deepEqual([code, e.visible, e.reason, e.complete, e.missing], [3, false, 'unknown', false, ['campus']]);
		assert.match((await instance.loketctl('-c', conf, 'explain', student, 'hire-sa', '--lang', 'nl')).out, /Let op: bron campus gaf geen antwoord/);
		assert.equal((await instance.answer('-c', conf, 'explain', student, 'wifi')).reason, 'audience');
	});

	test('people read on /me why they are in each group, without a DN', async () => {
		const who = await person(instance, 's1050118');
		const { json } = await who.json('/me');
		const group = json.groups.find((g) => g.id === 'intl_student');
		assert.deepEqual(group.under, ['student']);
		assert.deepEqual(group.proof[0].chain, ['intl-noneu', 'intl-studenten']);
		assert.match(group.proof[0].read_at, /^2026-11-25T/);
		const { text } = await who.get('/me?lang=nl');
		assert.match(text, /Je bent <strong>Student<\/strong> omdat in de campusgids bij jouw account s1050118 staat: <code>eduPersonAffiliation = student<\/code>\./);
		assert.match(text, /lid is van <code>intl-noneu<\/code> en dat is een deel van <code>intl-studenten<\/code>/);
		assert.ok(!text.includes('dc=merwestad'), 'a DN is shown');
		assert.ok(!JSON.stringify(json).includes('dc=merwestad'), 'a DN is in the data');
		assert.ok(tags(text, 'form').some((form) => form.action === '/me/refresh'), 'no way to read them again');
		assert.match((await who.get('/me?lang=nl&state=refreshed')).text, /role="status">.*Je groepen zijn opnieuw gelezen\./);
		assert.equal((await who.json('/me?state=else')).json.state ?? null, null);
		who.close();
	});
}

await main('explain', [{
	name: 'the command and the page',
	start: () => new Instance({ now: `${date}T12:00` }).start(),
	tests: (instance) => {
		explained(instance);
		done(instance);
	},
	stop: (instance) => instance?.stop(),
}]);
