// What measuring needs: an instance with the comparison programs in it, load, and numbers of processes.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { Instance, read, root, run } from '../flow/lib/instance.mjs';

const built = path.resolve(root, process.env.O || 'build/rel');
export const seconds = Number(process.env.SECONDS_EACH || 3);
export const rounds = Number(process.env.ROUNDS || 7);

export const sorted = (list) => [...list].sort((a, b) => a - b);
export const median = (list) => {
	const s = sorted(list), half = s.length >> 1;
	return s.length % 2 ? s[half] : (s[half - 1] + s[half]) / 2;
};
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Bench extends Instance {
	constructor({ people = 25, ...options }) {
		super(options);
		this.people = people;
		this.programs = [];
		this.places = [];
	}

	environment() {
		return { ...super.environment(), PEOPLE: String(this.people) };
	}

	/** Starts a comparison program on a socket beside Loket's; shown() makes the front pass its path on. */
	add(name, program, processes, args) {
		const socket = path.join(this.runtime, 'sockets', `bench-${name}.sock`);
		const child = spawn(path.join(built, 'bench', program), [socket, String(processes), ...args],
			{ stdio: ['ignore', 'ignore', 'inherit'] });
		child.on('exit', (code) => this.stopping || console.error(`${program} ended with ${code}`));
		this.programs.push({ name, child });
		this.places.push({ name, socket });
		return `/bench/${name}`;
	}

	/** The shipped configuration with a place for each comparison program, treated like Loket's own. */
	async shown() {
		const file = path.join(this.runtime, 'front/loket.conf');
		const text = this.plain ??= fs.readFileSync(file, 'utf8');
		fs.writeFileSync(file, this.web === 'nginx' ? this.nginx(text) : this.apache(text));
		process.kill(this.pid('front'), this.web === 'nginx' ? 'SIGHUP' : 'SIGUSR1');
		for (const { name } of this.places)
			for (let i = 0; ; i++) {
				const { status } = await this.ask(`/bench/${name}`).catch(() => ({}));
				if (status && status !== 404 && status < 500)
					break;
				if (i > 100)
					throw new Error(`the front does not pass on /bench/${name}: ${status}`);
				await sleep(100);
			}
		await sleep(1000); // workers of before have gone
	}

	nginx(text) {
		const upstream = ({ name, socket }) => {
			const again = `${path.dirname(socket)}/./${path.basename(socket)}`;
			return `upstream bench_${name} {\n\tserver unix:${socket} max_fails=0;\n\tserver unix:${again} max_fails=0;\n}\n`;
		};
		const place = ({ name }) => `\tlocation = /bench/${name} {\n\t\tfastcgi_pass bench_${name};\n\t}\n`;
		return this.places.map(upstream).join('') +
			text.replace('\tlocation / {', () => this.places.map(place).join('') + '\tlocation / {');
	}

	apache(text) {
		const place = ({ name, socket }) => `\t<Location "/bench/${name}">\n\t\tSetHandler "proxy:unix:${socket}|fcgi://bench-${name}"\n\t</Location>\n`;
		return text.replace('\t<LocationMatch "^/(login', (found) => this.places.map(place).join('') + found);
	}

	async stop() {
		this.stopping = true;
		for (const { child } of this.programs)
			child.kill();
		await super.stop();
	}

	/** One request: {status, headers, body}. */
	ask(where, { method = 'GET', headers = {}, body } = {}) {
		return new Promise((resolve, reject) => {
			const request = https.request(this.address(where), { method, headers, ca: this.ca, agent: false }, (r) => {
				const parts = [];
				r.on('data', (part) => parts.push(part));
				r.on('end', () => resolve({ status: r.statusCode, headers: r.headers, raw: r.rawHeaders, body: Buffer.concat(parts) }));
			});
			request.on('error', reject);
			request.end(body);
		});
	}

	/** What a sign-in form brings: the cookie and the token that goes with it. */
	async form() {
		const { headers, body } = await this.ask('/login');
		const cookie = headers['set-cookie'].map((c) => c.split(';')[0]).join('; ');
		return { cookie, csrf: /name="csrf"[^>]*value="([^"]+)"/.exec(body)[1] };
	}

	async signIn(uid) {
		const { cookie, csrf } = await this.form();
		const body = new URLSearchParams({ csrf, username: uid, password: `welkom-${uid}` }).toString();
		const { status, headers } = await this.ask('/login', { method: 'POST', body,
			headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length } });
		if (status !== 303)
			throw new Error(`${uid} could not sign in: ${status}`);
		return headers['set-cookie'].find((c) => c.startsWith('__Host-loket=')).split(';')[0];
	}

	/** Loket's answer as a comparison program is to give it: the front's own headers left out. */
	async copyOf(where, headers, file) {
		const answer = await this.ask(where, { headers });
		const own = /^(server|date|connection|strict-transport-security|keep-alive|transfer-encoding)$/i;
		let text = `Status: ${answer.status}\r\n`;
		for (let i = 0; i < answer.raw.length; i += 2)
			if (!own.test(answer.raw[i]))
				text += `${answer.raw[i]}: ${answer.raw[i + 1]}\r\n`;
		fs.writeFileSync(file, Buffer.concat([Buffer.from(`${text}\r\n`), answer.body]));
		return { bytes: answer.body.length, etag: answer.headers.etag };
	}

	/** Processes that have a part in answering: front, Loket's, comparison programs, database, directory. */
	processes() {
		const list = [{ pid: this.pid('mariadb'), kind: 'database' }, { pid: this.pid('slapd'), kind: 'directory' }];
		for (const child of [{ pid: this.pid('front') }, ...this.children('front')])
			list.push({ pid: child.pid, kind: 'front' });
		for (const child of [{ pid: this.pid('loketd'), name: 'loketd' }, ...this.children('loketd')])
			list.push({ pid: child.pid, kind: 'loket', name: child.name });
		for (const { child } of this.programs)
			for (const pid of childrenOf(child.pid))
				list.push({ pid, kind: 'bench' });
		return list;
	}

	/** Seconds that all processes of a kind ran so far. */
	spentBy(kind) {
		return this.processes().filter((p) => p.kind === kind).reduce((sum, { pid }) => sum + ran(pid), 0);
	}
}

export function childrenOf(parent) {
	return read(`/proc/${parent}/task/${parent}/children`).split(' ').filter(Boolean).map(Number);
}

/** Seconds that a process ran so far, all its threads. */
function ran(pid) {
	try {
		return fs.readdirSync(`/proc/${pid}/task`).reduce((sum, task) =>
			sum + Number(read(`/proc/${pid}/task/${task}/schedstat`).split(' ')[0] || 0), 0) / 1e9;
	} catch {
		return 0;
	}
}

/** Load of one kind for a while: requests per second, times in ms, and what each took of the processors. */
export async function load(bench, where, { headers = {}, script, connections = 8, time = seconds } = {}) {
	const args = ['-t1', `-c${connections}`, `-d${time}s`, '--latency', '--timeout', '10s'];
	for (const [name, value] of Object.entries(headers))
		args.push('-H', `${name}: ${value}`);
	if (script)
		args.push('-s', script);
	const list = bench.processes(), before = list.map(({ pid }) => ran(pid));
	const { code, out, err } = await run('wrk', [...args, bench.address(where)], { seconds: time + 30 });
	const spent = {};
	list.forEach(({ pid, kind }, i) => { spent[kind] = (spent[kind] || 0) + ran(pid) - before[i]; });
	const bad = /Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)/.exec(out);
	if (code || bad)
		throw new Error(`${where}: ${err} ${bad?.[0] ?? out}`);
	const requests = Number(/(\d+) requests in/.exec(out)[1]);
	for (const kind of Object.keys(spent))
		spent[kind] *= 1e6 / requests;
	return { rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(out)[1]), spent, requests, ...times(out) };
}

function times(out) {
	const unit = { us: 0.001, ms: 1, s: 1000 };
	const at = (part) => {
		const [, n, u] = new RegExp(`${part}%\\s+([\\d.]+)(us|ms|s)`).exec(out);
		return Number(n) * unit[u];
	};
	return { p50: at(50), p99: at(99) };
}

/** Bytes of memory in proportion; null where we may not look. */
export function pss(pid) {
	const found = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`));
	return found ? Number(found[1]) * 1024 : null;
}

/** System calls of some processes while something goes on; null without strace. */
export async function systemCalls(pids, file, work) {
	const args = ['-c', '-f', '-o', file, ...pids.flatMap((pid) => ['-p', String(pid)])];
	const trace = spawn('strace', args, { stdio: ['ignore', 'ignore', 'ignore'] });
	const ended = new Promise((resolve) => trace.on('exit', resolve).on('error', resolve));
	await Promise.race([sleep(1500), ended]);
	await work();
	await sleep(200);
	trace.kill('SIGINT');
	await ended;
	const calls = {};
	for (const line of read(file).split('\n')) {
		const part = line.trim().split(/\s+/);
		if (/^\d+\.\d+$/.test(part[0]) && part.at(-1) !== 'total')
			calls[part.at(-1)] = Number(part[3]);
	}
	return Object.keys(calls).length ? calls : null;
}
