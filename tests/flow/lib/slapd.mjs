// A slapd of a test's own: a folder, a private socket, and nothing else.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { assert, eventually } from './registry.mjs';
import { run } from './instance.mjs';

const self = `gidNumber=${process.getgid()}+uidNumber=${process.getuid()},cn=peercred,cn=external,cn=auth`;
/** What every directory of people begins with. */
export const usual = ['core', 'cosine', 'inetorgperson'].map((s) => `/etc/ldap/schema/${s}.schema`);

/** The text of a configuration: the data below one suffix, the test as its master. more: lines of the database. */
export function slapdConf(folder, { suffix, schemas = usual, global = '', more = '' }) {
	return `${schemas.map((s) => `include "${s}"\n`).join('')}modulepath /usr/lib/ldap\nmoduleload back_mdb\n${global}
pidfile "${folder}/pid"\ndatabase mdb\nsuffix "${suffix}"\ndirectory "${folder}/db"\nrootdn "${self}"\n${more}\n`;
}

export class Slapd {
	/** conf, ldif: texts. The folder is made; conf may speak of it. */
	constructor(folder, { conf, ldif }) {
		this.folder = folder;
		this.socket = path.join(folder, 'ldapi');
		this.uri = `ldapi://${encodeURIComponent(this.socket)}`;
		// What was asked of it is counted in a tree that only the test may read.
		this.conf = `${conf}\ndatabase monitor\naccess to * by dn.exact="${self}" read by * none\n`;
		this.ldif = ldif;
	}

	async start() {
		const program = path.join(this.folder, 'slapd'), conf = path.join(this.folder, 'slapd.conf');
		fs.mkdirSync(path.join(this.folder, 'db'), { recursive: true });
		// A copy, as AppArmor may keep the system's own to its folders.
		fs.copyFileSync('/usr/sbin/slapd', program);
		fs.writeFileSync(conf, this.conf);
		const added = await run(program, ['-T', 'add', '-q', '-f', conf], { input: this.ldif });
		assert.equal(added.code, 0, added.err);
		this.process = spawn(program, ['-d', 'none', '-f', conf, '-h', this.uri], { stdio: 'ignore', cwd: this.folder });
		await eventually('the directory answers', 10, async () => (await run('ldapwhoami', ['-x', '-H', this.uri])).code === 0);
		return this;
	}

	async stop() {
		if (!this.process || this.process.exitCode !== null)
			return;
		const gone = new Promise((resolve) => this.process.once('exit', resolve));
		this.process.kill('SIGCONT');
		this.process.kill('SIGTERM');
		await gone;
	}

	/** LDIF as its master. */
	async modify(text) {
		const { code, err } = await run('ldapmodify', ['-Q', '-Y', 'EXTERNAL', '-H', this.uri], { input: text, env: { LDAPNOINIT: '1' } });
		assert.equal(code, 0, err);
	}

	/** Searches and binds that it has finished, without those of this question. */
	async operations() {
		const { out } = await run('ldapsearch', ['-Q', '-LLL', '-Y', 'EXTERNAL', '-H', this.uri, '-b', 'cn=Operations,cn=Monitor',
			'(|(cn=Bind)(cn=Search))', 'monitorOpInitiated'], { env: { LDAPNOINIT: '1' } });
		const [bind, search] = ['Bind', 'Search'].map((name) =>
			Number(new RegExp(`dn: cn=${name},[^]*?monitorOpInitiated: (\\d+)`).exec(out)?.[1]));
		this.asked = (this.asked ?? 0) + 1;
		return bind + search - 2 * this.asked;
	}
}

/** The data of a slapd that runs on mdb, as LDIF. */
export async function copyOf(folder) {
	const { code, out, err } = await run(path.join(folder, 'slapd'), ['-T', 'cat', '-f', path.join(folder, 'slapd.conf')]);
	assert.equal(code, 0, err);
	return out;
}
