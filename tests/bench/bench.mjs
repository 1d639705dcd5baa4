// What a visit, a sign-in and a session cost: see tests/bench/run.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../flow/lib/instance.mjs';
import { Bench, pss, rounds, seconds } from './lib.mjs';
import { measurePages } from './pages.mjs';
import { measureMany, measureSignIn } from './signin.mjs';
import { heading, note, short, writeResults } from './table.mjs';

const state = path.resolve(root, process.env.STATE);
const people = Number(process.env.PEOPLE || 25);
const webs = (process.env.WEBS || 'nginx apache').split(' ').filter(Boolean);
const only = new RegExp(process.env.T || '');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'loket-bench.'));

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
			await measurePages(bench, only, scratch);
		if (web === 'nginx' && only.test('signin'))
			await measureSignIn(bench, scratch);
		if (web === 'nginx' && people >= 1000 && only.test('many'))
			await measureMany(bench);
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

const { length: cores, 0: core } = os.cpus();
const machine = `${cores} cores (${core.model.trim()}), ${short(os.totalmem() / 2 ** 30)} GB, Linux ${os.release()}`;
console.log(`${machine}; load ${short(os.loadavg()[0])}\n${people} people; ${rounds} rounds of ${seconds} s, in turn; medians\n`);
heading();
try {
	for (const web of webs)
		await onWeb(web);
	const file = path.join(state, 'bench.json');
	writeResults(file, { date: new Date().toISOString(), machine, people, rounds, seconds });
	console.log(`\nload ${short(os.loadavg()[0])}; ${file}`);
} finally {
	fs.rmSync(scratch, { recursive: true, force: true });
}
