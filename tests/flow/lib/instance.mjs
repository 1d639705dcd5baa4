// A private instance of the sample portal for a test: free ports, a folder of its own under /tmp.
import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const script = path.join(root, 'conf/sample/instance');

/** How many times longer programs take under a sanitizer. */
export const slowness = process.env.MODE === 'asan' ? 5 : 1;

const running = new Set();

export function port() {
	return new Promise((resolve, reject) => {
		const server = net.createServer();
		server.on('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const { port: number } = server.address();
			server.close(() => resolve(number));
		});
	});
}

/** Runs a program: {code, out, err}; never throws for an exit code. */
export function run(command, args, { input, env, cwd, seconds = 60 } = {}) {
	return new Promise((resolve) => {
		const child = execFile(command, args, {
			env: { ...process.env, ...env }, cwd, timeout: seconds * 1000, killSignal: 'SIGKILL',
			maxBuffer: 64 << 20, encoding: 'utf8',
		}, (error, out, err) => {
			const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
			resolve({ code, out, err, killed: Boolean(error?.killed) });
		});
		child.stdin.on('error', () => {});
		child.stdin.end(input ?? '');
	});
}

/** The bytes of a file as a string, trimmed; '' when it is not there. */
export function read(file) {
	try {
		return fs.readFileSync(file, 'utf8').trim();
	} catch {
		return '';
	}
}

/** The lines of a text in which a sanitizer or an assertion complains. */
export function complaints(text) {
	return text.split('\n').filter((l) => /ERROR: \w+Sanitizer|LeakSanitizer has|: runtime error: |Assertion .* failed/.test(l));
}

export class Instance {
	constructor({ web = 'nginx', base = '/', now = '', state } = {}) {
		this.web = web;
		this.base = base;
		this.now = now;
		this.own = !state;
		this.state = state ?? fs.mkdtempSync(path.join(os.tmpdir(), 'loket-flow.'));
		this.name = `${web} ${base}`;
	}

	environment() {
		const env = {
			STATE: this.state, PORT: String(this.port), HTTP_PORT: String(this.httpPort), WEB: this.web,
			BASE: this.base, PEOPLE: '25', NOW: this.now, MODE: process.env.MODE || 'rel',
		};
		return env;
	}

	async script(...words) {
		return run(script, words, { env: this.environment(), seconds: 180 });
	}

	async start() {
		// A port is free when we look and may be taken when the server asks for it.
		for (let attempt = 0; ; attempt++) {
			this.port = await port();
			this.httpPort = await port();
			const { code, out, err } = await this.script('start');
			if (!code)
				break;
			if (attempt >= 2 || !/in use/.test(err))
				throw new Error(`instance did not start (${this.name}): ${err}${out}`);
		}
		running.add(this);
		this.ca = fs.readFileSync(path.join(this.state, 'tls/ca.pem'));
		this.runtime = read(path.join(this.state, 'runtime'));
		this.ldapUri = read(path.join(this.state, 'ldap/uri'));
		return this;
	}

	/** Ends all and starts anew on the same folder, perhaps with another clock. */
	async restart(settings = {}) {
		await this.script('stop');
		Object.assign(this, settings);
		return this.start();
	}

	async stop() {
		if (process.env.KEEP) {
			console.log(`  (kept: ${this.state}, port ${this.port})`);
			return;
		}
		const { code, err } = await this.script('stop');
		running.delete(this);
		if (code)
			throw new Error(`instance did not stop: ${err}`);
		const found = complaints(`${this.log('loketd')}\n${this.log('setup')}`);
		if (found.length)
			throw new Error(`a sanitizer complains in ${this.state}/log (kept):\n${found.join('\n')}`);
		if (this.own)
			fs.rmSync(this.state, { recursive: true, force: true });
	}

	address(where = '/') {
		return `https://localhost:${this.port}${this.base}${where.replace(/^\//, '')}`;
	}

	// ---- its parts ----

	/** The process of a part: mariadb, slapd, loketd, front. */
	pid(part) {
		return Number(read(path.join(this.state, 'pid', part)).split(' ')[0]);
	}

	/** Processes below one, by the command they run. */
	children(part) {
		const parent = this.pid(part), found = [];
		for (const entry of fs.readdirSync('/proc')) {
			if (!/^\d+$/.test(entry))
				continue;
			const stat = read(`/proc/${entry}/stat`);
			const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
			if (Number(fields[1]) === parent)
				found.push({ pid: Number(entry), name: path.basename(read(`/proc/${entry}/cmdline`).split('\0')[0]) });
		}
		return found;
	}

	/** Changes the configuration and replaces the programs one by one, as an operator does with HUP. */
	async reconfigure(edit) {
		const file = path.join(this.state, 'loket.xml');
		fs.writeFileSync(file, edit(fs.readFileSync(file, 'utf8')));
		const before = new Set(this.children('loketd').map((c) => c.pid));
		process.kill(this.pid('loketd'), 'SIGHUP');
		for (let i = 0; i < 600; i++) {
			const now = this.children('loketd');
			if (now.length >= before.size && !now.some((c) => before.has(c.pid)))
				return;
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
		throw new Error('the programs were not replaced within 30 s');
	}

	log(name) {
		return read(path.join(this.state, 'log', `${name}.log`));
	}

	// ---- commands ----

	async loketctl(...args) {
		const options = typeof args.at(-1) === 'object' ? args.pop() : {};
		const answer = await run(path.join(this.state, 'loketctl'), args, options);
		if (complaints(answer.err).length)
			throw new Error(`loketctl ${args.join(' ')}: ${answer.err}`);
		return answer;
	}

	async answer(...args) {
		const { code, out, err } = await this.loketctl(...args, '--json');
		if (code)
			throw new Error(`loketctl ${args.join(' ')}: exit ${code}: ${err}`);
		return JSON.parse(out);
	}

	/** LDIF as the one who runs the directory. */
	async ldif(text, ...options) {
		const { code, err } = await run('ldapmodify', ['-Q', '-Y', 'EXTERNAL', '-H', this.ldapUri, ...options],
			{ input: text, env: { LDAPNOINIT: '1' } });
		if (code)
			throw new Error(`ldapmodify: ${err}`);
	}

	async ldapsearch(...args) {
		const { code, out, err } = await run('ldapsearch',
			['-Q', '-LLL', '-o', 'ldif-wrap=no', '-Y', 'EXTERNAL', '-H', this.ldapUri, ...args],
			{ env: { LDAPNOINIT: '1' } });
		if (code)
			throw new Error(`ldapsearch: ${err}`);
		return out;
	}

	async ldappasswd(dn, password) {
		const { code, err } = await run('ldappasswd',
			['-Q', '-Y', 'EXTERNAL', '-H', this.ldapUri, '-s', password, dn], { env: { LDAPNOINIT: '1' } });
		if (code)
			throw new Error(`ldappasswd: ${err}`);
	}

	/** Rows as arrays of strings. */
	async sql(statement) {
		const { code, out, err } = await run('mariadb', ['--no-defaults',
			`--socket=${this.runtime}/own/mariadb.sock`, `--user=${os.userInfo().username}`,
			'--batch', '--skip-column-names', 'loket', '-e', statement]);
		if (code)
			throw new Error(`mariadb: ${err}`);
		return out.split('\n').filter(Boolean).map((line) => line.split('\t'));
	}
}

// A test that is ended from outside leaves nothing running.
for (const signal of ['SIGINT', 'SIGTERM'])
	process.on(signal, () => {
		for (const instance of running)
			spawn(script, ['stop'], { env: { ...process.env, ...instance.environment() }, stdio: 'ignore', detached: true });
		process.exit(130);
	});
