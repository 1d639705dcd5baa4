// A second directory of a university: a real slapd on a private socket, with a few people of its own.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from './instance.mjs';
import { Slapd, slapdConf, usual } from './slapd.mjs';

const base = 'dc=personeel,dc=example';

const rights = `index objectClass,uid,employeeNumber,mail,entryUUID eq
access to attrs=userPassword by anonymous auth by * none
access to * by * read`;

export class Second extends Slapd {
	/** people: { uid: { attribute: value or [values] } } */
	constructor(people) {
		const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'loket-second.'));
		super(folder, {
			conf: slapdConf(folder, { suffix: base, more: rights, schemas: [...usual, '/etc/ldap/schema/nis.schema', `${root}/schema/ldap/loket-sample.schema`] }),
			ldif: Second.ldif(people),
		});
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

	static ldif(people) {
		const entries = [`dn: ${base}\nobjectClass: domain\ndc: personeel\n`];
		for (const [uid, attributes] of Object.entries(people)) {
			const lines = Object.entries({ cn: uid, sn: uid, userPassword: `welkom-${uid}`, ...attributes })
				.flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}`));
			entries.push(`dn: ${Second.dn(uid)}\nobjectClass: inetOrgPerson\nobjectClass: eduPerson\nobjectClass: mwsPerson\nuid: ${uid}\n${lines.join('\n')}\n`);
		}
		return entries.join('\n');
	}

	async start() {
		await super.start();
		fs.chmodSync(this.folder, 0o755);
		fs.chmodSync(this.socket, 0o777);
		return this;
	}

	async stop() {
		await super.stop();
		fs.rmSync(this.folder, { recursive: true, force: true });
	}
}
