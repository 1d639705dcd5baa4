// Neighbours that stop, hang, lie or die; files that are broken; a start and a stop. What people
// see meanwhile, and that all is well again soon after.
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { assert, eventually, main, sleep, test } from './lib/registry.mjs';
import { elsewhere, onFronts } from './lib/fronts.mjs';
import { FaultProxy } from './lib/faultproxy.mjs';
import { Browser, person } from './lib/http.mjs';
import { Instance, port, read, root, run, slowness } from './lib/instance.mjs';
import { gemeente } from './lib/gemeente.mjs';

const anna = 's1012345', both = 's1001776';
const long = Boolean(process.env.LONG);

function faults(instance) {
	const it = (sentence, body, seconds) => test(`${instance.name}: ${sentence}`, body, seconds);
	directory(instance, it);
	database(instance, it);
	workers(instance, it);
	if (instance.web === 'nginx')
		files(instance, it);
}

// ---- the directory ----

/** Everybody who tries gets the page that says so, soon, and not "wrong password"; nobody is thrown out. */
async function withoutDirectory(instance, who) {
	for (const uid of [both, 'bestaat-niet']) {
		const visitor = new Browser(instance, { from: elsewhere() });
		const answer = await visitor.signIn(uid, {}, { headers: { accept: 'application/json' } });
		assert.equal(answer.status, 503, `${uid}: ${answer.text.slice(0, 200)}`);
		assert.equal(answer.json.state, 'unreachable');
		assert.ok(Number(answer.headers['retry-after']) > 0);
		assert.ok(answer.ms < 3000, `${answer.ms} ms`);
		assert.equal(visitor.session, undefined);
	}
	for (const where of ['/', '/search?q=wifi', '/me', '/services/acc-password']) {
		const answer = await who.get(where);
		assert.equal(answer.status, 200, where);
		assert.ok(answer.ms < 1000, `${where}: ${answer.ms} ms`);
	}
}

async function directoryIsBack(instance) {
	await eventually('signing in works again', 5, async () =>
		(await new Browser(instance, { from: elsewhere() }).signIn(both)).status === 303);
}

function directory(instance, it) {
	it('a directory that is stopped: sign-in says so within 3 s, people go on, all is well 5 s later', async () => {
		const who = await person(instance, anna), slapd = instance.pid('slapd');
		process.kill(slapd, 'SIGSTOP');
		try {
			await withoutDirectory(instance, who);
		} finally {
			process.kill(slapd, 'SIGCONT');
		}
		await directoryIsBack(instance);
	}, 60);

	it('a directory that is killed and started again', async () => {
		const who = await person(instance, anna);
		process.kill(instance.pid('slapd'), 'SIGKILL');
		await sleep(100);
		await withoutDirectory(instance, who);
		assert.equal((await instance.script('start')).code, 0);
		await directoryIsBack(instance);
	}, 90);

	it('a directory that hangs, refuses, cuts, drips or lies, one after the other', async () => {
		const real = Number(read(path.join(instance.state, 'ldap/port')));
		const proxy = await new FaultProxy({ listen: {}, upstream: { port: real } }).start();
		const swap = (from, to) => (text) => text.replace(`ldap://127.0.0.1:${from}`, `ldap://127.0.0.1:${to}`);
		const who = await person(instance, anna);
		await instance.reconfigure(swap(real, proxy.port));
		const failures = [];
		try {
			const modes = ['hang', 'refuse', 'reset', 'half 10', 'cut 10', 'garbage', 'drip 200', 'up-hang', 'delay 4000'];
			for (const mode of long ? modes : modes.filter((m) => !/cut|up-hang|delay/.test(m))) {
				proxy.mode = mode;
				await withoutDirectory(instance, who).catch((error) => failures.push(`${mode}: ${error.message.split('\n')[0]}`));
				proxy.mode = 'pass';
				await directoryIsBack(instance).catch((error) => failures.push(`${mode}, after: ${error.message}`));
			}
			proxy.mode = 'delay 60';
			assert.equal((await new Browser(instance, { from: elsewhere() }).signIn(both)).status, 303, 'a slow directory is still one');
		} finally {
			proxy.mode = 'pass';
			await instance.reconfigure(swap(proxy.port, real));
			await proxy.stop();
		}
		assert.deepEqual(failures, []);
	}, 240);
}

// ---- the database ----

async function databaseIsBack(instance, who) {
	await eventually('pages are back', 5, async () => (await who.get('/me')).status === 200);
	await eventually('signing in is back', 5, async () => (await new Browser(instance).signIn(both)).status === 303);
	await eventually('it says it is ready', 5, async () => (await new Browser(instance).get('/ready')).status === 200);
}

/** Every page answers within 5 s, whole or 503, sign-in within 3 s; nobody is sent to sign in. */
async function withoutDatabase(instance, who, tolerant) {
	for (const where of ['/', '/me', '/search?q=wifi', '/services/acc-password']) {
		const answer = await who.get(where);
		assert.ok(answer.status === 503 || (tolerant && answer.status === 200 && where !== '/me'), `${where}: ${answer.status}`);
		assert.ok(answer.ms < 5000, `${where}: ${answer.ms} ms`);
		assert.ok(answer.status === 200 || Number(answer.headers['retry-after']) > 0, 'Retry-After');
	}
	assert.ok(who.session, 'the session cookie was taken away');
	const visitor = new Browser(instance);
	const page = await visitor.get('/login');
	assert.equal(page.status, 200);
	const answer = await visitor.post('/login', { username: both, password: `welkom-${both}`, csrf: page.csrf });
	assert.equal(answer.status, 503);
	assert.ok(answer.ms < 3000, `sign-in: ${answer.ms} ms`);
	assert.equal((await visitor.get('/health')).status, 200);
	assert.equal((await visitor.get('/ready')).status, 503);
}

function database(instance, it) {
	it('a database that is stopped: pages or 503 within 5 s, nobody is signed out, all is well 5 s later', async () => {
		const who = await person(instance, anna);
		assert.equal((await who.get('/')).status, 200);
		const mariadb = instance.pid('mariadb');
		process.kill(mariadb, 'SIGSTOP');
		try {
			const first = await who.get('/');
			assert.equal(first.status, 200, 'a page that was there goes on for a moment');
			await withoutDatabase(instance, who, true);
		} finally {
			process.kill(mariadb, 'SIGCONT');
		}
		await databaseIsBack(instance, who);
	}, 120);

	it('a database that is killed and started again', async () => {
		const who = await person(instance, anna);
		process.kill(instance.pid('mariadb'), 'SIGKILL');
		await sleep(100);
		await withoutDatabase(instance, who, true);
		// Longer than what was seen may be trusted: no page is made from it any more.
		await sleep(3500);
		await withoutDatabase(instance, who, false);
		assert.equal((await instance.script('start')).code, 0);
		await databaseIsBack(instance, who);
	}, 120);

	it('a session that is ended on another host is over here within the bound', async () => {
		const who = await person(instance, anna);
		const [[number]] = await instance.sql('SELECT MAX(number) FROM session');
		await instance.sql(`START TRANSACTION; INSERT INTO change_log (kind, session) SELECT 'session', id FROM session WHERE number = ${number};
			DELETE FROM session WHERE number = ${number}; COMMIT`);
		await eventually('the session is over', 3, async () => (await who.get('/')).status === 303, 50);
	});
}

// ---- our own programs ----

function workers(instance, it) {
	const named = (name) => instance.children('loketd').filter((c) => c.name === `${name}.fcgi`);

	if (instance.web === 'nginx')
		it('workers that are killed in the middle lose no page', async () => {
			const who = await person(instance, both);
			const statuses = new Map();
			let running = true, killed = 0;
			const visit = async (tab) => {
				while (running) {
					const { status } = await tab.get('/').catch((error) => ({ status: error.message }));
					statuses.set(status, (statuses.get(status) ?? 0) + 1);
				}
			};
			const tabs = [1, 2, 3, 4].map(() => visit(who.copy()));
			for (const rounds = long ? 100 : 15; killed < rounds; killed++) {
				const [victim] = named('catalogue').sort(() => Math.random() - 0.5);
				if (victim)
					process.kill(victim.pid, 'SIGKILL');
				await sleep(120 * slowness); // one visit meets one kill
			}
			running = false;
			await Promise.all(tabs);
			assert.deepEqual([...statuses.keys()], [200], JSON.stringify([...statuses]));
			assert.ok(statuses.get(200) > killed);
			await eventually('all workers are back', 3, () => named('catalogue').length === 4);
		}, 90);

	if (instance.web === 'nginx')
		it('an answer that breaks off is known as broken at once', async () => {
			const who = await person(instance, both), socket = path.join(instance.runtime, 'sockets/catalogue.sock');
			const half = Buffer.from('Status: 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\nhalf');
			const record = Buffer.from([1, 6, 0, 1, half.length >> 8, half.length & 255, 0, 0]);
			const broken = net.createServer((front) => front.once('data', () => front.end(Buffer.concat([record, half]))));
			fs.renameSync(socket, `${socket}.away`);
			try {
				await new Promise((resolve) => broken.listen(socket, resolve));
				fs.chmodSync(socket, 0o666);
				const began = Date.now();
				await assert.rejects(who.get('/'), /aborted|hang up|ECONNRESET/);
				assert.ok(Date.now() - began < 2000, `${Date.now() - began} ms`);
			} finally {
				broken.close();
				fs.rmSync(socket, { force: true });
				fs.renameSync(`${socket}.away`, socket);
			}
			assert.equal((await who.get('/')).status, 200);
		});

	it('every program that is killed is replaced', async () => {
		const before = instance.children('loketd');
		for (const { pid } of before)
			process.kill(pid, 'SIGKILL');
		// A process that was just made has no name of its own yet.
		const names = (list) => list.map((c) => c.name).sort().join();
		await eventually('all are back', 5, () => names(instance.children('loketd')) === names(before));
		const who = new Browser(instance);
		await eventually('signing in works', 5, async () => (await who.signIn(both)).status === 303);
		assert.equal((await who.get('/')).status, 200);
	});

	it('a worker that hangs is ended and replaced by the watchdog, the others go on', async () => {
		const who = await person(instance, both);
		const [victim] = named('catalogue');
		process.kill(victim.pid, 'SIGSTOP');
		// Requests that it accepts wait for it; the others do not.
		const answers = await Promise.all(Array.from({ length: 12 }, () => who.copy().get('/').catch((error) => ({ status: error.message, ms: 0 }))));
		const good = answers.filter((a) => a.status === 200);
		assert.ok(good.length >= 8, answers.map((a) => a.status).join());
		process.kill(victim.pid, 'SIGCONT');
		await eventually('all is well', 15, async () => (await who.get('/')).status === 200 && named('catalogue').length === 4);
	}, 60);
}

// ---- files ----

function files(instance, it) {
	it('an imported catalogue is live within 2 s, and an import that fails changes nothing', async () => {
		const who = await person(instance, both);
		const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'loket-files.')), file = path.join(folder, 'catalogue.xml');
		const text = fs.readFileSync(path.join(root, 'conf/sample/catalogue.xml'), 'utf8');
		const id = (await who.json('/')).json.services[0].id;
		const renamed = text.replace(new RegExp(`(<service id="${id}"[^>]*>\\s*<title xml:lang="nl">)[^<]*`), '$1Zojuist hernoemd');
		assert.notEqual(renamed, text);
		fs.writeFileSync(file, renamed);
		assert.equal((await instance.loketctl('import', file, '--dry-run')).code, 0);
		await sleep(300);
		assert.ok(!(await who.get('/')).text.includes('Zojuist hernoemd'), 'a dry run changed something');
		const before = (await who.get('/')).headers.etag;
		assert.equal((await instance.loketctl('import', file)).code, 0);
		await eventually('the new title is there', 2, async () => (await who.get('/')).text.includes('Zojuist hernoemd'), 50);
		assert.notEqual((await who.get('/')).headers.etag, before);

		fs.writeFileSync(file, renamed.replace(/<audience any="[^"]+"/, '<audience any="wie-dan-ook"'));
		const { code, err } = await instance.loketctl('import', file);
		assert.equal(code, 1);
		assert.match(err, /catalogue\.xml:\d+: .*wie-dan-ook/);
		assert.ok((await who.get('/')).text.includes('Zojuist hernoemd'));
		fs.writeFileSync(file, text);
		assert.equal((await instance.loketctl('import', file)).code, 0);
		await eventually('the old title is back', 2, async () => !(await who.get('/')).text.includes('Zojuist hernoemd'), 50);
		fs.rmSync(folder, { recursive: true });
	});

	const wrong = [
		['an unknown attribute', (t) => t.replace('<portal ', '<portal kleur="rood" '), /loket\.xml:\d+.*kleur/],
		['an unknown element', (t) => t.replace('<files', '<bestanden/><files'), /loket\.xml:\d+.*bestanden/],
		['a zone that does not exist', (t) => t.replace(/zone="[^"]*"/, 'zone="Europe/Merwestad"'), /loket\.xml(:\d+)?.*Merwestad|Merwestad/],
		['a number out of range', (t) => t.replace(/catalogue="4"/, 'catalogue="4000"'), /loket\.xml:\d+.*(catalogue|4000)/],
		['an address in clear text to elsewhere', (t) => t.replace(/<server uri="[^"]*"\/>\s*<tls [^>]*\/>/, '<server uri="ldap://ldap.example.org"/>'), /loket\.xml:\d+/],
		['a header taken for a proof', (t) => t.replace('<source ', '<external-sign-in parameter="HTTP_REMOTE_USER"/>\n<source '), /loket\.xml:\d+.*any client can send/],
		['no host', (t) => t.replace(/<host [^>]*\/>/g, ''), /loket\.xml:\d+.*host/],
		['another clock in an installation', (t) => t.replace('mode="sample"', 'mode="installed"'), /loket\.xml:\d+.*clock/],
	];
	for (const [what, change, says] of wrong)
		it(`a configuration with ${what} is refused with its line and what to write`, async () => {
			const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'loket-files.')), file = path.join(folder, 'loket.xml');
			const text = read(path.join(instance.state, 'loket.xml'));
			assert.notEqual(change(text), text);
			fs.writeFileSync(file, change(text));
			const { code, err } = await instance.loketctl('-c', file, 'check');
			fs.rmSync(folder, { recursive: true });
			assert.equal(code, 1, err);
			assert.match(err, says);
			assert.ok(err.length > 40, err);
		});

	it('programs that are replaced with a broken configuration do not take the portal down', async () => {
		const who = await person(instance, both), file = path.join(instance.state, 'loket.xml');
		const text = fs.readFileSync(file, 'utf8');
		fs.writeFileSync(file, text.replace('<portal ', '<portal kleur="rood" '));
		try {
			process.kill(instance.pid('loketd'), 'SIGHUP');
			for (let i = 0; i < 30; i++) {
				assert.equal((await who.get('/')).status, 200, `after ${i / 10} s`);
				await sleep(100);
			}
		} finally {
			fs.writeFileSync(file, text);
			process.kill(instance.pid('loketd'), 'SIGHUP');
			await eventually('all is well', 10, async () => (await new Browser(instance).signIn(both)).status === 303);
		}
	}, 60);

	it('check says which neighbour fails and that it could not ask', async () => {
		const slapd = instance.pid('slapd');
		assert.equal((await instance.loketctl('check')).code, 0);
		process.kill(slapd, 'SIGSTOP');
		try {
			const { code, out } = await instance.loketctl('check', '--json');
			assert.equal(code, 3);
			const steps = JSON.parse(out).steps;
			assert.deepEqual(steps.filter((s) => !s.ok).map((s) => s.step), ['source campus']);
			assert.equal((await instance.loketctl('groups', both)).code, 3);
		} finally {
			process.kill(slapd, 'SIGCONT');
		}
	});
}

// ---- starting and stopping ----

/** Processes that name a folder in their command or work in it. */
function processesOf(...folders) {
	return fs.readdirSync('/proc').filter((entry) => {
		if (!/^\d+$/.test(entry) || Number(entry) === process.pid)
			return false;
		let cwd = '';
		try {
			cwd = fs.readlinkSync(`/proc/${entry}/cwd`);
		} catch { /* it has just ended, or is not ours */ }
		const command = read(`/proc/${entry}/cmdline`);
		return folders.some((folder) => folder && (cwd.startsWith(folder) || command.includes(folder)));
	});
}

function portIsFree(number) {
	return new Promise((resolve) => {
		const socket = net.connect({ host: '127.0.0.1', port: number });
		socket.on('connect', () => resolve(socket.destroy() && false));
		socket.on('error', () => resolve(true));
	});
}

function startAndStop() {
	test('two instances run side by side and know nothing of each other', async () => {
		const one = new Instance({ web: 'nginx', base: '/' }), two = new Instance({ web: 'apache', base: '/portal/', now: '2026-07-15T12:00' });
		try {
			await one.start();
			await two.start();
			const [here, there] = [await person(one, anna), await person(two, anna)];
			assert.equal((await there.copy().get('/', { headers: { cookie: `__Host-loket=${here.session}` } })).status, 303);
			assert.match((await there.json('/')).json.as_of, /^2026-07-15T12:\d\d:\d\d\+02:00$/);
			assert.ok(!(await here.json('/')).json.as_of.startsWith('2026-07-15'));
		} finally {
			await one.stop();
			await two.stop();
		}
	}, 180);

	test('status tells whether it runs; a stop leaves no process, port or folder; a second start takes less than 15 s', async () => {
		const instance = new Instance();
		try {
			await instance.start();
			const { runtime, state } = instance;
			assert.equal((await instance.script('status')).code, 0);
			const again = await instance.script('start');
			assert.equal(again.code, 0, 'a start of what runs is no mistake');
			assert.equal((await instance.script('stop')).code, 0);
			assert.deepEqual(processesOf(runtime, state), []);
			assert.ok(await portIsFree(instance.port) && await portIsFree(instance.httpPort));
			assert.ok(!fs.existsSync(runtime));
			assert.notEqual((await instance.script('status')).code, 0);
			assert.equal((await instance.script('stop')).code, 0, 'a stop of what does not run is no mistake');
			const began = Date.now();
			assert.equal((await instance.script('start')).code, 0);
			assert.ok(Date.now() - began < 15000, `${Date.now() - began} ms`);
			instance.runtime = read(path.join(state, 'runtime'));
			assert.equal((await new Browser(instance).signIn(both)).status, 303);
		} finally {
			await instance.stop();
		}
	}, 180);

	test('a start on a port that is taken says so and leaves nothing behind', async () => {
		const taken = net.createServer().listen(0, '127.0.0.1');
		await new Promise((resolve) => taken.on('listening', resolve));
		const instance = new Instance();
		instance.port = taken.address().port;
		instance.httpPort = await port();
		const { code, err } = await instance.script('start');
		assert.notEqual(code, 0);
		assert.match(err, new RegExp(`${instance.port}.*in use`));
		assert.deepEqual(processesOf(instance.state), []);
		taken.close();
		await instance.script('stop');
		fs.rmSync(instance.state, { recursive: true, force: true });
	}, 60);

	test('another institution is loaded by files alone, and each of its people gets their own list', gemeente, 120);
}

await main('faults', [
	...onFronts(long ? ['nginx/', 'apache/portal/'] : ['nginx/'], faults),
	{ name: 'start and stop', tests: startAndStop },
]);
