// The pages of the portal as its programs know them: their own route tables.
import fs from 'node:fs';
import path from 'node:path';
import { root, run } from '../../flow/lib/instance.mjs';

/** [{method, path, guard, program}] of every program that was built. */
export async function routes() {
	const folder = path.join(root, process.env.O ?? `build/${process.env.MODE || 'rel'}`, 'cgi-bin'), found = [];
	const programs = fs.readdirSync(folder).filter((f) => f.endsWith('.fcgi')).sort();
	for (const program of programs) {
		const { code, out, err } = await run(path.join(folder, program), ['-r']);
		if (code)
			throw new Error(`${program} -r: ${err}`);
		for (const line of out.trim().split('\n'))
			found.push({ ...JSON.parse(line), program });
	}
	if (programs.length !== fs.readdirSync(path.join(root, 'cgi-bin')).filter((f) => f.endsWith('.c')).length)
		throw new Error('not every program of cgi-bin is built');
	return found;
}

/** Whether the portal has this route: "POST /services/{id}/requests". */
export async function has(route) {
	return (await routes()).some((r) => `${r.method} ${r.path}` === route);
}
