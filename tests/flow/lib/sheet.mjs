// The generator's answer sheet: which groups the portal must find for whom, and which the directory has.
import fs from 'node:fs';
import path from 'node:path';
import { root, run } from './instance.mjs';

const data = path.join(root, 'conf/sample');

/** In 500 groups and through them in 2,000 more; there from a thousand people on. */
export const MANY = 's2000500';

/** {uid, groups, directory} of the listed people, and of one in `every` of the others. */
export async function accounts(program, people, every, file) {
	const { code, err } = await run('sh', ['-c', 'exec "$0" "$@" >/dev/null', program, '--data', data, '--people', String(people),
		'--every', String(every), '--answers', file], { seconds: 600 });
	if (code)
		throw new Error(`loket-people: ${err}`);
	return fs.readFileSync(file, 'utf8').trim().split('\n').slice(1).map((line) => {
		const [uid, groups, , directory = ''] = line.split('\t');
		return { uid, groups: groups.split(' ').filter(Boolean), directory: directory.split(';').filter(Boolean) };
	});
}

/** A DN whatever way it is escaped. */
const plain = (dn) => Buffer.from(Buffer.from(dn).toString('latin1')
	.replace(/\\([0-9A-Fa-f]{2})/g, (all, hex) => String.fromCharCode(parseInt(hex, 16))).replace(/\\(.)/g, '$1'), 'latin1')
	.toString().toLowerCase();

const same = (a, b) => a.length === b.length && [...a].sort().join('\n') === [...b].sort().join('\n');

/** Whether the portal finds what the sheet says: {groups, directory} as yes or no, and how many groups of the directory. */
export async function compared(instance, { uid, groups, directory }) {
	const found = (await instance.answer('groups', uid)).groups.map((g) => g.id);
	const [account] = (await instance.answer('directory', uid)).accounts;
	return {
		groups: same(found, groups), count: account.groups.length,
		directory: account.complete && same(account.groups.map((g) => plain(g.dn)), directory.map(plain)),
	};
}
