// Stands between the portal and a slapd, ends TLS itself and so understands what is said. It misbehaves on request:
//
//     refuse        nobody listens
//     backlog       a listener that accepts nothing: connections are neither made nor refused
//     tls           StartTLS is answered, and then nothing
//     after-bind    searches get no answer
//     cut           half of the answer to a search, then a reset
//     half          half of the answer to a search, then silence
//     result N      half of the entries, then the result N; of busy (51), unavailable (52) and no such object (32) none
//     referral      "ask elsewhere" (10) for an answer
//     references    an answer that is nothing but a reference to elsewhere
//
// and does so with every search, or only with those below `below`. Beside that, `parts` { attribute, most } makes it give out
// that attribute in parts.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { element, Messages, tlv } from './ber.mjs';
import { askWhole, partOf } from './parts.mjs';

const REQUEST = { bind: 0x60, unbind: 0x42, search: 0x63, extended: 0x77 };
const ANSWER = { entry: 0x64, reference: 0x73, done: 0x65, extended: 0x78 };
const START_TLS = '1.3.6.1.4.1.1466.20037';
const WITHOUT_ENTRIES = [32, 51, 52];
const ELSEWHERE = 'ldap://127.0.0.1:9/dc=elsewhere';

const message = (id, tag, ...parts) => tlv(0x30, id, tlv(tag, ...parts));
const result = (code, ...more) => [tlv(0x0a, Buffer.from([code])), tlv(0x04), tlv(0x04, 'as the test wants it'), ...more];
const half = (list) => list.slice(0, list.length >> 1);

function base(body) {
	const name = element(body, 0);
	return body.subarray(name.from, name.to).toString();
}

// ---- one connection ----

class Connection {
	#searches = new Map(); // id → what was answered so far
	#from = new Map();     // id → the value from which on a part is wanted
	#fromClient = new Messages();
	#fromServer = new Messages();

	constructor(proxy, raw) {
		this.proxy = proxy;
		this.raw = this.down = raw;
		this.up = net.connect(proxy.upstream);
		this.up.on('data', (chunk) => this.#answers(chunk));
		this.up.on('close', () => this.end());
		this.up.on('error', () => this.end());
		this.#listen(raw);
	}

	#listen(stream) {
		this.down = stream;
		stream.on('data', (chunk) => {
			try {
				this.#requests(chunk);
			} catch { // not LDAP: whoever found this port by chance
				this.end();
			}
		});
		stream.on('close', () => this.end());
		stream.on('error', () => this.end());
	}

	end() {
		this.up.destroy();
		this.raw.destroy();
		this.proxy.connections.delete(this);
	}

	reset() {
		this.raw.resetAndDestroy();
		this.end();
	}

	#startTls(id) {
		this.raw.removeAllListeners('data');
		this.raw.write(message(id, ANSWER.extended, ...result(0)));
		if (this.proxy.fault === 'tls')
			return this.raw.on('data', () => {});
		const { key, cert } = this.proxy;
		this.#listen(new tls.TLSSocket(this.raw, { isServer: true, secureContext: tls.createSecureContext({ key, cert }) }));
	}

	#requests(chunk) {
		for (const m of this.#fromClient.take(chunk)) {
			if (m.tag === REQUEST.extended && m.body.includes(START_TLS))
				return this.#startTls(m.id);
			if (m.tag === REQUEST.search && this.proxy.concerns(base(m.body))) {
				if (this.proxy.fault === 'after-bind')
					continue;
				this.#searches.set(m.id.toString('hex'), []);
			}
			this.up.write(m.tag === REQUEST.search && this.proxy.parts ? this.#whole(m) : m.bytes);
		}
	}

	#whole({ id, body, controls }) {
		const { from, body: all } = askWhole(body);
		this.proxy.partsAsked += from >= 0;
		this.#from.set(id.toString('hex'), from);
		return tlv(0x30, id, tlv(REQUEST.search, all), controls);
	}

	#part({ id, body, bytes }) {
		const from = this.#from.get(id.toString('hex'));
		return this.proxy.parts && from !== undefined ? message(id, ANSWER.entry, ...partOf(body, this.proxy.parts, from)) : bytes;
	}

	#answers(chunk) {
		for (const m of this.#fromServer.take(chunk)) {
			const so_far = this.#searches.get(m.id.toString('hex'));
			if (!so_far) {
				this.down.write(m.tag === ANSWER.entry ? this.#part(m) : m.bytes);
			} else if (m.tag !== ANSWER.done) {
				so_far.push(m.bytes);
			} else {
				this.#searches.delete(m.id.toString('hex'));
				this.#spoil(m, so_far);
			}
		}
	}

	#spoil(done, entries) {
		const [fault, number] = this.proxy.fault.split(' '), code = Number(number);
		const broken = [...half(entries), (entries[entries.length >> 1] ?? done.bytes).subarray(0, 9)];
		const write = (...list) => this.down.write(Buffer.concat(list));
		switch (fault) {
		case 'cut':
			this.down.write(Buffer.concat(broken), () => this.reset());
			break;
		case 'half':
			write(...broken);
			break;
		case 'result':
			write(...(WITHOUT_ENTRIES.includes(code) ? [] : half(entries)), message(done.id, ANSWER.done, ...result(code)));
			break;
		case 'referral':
			write(message(done.id, ANSWER.done, ...result(10, tlv(0xa3, tlv(0x04, ELSEWHERE)))));
			break;
		case 'references':
			write(message(done.id, ANSWER.reference, tlv(0x04, ELSEWHERE)), message(done.id, ANSWER.done, ...result(0)));
			break;
		default: // it ended meanwhile
			write(...entries, done.bytes);
		}
	}
}

// ---- the listener ----

const blackhole = `
import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[1])))
s.listen(0)
fill = []
while True:
    c = socket.socket()
    c.settimeout(0.2)
    try: c.connect(s.getsockname())
    except OSError: break
    fill.append(c)
print("full", flush=True)
sys.stdin.read()
`;

export class LdapProxy {
	#fault = 'pass';

	/** upstream: path of a socket; tls: where key and certificate are. */
	constructor({ upstream, key, cert }) {
		this.upstream = upstream;
		this.key = fs.readFileSync(key);
		this.cert = fs.readFileSync(cert);
		this.connections = new Set();
		this.parts = null;
		this.partsAsked = 0;
	}

	get fault() {
		return this.#fault;
	}

	async start(port = 0) {
		this.server = net.createServer((raw) => this.connections.add(new Connection(this, raw)));
		await new Promise((resolve, reject) => {
			this.server.once('error', reject);
			this.server.listen(port, '127.0.0.1', resolve);
		});
		this.port = this.server.address().port;
		return this;
	}

	async #close() {
		const closed = new Promise((resolve) => this.server.close(resolve));
		for (const connection of this.connections)
			connection.reset();
		await closed;
	}

	async #fill() {
		this.hole = spawn('/usr/bin/python3', ['-c', blackhole, String(this.port)], { stdio: ['pipe', 'pipe', 'inherit'] });
		await new Promise((resolve) => this.hole.stdout.once('data', resolve));
	}

	async #empty() {
		const gone = new Promise((resolve) => this.hole.once('exit', resolve));
		this.hole.stdin.end();
		await gone;
		this.hole = null;
	}

	/** Does the fault concern a search below this base? */
	concerns(name) {
		return this.#fault !== 'pass' && (!this.below || name.toLowerCase().endsWith(this.below));
	}

	async misbehave(fault, below) {
		this.#fault = fault;
		this.below = below;
		if (fault === 'refuse' || fault === 'backlog')
			await this.#close();
		if (fault === 'backlog')
			await this.#fill();
		if (fault === 'tls')
			for (const connection of this.connections)
				connection.reset();
	}

	async behave() {
		const closed = !this.server.listening;
		this.#fault = 'pass';
		if (this.hole)
			await this.#empty();
		if (closed)
			await this.start(this.port);
	}

	async stop() {
		if (this.hole)
			await this.#empty();
		if (this.server.listening)
			await this.#close();
	}
}
