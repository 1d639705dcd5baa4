// Signing in that the front proves: a real Apache with mod_auth_openidc, as shipped, and an OpenID provider on loopback.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { assert, eventually, main, test } from './lib/registry.mjs';
import { at, onFronts } from './lib/fronts.mjs';
import { Browser } from './lib/http.mjs';
import { read, root, run } from './lib/instance.mjs';
import { Provider } from './lib/oidc.mjs';

const both = 's1001776', anna = 's1012345';
const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }; // the module sends nobody else to the provider
const provider = new Provider({ id: 'loket', secret: 'a secret of the test' });

let apache = null;

const configured = (text) => text.replace('  <source ', `  <external-sign-in parameter="REMOTE_USER" strip="@merwestad.example">
    <label xml:lang="nl">je universiteitsaccount</label>
    <label xml:lang="en">your university account</label>
  </external-sign-in>
  <source `);

/** The shipped file with this instance's names, inside the https host; then Apache reads all of it again. */
async function withOpenIdConnect(instance) {
	const folder = path.join(instance.state, 'openid-connect'), front = path.join(instance.runtime, 'front');
	fs.mkdirSync(folder);
	fs.writeFileSync(path.join(folder, 'secrets.conf'),
		`OIDCClientSecret "${provider.client.secret}"\nOIDCCryptoPassphrase "another secret of the test"\n`, { mode: 0o400 });
	const shipped = read(path.join(root, 'conf/apache/openid-connect.conf'))
		.replaceAll('https://login.example.edu', provider.issuer)
		.replaceAll('/etc/loket/openid-connect', folder)
		.replaceAll('"/login/external', `"${instance.base}login/external`);
	const site = path.join(front, 'loket.conf'), text = read(site), end = text.lastIndexOf('</VirtualHost>');
	fs.writeFileSync(site, `${text.slice(0, end)}${shipped}\n${text.slice(end)}\n`);
	const main = path.join(front, 'apache.conf'), modules = ['authn_core', 'authz_user', 'auth_openidc']
		.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so\n`).join('');
	fs.writeFileSync(main, read(main).replace('LoadModule alias_module', `${modules}LoadModule alias_module`));
	const { code, err } = await run('apache2', ['-d', front, '-f', main, '-t'], { env: { PATH: '/usr/sbin:/usr/bin:/bin' } });
	assert.equal(code, 0, err);
	// A module that was not there before needs a restart: with a reload its children crash.
	assert.equal((await instance.script('stop', 'front')).code, 0);
	apache = spawn('apache2', ['-d', front, '-f', main, '-D', 'FOREGROUND'], { env: { PATH: '/usr/sbin:/usr/bin:/bin' }, stdio: 'ignore' });
	await eventually('Apache is back', 10, async () => (await new Browser(instance).get('/login').catch(() => ({}))).status === 200);
}

/** Follows what the front and the provider say, as a browser does; the answer that stays. */
async function follow(who, where) {
	const { instance } = who;
	let url = new URL(where, instance.address());
	for (let hops = 0; hops < 8; hops++) {
		const own = url.port === String(instance.port);
		const answer = own ? await who.get(url.pathname + url.search, { raw: true, headers: browser })
			: await fetch(url, { redirect: 'manual' }).then(async (r) => ({ status: r.status, headers: Object.fromEntries(r.headers), text: await r.text() }));
		if (![302, 303].includes(answer.status))
			return { ...answer, answer, url };
		url = new URL(answer.headers.location, url);
		if (own && url.pathname === at(instance, '/') && answer.status === 303)
			return { status: 303, url, answer };
		if (own && answer.status === 303)
			return { status: 303, url, answer };
	}
	throw new Error(`goes round: ${url}`);
}

function external(instance) {
	const it = (sentence, body, seconds) => test(`${instance.name}: ${sentence}`, body, seconds);
	const claims = (uid, realm = '@merwestad.example') => ({ sub: `id-${uid}`, preferred_username: `${uid}${realm}` });

	it('without it in the configuration there is no such address', async () => {
		const answer = await new Browser(instance).get('/login/external');
		assert.equal(answer.status, 404);
		assert.ok(!(await new Browser(instance).get('/login')).text.includes('login/external'));
	});

	it('a front that proves nobody leads back to the form, whatever headers say', async () => {
		await instance.reconfigure(configured);
		for (const name of ['Remote-User', 'REMOTE_USER', 'X-Remote-User', 'X-Forwarded-User', 'OIDC_CLAIM_preferred_username', 'Authorization']) {
			const value = name === 'Authorization' ? `Basic ${Buffer.from(`${both}:x`).toString('base64')}` : `${both}@merwestad.example`;
			const who = new Browser(instance, { headers: { [name]: value } });
			const answer = await who.get('/login/external?return=/me');
			assert.equal(answer.status, 303, name);
			assert.match(answer.headers.location, /\/login\?/, name);
			assert.equal(who.session, undefined, name);
			assert.equal((await who.get('/')).status, 303, name);
		}
	}, 120);

	if (instance.web !== 'apache')
		return;

	it('the provider that knows a person signs them in, with their groups from the directory, and back to where they were going', async () => {
		await withOpenIdConnect(instance);
		provider.who = claims(both);
		const who = new Browser(instance), page = await who.get('/login?return=/services/acc-password');
		const link = /href="([^"]*login\/external[^"]*)"/.exec(page.text)[1].replaceAll('&amp;', '&');
		assert.ok(page.text.includes('je universiteitsaccount'));
		const end = await follow(who, link);
		assert.equal(end.status, 303, end.text?.slice(0, 500));
		assert.equal(end.url.pathname, at(instance, '/services/acc-password'));
		assert.ok(who.session);
		assert.deepEqual(provider.faults, []);
		const home = (await who.json('/')).json, password = new Browser(instance);
		await password.signIn(both);
		const same = (await password.json('/')).json;
		assert.equal(home.person.uid, both);
		assert.deepEqual(home.services, same.services);
		assert.deepEqual(home.hats, same.hats);
	}, 60);

	it('a person whom the directory does not know, or of another realm, is told so and not signed in', async () => {
		for (const who of [claims('bestaat-niet'), claims(both, '@elders.example'), claims(both, ''), claims('decoy'), claims('*')]) {
			provider.who = who;
			const visitor = new Browser(instance), end = await follow(visitor, at(instance, '/login/external'));
			assert.equal(end.status, 403, `${who.preferred_username}: ${end.status}`);
			assert.match(end.text ?? end.answer.text, /universiteitsaccount/);
			assert.equal(visitor.session, undefined);
		}
	}, 60);

	it('a person whom the provider refuses is not signed in', async () => {
		provider.who = null;
		const visitor = new Browser(instance), end = await follow(visitor, at(instance, '/login/external'));
		assert.match((end.text ?? end.answer.text), /access_denied|Error/); // the module's own page, which has status 200
		assert.equal(visitor.session, undefined);
	});

	it('where only that way is wanted there is no form, and a password is not taken; signing out tells of the other sign-out', async () => {
		const before = read(path.join(instance.state, 'loket.xml'));
		await instance.reconfigure((text) => text.replace('<external-sign-in ', '<external-sign-in only="yes" sign-out="https://login.example.edu/out" '));
		try {
			const visitor = new Browser(instance), page = (await visitor.get('/login')).text;
			assert.ok(!page.includes('name="password"') && page.includes('login/external'));
			const tried = await visitor.post('/login', { username: both, password: `welkom-${both}`, csrf: '', return: '/' });
			assert.equal(tried.status, 403);
			assert.equal(visitor.session, undefined);
			assert.match((await visitor.get('/login?state=signed-out')).text, /https:\/\/login\.example\.edu\/out/);
		} finally {
			await instance.reconfigure(() => before);
		}
	}, 60);

	it('forged headers do nothing beside it either', async () => {
		for (const name of ['Remote-User', 'REMOTE_USER', 'X-Remote-User', 'OIDC_CLAIM_preferred_username']) {
			const who = new Browser(instance, { headers: { ...browser, [name]: `${both}@merwestad.example` } });
			const answer = await who.get('/login/external');
			assert.equal(answer.status, 302, name);
			assert.ok(answer.headers.location.startsWith(provider.issuer), name);
			assert.equal((await who.get('/')).status, 303);
			assert.equal((await who.get('/login')).status, 200);
			assert.equal(who.session, undefined);
		}
		provider.who = claims(anna);
		const who = new Browser(instance, { headers: { 'Remote-User': both, REMOTE_USER: both } });
		assert.equal((await follow(who, at(instance, '/login/external'))).status, 303);
		assert.equal((await who.json('/')).json.person.uid, anna);
	}, 60);

	it('a directory that is silent is said so within 3 s, and somebody signed in goes on', async () => {
		provider.who = claims(both);
		const slapd = instance.pid('slapd'), who = new Browser(instance), other = new Browser(instance);
		assert.equal((await follow(who, at(instance, '/login/external'))).status, 303);
		process.kill(slapd, 'SIGSTOP');
		try {
			const began = Date.now(), end = await follow(other, at(instance, '/login/external'));
			assert.equal(end.status, 503, end.text);
			assert.ok(Date.now() - began < 3500, `${Date.now() - began} ms`);
			assert.ok(Number(end.answer.headers['retry-after']) > 0);
			assert.equal(other.session, undefined);
			assert.equal((await who.get('/')).status, 200);
		} finally {
			process.kill(slapd, 'SIGCONT');
		}
	}, 60);
}

await provider.start();
await main('external', onFronts(['nginx/', 'apache/portal/'], external).map((part) => ({
	...part,
	stop: async (instance) => {
		apache?.kill();
		await part.stop(instance);
	},
})));
