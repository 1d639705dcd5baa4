// A small OpenID provider on loopback (OpenID Connect Core 1.0, code flow with PKCE): whoever comes is the person that
// `who` says. What a client sends is checked, so that a front that would skip a step does not get through.
import crypto from 'node:crypto';
import http from 'node:http';

const base64url = (data) => Buffer.from(data).toString('base64url');

export class Provider {
	/** client: { id, secret }; who: the claims of the person that is signed in there, or null: nobody. */
	constructor(client) {
		this.client = client;
		this.who = null;
		this.codes = new Map();
		this.asked = [];
		this.faults = [];
		const { privateKey, publicKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
		this.key = privateKey;
		this.jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' };
	}

	async start() {
		this.server = http.createServer((request, response) => this.answer(request, response));
		await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		this.issuer = `http://127.0.0.1:${this.server.address().port}`;
		return this;
	}

	stop() {
		this.server.close();
		this.server.closeAllConnections?.();
	}

	sign(claims) {
		const text = [{ alg: 'RS256', kid: 'one', typ: 'JWT' }, claims].map((part) => base64url(JSON.stringify(part))).join('.');
		return `${text}.${base64url(crypto.sign('sha256', Buffer.from(text), this.key))}`;
	}

	async answer(request, response) {
		const url = new URL(request.url, this.issuer), chunks = [];
		for await (const chunk of request)
			chunks.push(chunk);
		const form = new URLSearchParams(Buffer.concat(chunks).toString());
		const json = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
		this.asked.push(url.pathname);
		if (url.pathname === '/.well-known/openid-configuration')
			return json(200, {
				issuer: this.issuer, authorization_endpoint: `${this.issuer}/authorize`, token_endpoint: `${this.issuer}/token`,
				jwks_uri: `${this.issuer}/keys`, response_types_supported: ['code'], subject_types_supported: ['public'],
				id_token_signing_alg_values_supported: ['RS256'], code_challenge_methods_supported: ['S256'],
				token_endpoint_auth_methods_supported: ['client_secret_basic'],
			});
		if (url.pathname === '/keys')
			return json(200, { keys: [this.jwk] });
		if (url.pathname === '/authorize')
			return this.authorize(url.searchParams, response);
		if (url.pathname === '/token')
			return this.token(request, form, json);
		return json(404, {});
	}

	authorize(query, response) {
		const back = new URL(query.get('redirect_uri'));
		back.searchParams.set('state', query.get('state'));
		if (query.get('client_id') !== this.client.id || query.get('response_type') !== 'code' || query.get('code_challenge_method') !== 'S256') {
			this.faults.push(`authorize: ${query}`);
			return response.writeHead(400).end();
		}
		if (!this.who) {
			back.searchParams.set('error', 'access_denied');
		} else {
			const code = base64url(crypto.randomBytes(16));
			this.codes.set(code, { nonce: query.get('nonce'), challenge: query.get('code_challenge'), redirect: query.get('redirect_uri'), who: this.who });
			back.searchParams.set('code', code);
		}
		return response.writeHead(302, { location: back.href }).end();
	}

	token(request, form, json) {
		const asked = this.codes.get(form.get('code'));
		const basic = Buffer.from((request.headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString()
			.split(':').map((part) => decodeURIComponent(part.replaceAll('+', ' '))); // RFC 6749 2.3.1
		this.codes.delete(form.get('code'));
		const verifier = crypto.createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
		if (!asked || basic[0] !== this.client.id || basic[1] !== this.client.secret || verifier !== asked.challenge || form.get('redirect_uri') !== asked.redirect) {
			this.faults.push(`token: ${form}`);
			return json(400, { error: 'invalid_grant' });
		}
		const now = Math.floor(Date.now() / 1000);
		return json(200, {
			access_token: base64url(crypto.randomBytes(16)), token_type: 'Bearer', expires_in: 60,
			id_token: this.sign({ iss: this.issuer, aud: this.client.id, iat: now, exp: now + 60, nonce: asked.nonce, ...asked.who }),
		});
	}
}
