// The examples in JSON of docs/page-document.md, and whether an answer looks like one.
import { read } from './instance.mjs';

export const manual = () => [...read('docs/page-document.md').matchAll(/```json\n([^]*?)```/g)].map((m) => JSON.parse(m[1]));

/** Where two values have not the same members of the same types; lists are alike when their first items are. */
export function unlike(example, live, where = '') {
	const kind = (v) => (v === null ? 'null' : Array.isArray(v) ? 'list' : typeof v);
	if (kind(example) !== kind(live))
		return [example, live].some((v) => v === null) ? [] : [`${where}: ${kind(example)}, not ${kind(live)}`];
	if (Array.isArray(example))
		return example.length && live.length ? unlike(example[0], live[0], `${where}[0]`) : [];
	if (kind(example) !== 'object')
		return [];
	const names = new Set([...Object.keys(example), ...Object.keys(live)]);
	return [...names].flatMap((name) => (name in example && name in live ? unlike(example[name], live[name], `${where}.${name}`)
		: [`${where}.${name} is ${name in example ? 'in the example only' : 'not in the example'}`]));
}
