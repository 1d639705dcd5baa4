// Signing in: the whole POST /login against the least that a portal can do, and against libldap without any portal.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { read, root, run } from '../flow/lib/instance.mjs';
import { MANY, accounts, compared } from '../flow/lib/sheet.mjs';
import { load, median, pss, sleep, sorted, systemCalls } from './lib.mjs';
import { cpu, idleQueries, inTurn, note, of, queries, short } from './table.mjs';

const built = path.resolve(root, process.env.O);
const SAMPLE = 20000, CHECKED = 300;
const WARM = 20; // seconds: of tens of thousands of groups most have been met by then

const least = (list) => list.reduce((a, b) => Math.min(a, b));
const workers = (bench) => bench.children('loketd').filter((c) => c.name === 'login.fcgi').map((c) => c.pid);

/** The same people in another order, the same each time. */
function shuffled(list) {
	let seed = 1;
	for (let i = list.length - 1; i > 0; i--) {
		seed = seed * 48271 % 2147483647;
		const k = seed % (i + 1);
		[list[i], list[k]] = [list[k], list[i]];
	}
	return list;
}

// ---- speed ----

/** A wrk script that posts the form for one account after the other. */
async function postScript(bench, list, scratch) {
	const { cookie, csrf } = await bench.form(), file = path.join(scratch, 'post.lua');
	fs.writeFileSync(file, `local people = {${list.map(({ uid }) => `"${uid}"`).join(',')}}
local headers = { ["Cookie"] = "${cookie}", ["Content-Type"] = "application/x-www-form-urlencoded" }
local n = os.time() * 7919 % #people -- somebody else each time
function request()
	n = n % #people + 1
	return wrk.format("POST", wrk.path, headers,
		"csrf=${encodeURIComponent(csrf)}&username=" .. people[n] .. "&password=welkom-" .. people[n])
end
`);
	return file;
}

/** What all programs need to know of the directory. */
const directory = (bench) => [`ldap://127.0.0.1:${read(path.join(bench.state, 'ldap/port'))}`,
	path.join(bench.state, 'tls/ca.pem'), path.join(bench.state, 'secrets/ldap.secret')];

async function rawLdap(bench, file, time, processes) {
	const before = bench.spentBy('directory');
	const { out, err } = await run(path.join(built, 'bench/rawldap'), [...directory(bench), file, String(time), String(processes)],
		{ seconds: time + 30 });
	const [rate, p50, operations, groups, us, count] = out.split(' ').map(Number);
	if (!rate)
		throw new Error(`rawldap signed nobody in: ${err}`);
	return { rate, p50, operations, groups, spent: { bench: us, directory: (bench.spentBy('directory') - before) * 1e6 / count } };
}

const total = (runs) => runs.map((r) => Object.values(r.spent).reduce((a, b) => a + b, 0));

async function compare(bench, script, file, processes, connections) {
	// An empty table each time, so that loket-refresh has nobody to look after meanwhile.
	const fresh = () => bench.sql('DELETE FROM session');
	return inTurn([
		async (time) => (await fresh(), load(bench, '/login', { script, connections, time })),
		async (time) => (await fresh(), load(bench, '/bench/rawlogin', { script, connections, time })),
		(time) => rawLdap(bench, file, time, processes)], bench.people > SAMPLE ? WARM : 1);
}

export async function measureSignIn(bench, scratch) {
	const list = await accounts(path.join(built, 'bin/loket-people'), bench.people,
		Math.max(1, Math.floor(bench.people / SAMPLE)), path.join(scratch, 'answers.tsv'));
	const file = path.join(scratch, 'people');
	const processes = workers(bench).length, connections = 2 * processes;
	bench.add('rawlogin', 'rawlogin', processes, [...directory(bench), path.join(bench.runtime, 'own/mariadb.sock'), os.userInfo().username]);
	await bench.shown();
	await checkSets(bench, list);
	const crowd = shuffled(list.filter(({ uid }) => uid !== MANY));
	fs.writeFileSync(file, crowd.map(({ uid }) => `${uid}\n`).join(''));
	const script = await postScript(bench, crowd, scratch);
	const [ours, raw, ldap] = await compare(bench, script, file, processes, connections);
	const found = `${ldap[0].operations} searches and binds, ${ldap[0].groups} groups each`;
	note('signin', of(ours, 'rate'), 'sign-ins/s', of(raw, 'rate'), `${connections} at a time; p99 ${short(median(of(ours, 'p99')))} ms`);
	note('signin.breadth_first', of(ours, 'rate'), 'sign-ins/s', of(ldap, 'rate'), `libldap alone, ${processes} at a time: ${found}`);
	note('signin.cpu', total(ours), 'µs', total(raw), `${cpu(ours)}; raw: ${cpu(raw)}`);
	note('signin.cpu.breadth_first', total(ours), 'µs', total(ldap), `libldap alone: ${cpu(ldap)}`);
	const [one, two, three] = await compare(bench, script, file, 1, 1);
	note('signin.alone', of(one, 'p50'), 'ms', of(two, 'p50'), 'median, one at a time');
	note('signin.alone.breadth_first', of(one, 'p50'), 'ms', of(three, 'p50'), 'median, one at a time');
	await countSignIn(bench, script, scratch);
}

/** Operations of the directory in each sign-in so far, from the log. */
const operations = (bench) => bench.log('loketd').split('\n').map((l) => / signin .*operations=(\d+)/.exec(l)).filter(Boolean)
	.map((found) => Number(found[1]));

async function countSignIn(bench, script, scratch) {
	await bench.sql('DELETE FROM session');
	const idle = await idleQueries(bench), before = await queries(bench), began = Date.now();
	const { requests } = await load(bench, '/login', { script, connections: 1, time: 3 });
	const asked = (await queries(bench)) - before - idle * (Date.now() - began) / 1000;
	const each = operations(bench).slice(-requests);
	note('signin.queries', asked / requests, 'statements', null, 'of the database, BEGIN and COMMIT too');
	note('signin.operations', each.reduce((a, b) => a + b) / each.length, 'operations', null,
		`of the directory, searches and binds; least ${least(each)}, median ${median(each)}, most ${sorted(each).at(-1)}`);
	let traced;
	const calls = await systemCalls(workers(bench), path.join(scratch, 'strace'),
		async () => { traced = await load(bench, '/login', { script, connections: 1, time: 2 }); });
	if (calls)
		note('signin.calls', Object.values(calls).reduce((a, b) => a + b, 0) / traced.requests, 'system calls', null,
			Object.entries(calls).sort((a, b) => b[1] - a[1]).slice(0, 8).map(([name, n]) => `${name} ${(n / traced.requests).toFixed(1)}`).join(', '));
}

// ---- right? ----

/** Speed of a wrong answer is worth nothing: the groups found, against the generator's answer sheet. */
async function checkSets(bench, list) {
	const step = Math.max(1, Math.floor(list.length / CHECKED));
	const some = list.filter(({ uid }, i) => i < 25 || uid === MANY || i % step === 0);
	let right = 0, directoryRight = 0, groups = 0;
	for (const one of some) {
		const found = await compared(bench, one);
		right += found.groups;
		directoryRight += found.directory;
		groups += found.count;
	}
	note('sets.right', right, 'people', some.length, 'groups of the portal, as on the answer sheet');
	note('sets.directory.right', directoryRight, 'people', some.length, `groups of the directory, ${groups} together`);
	if (right + directoryRight < 2 * some.length)
		throw new Error('some people got other groups than the answer sheet says');
}

// ---- somebody in 2,500 groups ----

const memory = (bench) => workers(bench).reduce((sum, pid) => sum + (pss(pid) ?? 0), 0) / 1048576;

async function signInOften(bench, uid, times) {
	await bench.sql('DELETE FROM session');
	const ms = [];
	for (let i = 0; i < times; i++) {
		const began = performance.now();
		await bench.signIn(uid);
		ms.push(performance.now() - began);
	}
	await sleep(200);
	const [[stored]] = await bench.sql('SELECT MAX(LENGTH(membership)) FROM session');
	return { ms: median(ms), stored: Number(stored), memory: memory(bench), operations: operations(bench).slice(-times) };
}

/** Groups that no rule uses cost time once, and no memory in a session. */
export async function measureMany(bench) {
	const share = () => fs.statSync(path.join(bench.state, 'data/share')).size;
	const before = share(), few = await signInOften(bench, 's1012345', 50), many = await signInOften(bench, MANY, 50);
	const [account] = (await bench.answer('directory', MANY)).accounts;
	note('many.groups', account.groups.length, 'groups', null, `directly ${account.groups.filter((g) => !g.via).length}`);
	note('many.ms', many.ms, 'ms', few.ms, `a form and a sign-in, against somebody in a few; ${median(many.operations)} operations of the directory, at first ${many.operations[0]}`);
	note('many.stored', many.stored, 'bytes', few.stored, 'of the session in the database');
	note('many.shared', share(), 'bytes', before, 'of shared memory for all sessions, before and after');
	note('many.memory', many.memory, 'MB', few.memory, 'PSS of the sign-in programs after it');
}
