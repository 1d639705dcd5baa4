// The person's own side: where requests go, what is asked, sent, kept and shown, through the real front.
import fs from 'node:fs';
import path from 'node:path';
import { assert, main, test } from './lib/registry.mjs';
import { catalogue, personas } from './lib/campus.mjs';
import { Instance, root } from './lib/instance.mjs';

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

await main('home', [{
	name: 'the command',
	start: () => new Instance({ now: '2026-11-25T12:00' }).start(),
	tests: routing,
	stop: (instance) => instance?.stop(),
}]);
