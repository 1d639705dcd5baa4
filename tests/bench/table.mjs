// Rounds of measuring, and the table and file that come of them.
import fs from 'node:fs';
import os from 'node:os';
import { median, rounds, seconds, sleep, sorted } from './lib.mjs';

const results = [];

const pad = (s, n) => String(s).padEnd(n);
const left = (s, n) => String(s).padStart(n);
export const short = (n) => (n >= 100 ? n.toFixed(0) : n >= 10 ? n.toFixed(1) : n.toFixed(2));

export function heading() {
	console.log(`${pad('', 26)}${left('Loket', 10)} ${pad('', 13)}${left('baseline', 10)}${left('ratio', 8)}  lowest … highest`);
}

/** value and baseline: a number, or those of all rounds. Of rounds the ratio is the median of each round's own, which
 * is steadier than that of two medians when the machine is not. */
export function note(name, value, unit, baseline = null, more = '') {
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

/** Measures kinds of load in turn, A B A B …; each gets warm for some seconds before it counts. */
export async function inTurn(kinds, warm = 1) {
	const runs = kinds.map(() => []);
	for (const kind of kinds)
		await kind(warm);
	for (let round = 0; round < rounds; round++)
		for (let i = 0; i < kinds.length; i++)
			runs[i].push(await kinds[i](seconds));
	return runs;
}

export const of = (runs, what) => runs.map((r) => r[what]);
export const cpu = (runs) => ['loket', 'bench', 'front', 'database', 'directory'].map((kind) => {
	const us = median(runs.map((r) => r.spent?.[kind] ?? 0));
	return us >= 1 ? `${kind === 'bench' ? 'program' : kind} ${us.toFixed(0)}` : '';
}).filter(Boolean).join(' + ');

/** Statements that the database was asked so far, this question left out. */
let questions = 0;
export async function queries(bench) {
	questions++;
	return Number((await bench.sql("SHOW GLOBAL STATUS LIKE 'Questions'"))[0][1]) - questions;
}

/** Statements a second while nobody comes: the watcher and the refresher look whether there is something to do. */
export async function idleQueries(bench) {
	const before = await queries(bench), began = Date.now();
	await sleep(4000);
	return (await queries(bench) - before) * 1000 / (Date.now() - began);
}

export function writeResults(file, more) {
	fs.writeFileSync(file, `${JSON.stringify({ ...more, results }, null, 1)}\n`);
}
