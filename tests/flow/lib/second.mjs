// A second directory of a university: a real slapd on a private socket, with a few people of its own.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { eventually } from './registry.mjs';
import { root, run } from './instance.mjs';

const base = 'dc=personeel,dc=example';

export class Second {
	/** instance: whose user may connect; people: { uid: { attribute: value or [values] } } */
	constructor(people) {
		this.people = people;
		this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'loket-second.'));
		this.socket = path.join(this.folder, 'slapd.sock');
		this.uri = `ldapi://${encodeURIComponent(this.socket)}`;
	}

	/** As <source> says it. */
	source(id, uri = this.uri) {
		return `<source id="${id}">
    <label xml:lang="nl">de personeelsadministratie</label>
    <label xml:lang="en">the staff records</label>
    <server uri="${uri}"/>
    <people base="${base}" filter="(objectClass=inetOrgPerson)" uid="uid" name="cn" key="entryUUID"/>
    <limits call-ms="2000" deadline-ms="2500"/>
  </source>`;
	}

	static dn(uid) {
		return `uid=${uid},${base}`;
	}

	ldif() {
		const entries = [`dn: ${base}\nobjectClass: domain\ndc: personeel\n`];
		for (const [uid, attributes] of Object.entries(this.people)) {
			const lines = Object.entries({ cn: uid, sn: uid, userPassword: `welkom-${uid}`, ...attributes })
				.flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}`));
			entries.push(`dn: ${Second.dn(uid)}\nobjectClass: inetOrgPerson\nobjectClass: eduPerson\nobjectClass: mwsPerson\nuid: ${uid}\n${lines.join('\n')}\n`);
		}
		return entries.join('\n');
	}

	async start() {
		const config = path.join(this.folder, 'slapd.conf'), schema = '/etc/ldap/schema';
		fs.mkdirSync(path.join(this.folder, 'db'));
		fs.writeFileSync(config, `${['core', 'cosine', 'inetorgperson', 'nis'].map((name) => `include ${schema}/${name}.schema\n`).join('')}
include ${root}/schema/ldap/loket-sample.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${this.folder}/slapd.pid
database mdb
suffix "${base}"
directory ${this.folder}/db
rootdn "gidNumber=${process.getgid()}+uidNumber=${process.getuid()},cn=peercred,cn=external,cn=auth"
index objectClass,uid,employeeNumber,mail,entryUUID eq
access to attrs=userPassword by anonymous auth by * none
access to * by * read
`);
		const { code, err } = await run('/usr/sbin/slapd', ['-T', 'add', '-q', '-f', config], { input: this.ldif() });
		if (code)
			throw new Error(`slapadd: ${err}`);
		this.launch(config);
		await eventually('the second directory answers', 10, async () => (await run('ldapwhoami',
			['-Q', '-Y', 'EXTERNAL', '-H', this.uri], { env: { LDAPNOINIT: '1' } })).code === 0);
		fs.chmodSync(this.folder, 0o755);
		fs.chmodSync(this.socket, 0o777);
		return this;
	}

	launch(config = path.join(this.folder, 'slapd.conf')) {
		this.process = spawn('/usr/sbin/slapd', ['-d', '0', '-f', config, '-h', this.uri], { stdio: 'ignore' });
	}

	async stop() {
		if (this.process && this.process.exitCode === null) {
			this.process.kill('SIGCONT');
			await new Promise((resolve) => {
				this.process.on('exit', resolve);
				this.process.kill();
			});
		}
		fs.rmSync(this.folder, { recursive: true, force: true });
	}

	async modify(text) {
		const { code, err } = await run('ldapmodify', ['-Q', '-Y', 'EXTERNAL', '-H', this.uri], { input: text, env: { LDAPNOINIT: '1' } });
		if (code)
			throw new Error(`ldapmodify: ${err}`);
	}
}
