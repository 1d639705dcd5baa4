// What a visit, a sign-in and a session cost: see tests/bench/run.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { person } from '../flow/lib/http.mjs';
import { read, root, run } from '../flow/lib/instance.mjs';
import { Bench, load, median, pss, rounds, seconds, sleep, sorted, systemCalls } from './lib.mjs';

const state = path.resolve(root, process.env.STATE), built = path.resolve(root, process.env.O);
const people = Number(process.env.PEOPLE || 25);
const webs = (process.env.WEBS || 'nginx apache').split(' ').filter(Boolean);
const only = new RegExp(process.env.T || '');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'loket-bench.'));
const results = [];

const pad = (s, n) => String(s).padEnd(n);
const left = (s, n) => String(s).padStart(n);
const short = (n) => (n >= 100 ? n.toFixed(0) : n >= 10 ? n.toFixed(1) : n.toFixed(2));

/** value and baseline: a number, or those of all rounds. Of rounds the ratio is the median of each round's own, which
 * is steadier than that of two medians when the machine is not. */
function note(name, value, unit, baseline = null, more = '') {
	const runs = [value].flat(), others = [baseline ?? []].flat();
	const ratios = others.length === runs.length ? runs.map((n, i) => n / others[i]) : [];
	const ratio = ratios.length ? median(ratios) : null;
	const spread = runs.length > 1 ? `${short(sorted(runs)[0])} … ${short(sorted(runs).at(-1))}` : '';
	value = median(runs);
	baseline = others.length ? median(others) : null;
	results.push({ name, value, unit, baseline, ratio, ratios, runs, others, load: os.loadavg()[0] });
	console.log(`${pad(name, 26)}${left(short(value), 10)} ${pad(unit, 13)}${left(baseline ? short(baseline) : '', 10)}` +
		`${left(ratio ? `${(100 * ratio).toFixed(0)} %` : '', 8)}  ${pad(spread, 20)} ${more}`);
}

/** Measures kinds of load in turn, A B A B …; the first gets warm before it counts. */
async function inTurn(kinds) {
	const runs = kinds.map(() => []);
	for (const kind of kinds)
		await kind(1);
	for (let round = 0; round < rounds; round++)
		for (let i = 0; i < kinds.length; i++)
			runs[i].push(await kinds[i](seconds));
	return runs;
}

const of = (runs, what) => runs.map((r) => r[what]);
const cpu = (runs) => ['loket', 'bench', 'front', 'database', 'directory'].map((kind) => {
	const us = median(runs.map((r) => r.spent?.[kind] ?? 0));
	return us >= 1 ? `${kind === 'bench' ? 'program' : kind} ${us.toFixed(0)}` : '';
}).filter(Boolean).join(' + ');

// ---- pages ----

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

async function pageLoads(bench) {
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

async function measurePages(bench) {
	const list = await pageLoads(bench);
	for (const p of list) {
		const name = `${p.name}.${bench.web}`;
		if (only.test(name))
			await measurePage(bench, p, name);
	}
	if (bench.web === 'nginx' && only.test('calls'))
		await countPages(bench, list);
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

/** Statements that the database was asked so far, this question left out. */
let questions = 0;
async function queries(bench) {
	questions++;
	return Number((await bench.sql("SHOW GLOBAL STATUS LIKE 'Questions'"))[0][1]) - questions;
}

/** Statements a second while nobody comes: the watcher and the refresher look whether there is something to do. */
async function idleQueries(bench) {
	const before = await queries(bench), began = Date.now();
	await sleep(4000);
	return (await queries(bench) - before) * 1000 / (Date.now() - began);
}

/** System calls and queries of one visit. */
async function countPages(bench, list) {
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

// ---- signing in ----

function accounts(bench) {
	const sheet = path.join(scratch, 'answers.tsv');
	return run(path.join(built, 'bin/loket-people'), ['--data', path.join(root, 'conf/sample'), '--people', String(people),
		'--answers', sheet], { seconds: 120 }).then(() => {
		const rows = read(sheet).split('\n').slice(1).map((line) => line.split('\t'));
		const step = Math.max(1, Math.floor(rows.length / 2000));
		return rows.filter((row, i) => i < 25 || i % step === 0).map(([uid, groups]) => ({ uid, groups }));
	});
}

/** A wrk script that posts the form for one account after the other. */
async function postScript(bench, list) {
	const { cookie, csrf } = await bench.form(), file = path.join(scratch, 'post.lua');
	fs.writeFileSync(file, `local people = {${list.map(({ uid }) => `"${uid}"`).join(',')}}
local headers = { ["Cookie"] = "${cookie}", ["Content-Type"] = "application/x-www-form-urlencoded" }
local n, made = 0, {}
function request()
	n = n % #people + 1
	made[n] = made[n] or wrk.format("POST", wrk.path, headers,
		"csrf=${encodeURIComponent(csrf)}&username=" .. people[n] .. "&password=welkom-" .. people[n])
	return made[n]
end
`);
	return file;
}

async function rawLdap(bench, file, time, processes) {
	const { out, err } = await run(path.join(built, 'bench/rawldap'), [`ldap://127.0.0.1:${read(path.join(bench.state, 'ldap/port'))}`,
		path.join(bench.state, 'tls/ca.pem'), path.join(bench.state, 'secrets/ldap.secret'), file, String(time),
		String(processes)], { seconds: time + 30 });
	const [rate, p50, operations, groups] = out.split(' ').map(Number);
	if (!rate)
		throw new Error(`rawldap signed nobody in: ${err}`);
	return { rate, p50, operations, groups };
}

async function measureSignIn(bench) {
	const list = await accounts(bench), file = path.join(scratch, 'people');
	const processes = bench.children('loketd').filter((c) => c.name === 'login.fcgi').length;
	const connections = 2 * processes;
	fs.writeFileSync(file, list.map(({ uid }) => `${uid}\n`).join(''));
	bench.add('rawlogin', 'rawlogin', processes, [`ldap://127.0.0.1:${read(path.join(bench.state, 'ldap/port'))}`,
		path.join(bench.state, 'tls/ca.pem'), path.join(bench.state, 'secrets/ldap.secret'),
		path.join(bench.runtime, 'own/mariadb.sock'), os.userInfo().username]);
	await bench.shown();
	await checkSets(bench, list);
	const script = await postScript(bench, list);
	const fresh = () => bench.sql('DELETE FROM session'); // so that loket-refresh has nothing to do meanwhile
	const [ours, raw, ldap] = await inTurn([
		async (time) => (await fresh(), load(bench, '/login', { script, connections, time })),
		async (time) => (await fresh(), load(bench, '/bench/rawlogin', { script, connections, time })),
		(time) => rawLdap(bench, file, time, processes)]);
	note('signin', of(ours, 'rate'), 'sign-ins/s', of(raw, 'rate'), `µs each: ${cpu(ours)}; raw: ${cpu(raw)}`);
	note('signin.breadth_first', of(ours, 'rate'), 'sign-ins/s', of(ldap, 'rate'),
		`libldap alone: ${ldap[0].operations} searches and binds, ${ldap[0].groups} groups each`);
	note('signin.ms', of(ours, 'p50'), 'ms', of(raw, 'p50'), `median of ${connections} at a time; p99 ${short(median(of(ours, 'p99')))} ms`);
	note('signin.ms.breadth_first', of(ours, 'p50'), 'ms', of(ldap, 'p50'), `${processes} at a time`);
	const [one, two, three] = await inTurn([
		async (time) => (await fresh(), load(bench, '/login', { script, connections: 1, time })),
		async (time) => (await fresh(), load(bench, '/bench/rawlogin', { script, connections: 1, time })),
		(time) => rawLdap(bench, file, time, 1)]);
	note('signin.alone.ms', of(one, 'p50'), 'ms', of(two, 'p50'), 'one at a time');
	note('signin.alone.ms.breadth_first', of(one, 'p50'), 'ms', of(three, 'p50'), 'one at a time');
	await countSignIn(bench, script);
}

async function countSignIn(bench, script) {
	const file = path.join(scratch, 'strace');
	const pids = bench.children('loketd').filter((c) => c.name === 'login.fcgi').map((c) => c.pid);
	await bench.sql('DELETE FROM session');
	const idle = await idleQueries(bench), before = await queries(bench), began = Date.now();
	const { requests } = await load(bench, '/login', { script, connections: 1, time: 3 });
	const asked = (await queries(bench)) - before - idle * (Date.now() - began) / 1000;
	const operations = bench.log('loketd').split('\n').filter((l) => / signin .*operations=/.test(l)).slice(-requests)
		.map((l) => Number(/operations=(\d+)/.exec(l)[1]));
	note('signin.queries', asked / requests, 'statements', null, 'of the database, BEGIN and COMMIT too');
	if (operations.length)
		note('signin.operations', operations.reduce((a, b) => a + b) / operations.length, 'searches, binds', null,
			`median ${median(operations)}, most ${sorted(operations).at(-1)}`);
	let traced;
	const calls = await systemCalls(pids, file, async () => { traced = await load(bench, '/login', { script, connections: 1, time: 2 }); });
	if (calls)
		note('signin.calls', Object.values(calls).reduce((a, b) => a + b, 0) / traced.requests, 'system calls', null,
			Object.entries(calls).sort((a, b) => b[1] - a[1]).slice(0, 8).map(([name, n]) => `${name} ${(n / traced.requests).toFixed(1)}`).join(', '));
}

/** Speed of a wrong answer is worth nothing: the groups found, against the generator's answer sheet. */
async function checkSets(bench, list) {
	const step = Math.ceil(list.length / 60), some = list.filter((p, i) => i % step === 0);
	let right = 0;
	for (const { uid, groups } of some) {
		const answer = await bench.answer('groups', uid).catch(() => ({ groups: [] }));
		const found = answer.groups.map((g) => g.id).sort().join(' ');
		right += found === groups.split(' ').sort().join(' ');
	}
	note('signin.sets_right', right, 'people', some.length, 'groups as on the answer sheet of loket-people');
}

// ---- memory ----

function measured(bench) {
	const kinds = {};
	for (const { pid, kind } of bench.processes()) {
		const bytes = pss(pid);
		if (bytes !== null && kind !== 'bench')
			kinds[kind] = (kinds[kind] || 0) + bytes / 1048576;
	}
	return kinds;
}

const beside = (kinds) => ['front', 'directory', 'database'].map((k) => `${k} ${short(kinds[k] || 0)}`).join(', ');

async function bytesOfSessions(bench) {
	const share = fs.statSync(path.join(bench.state, 'data/share')).size / 65536;
	const [[rows, bytes, membership]] = await bench.sql("ANALYZE TABLE session").then(() => bench.sql(
		"SELECT (SELECT COUNT(*) FROM session), data_length + index_length, (SELECT AVG(LENGTH(membership)) FROM session " +
		"WHERE agent <> 'rawlogin') FROM information_schema.tables WHERE table_schema = 'loket' AND table_name = 'session'"));
	note('session.shared', share, 'bytes', null, 'of shared memory, one copy a host');
	note('session.stored', bytes / rows, 'bytes', null, `in the database with its indexes; membership ${short(Number(membership))}`);
}

// ---- all ----

async function onWeb(web) {
	const bench = new Bench({ web, people, now: '2026-11-20T12:00', state: path.join(state, `bench-${web}`) });
	await bench.start();
	try {
		const idle = measured(bench);
		if (web === 'nginx' && idle.loket && only.test('memory'))
			note('memory.pss.idle', idle.loket, 'MB', null, `beside it ${beside(idle)}`);
		if (only.test('page') || only.test('service') || only.test('search') || only.test('me') || only.test('calls'))
			await measurePages(bench);
		if (web === 'nginx' && only.test('signin'))
			await measureSignIn(bench);
		const after = measured(bench);
		if (web === 'nginx' && after.loket && only.test('memory')) {
			note('memory.pss', after.loket, 'MB', null, `beside it ${beside(after)}`);
			await bytesOfSessions(bench);
		}
	} finally {
		await bench.stop();
		if (!process.env.KEEP)
			fs.rmSync(bench.state, { recursive: true, force: true });
	}
}

console.log(`${people} people; ${rounds} rounds of ${seconds} s, in turn; medians\n`);
console.log(`${pad('', 26)}${left('Loket', 10)} ${pad('', 13)}${left('baseline', 10)}${left('ratio', 8)}  lowest … highest`);
try {
	for (const web of webs)
		await onWeb(web);
	fs.writeFileSync(path.join(state, 'bench.json'), `${JSON.stringify(results, null, 1)}\n`);
	console.log(`\n${path.join(state, 'bench.json')}`);
} finally {
	fs.rmSync(scratch, { recursive: true, force: true });
}
