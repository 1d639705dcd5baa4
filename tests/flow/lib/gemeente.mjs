// A town hall on the same programs: its own directory, groups, desks and catalogue, from
// tests/institutions/gemeente and nothing else.
import fs from 'node:fs';
import path from 'node:path';
import { assert } from './registry.mjs';
import { Browser, person } from './http.mjs';
import { Instance, read, root } from './instance.mjs';
import { Slapd, slapdConf } from './slapd.mjs';

const files = path.join(root, 'tests/institutions/gemeente');
const { people, date, lang } = JSON.parse(read(path.join(files, 'expected.json')));

function directory(folder) {
	return new Slapd(folder, {
		conf: slapdConf(folder, { suffix: 'dc=zeedorp,dc=example' }),
		ldif: fs.readFileSync(path.join(files, 'gemeente.ldif'), 'utf8'),
	}).start();
}

function configuration(text, folder, uri) {
	fs.writeFileSync(path.join(folder, 'ldap.secret'), 'zeedorp-loket');
	fs.chmodSync(path.join(folder, 'ldap.secret'), 0o400);
	return text
		.replace(/groups="[^"]*"/, `groups="${files}/groups.xml"`)
		.replace(/desks="[^"]*"/, `desks="${files}/desks.xml"`)
		.replace(/catalogue="[^"]*\.xml"/, `catalogue="${files}/catalogue.xml"`)
		.replace(/texts="[^"]*"/, `texts="${files}/pages"`)
		.replace(/<organisation [^>]*>[^<]*<\/organisation>\s*/g, '')
		.replace('<host ', '<organisation xml:lang="nl">Gemeente Zeedorp</organisation>\n    <host ')
		.replace(/ password="[^"]*" activate="[^"]*"/, '')
		.replace(/<source [^]*<\/source>/, `<source id="mensen">
    <label xml:lang="nl">de inwonersgids</label>
    <server uri="${uri}"/>
    <bind dn="cn=loket,ou=systeem,dc=zeedorp,dc=example" secret="${folder}/ldap.secret"/>
    <people base="ou=mensen,dc=zeedorp,dc=example" filter="(objectClass=inetOrgPerson)" login="uid" uid="uid" name="displayName"
            lang="preferredLanguage" key="entryUUID" decoy="uid=decoy,ou=systeem,dc=zeedorp,dc=example"/>
    <groups base="ou=groepen,dc=zeedorp,dc=example"/>
  </source>`);
}

async function compare(instance) {
	for (const [uid, expected] of Object.entries(people)) {
		const held = await instance.answer('groups', uid);
		assert.deepEqual(held.hats, expected.hats, uid);
		assert.deepEqual(held.groups.map((g) => g.id).sort(), [...expected.groups].sort(), uid);
		const { services } = await instance.answer('catalogue', uid, '--date', date, '--lang', lang);
		assert.deepEqual(services.map((s) => s.id), expected.services, uid);
		assert.deepEqual(services.filter((s) => s.state === 'closed').map((s) => s.id), expected.closed, uid);
		const who = await person(instance, uid);
		assert.deepEqual((await who.json(`/?lang=${lang}`)).json.services.map((s) => s.id), expected.services, uid);
		assert.match((await who.get('/')).text, /Gemeente Zeedorp/);
	}
}

export async function gemeente() {
	const instance = await new Instance({ now: `${date}T12:00` }).start();
	const folder = path.join(instance.state, 'zeedorp');
	let server;
	try {
		server = await directory(folder);
		const file = path.join(instance.state, 'loket.xml');
		fs.writeFileSync(file, configuration(fs.readFileSync(file, 'utf8'), folder, server.uri));
		const { code, err } = await instance.loketctl('import');
		assert.equal(code, 0, err);
		await instance.reconfigure((text) => text);
		await compare(instance);
		const page = (await new Browser(instance).get('/login')).text;
		assert.ok(!/Merwestad|universit/i.test(page), 'a word of the sample is on the page');
	} finally {
		await server?.stop();
		await instance.stop();
	}
}
