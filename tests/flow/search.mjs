// Searching through the real front: why something was found, suggestions, and what is counted of searches in vain.
import { assert, main, test } from './lib/registry.mjs';
import { onFronts } from './lib/fronts.mjs';
import { person, tags } from './lib/http.mjs';

const student = 's1012345', both = 's1001776', secretary = 'm388420';

const ids = async (who, query) => (await who.json(`/search?q=${encodeURIComponent(query)}`)).json.results.map((r) => r.id);

function searches(instance) {
	const it = (sentence, body) => test(`${instance.name}: ${sentence}`, body);

	it('the page says why something was found that does not have the word', async () => {
		const who = await person(instance, student);
		const page = await who.get('/search?q=mijn%20netid');
		assert.match(page.text, /‘netid’ is een ander woord voor ‘account/);
		assert.equal(page.field('q'), 'mijn netid');
		assert.match((await who.get('/search?q=eduraom')).text, /Bedoel je ‘eduroam’/);
		assert.match((await who.get('/search?q=eduraom&lang=en')).text, /Did you mean ‘eduroam’/);
	});

	it('nothing found offers the themes and a question in own words, to a service of their own', async () => {
		const who = await person(instance, student);
		const page = await who.get('/search?q=xyzzy');
		assert.match(page.text, /Stel je vraag in je eigen woorden/);
		const own = new Set((await who.json('/')).json.services.map((s) => s.id));
		const { questions, themes } = (await who.json('/search?q=xyzzy')).json;
		assert.ok(questions.length > 0);
		assert.equal(themes, undefined, 'themes are for the view');
		for (const { id } of questions)
			assert.ok(own.has(id), id);
		assert.ok(tags(page.text, 'a').some((a) => a.href === `${instance.base}?theme=net`));
	});

	it('suggestions are a page and data, of the own catalogue only', async () => {
		const who = await person(instance, student), other = await person(instance, secretary);
		const answer = await who.json('/search/suggest?q=wach');
		assert.equal(answer.json.query, 'wach');
		assert.ok(answer.json.suggestions.some((s) => s.id === 'acc-password'), answer.text);
		assert.ok(answer.json.suggestions.length <= 8);
		const page = await who.get('/search/suggest?q=wach');
		assert.match(page.text, new RegExp(`href="${instance.base}services/acc-password"`));
		assert.ok(!(await who.json('/search/suggest?q=salarisst')).json.suggestions.some((s) => s.id === 'payslip'));
		assert.ok((await other.json('/search/suggest?q=salarisst')).json.suggestions.some((s) => s.id === 'payslip'));
	});

	it('list, search and suggestions never leave the own catalogue', async () => {
		for (const uid of [student, both, secretary]) {
			const who = await person(instance, uid);
			const own = new Set((await who.json('/')).json.services.map((s) => s.id));
			for (const query of ['aanvragen', 'contract', 'tentamen', 'salaris', 'visum', 'wifi', 'key', 'data'])
				for (const id of await ids(who, query))
					assert.ok(own.has(id), `${uid} ${query}: ${id}`);
			who.close();
		}
	});

	it('searches in vain are counted in words alone, and shown from five up', async () => {
		const who = await person(instance, student), other = await person(instance, secretary);
		for (let i = 0; i < 4; i++)
			await who.json('/search?q=de%20Zeppelin%3F');
		await who.json('/search?q=jan%2012345678');
		assert.deepEqual((await instance.answer('figures', '--searches')).searches.filter((s) => s.words === 'zeppelin'), []);
		await other.json('/search?q=zeppelin');
		const { searches } = await instance.answer('figures', '--searches');
		assert.deepEqual(searches.filter((s) => s.words === 'zeppelin').map((s) => s.times), [5]);
		const rows = await instance.sql('SELECT words FROM search_missed');
		assert.ok(!rows.some(([words]) => /\d/.test(words)), JSON.stringify(rows));
	});
}

await main('search', onFronts(['nginx/'], searches));
