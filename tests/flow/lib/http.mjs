// A small browser without a screen: cookies, forms, TLS with the instance's own authority.
import https from 'node:https';
import http from 'node:http';
import tls from 'node:tls';
import zlib from 'node:zlib';

function split(header) {
	const [pair, ...attributes] = header.split(';').map((s) => s.trim());
	const at = pair.indexOf('=');
	return {
		name: pair.slice(0, at), value: pair.slice(at + 1), header,
		attributes: Object.fromEntries(attributes.map((a) => {
			const [name, value = ''] = a.split('=');
			return [name.toLowerCase(), value];
		})),
	};
}

export function form(fields) {
	return new URLSearchParams(fields).toString();
}

const named = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

export function unescapeHtml(text) {
	return text.replace(/&(#x?[0-9a-f]+|\w+);/gi, (whole, name) => {
		if (name[0] !== '#')
			return named[name] ?? whole;
		const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : Number(name.slice(1));
		return String.fromCodePoint(code);
	});
}

/** The attributes of every tag of one name. */
export function tags(html, name) {
	const found = [];
	for (const [, inside] of html.matchAll(new RegExp(`<${name}\\b((?:[^>"']|"[^"]*"|'[^']*')*)>`, 'gi'))) {
		const attributes = {};
		for (const [, key, double, single] of inside.matchAll(/([\w:-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'))?/g))
			attributes[key.toLowerCase()] = unescapeHtml(double ?? single ?? '');
		found.push(attributes);
	}
	return found;
}

export class Answer {
	constructor(message, body, ms) {
		this.status = message.statusCode;
		this.headers = message.headers;
		this.raw = message.rawHeaders;
		this.ms = ms;
		this.wire = body;
		this.body = message.headers['content-encoding'] === 'gzip' ? zlib.gunzipSync(body) : body;
		this.cookies = (message.headers['set-cookie'] ?? []).map(split);
	}

	get text() {
		return this.body.toString('utf8');
	}

	get json() {
		return JSON.parse(this.text);
	}

	get csrf() {
		return this.field('csrf');
	}

	/** The value of a hidden or other field of the page. */
	field(name) {
		return tags(this.text, 'input').find((i) => i.name === name)?.value;
	}

	cookie(name) {
		return this.cookies.find((c) => c.name === name);
	}

	get title() {
		return unescapeHtml(/<title>([^<]*)<\/title>/.exec(this.text)?.[1] ?? '');
	}
}

export class Browser {
	constructor(instance, { from, headers = {} } = {}) {
		this.instance = instance;
		this.jar = new Map();
		this.headers = headers;
		this.agent = new https.Agent({
			keepAlive: true, maxSockets: 64, ca: instance.ca, servername: 'localhost', localAddress: from,
		});
	}

	/** A second tab: same cookies, own connections. */
	copy() {
		const other = new Browser(this.instance, { headers: this.headers });
		other.jar = new Map(this.jar);
		return other;
	}

	close() {
		this.agent.destroy();
	}

	get session() {
		return this.jar.get('__Host-loket');
	}

	/** path counts from the portal's base; options: method, headers, body (string), cookies (false: none),
	 * seconds. Redirects are not followed. */
	request(path, { method = 'GET', headers = {}, body, cookies = true, seconds = 20, raw = false } = {}) {
		const { instance } = this;
		const all = { 'accept-encoding': 'identity', ...this.headers, ...headers };
		if (cookies && this.jar.size && !('cookie' in all))
			all.cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ');
		if (body !== undefined && !('content-length' in all) && !('transfer-encoding' in all))
			all['content-length'] = Buffer.byteLength(body);
		const began = performance.now();
		return new Promise((resolve, reject) => {
			const request = https.request({
				host: '127.0.0.1', port: instance.port, method, agent: this.agent,
				path: raw ? path : instance.base + path.replace(/^\//, ''),
				headers: { host: `localhost:${instance.port}`, ...all },
			}, (message) => {
				const chunks = [];
				message.on('data', (chunk) => chunks.push(chunk));
				message.on('error', reject);
				message.on('end', () => {
					const answer = new Answer(message, Buffer.concat(chunks), performance.now() - began);
					if (cookies)
						this.keep(answer);
					resolve(answer);
				});
			});
			request.setTimeout(seconds * 1000, () => request.destroy(new Error(`no answer in ${seconds} s: ${path}`)));
			request.on('error', reject);
			request.end(body);
		});
	}

	keep(answer) {
		for (const { name, value, attributes } of answer.cookies) {
			if (attributes['max-age'] === '0')
				this.jar.delete(name);
			else
				this.jar.set(name, value);
		}
	}

	get(path, options = {}) {
		return this.request(path, options);
	}

	json(path, options = {}) {
		return this.get(path, { ...options, headers: { accept: 'application/json', ...options.headers } });
	}

	post(path, fields, options = {}) {
		return this.request(path, {
			method: 'POST', body: typeof fields === 'string' ? fields : form(fields), ...options,
			headers: {
				'content-type': 'application/x-www-form-urlencoded',
				origin: `https://localhost:${this.instance.port}`, 'sec-fetch-site': 'same-origin',
				...options.headers,
			},
		});
	}

	/** Sends the sign-in form as a person would; fields replaces or adds. */
	async signIn(uid, fields = {}, options = {}) {
		const back = fields.return === undefined ? '' : `?return=${encodeURIComponent(fields.return)}`;
		const page = await this.get(`/login${back}`);
		return this.post('/login', {
			username: uid, password: `welkom-${uid}`, csrf: page.csrf ?? '', return: page.field('return') ?? '/', ...fields,
		}, options);
	}

	/** The same, for tests that are about what comes after. */
	async enter(uid) {
		const answer = await this.signIn(uid);
		if (answer.status !== 303 || !this.session)
			throw new Error(`${uid} could not sign in: ${answer.status}`);
		return this;
	}
}

/** Somebody signed in. */
export async function person(instance, uid, options) {
	return new Browser(instance, options).enter(uid);
}

/** Bytes as they are, over TLS or plain; gives all that came back until the end or ms have passed. Its ms is
 * when the last of it came: a server may keep the connection for a while after its answer. */
export function bytes(instance, send, { ms = 5000, plain = false, pieces } = {}) {
	return new Promise((resolve, reject) => {
		const options = { host: '127.0.0.1', port: plain ? instance.httpPort : instance.port, ca: instance.ca, servername: 'localhost' };
		const socket = plain ? http.Agent.prototype.createConnection.call(new http.Agent(), options) : tls.connect(options);
		const got = [], began = performance.now();
		let finished = false, last = 0;
		const done = () => {
			if (finished)
				return;
			finished = true;
			clearTimeout(timer);
			socket.destroy();
			const text = Buffer.concat(got).toString('latin1');
			resolve({
				text, ms: (last || performance.now()) - began, status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0),
				head: text.split('\r\n\r\n')[0], body: text.slice(text.indexOf('\r\n\r\n') + 4),
			});
		};
		const timer = setTimeout(done, ms);
		socket.on('data', (chunk) => {
			last = performance.now();
			got.push(chunk);
		});
		socket.on('end', done);
		socket.on('close', done);
		socket.on('error', (error) => got.length || /RESET|EPIPE/.test(error.code ?? '') ? done() : reject(error));
		socket.once(plain ? 'connect' : 'secureConnect', async () => {
			socket.write(send);
			for (const piece of pieces ?? []) {
				await new Promise((r) => setTimeout(r, piece.after));
				if (!finished)
					socket.write(piece.send);
			}
		});
	});
}
