// The one right catalogue, counted again: written from the rules in tests/campus/README.md and the
// files beside it, from nothing else, so that it can disagree with the portal.
import fs from 'node:fs';
import path from 'node:path';
import { root } from './instance.mjs';

const folder = path.join(root, 'tests/campus');

/** RFC 4180, with a header row: a list of objects. */
export function csv(text) {
	const rows = [[]];
	let cell = '', quoted = false;
	for (let i = 0; i < text.length; i++) {
		const c = text[i];
		if (quoted) {
			if (c !== '"')
				cell += c;
			else if (text[i + 1] === '"')
				cell += text[++i];
			else
				quoted = false;
		} else if (c === '"') {
			quoted = true;
		} else if (c === ',' || c === '\n') {
			rows.at(-1).push(cell);
			cell = '';
			if (c === '\n')
				rows.push([]);
		} else if (c !== '\r') {
			cell += c;
		}
	}
	if (cell)
		rows.at(-1).push(cell);
	const [header, ...rest] = rows.filter((row) => row.length);
	return rest.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ''])));
}

const words = (text) => text.split(' ').filter(Boolean);
const file = (name) => fs.readFileSync(path.join(folder, name), 'utf8');

const groups = new Map(csv(file('groups.csv')).map((g) => [g.id, { ...g, parents: words(g.parents), hat: g.hat === 'yes' }]));
export const personas = csv(file('personas.csv')).map((p) => ({ ...p, groups: words(p.groups), hats: words(p.hats) }));
export const services = file('services.jsonl').split('\n').filter(Boolean).map((line) => JSON.parse(line));

const order = [...groups.keys()];

/** A group and everything above it. */
function chain(id) {
	const seen = new Set(), todo = [id];
	for (let next; (next = todo.pop());) {
		if (seen.has(next))
			continue;
		seen.add(next);
		todo.push(...groups.get(next).parents);
	}
	return seen;
}

function union(sets) {
	const all = new Set();
	for (const set of sets)
		for (const id of set)
			all.add(id);
	return all;
}

/** Rule 1. */
function held(assigned) {
	const all = union([...assigned.map(chain), chain('everyone')]);
	if (![...all].some((id) => groups.get(id).hat && id !== 'visitor'))
		return union([all, chain('visitor')]);
	return all;
}

const hatsOf = (all) => order.filter((id) => all.has(id) && groups.get(id).hat);

/** Rule 2. */
function under(all, hat) {
	const counted = new Set(['everyone']);
	const parents = union([...all].map((id) => new Set(groups.get(id).parents)));
	for (const id of all) {
		const above = chain(id);
		const free = !parents.has(id) && ![...above].some((a) => groups.get(a).hat);
		if (above.has(hat) || free)
			for (const a of above)
				counted.add(a);
	}
	return counted;
}

/** Rule 8: month-day, both ends included, perhaps over the turn of the year. */
function open(service, date) {
	const day = date.slice(5);
	return !service.windows.length || service.windows.some(({ from, to }) =>
		(from <= to ? from <= day && day <= to : day >= from || day <= to));
}

/** Rule 5. */
function way(service, counted) {
	const variant = service.variants.find((v) => counted.has(v.group));
	return { variant: variant ? variant.group : null, desk: variant?.desk || service.desk };
}

function entry(service, person, date) {
	const hats = person.hats.filter((hat) => {
		const counted = person.under.get(hat);
		return service.audience.any.some((id) => counted.has(id)) && !service.audience.none.some((id) => counted.has(id));
	});
	const isOpen = open(service, date);
	if (!hats.length || (!isOpen && service.windows[0].outside === 'hidden'))
		return null;
	const variants = [];
	for (const hat of hats) {
		const { variant, desk } = way(service, person.under.get(hat));
		const same = variants.find((v) => v.variant === variant && v.desk === desk);
		if (same)
			same.hats.push(hat);
		else
			variants.push({ hats: [hat], variant, desk });
	}
	const topics = service.topics.map((topic) => ({
		id: topic.id, desk: topic.desk,
		hats: hats.filter((hat) => !topic.groups.length || topic.groups.some((id) => person.under.get(hat).has(id))),
	})).filter((topic) => topic.hats.length);
	const ranks = Object.entries(service.priority).filter(([id]) => person.all.has(id)).map(([, value]) => value);
	return { id: service.id, rank: ranks.length ? Math.max(...ranks) : 10, state: isOpen ? 'open' : 'closed', hats, variants, topics };
}

/** Everything a person with these assigned groups sees on that day, in order. */
export function catalogue(assigned, date, lang) {
	const all = held(assigned);
	const hats = hatsOf(all).filter((hat, _, list) => hat !== 'visitor' || list.length === 1);
	const person = { all, hats, under: new Map(hats.map((hat) => [hat, under(all, hat)])) };
	const { compare } = new Intl.Collator(lang);
	const titles = new Map(services.map((s) => [s.id, s.title[lang] || s.title.nl]));
	return services.map((service) => entry(service, person, date)).filter(Boolean).sort((a, b) =>
		b.rank - a.rank || compare(titles.get(a.id), titles.get(b.id)) || (a.id < b.id ? -1 : 1));
}

export function hats(assigned) {
	const list = hatsOf(held(assigned));
	return list.length > 1 ? list.filter((hat) => hat !== 'visitor') : list;
}

export function allGroups(assigned) {
	return order.filter((id) => held(assigned).has(id));
}

/** What of the portal's entry the rules speak about. */
export function shape(service) {
	return {
		id: service.id, rank: service.rank, state: service.state, hats: service.hats,
		variants: service.variants.map(({ hats: h, variant, desk }) => ({ hats: h, variant: variant ?? null, desk })),
		topics: service.topics.map(({ id, desk, hats: h }) => ({ id, desk, hats: h })),
	};
}
