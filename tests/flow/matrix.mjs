// Every source of three × everything that can go wrong with it: signing in works within 3 s, nothing appears that is not there
// in good times, whatever depends on what is not known is away (also where a rule says "none of"), the page says which source
// did not answer, the other sources' groups are all there, and soon afterwards all is well. LONG=1: the whole product.
//
// In each source somebody is in cn=direct, that in cn=link, that in cn=top; somebody else is in none of them.
import fs from 'node:fs';
import path from 'node:path';
import { assert, eventually, main, test } from './lib/registry.mjs';
import { elsewhere } from './lib/fronts.mjs';
import { Browser } from './lib/http.mjs';
import { Instance, root, run, slowness } from './lib/instance.mjs';
import { LdapProxy } from './lib/ldapproxy.mjs';
import { copyOf, Slapd, slapdConf } from './lib/slapd.mjs';
import { personas } from './lib/campus.mjs';

const long = Boolean(process.env.LONG);
const inside = 's1001776', outside = 's1012345'; // in cn=top everywhere, and nowhere
const others = { staff: 'm', library: 'b' };     // sources beside campus, and how their account names begin
const labels = { campus: 'the campus directory', staff: 'the staff directory', library: 'the library register' };
const sources = Object.keys(labels);
const top = { campus: 'dc=merwestad,dc=example', staff: 'dc=staff', library: 'dc=library' };
const veil = 'access to filter=(businessCategory=veiled) by * none\n'; // what is hidden by an LDAP modification

// ---- what they hold ----

const group = (name, source, ...members) => [`dn: cn=${name},ou=groups,${top[source]}`, 'objectClass: groupOfNames', `cn: ${name}`,
	...members.map((m) => `member: ${m}`), '', ''].join('\n');

const chain = (source, account) => group('direct', source, account) + group('link', source, `cn=direct,ou=groups,${top[source]}`) +
	group('top', source, `cn=link,ou=groups,${top[source]}`);

const unit = (name, source) => `dn: ou=${name},${top[source]}\nobjectClass: organizationalUnit\n\n`;

function account(source, uid, key) {
	const name = others[source] + uid.slice(1);
	return `dn: uid=${name},ou=people,${top[source]}\nobjectClass: inetOrgPerson\nuid: ${name}\ncn: ${name}\nsn: ${name}
employeeNumber: ${key}\nuserPassword: welkom-${name}\n\n`;
}

function ldif(source, keys) {
	return `dn: ${top[source]}\nobjectClass: organization\nobjectClass: dcObject\no: ${source}\ndc: ${source}\n\n` +
		unit('people', source) + unit('groups', source) +
		`dn: cn=loket,${top[source]}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: loket\nuserPassword: ${source}-secret\n\n` +
		account(source, inside, keys[inside]) + account(source, outside, keys[outside]) +
		chain(source, `uid=${others[source] + inside.slice(1)},ou=people,${top[source]}`);
}

function startSlapd(instance, source, keys) {
	const folder = path.join(instance.state, source);
	return new Slapd(folder, {
		conf: slapdConf(folder, {
			suffix: top[source], global: 'localSSF 128\nsecurity simple_bind=128\n',
			more: `index objectClass,uid,member,employeeNumber,entryUUID eq\n${veil}access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="cn=loket,${top[source]}" read by * none`,
		}),
		ldif: ldif(source, keys),
	}).start();
}

/** The sample's own directory once more, so that its rights can be changed. */
async function startCampus(instance, people) {
	const real = path.join(instance.state, 'ldap'), folder = path.join(instance.state, 'campus');
	const conf = fs.readFileSync(path.join(real, 'slapd.conf'), 'utf8').replaceAll(`${real}/`, `${folder}/`);
	assert.ok(conf.includes('\naccess to attrs=userPassword'));
	return new Slapd(folder, {
		conf: conf.replace('\naccess to attrs=userPassword', `\n${veil}access to attrs=userPassword`),
		ldif: people + chain('campus', `uid=${inside},ou=people,${top.campus}`),
	}).start();
}

// ---- what the portal makes of them ----

const label = (text) => `<label xml:lang="nl">${text}</label><label xml:lang="en">${text}</label>`;

const groupsOf = (source) => `<group id="${source}_top">${label(source)}<ldap-group source="${source}" dn="CN=Top, ou=groups,${top[source]}"/></group>
<group id="${source}_not">${label(source)}<rule><none><in ref="${source}_top"/></none></rule></group>`;

const service = (id, audience) => `<service id="${id}" theme="account" owner="it" desk="it-desk">
<title xml:lang="nl">${id}</title><title xml:lang="en">${id}</title><summary xml:lang="nl">${id}</summary><summary xml:lang="en">${id}</summary>
<audience ${audience}/></service>`;

const servicesOf = (source) => service(`yes-${source}`, `any="${source}_top"`) +
	service(`without-${source}`, `any="everyone" none="${source}_top"`) + service(`not-${source}`, `any="${source}_not"`);

function content(instance) {
	const file = path.join(instance.state, 'loket.xml');
	const put = (name, end, more) => {
		const text = fs.readFileSync(path.join(root, 'conf/sample', name), 'utf8'), at = text.indexOf(end);
		fs.writeFileSync(path.join(instance.state, name), `${text.slice(0, at)}${sources.map(more).join('\n')}${text.slice(at)}`);
	};
	put('groups.xml', '</groups>', groupsOf);
	put('catalogue.xml', '<notice ', servicesOf);
	return fs.readFileSync(file, 'utf8')
		.replace(/groups="[^"]*\/groups.xml"/, `groups="${instance.state}/groups.xml"`)
		.replace(/catalogue="[^"]*\.xml"/, `catalogue="${instance.state}/catalogue.xml"`);
}

function sourceXml(instance, source, port) {
	fs.writeFileSync(path.join(instance.state, `${source}.secret`), `${source}-secret`, { mode: 0o400 });
	return `<source id="${source}"><label xml:lang="nl">${labels[source]}</label><label xml:lang="en">${labels[source]}</label>
<server uri="ldap://127.0.0.1:${port}"/><tls ca="${instance.state}/tls/ca.pem"/>
<bind dn="cn=loket,${top[source]}" secret="${instance.state}/${source}.secret"/>
<people base="ou=people,${top[source]}"/><groups base="ou=groups,${top[source]}"/></source>`;
}

function configure(instance, proxies, lastGood) {
	const port = /ldap:\/\/127\.0\.0\.1:\d+/;
	return content(instance)
		.replace(/<accounts[^]*?<\/accounts>\s*/, '')
		.replace(port, `ldap://127.0.0.1:${proxies.campus.port}`)
		.replace('<source id="campus">', `<session groups-fresh="5"/><accounts last-good="${lastGood}"><link><key attribute="eduPersonUniqueId employeeNumber"/></link></accounts>
<source id="campus">`)
		.replace('</loket>', `${Object.keys(others).map((s) => sourceXml(instance, s, proxies[s].port)).join('\n')}\n</loket>`);
}

/** session and accounts have their place in the order of the file. */
function ordered(text) {
	const session = /<session [^>]*>/.exec(text)[0];
	return text.replace(session, '').replace('<workers ', `${session}\n<workers `);
}

async function start() {
	const instance = await new Instance({ web: 'nginx', base: '/' }).start(), context = { instance, servers: {}, proxies: {} };
	try {
		await build(context);
	} catch (error) {
		await stop(context);
		throw error;
	}
	return context;
}

async function build({ instance, servers, proxies }) {
	const campus = await copyOf(path.join(instance.state, 'ldap')), keys = {};
	for (const uid of [inside, outside])
		keys[uid] = new RegExp(`\nuid: ${uid}\n[^]*?\neduPersonUniqueId: (.*)`).exec(campus)[1];
	servers.campus = await startCampus(instance, campus);
	for (const source of Object.keys(others))
		servers[source] = await startSlapd(instance, source, keys);
	for (const source of sources)
		proxies[source] = await new LdapProxy({
			upstream: servers[source].socket, key: path.join(instance.state, 'tls/ldap.key'), cert: path.join(instance.state, 'tls/ldap.pem'),
		}).start();
	fs.writeFileSync(path.join(instance.state, 'loket.xml'), ordered(configure(instance, proxies, 0)));
	const { code, err } = await instance.loketctl('import');
	assert.equal(code, 0, err);
	await instance.reconfigure((text) => text);
}

async function stop(context) {
	for (const source of sources) {
		await context?.proxies[source]?.stop();
		await context?.servers[source]?.stop();
	}
	await context?.instance.stop();
}

// ---- signing in, and what one sees ----

const nameIn = (source, uid) => (source === 'campus' ? uid : others[source] + uid.slice(1));

async function view(who) {
	const home = (await who.json('/?lang=en')).json, me = (await who.json('/me?lang=en')).json;
	return {
		services: home.services.map((s) => s.id), complete: home.complete, missing: home.missing.map((s) => s.label),
		groups: me.groups.map((g) => g.id), page: (await who.get('/?lang=en')).text,
	};
}

/** What somebody sees who signs in there; of who cannot: the answer. */
async function enter(instance, source, uid) {
	const who = new Browser(instance, { from: elsewhere() });
	const answer = await who.signIn(nameIn(source, uid), {}, { headers: { accept: 'application/json' } });
	assert.ok(answer.ms < 3000 * slowness, `signing in took ${Math.round(answer.ms)} ms`);
	const seen = answer.status === 303 ? await view(who) : { refused: answer };
	who.close();
	return seen;
}

const both = (instance, source) => Promise.all([inside, outside].map((uid) => enter(instance, source, uid)));

/** Signing in at one source after the other, when all are well: right, and what is compared with later. */
async function goodTimes(instance) {
	const good = {};
	for (const source of sources) {
		const [one, other] = good[source] = await both(instance, source);
		for (const [seen, is] of [[one, true], [other, false]]) {
			assert.ok(seen.complete, `${source}: ${seen.missing}`);
			for (const s of sources) {
				assert.equal(seen.services.includes(`yes-${s}`), is, `yes-${s}`);
				assert.equal(seen.services.includes(`without-${s}`), !is, `without-${s}`);
				assert.equal(seen.services.includes(`not-${s}`), !is, `not-${s}`);
			}
		}
	}
	return good;
}

const subset = (some, all, what) => assert.deepEqual(some.filter((one) => !all.includes(one)), [], what);

/** The source broke: nothing more is there than in good times, nothing that hangs on it, all that does not. */
function checkBroken(seen, good, source) {
	subset(seen.services, good.services, 'services that are not there in good times');
	subset(seen.groups, good.groups, 'groups that are not there in good times');
	assert.equal(seen.complete, false, 'the answer says it is whole');
	assert.ok(seen.missing.includes(labels[source]), `missing: ${seen.missing}`);
	assert.equal(seen.missing.length, 1, `missing: ${seen.missing}`);
	assert.ok(seen.page.toLowerCase().includes(`${labels[source]} did not answer`), 'the page has no notice');
	for (const id of [`without-${source}`, `not-${source}`])
		assert.ok(!seen.services.includes(id), `${id} is shown`);
	for (const s of sources.filter((other) => other !== source))
		for (const id of [`yes-${s}`, `without-${s}`, `not-${s}`])
			assert.equal(seen.services.includes(id), good.services.includes(id), id);
	if (source !== 'campus') // what hangs on no other source either
		subset(good.groups.filter((id) => !id.startsWith(source)), seen.groups, 'groups of other sources that are away');
}

const same = (a, b) => a.complete && String(a.services) === String(b.services) && String(a.groups) === String(b.groups);

async function allIsWell(instance, source, good) {
	let rounds = 0; // there are two programs to sign in with, and each has to know
	await eventually('all is well again', 5 * slowness, async () => {
		const seen = await both(instance, source);
		rounds = seen.every((one, i) => !one.refused && same(one, good[source][i])) ? rounds + 1 : 0;
		return rounds === 2;
	}, 100);
	await instance.sql('DELETE FROM session'); // or all would be read again and again
}

// ---- the product ----

const kinds = [
	['refuses', 'refuse'], ['hangs at connect', 'backlog'], ['hangs in TLS', 'tls'], ['hangs after bind', 'after-bind'],
	['closes in the middle of an answer', 'cut'], ['gives half an answer and falls silent', 'half'],
	['ends with result 3, time limit', 'result 3'], ['ends with result 4, size limit', 'result 4'],
	['ends with result 11, administrative limit', 'result 11'], ['ends with result 51, busy', 'result 51'],
	['ends with result 52, unavailable', 'result 52'], ['ends with result 32, no such base', 'result 32'],
	['refers elsewhere', 'referral'], ['is nothing but references', 'references'],
];
const searches = /^(after-bind|cut|half|result|refer)/; // faults that may also be about groups only

function cases() {
	const all = [];
	for (const [words, fault] of kinds)
		for (const source of sources)
			for (const below of searches.test(fault) ? [undefined, `ou=groups,${top[source]}`] : [undefined])
				for (const door of sources)
					all.push({ words: words + (below ? ', asked about groups' : ''), fault, source, below, door });
	if (long)
		return all;
	// One of each kind: the sources, the doors and the extents take turns.
	return kinds.map(([, fault], i) => {
		const mine = all.filter((c) => c.fault === fault && c.source === sources[i % 3]);
		return mine[(i * 2 + 1) % mine.length];
	});
}

function matrix({ instance, proxies }) {
	let good;
	test('in good times three sources make one person, whichever of them is signed in at', async () => {
		good = await goodTimes(instance);
	});
	for (const { words, fault, source, below, door } of cases())
		test(`${source} ${words}; signing in at ${door}`, async () => {
			await proxies[source].misbehave(fault, below);
			try {
				const seen = await both(instance, door);
				for (const [i, one] of seen.entries()) {
					if (one.refused && door === source && !below) {
						assert.equal(one.refused.status, 503, one.refused.text.slice(0, 300));
						assert.equal(one.refused.json.state, 'unreachable');
						continue;
					}
					assert.ok(!one.refused, `${one.refused?.status} ${one.refused?.text.slice(0, 200)}`);
					checkBroken(one, good[door][i], source);
				}
			} finally {
				await proxies[source].behave();
			}
			await allIsWell(instance, door, good);
		});
}

// ---- what cannot be seen from outside, and what can ----

function hidden({ instance, servers }) {
	const veiled = (source, how) => servers[source].modify(`dn: cn=link,ou=groups,${top[source]}\nchangetype: modify\n${how}: businessCategory\n` +
		(how === 'add' ? 'businessCategory: veiled\n' : ''));
	for (const source of long ? sources : ['staff'])
		test(`${source} hides a link of a chain: the answer is what it shows, and check finds it`, async () => {
			await veiled(source, 'add');
			try {
				let one;
				await eventually('it counts', 5, async () => {
					[one] = await both(instance, 'campus');
					return one.complete && !one.services.includes(`yes-${source}`);
				});
				for (const s of sources.filter((other) => other !== source))
					assert.ok(one.services.includes(`yes-${s}`), s);
				const { code, out } = await instance.loketctl('check');
				assert.equal(code, 1, out);
				assert.match(out, new RegExp(`^FAULT +links ${source} .*CN=Top, ou=groups,${top[source]}: cn=link`, 'im'));
			} finally {
				await veiled(source, 'delete');
			}
			const { code, out } = await instance.loketctl('check');
			assert.equal(code, 0, out);
			await eventually('it counts again', 5, async () => (await both(instance, 'campus'))[0].services.includes(`yes-${source}`));
		});
}

// ---- sessions that were there before ----

function sessions({ instance, proxies }) {
	test('a session that was there learns of it at the next refresh, and again when it is over', async () => {
		const who = new Browser(instance, { from: elsewhere() });
		assert.equal((await who.signIn(inside)).status, 303);
		await proxies.staff.misbehave('result 4', `ou=groups,${top.staff}`);
		await eventually('it learns', 12, async () => {
			const { complete, missing, services } = (await who.json('/?lang=en')).json, ids = services.map((s) => s.id);
			return !complete && String(missing.map((s) => s.label)) === labels.staff && !ids.includes('yes-staff') &&
				!ids.includes('without-staff') && ids.includes('yes-library');
		}, 500);
		await proxies.staff.behave();
		await eventually('it learns again', 12, async () => (await who.json('/')).json.complete, 500);
		assert.ok((await who.json('/')).json.services.some((s) => s.id === 'yes-staff'));
	});
}

// ---- what was said lately ----

function standIn({ instance, proxies }) {
	const lastGood = (seconds) => instance.reconfigure((text) => text.replace(/last-good="\d+"/, `last-good="${seconds}"`));
	test('what a source said lately stands in for a yes, and never for a no', async () => {
		await lastGood(900);
		try {
			const good = await both(instance, 'campus');
			await proxies.staff.misbehave('refuse');
			const [one, other] = await both(instance, 'campus');
			for (const [i, seen] of [one, other].entries()) {
				subset(seen.services, good[i].services, 'services that are not there in good times');
				assert.ok(!seen.services.includes('without-staff') && !seen.services.includes('not-staff'));
			}
			assert.ok(one.services.includes('yes-staff') && one.services.includes('yes-library'));
			assert.ok(!other.complete && other.missing.includes(labels.staff), 'nothing that was said could stand in for a no');
		} finally {
			await proxies.staff.behave();
			await lastGood(0);
		}
	});
}

// ---- an attribute in parts ----

function parts({ instance, servers, proxies }) {
	test('an attribute of the person that the server gives out in parts is read to its end', async () => {
		const who = `uid=parts,ou=people,${top.staff}`, names = Array.from({ length: 7 }, (_, i) => `part ${i + 1}`);
		const file = path.join(instance.state, 'parts.xml'), text = fs.readFileSync(path.join(instance.state, 'loket.xml'), 'utf8');
		const add = (entries) => entries.split('\n\n').filter(Boolean).map((e) => e.replace('\n', '\nchangetype: add\n')).join('\n\n');
		const sees = names.map((name) => `seeAlso: cn=${name},ou=groups,${top.staff}\n`).join('');
		await servers.staff.modify(add(names.map((name) => group(name, 'staff', `cn=nobody,${top.staff}`)).join('') +
			`dn: ${who}\nobjectClass: inetOrgPerson\nuid: parts\ncn: parts\nsn: parts\n${sees}`));
		fs.writeFileSync(file, text.replace(/<source id="(campus|library)">[^]*?<\/source>/g, '')
			.replace(`<groups base="ou=groups,${top.staff}"/>`, `<groups base="ou=groups,${top.staff}"><named attribute="seeAlso"/></groups>`));
		for (const most of [1, 2, 3, 7, 100]) {
			proxies.staff.parts = { attribute: 'seeAlso', most };
			proxies.staff.partsAsked = 0;
			const { code, out, err } = await instance.loketctl('-c', file, 'directory', 'parts');
			assert.equal(code, 0, out + err);
			assert.deepEqual([...out.matchAll(/^group +cn=(part \d)/gm)].map(([, name]) => name).sort(), names, `${most} at a time`);
			assert.equal(proxies.staff.partsAsked, Math.ceil(7 / most) - 1, `${most} at a time`);
		}
		proxies.staff.parts = null;
	});
}

// ---- how much it asks ----

function operations({ instance, servers }) {
	test('signing in asks the directory no more than a few questions', async () => {
		const counts = [];
		for (let i = 0; i < 3; i++) // both programs connect, and read what is kept for a minute
			await both(instance, 'campus');
		for (const { uid: id } of personas) {
			await instance.sql('DELETE FROM session'); // nobody else is asked about meanwhile
			const before = await servers.campus.operations();
			assert.equal((await new Browser(instance, { from: elsewhere() }).signIn(id)).status, 303, id);
			counts.push([await servers.campus.operations() - before, id]);
		}
		counts.sort(([a], [b]) => a - b);
		console.log(`  operations at the campus server per sign-in: median ${counts[counts.length >> 1][0]}, ` +
			`${counts.map(([n, id]) => `${id} ${n}`).join(', ')}`);
		// The first sign-in of each of the two processes also asks what the group file's DNs are called here.
		assert.ok(counts.at(-3)[0] <= 16, counts.at(-3).join());
	}, 120);
}

await main('matrix', [{
	name: 'three sources', start, stop,
	tests: (context) => {
		matrix(context);
		hidden(context);
		sessions(context);
		standIn(context);
		parts(context);
		operations(context);
	},
}]);
