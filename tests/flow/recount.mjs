// The catalogue of every persona, on three days, against a recount of our own: by command, over
// HTTP as JSON, XML and the page that people see.
import { assert, main, test } from './lib/registry.mjs';
import { Instance, read } from './lib/instance.mjs';
import { person, tags } from './lib/http.mjs';
import { allGroups, catalogue, hats, personas, services, shape } from './lib/campus.mjs';

const dates = ['2026-11-23', '2026-07-15', '2027-02-01'];
const same = (got, expected, who) => {
	assert.deepEqual(got.map((s) => s.id), expected.map((s) => s.id), `${who}: services and their order`);
	got.forEach((service, i) => assert.deepEqual(service, expected[i], `${who}: ${service.id}`));
};

function commands(instance) {
	for (const p of personas) {
		test(`loketctl groups finds every group of ${p.name} (${p.id}) and proves each`, async () => {
			const answer = await instance.answer('groups', p.uid);
			assert.deepEqual(answer.groups.map((g) => g.id).sort(), allGroups(p.groups).sort());
			assert.deepEqual(answer.hats, hats(p.groups));
			assert.equal(answer.complete, true);
			for (const group of answer.groups)
				assert.ok(group.proof.length, `${group.id} has no proof`);
		});
		for (const date of dates)
			test(`loketctl catalogue of ${p.name} (${p.id}) on ${date} is the recount`, async () => {
				const expected = catalogue(p.groups, date, p.lang);
				const byUid = await instance.answer('catalogue', p.uid, '--date', date);
				same(byUid.services.map(shape), expected, p.uid);
				const byGroups = await instance.answer('catalogue', '--groups', p.groups.join(','), '--date', date, '--lang', p.lang);
				same(byGroups.services.map(shape), expected, `--groups ${p.groups}`);
			});
	}
}

function pages(instance, date) {
	for (const p of personas)
		test(`on ${date} ${p.name} (${p.id}) gets the recount as JSON, XML and page, each service once`, async () => {
			const expected = catalogue(p.groups, date, p.lang);
			const who = await person(instance, p.uid);
			const { json } = await who.json('/');
			assert.equal(json.person.uid, p.uid);
			assert.equal(json.person.lang, p.lang);
			assert.deepEqual(json.hats.map((h) => h.id), hats(p.groups));
			assert.equal(json.complete, true);
			same(json.services.map(shape), expected, p.uid);

			const ids = expected.map((s) => s.id);
			const xml = (await who.get('/', { headers: { accept: 'application/xml' } })).text;
			const inside = xml.slice(xml.indexOf('<services'), xml.indexOf('</services>'));
			assert.deepEqual(tags(inside, 'service').map((s) => s.id), ids, 'XML');

			// Six that are open now, by rank; being open for a while only is worth 20.
			const timely = new Set(services.filter((s) => s.windows.length).map((s) => s.id));
			const weight = (s) => s.rank + (timely.has(s.id) ? 20 : 0);
			const top = expected.filter((s) => s.state === 'open').map((s, at) => ({ ...s, at }))
				.sort((a, b) => weight(b) - weight(a) || a.at - b.at).slice(0, 6);
			const topOf = tags(xml.slice(xml.indexOf('<top'), xml.indexOf('</top>')), 'ref');
			assert.deepEqual(topOf.map((r) => r.id), top.map((s) => s.id), 'what matters now');
			assert.deepEqual(topOf.map((r) => Boolean(r.closes)), top.map((s) => timely.has(s.id)), 'says until when');

			const html = (await who.get('/')).text;
			const linked = new Set(tags(html, 'a').map((a) => a.href ?? '')
				.filter((href) => href.startsWith(`${instance.base}services/`))
				.map((href) => href.slice(`${instance.base}services/`.length).replace(/#.*/, '')));
			assert.deepEqual([...linked].sort(), [...ids].sort(), 'links of the page');
			assert.equal((html.match(/<html[^>]*\blang="([a-z]+)"/) ?? [])[1], p.lang);
			const listed = tags(html, '(?:li|article|section|div)').map((t) => t.id ?? '').filter((id) => id.startsWith('s-'));
			assert.equal(new Set(listed).size, listed.length, 'a service is twice in the list');
			who.close();
		});
}

await main('recount', dates.map((date, i) => ({
	name: `the portal on ${date}`,
	start: () => new Instance({ now: `${date}T12:00` }).start(),
	tests: (instance) => {
		if (!i) {
			test('the sample catalogue holds the services of the campus files and no other', async () => {
				const text = read('conf/sample/catalogue.xml');
				assert.deepEqual(tags(text, 'service').map((s) => s.id), services.map((s) => s.id));
			});
			commands(instance);
		}
		pages(instance, date);
	},
	stop: (instance) => instance?.stop(),
})));
