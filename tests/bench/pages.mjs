// A visit: the full home page and others, against programs that send the same bytes from memory.
import path from 'node:path';
import { person } from '../flow/lib/http.mjs';
import { load, median, systemCalls } from './lib.mjs';
import { cpu, idleQueries, inTurn, note, of, queries, short } from './table.mjs';

const pages = [
	{ name: 'page', where: '/', gzip: false },
	{ name: 'page.gzip', where: '/', gzip: true },
	{ name: 'service', where: '/services/acc-password', gzip: true },
	{ name: 'search', where: '/search?q=wifi', gzip: true },
	{ name: 'me', where: '/me', gzip: false },
];

function workers(bench) {
	return bench.children('loketd').filter((c) => c.name === 'catalogue.fcgi').map((c) => c.pid);
}

/** A full home page: two hats, five favourites, two open requests, and the notice of that day. */
async function furnish(bench, uid) {
	const who = await person(bench, uid);
	for (const service of ['wifi', 'timetable', 'acc-password', 'card-lost', 'iban'])
		await who.post(`/services/${service}/favourite`, { csrf: (await who.get('/me')).csrf, do: 'add' });
	for (const service of ['wifi', 'acc-password']) {
		const page = await who.get(`/services/${service}`);
		await who.post(`/services/${service}/requests`, { csrf: page.csrf, key: page.field('key'), text: 'Het lukt niet.' });
	}
	const { hats, favourites, notices } = (await who.json('/')).json, { requests } = (await who.json('/requests')).json;
	const counted = [hats, favourites, requests, notices].map((list) => list.length).join(' ');
	if (counted !== '2 5 2 1')
		throw new Error(`hats, favourites, requests, notices: ${counted}, not 2 5 2 1`);
	who.close();
}

/** A comparison with fewer bytes, or other headers, would be none. */
async function sameOnTheWire(bench, p) {
	const size = ({ raw, body }) => raw.join().length + body.length;
	const ours = await bench.ask(p.where, { headers: p.headers });
	for (const where of [p.hello, p.direct].filter(Boolean)) {
		const hello = await bench.ask(where, { headers: p.headers });
		if (hello.status !== ours.status || Math.abs(size(ours) - size(hello)) > 8) // a gzip page's last blocks vary
			throw new Error(`${p.name}: ${size(ours)} bytes on the wire, ${size(hello)} from ${where}`);
	}
}

async function pageLoads(bench, scratch) {
	await furnish(bench, 's1001776');
	const cookie = await bench.signIn('s1001776');
	const processes = workers(bench).length;
	const list = pages.map((p) => ({ ...p, headers: { Cookie: cookie, ...(p.gzip ? { 'Accept-Encoding': 'gzip' } : {}) } }));
	for (const p of list) {
		const file = path.join(scratch, `${bench.web}-${p.name}`), id = p.name.replace('.', '-');
		Object.assign(p, await bench.copyOf(p.where, p.headers, file));
		p.hello = bench.add(id, 'hello', processes, [file]);
		if (p.name !== 'page')
			continue;
		p.direct = bench.add(`${id}-direct`, 'hello', processes, [file, 'direct']);
		await bench.copyOf(p.where, { ...p.headers, 'If-None-Match': p.etag }, `${file}-304`);
		p.bare304 = bench.add(`${id}-304`, 'hello', processes, [`${file}-304`]);
	}
	await bench.shown();
	for (const p of list)
		await sameOnTheWire(bench, p);
	return list;
}

export async function measurePages(bench, only, scratch) {
	const list = await pageLoads(bench, scratch);
	for (const p of list) {
		const name = `${p.name}.${bench.web}`;
		if (only.test(name))
			await measurePage(bench, p, name);
	}
	if (bench.web === 'nginx' && only.test('calls'))
		await countPages(bench, list, scratch);
}

async function measurePage(bench, p, name) {
	const ask = (where, headers) => (time) => load(bench, where, { headers, time });
	const kinds = [ask(p.where, p.headers), ask(p.hello, p.headers)];
	if (p.name === 'page')
		kinds.push(ask(p.direct, p.headers), ask(p.where, { ...p.headers, 'If-None-Match': p.etag }), ask(p.bare304, p.headers));
	const before = await queries(bench), began = Date.now();
	const [ours, hello, direct, fresh, bare] = await inTurn(kinds);
	const asked = (await queries(bench)) - before - await idleQueries(bench) * (Date.now() - began) / 1000;
	note(name, of(ours, 'rate'), 'requests/s', of(hello, 'rate'),
		`${p.bytes} bytes; µs a request: ${cpu(ours)}; hello: ${cpu(hello)}; p99 ${short(median(of(ours, 'p99')))} ms, hello ${short(median(of(hello, 'p99')))}`);
	if (direct)
		note(`${p.name}.best.${bench.web}`, of(ours, 'rate'), 'requests/s', of(direct, 'rate'),
			`hello that sends each answer in one call, as Loket does: ${cpu(direct)}`);
	if (fresh) {
		note(`page304.${bench.web}`, of(fresh, 'rate'), 'requests/s', of(bare, 'rate'), `hello: the same 304; µs a request: ${cpu(fresh)}; hello: ${cpu(bare)}`);
		note(`page304.page.${bench.web}`, of(fresh, 'rate'), 'requests/s', of(hello, 'rate'), 'hello: the whole page');
	}
	if (p.where === '/')
		note(`queries.${name}`, Math.max(0, asked) / ours.concat(fresh ?? []).reduce((n, r) => n + r.requests, 0), 'statements', null, 'a visit');
}

/** System calls and queries of one visit. */
async function countPages(bench, list, scratch) {
	const file = path.join(scratch, 'strace'), visits = 200;
	for (const p of list) {
		const visit = async (where) => {
			for (let i = 0; i < visits; i++)
				await bench.ask(where, { headers: p.headers });
		};
		const ours = await systemCalls(workers(bench), file, () => visit(p.where));
		const hello = await systemCalls(bench.processes().filter((q) => q.kind === 'bench').map((q) => q.pid), file, () => visit(p.hello));
		if (!ours)
			return console.log('(no strace: system calls are not counted)');
		const sum = (calls) => Object.values(calls).reduce((a, b) => a + b, 0) / visits;
		const most = Object.entries(ours).sort((a, b) => b[1] - a[1]).filter(([, n]) => n >= visits / 2)
			.map(([name, n]) => `${name} ${(n / visits).toFixed(1)}`).join(', ');
		note(`calls.${p.name}`, sum(ours), 'system calls', sum(hello), most);
	}
}
