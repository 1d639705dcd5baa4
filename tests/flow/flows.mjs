// What people do, through the real front: coming in, going round, leaving; and what every page keeps to.
import path from 'node:path';
import zlib from 'node:zlib';
import { assert, eventually, main, sleep, test } from './lib/registry.mjs';
import { at, elsewhere, onFronts, wellFormed } from './lib/fronts.mjs';
import { Browser, bytes, person, tags } from './lib/http.mjs';
import { root, run } from './lib/instance.mjs';

const student = 's1012345', lawyer = 's1001776', english = 's1044210', nobody = 'u0000001';

function flows(instance) {
	const to = (path) => at(instance, path);
	const says = (sentence) => `${instance.name}: ${sentence}`;
	const it = (sentence, run, seconds) => test(says(sentence), run, seconds);

	comingIn(instance, it, to);
	sessions(instance, it, to);
	caching(instance, it);
	languages(instance, it, to);
	visibility(instance, it);
	protocol(instance, it, to);
	withoutSession(instance, it, to);
	shell(instance, it);
	outage(instance, it);
}

function comingIn(instance, it, to) {
	it('somebody without a session is sent to sign in and back to the front page', async () => {
		const visitor = new Browser(instance);
		const first = await visitor.get('/');
		assert.equal(first.status, 303);
		assert.equal(first.headers.location, to('/login?return=%2F'));
		const done = await visitor.signIn(student);
		assert.equal(done.status, 303);
		assert.equal(done.headers.location, to('/'));
		const home = await visitor.get('/');
		assert.equal(home.status, 200);
		assert.match(home.text, /Sanne de Wit/);
	});

	it('a deep link with a query survives signing in', async () => {
		const visitor = new Browser(instance);
		const asked = await visitor.get('/search?q=wifi%20traag&lang=en');
		const where = new URL(asked.headers.location, 'https://localhost');
		assert.equal(where.searchParams.get('return'), '/search?q=wifi%20traag&lang=en');
		const page = await visitor.get(`/login${where.search}`);
		const done = await visitor.post('/login', {
			username: student, password: `welkom-${student}`, csrf: page.csrf, return: page.field('return'),
		});
		assert.equal(done.headers.location, to('/search?q=wifi%20traag&lang=en'));
		assert.equal((await visitor.get('/search?q=wifi%20traag&lang=en')).status, 200);
	});

	it('signing out ends the session on the server too', async () => {
		const who = await person(instance, student);
		const held = who.session, { csrf } = await who.get('/');
		const out = await who.post('/logout', { csrf });
		assert.equal(out.status, 303);
		assert.equal(out.headers.location, to('/login?state=signed-out'));
		assert.equal(who.session, undefined);
		assert.equal((await who.get('/login?state=signed-out')).status, 200);
		const again = await who.get('/', { headers: { cookie: `__Host-loket=${held}` } });
		assert.equal(again.status, 303);
	});

	it('a wrong password gives one 422 page that says so, keeps the way back and makes no session', async () => {
		const visitor = new Browser(instance, { from: elsewhere() });
		const answer = await visitor.signIn(student, { password: 'fout', return: '/me' });
		assert.equal(answer.status, 422);
		assert.match(answer.title, /^(Fout|Error):/);
		assert.equal(answer.field('return'), '/me');
		assert.equal(answer.field('password') ?? '', '');
		assert.equal(visitor.session, undefined);
		assert.equal(answer.headers['cache-control'], 'no-store');
	});

	it('the session cookie is a __Host- cookie: Secure, HttpOnly, SameSite, Path=/, no Domain', async () => {
		const { attributes, value } = (await new Browser(instance).signIn(student)).cookie('__Host-loket');
		assert.ok('secure' in attributes && 'httponly' in attributes, 'Secure and HttpOnly');
		assert.match(attributes.samesite, /^(Lax|Strict)$/);
		assert.equal(attributes.path, '/');
		assert.ok(!('domain' in attributes) && !('max-age' in attributes) && !('expires' in attributes));
		assert.match(value, /^[\w-]{43}$/);
	});
}

function sessions(instance, it, to) {
	it('a session that was put in the browser before signing in is not the one afterwards (fixation)', async () => {
		const visitor = new Browser(instance), planted = 'a'.repeat(43);
		visitor.jar.set('__Host-loket', planted);
		await visitor.enter(student);
		assert.notEqual(visitor.session, planted);
		const thief = new Browser(instance);
		assert.equal((await thief.get('/', { headers: { cookie: `__Host-loket=${planted}` } })).status, 303);
	});

	it('signing in again gives a new session and ends the former', async () => {
		const who = await person(instance, student);
		const former = who.session;
		await who.enter(student);
		assert.notEqual(who.session, former);
		assert.equal((await new Browser(instance).get('/', { headers: { cookie: `__Host-loket=${former}` } })).status, 303);
	});

	it('/me names hats, groups with their proof, and the sessions of this person only', async () => {
		const who = await person(instance, lawyer, { headers: { 'user-agent': 'een-eigen-naam/1' } });
		const { json } = await who.json('/me');
		assert.deepEqual(json.hats.map((h) => h.id), ['student', 'employee']);
		const job = json.groups.find((g) => g.id === 'emp_nwi');
		assert.equal(job.proof[0].kind, 'attribute');
		assert.equal(job.proof[0].attribute, 'eduPersonOrgUnitDN');
		assert.equal(json.groups.find((g) => g.id === 'student').proof.at(-1).account, lawyer);
		const here = json.sessions.filter((s) => s.current);
		assert.equal(here.length, 1);
		assert.equal(here[0].agent, 'een-eigen-naam/1');
		assert.match(json.hats.find((h) => h.id === 'employee').until, /^2027-(07-31|08-01)T\d\d:\d\d:\d\d/);
	});

	it('/me in nested LDAP groups shows the way through the groups', async () => {
		const { json } = await (await person(instance, english)).json('/me');
		const nested = json.groups.find((g) => g.id === 'intl_student');
		assert.ok(nested.proof.some((step) => (step.chain ?? []).length > 1 || step.kind === 'parent'),
			`no chain: ${JSON.stringify(nested.proof)}`);
	});

	it('other sessions can be ended from /me, one by one and all at once; this one stays', async () => {
		const [one, two, three] = await Promise.all([1, 2, 3].map(() => person(instance, 'm388420')));
		const me = await one.get('/me');
		const list = (await one.json('/me')).json.sessions;
		const other = list.find((s) => !s.current);
		const done = await one.post('/me/sessions/end', { csrf: me.csrf, number: other.number });
		assert.equal(done.status, 303);
		assert.equal(done.headers.location, to('/me'));
		assert.ok(!(await one.json('/me')).json.sessions.some((s) => s.number === other.number));
		await one.post('/me/sessions/end', { csrf: me.csrf, number: 'others' });
		assert.equal((await two.get('/')).status, 303);
		assert.equal((await three.get('/')).status, 303);
		assert.equal((await one.get('/')).status, 200);
	});

	it('the session of somebody else cannot be ended by its number', async () => {
		const [mine, theirs] = [await person(instance, student), await person(instance, english)];
		const { number } = (await theirs.json('/me')).json.sessions.find((s) => s.current);
		const { csrf } = await mine.get('/me');
		await mine.post('/me/sessions/end', { csrf, number });
		assert.equal((await theirs.get('/me')).status, 200);
	});
}

function caching(instance, it) {
	for (const path of ['/', '/services/acc-password', '/search?q=wifi'])
		it(`${path} is private, has an ETag that ignores the token's mask, and answers 304`, async () => {
			const who = await person(instance, student);
			const [one, two] = [await who.get(path), await who.get(path)];
			assert.equal(one.status, 200);
			assert.equal(one.headers['cache-control'], 'private, no-cache');
			assert.match(one.headers.vary, /Cookie/i);
			assert.ok(one.headers.etag);
			assert.equal(one.headers.etag, two.headers.etag);
			assert.notEqual(one.csrf, two.csrf, 'the token looks the same twice');
			const third = await who.get(path, { headers: { 'if-none-match': `"other", ${one.headers.etag}` } });
			assert.equal(third.status, 304);
			assert.equal(third.body.length, 0);
			assert.equal(third.headers.etag, one.headers.etag);
		});

	it('every masked token of a session is accepted', async () => {
		const who = await person(instance, student);
		const tokens = [(await who.get('/')).csrf, (await who.get('/')).csrf];
		for (const csrf of tokens)
			assert.equal((await who.post('/me/sessions/end', { csrf, number: 'others' })).status, 303);
	});

	it('no two people share an ETag, and the one of another gives a whole page', async () => {
		// Two people with the same groups: only the person differs.
		const [one, two] = [await person(instance, 'balie-hr-desk'), await person(instance, 'balie-hr-pay')];
		const [first, second] = [await one.get('/'), await two.get('/')];
		assert.notEqual(first.headers.etag, second.headers.etag);
		const answer = await two.get('/', { headers: { 'if-none-match': first.headers.etag } });
		assert.equal(answer.status, 200);
		assert.match(answer.text, /Balie Salarisadministratie/);
	});

	it('JSON, XML and the page have an ETag of their own', async () => {
		const who = await person(instance, student);
		const kinds = ['text/html', 'application/json', 'application/xml'];
		const etags = [];
		for (const accept of kinds)
			etags.push((await who.get('/', { headers: { accept } })).headers.etag);
		assert.equal(new Set(etags).size, 3);
	});

	it('a page that takes gzip is sent compressed and is the same page', async () => {
		const who = await person(instance, student);
		const plain = await who.get('/'), packed = await who.get('/', { headers: { 'accept-encoding': 'gzip' } });
		assert.equal(packed.headers['content-encoding'], 'gzip');
		assert.ok(packed.wire.length < plain.wire.length / 3, `${packed.wire.length} of ${plain.wire.length}`);
		const strip = (text, token) => text.replaceAll(token, '');
		assert.equal(strip(zlib.gunzipSync(packed.wire).toString(), packed.csrf), strip(plain.text, plain.csrf));
	});

	it('pages about the person and forms are never stored', async () => {
		const who = await person(instance, student);
		for (const path of ['/me', '/login'])
			assert.equal((await who.get(path)).headers['cache-control'], 'no-store', path);
	});

	it('style sheet, fonts and icons are kept for a year under a name that changes with them', async () => {
		const page = await new Browser(instance).get('/login');
		const sheet = tags(page.text, 'link').find((l) => l.rel === 'stylesheet').href;
		assert.ok(sheet.startsWith(`${instance.base}static/`), sheet);
		const css = await new Browser(instance).get(sheet, { raw: true, headers: { 'accept-encoding': 'gzip' } });
		assert.equal(css.status, 200);
		assert.match(css.headers['content-type'], /^text\/css/);
		assert.match(css.headers['cache-control'], /max-age=31536000.*immutable/);
		assert.equal(css.headers['content-encoding'], 'gzip');
		assert.equal(css.headers['x-content-type-options'], 'nosniff');
		const font = /url\(["']?([^"')]+\.woff2)/.exec(css.text)[1];
		const file = await new Browser(instance).get(new URL(font, `https://localhost${sheet}`).pathname, { raw: true });
		assert.equal(file.status, 200);
		assert.equal(file.headers['content-type'], 'font/woff2');
	});
}

function languages(instance, it, to) {
	const langOf = (page) => /<html[^>]*\blang="(\w+)"/.exec(page.text)?.[1];

	it('without a session the language of the browser counts, else the first of the institution', async () => {
		for (const [asked, lang] of [['en-GB,en;q=0.9,nl;q=0.5', 'en'], ['nl', 'nl'], ['fr', 'nl'], ['', 'nl']])
			assert.equal(langOf(await new Browser(instance).get('/login', { headers: { 'accept-language': asked } })), lang, asked);
	});

	it('after signing in the language of the directory counts, until somebody switches', async () => {
		const who = await person(instance, english);
		assert.equal(langOf(await who.get('/', { headers: { 'accept-language': 'nl' } })), 'en');
		assert.equal(langOf(await who.get('/?lang=nl')), 'nl');
		assert.equal(langOf(await who.get('/me')), 'nl');
	});

	it('the language switch keeps path and query', async () => {
		for (const [path, kept] of [['/search?q=wifi+traag', 'q=wifi+traag'], ['/?hat=student&theme=net', 'hat=student&theme=net'], ['/services/acc-password', '']]) {
			const who = await person(instance, lawyer);
			const links = tags((await who.get(path)).text, 'a').filter((a) => /[?&]lang=en$/.test(a.href ?? ''));
			assert.ok(links.length, `no switch on ${path}`);
			assert.equal(links[0].href, to(`${path.split('?')[0]}?${kept}${kept && '&'}lang=en`));
			const switched = await who.get(links[0].href, { raw: true });
			assert.equal(langOf(switched), 'en');
		}
	});

	it('a chosen look is kept in a cookie and is on the next page', async () => {
		const who = await person(instance, student);
		const before = await who.get('/');
		const done = await who.post('/theme', { theme: 'dark', return: '/me' });
		assert.equal(done.status, 303);
		assert.equal(done.headers.location, to('/me'));
		assert.equal(who.jar.get('__Host-loket-theme'), 'dark');
		const after = await who.get('/');
		assert.notEqual(after.headers.etag, before.headers.etag);
		assert.match(/<html[^>]*>/.exec(after.text)[0], /dark/);
		assert.equal((await who.post('/theme', { theme: 'paars', return: '/' })).status, 400);
	});

	for (const [path, status] of [['/bestaat-niet', 404], ['/services/bestaat-niet', 404]])
		it(`the ${status} page of ${path} is in the language of the visitor`, async () => {
			for (const [uid, lang] of [[student, 'nl'], [english, 'en']]) {
				const who = await person(instance, uid);
				const answer = await who.get(path, { headers: { 'accept-language': lang } });
				assert.equal(answer.status, status);
				assert.equal(langOf(answer), lang);
				assert.match(answer.headers['content-type'], /^text\/html; charset=utf-8$/i);
			}
		});
}

function visibility(instance, it) {
	it('a service of others answers exactly like one that does not exist', async () => {
		const who = await person(instance, student);
		const mine = new Set((await who.json('/')).json.services.map((s) => s.id));
		const all = (await (await person(instance, 'm388420')).json('/')).json.services.map((s) => s.id);
		const foreign = all.find((id) => !mine.has(id));
		const unknown = foreign.replace(/./g, 'x');
		for (const accept of ['text/html', 'application/json', 'application/xml']) {
			const pair = [];
			for (const id of [foreign, unknown]) {
				const answer = await who.get(`/services/${id}`, { headers: { accept } });
				const { number } = numbered(answer, accept);
				// Its own number, its own token, and the address that was typed.
				const csrf = answer.csrf ?? tags(answer.text, 'frame')[0]?.csrf;
				const text = [number, csrf, id].filter(Boolean).reduce((s, part) => s.replaceAll(part, '*'), answer.text);
				const { date, 'keep-alive': counted, ...headers } = answer.headers;
				assert.ok(number && date);
				pair.push({ status: answer.status, headers, text });
			}
			assert.equal(pair[0].status, 404);
			assert.deepEqual(pair[0], pair[1]);
		}
	});

	it('search finds nothing of what is not in the own catalogue', async () => {
		const who = await person(instance, nobody);
		const mine = new Set((await who.json('/')).json.services.map((s) => s.id));
		for (const q of ['tentamen', 'salaris', 'verlof', 'wifi', 'wachtwoord'])
			for (const { id } of (await who.json(`/search?q=${q}`)).json.results)
				assert.ok(mine.has(id), `${q}: ${id}`);
	});

	it('search answers with the words that were asked and services in order', async () => {
		const who = await person(instance, lawyer);
		const { json } = await who.json('/search?q=wachtwoord+vergeten');
		assert.equal(json.query, 'wachtwoord vergeten');
		assert.equal(json.results[0].id, 'acc-password');
		assert.deepEqual([...json.results].sort((a, b) => b.score - a.score), json.results);
	});

	it('a hat narrows the list to what that hat sees; both hats together are the whole', async () => {
		const who = await person(instance, lawyer);
		const ids = async (path) => (await who.json(path)).json.services.map((s) => s.id);
		const [all, asStudent, asEmployee] = [await ids('/'), await ids('/?hat=student'), await ids('/?hat=employee')];
		assert.ok(asStudent.length < all.length && asEmployee.length < all.length);
		assert.deepEqual(all.filter((id) => asStudent.includes(id)), asStudent);
		assert.equal(new Set([...asStudent, ...asEmployee]).size, all.length);
		assert.deepEqual(await ids('/?hat=alumnus'), all, 'a hat that is not worn changes nothing');
	});
}

/** The number of the request that an error page names. */
function numbered(answer, accept) {
	if (accept === 'application/json')
		return { number: answer.json.number };
	if (accept === 'application/xml')
		return { number: tags(answer.text, 'page')[0].number };
	return { number: /\b[a-kmnp-z2-9A]{10}\b(?=<)/.exec(answer.text)?.[0] };
}

const everyPage = [
	['/login', false], ['/public', false], ['/accessibility', false], ['/privacy', false],
	['/', true], ['/?hat=student', true], ['/search?q=wifi', true], ['/search?q=qqqqqq', true],
	['/services/acc-password', true], ['/me', true], ['/services/bestaat-niet', true],
];

function protocol(instance, it, to) {
	it('every page is HTML, its page document as XML, and the same as JSON', async () => {
		const who = await person(instance, lawyer), visitor = new Browser(instance);
		for (const [path, inside] of everyPage) {
			const asker = inside ? who : visitor;
			const html = await asker.get(path);
			const xml = await asker.get(path, { headers: { accept: 'application/xml' } });
			const json = await asker.get(path, { headers: { accept: 'application/json' } });
			assert.match(html.text, /^<!DOCTYPE html/i, path);
			assert.match(html.headers['content-type'], /^text\/html; ?charset=utf-8$/i, path);
			assert.match(xml.headers['content-type'], /^application\/xml/, path);
			await wellFormed(xml.text);
			assert.ok(tags(xml.text, 'page')[0].kind, path);
			assert.match(json.headers['content-type'], /^application\/json/, path);
			assert.equal(typeof json.json, 'object', path);
			assert.equal(xml.status, html.status, path);
			assert.equal(json.status, html.status, path);
			assert.ok(!/[\ue000-\uf8ff]/.test(html.text + xml.text + json.text), `${path}: a hole was left open`);
		}
	});

	it('HEAD is GET without the body', async () => {
		const who = await person(instance, lawyer), visitor = new Browser(instance);
		for (const [path, inside] of everyPage) {
			const asker = inside ? who : visitor;
			const get = await asker.get(path), head = await asker.request(path, { method: 'HEAD' });
			assert.equal(head.status, get.status, path);
			assert.equal(head.wire.length, 0, path);
			assert.equal(head.headers['content-type'], get.headers['content-type'], path);
			assert.equal(head.headers.etag, get.headers.etag, path);
		}
	});

	it('a method that a page does not have is 405 and Allow says which it has', async () => {
		const who = await person(instance, student);
		const cases = [['/', 'DELETE', 'GET, HEAD'], ['/', 'PUT', 'GET, HEAD'], ['/search', 'POST', 'GET, HEAD'],
			['/logout', 'GET', 'POST'], ['/login', 'PATCH', 'GET, HEAD, POST'], ['/public', 'POST', 'GET, HEAD'],
			['/theme', 'GET', 'POST'], ['/health', 'POST', 'GET, HEAD']];
		for (const [path, method, allow] of cases) {
			const answer = await who.request(path, { method });
			assert.equal(answer.status, 405, `${method} ${path}`);
			assert.equal(answer.headers.allow, allow, `${method} ${path}`);
		}
	});

	it('every answer carries the security headers', async () => {
		const who = await person(instance, lawyer), visitor = new Browser(instance);
		for (const [path, inside] of [...everyPage, ['/logout', true], ['/health', false]]) {
			const { headers } = await (inside ? who : visitor).get(path);
			assert.equal(headers['x-content-type-options'], 'nosniff', path);
			assert.equal(headers['referrer-policy'], 'same-origin', path);
			assert.match(headers['strict-transport-security'], /max-age=\d{8}/, path);
			const policy = headers['content-security-policy'];
			for (const part of ["object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"])
				assert.ok(policy.includes(part), `${path}: ${policy}`);
			assert.ok(!/unsafe-/.test(policy), path);
			assert.equal(headers['access-control-allow-origin'], undefined, path);
		}
	});

	it('http only sends on to https, with path and query', async () => {
		const answer = await bytes(instance, `GET ${to('/search?q=a%20b')} HTTP/1.1\r\nHost: localhost:${instance.httpPort}\r\nConnection: close\r\n\r\n`, { plain: true });
		assert.ok([301, 308].includes(answer.status), answer.head);
		assert.match(answer.head, new RegExp(`^Location: https://localhost:${instance.port}${to('/search').replace(/[/.]/g, '\\$&')}\\?q=a%20b\\s*$`, 'mi'));
	});

	it('http answers no other host than its own', async () => {
		const answer = await bytes(instance, 'GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n', { plain: true });
		assert.equal(answer.status, 421);
		assert.ok(!/^Location:.*evil/mi.test(answer.head));
	});

	if (instance.base !== '/')
		it('what lies outside the base is not there', async () => {
			for (const path of ['/', '/login', '/portalx', '/static/'])
				assert.equal((await new Browser(instance).get(path, { raw: true })).status, 404, path);
		});
}

function withoutSession(instance, it, to) {
	it('the visitor page lists what a visitor may have, and how to reach the desks', async () => {
		const { json } = await new Browser(instance).json('/public');
		const own = (await (await person(instance, nobody)).json('/')).json.services.map((s) => s.id);
		assert.deepEqual(json.services.map((s) => s.id), own);
		assert.ok(json.desks.length && json.desks.every((d) => d.name && d.ways.length));
		assert.ok(json.help.password);
	});

	it('the accessibility and privacy statements need no session', async () => {
		for (const path of ['/accessibility', '/privacy']) {
			const page = await new Browser(instance).get(path, { headers: { 'accept-language': 'en' } });
			assert.equal(page.status, 200);
			assert.match(page.text, /<h1/);
		}
	});

	it('/health says it lives; /ready and /metrics speak to listed addresses only', async () => {
		const here = new Browser(instance), there = new Browser(instance, { from: elsewhere() });
		assert.equal((await here.get('/health')).status, 200);
		const ready = await here.get('/ready');
		assert.equal(ready.status, 200);
		assert.equal(ready.json.ready, true);
		assert.ok(ready.json.revision > 0);
		const metrics = await here.get('/metrics');
		assert.match(metrics.headers['content-type'], /^text\/plain; version=0\.0\.4/);
		assert.match(metrics.text, /^loket_signin_total\{outcome="ok"\} \d+$/m);
		for (const path of ['/ready', '/metrics'])
			assert.equal((await there.get(path)).status, 404, path);
	});
}

/** One answer of a program on a shell: {status, head, body}. */
async function cgi(instance, program, variables, input) {
	const folder = path.join(root, process.env.O ?? `build/${process.env.MODE || 'rel'}`, 'cgi-bin');
	const env = {
		SERVER_PROTOCOL: 'HTTP/1.1', HTTP_HOST: 'localhost', REMOTE_ADDR: '127.0.0.1', HTTPS: 'on', REQUEST_METHOD: 'GET',
		...variables, REQUEST_URI: at(instance, variables.REQUEST_URI),
	};
	const { out, code } = await run(path.join(folder, `${program}.fcgi`), ['-c', path.join(instance.state, 'loket.xml')], { env, input });
	const end = out.indexOf('\r\n\r\n');
	return { code, head: out.slice(0, end), body: out.slice(end + 4), status: Number(/^Status: (\d+)/.exec(out)?.[1]) };
}

function shell(instance, it) {
	it('a program on a shell is plain CGI: the page that the front gives, a form, an end', async () => {
		const page = await cgi(instance, 'public', { REQUEST_URI: '/public' });
		assert.equal(page.code, 0);
		assert.equal(page.status, 200);
		assert.equal(page.body, (await new Browser(instance).get('/public')).text);
		const data = await cgi(instance, 'public', { REQUEST_URI: '/public', HTTP_ACCEPT: 'application/json' });
		assert.ok(JSON.parse(data.body).services.length > 0);
		assert.match((await cgi(instance, 'catalogue', { REQUEST_URI: '/' })).head, /^Status: 303 .*\r\nLocation: [^\r]*login/s);
		const form = 'theme=dark&return=%2Fpublic';
		const sent = await cgi(instance, 'public', {
			REQUEST_METHOD: 'POST', REQUEST_URI: '/theme', CONTENT_TYPE: 'application/x-www-form-urlencoded', CONTENT_LENGTH: String(form.length),
		}, form);
		assert.match(sent.head, /^Status: 303 .*Set-Cookie: __Host-loket-theme=dark/s);
	});
}

function outage(instance, it) {
	it('when no program runs people get the page for an outage; afterwards they are still signed in', async () => {
		const who = await person(instance, student);
		process.kill(instance.pid('loketd'), 'SIGKILL');
		await sleep(300);
		const down = await who.get('/');
		assert.equal(down.status, 503);
		assert.ok(Number(down.headers['retry-after']) > 0, 'Retry-After');
		assert.match(down.headers['content-type'], /^text\/html/);
		assert.match(down.text, /lang="nl"[^]*lang="en"|lang="en"[^]*lang="nl"/);
		assert.ok(down.ms < 3000, `${down.ms} ms`);
		assert.equal((await who.post('/login', { username: student, password: 'x' })).status, 503);
		const { code, err } = await instance.script('start');
		assert.equal(code, 0, err);
		await eventually('the portal is back', 5, async () => (await who.get('/')).status === 200);
	}, 90);
}

await main('flows', onFronts(undefined, flows));
