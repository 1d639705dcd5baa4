// A small test registry: tests are sentences, run one after the other, and say why they failed.
import assert from 'node:assert/strict';
import path from 'node:path';

const tests = [];
const wanted = process.env.T ? new RegExp(process.env.T) : null;
const suite = path.basename(path.dirname(process.argv[1])); // the folder says which: flow, browser

export { assert };

/** A test: what it claims, as a sentence, and the function that would find out otherwise. */
export function test(sentence, run, seconds = 60) {
	tests.push({ sentence, run, seconds });
}

function within(promise, seconds) {
	let timer;
	const late = new Promise((_, reject) => {
		timer = setTimeout(() => reject(new Error(`took more than ${seconds} s`)), seconds * 1000);
	});
	return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function reason(error) {
	const text = String(error?.message ?? error);
	const at = String(error?.stack ?? '').split('\n').find((line) => line.includes('/tests/'));
	return text.split('\n').slice(0, 14).join('\n    ') + (at ? `\n    ${at.trim()}` : '');
}

/** Runs what was registered so far and forgets it: [passed, failed]. */
async function drain() {
	let passed = 0, failed = 0;
	for (const { sentence, run, seconds } of tests.splice(0)) {
		if (wanted && !wanted.test(sentence))
			continue;
		const began = performance.now();
		try {
			await within(Promise.resolve().then(run), seconds);
			passed++;
			if (process.env.V)
				console.log(`  ok ${sentence} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
		} catch (error) {
			failed++;
			console.log(`  FAILED ${sentence}\n    ${reason(error)}`);
		}
	}
	return [passed, failed];
}

/** The end of every test file: each part starts what it needs, registers tests, and they run before
 * the next part starts. A part is { name, start() → context, tests(context), stop(context) }. */
export async function main(name, parts) {
	let passed = 0, failed = 0;
	for (const part of parts) {
		let context;
		try {
			context = await part.start?.();
			part.tests(context);
			const [ok, bad] = await drain();
			passed += ok;
			failed += bad;
		} catch (error) {
			tests.length = 0;
			failed++;
			console.log(`  FAILED ${part.name} could not be set up\n    ${reason(error)}`);
		}
		try {
			await part.stop?.(context);
		} catch (error) {
			failed++;
			console.log(`  FAILED ${part.name} did not end well\n    ${reason(error)}`);
		}
	}
	console.log(`${suite} ${name}: ${passed} passed, ${failed} failed`);
	process.exit(failed || (!passed && !wanted) ? 1 : 0);
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until the answer is true; throws with `what` when seconds are over. Gives the ms it took. */
export async function eventually(what, seconds, ask, pause = 100) {
	const began = Date.now();
	let last;
	while (Date.now() - began < seconds * 1000) {
		try {
			if (await ask())
				return Date.now() - began;
			last = undefined;
		} catch (error) {
			last = error;
		}
		await sleep(pause);
	}
	throw new Error(`${what}: not within ${seconds} s${last ? ` (${last.message})` : ''}`);
}
