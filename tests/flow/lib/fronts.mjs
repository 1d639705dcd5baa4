// The four ways the portal can be reached, and what tests share about them.
import { Instance, run } from './instance.mjs';

const all = [
	{ web: 'nginx', base: '/' },
	{ web: 'nginx', base: '/portal/' },
	{ web: 'apache', base: '/' },
	{ web: 'apache', base: '/portal/' },
];

/** FRONTS="nginx/ apache/portal/" chooses; else those wanted by the test. */
export function fronts(wanted = all.map((f) => f.web + f.base)) {
	const chosen = (process.env.FRONTS ?? '').split(' ').filter(Boolean);
	return all.filter((f) => (chosen.length ? chosen : wanted).includes(f.web + f.base));
}

/** A part of main() for each front. */
export function onFronts(wanted, tests, settings = {}) {
	return fronts(wanted).map((front) => ({
		name: `${front.web} ${front.base}`,
		start: () => new Instance({ ...front, ...settings }).start(),
		tests,
		stop: (instance) => instance?.stop(),
	}));
}

let source = 0;

/** An address on loopback that no other test has used: a /24 of its own for the throttle. */
export function elsewhere() {
	source++;
	return `127.${10 + Math.floor(source / 200)}.${source % 200 + 1}.1`;
}

export async function wellFormed(xml) {
	const { code, err } = await run('xmllint', ['--noout', '--nonet', '-'], { input: xml });
	if (code)
		throw new Error(`not well-formed: ${err.split('\n')[0]}`);
}

/** Where a path of the portal lands, as a Location says it. */
export const at = (instance, path) => instance.base + path.replace(/^\//, '');
