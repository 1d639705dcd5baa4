// Debian's Chromium on an instance of the portal: one browser, a context per person and language.
import { chromium } from 'playwright-core';
import { Browser } from '../../flow/lib/http.mjs';
import { Instance } from '../../flow/lib/instance.mjs';
import { elsewhere } from '../../flow/lib/fronts.mjs';

export const now = '2026-11-23T10:00';
export const both = 's1001776', student = 's1012345', employee = 'm388420', nobody = 'u0000001';
export const languages = ['nl', 'en'];

export class Portal {
	async start() {
		this.instance = await new Instance({ now }).start();
		this.browser = await chromium.launch({
			executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
			args: ['--no-sandbox', '--disable-dev-shm-usage', `--host-resolver-rules=MAP elsewhere.example 127.0.0.1`],
		});
		this.contexts = new Map();
		return this;
	}

	async stop() {
		await this.browser?.close();
		await this.instance?.stop();
	}

	address(path) {
		return this.instance.address(path);
	}

	/** A window of its own, with the session of uid (or none) and a language; settings are Playwright's. */
	async context(uid, lang = 'nl', settings = {}) {
		const context = await this.browser.newContext({ ignoreHTTPSErrors: true, locale: lang, reducedMotion: 'reduce', ...settings });
		const cookies = { '__Host-loket-lang': lang };
		if (uid) {
			const visitor = await new Browser(this.instance, { from: elsewhere() }).enter(uid);
			for (const [name, value] of visitor.jar)
				cookies[name] = value;
			cookies['__Host-loket-lang'] = lang;
			visitor.close();
		}
		await context.addCookies(Object.entries(cookies).map(([name, value]) => ({
			name, value, url: this.address('/'), secure: true,
		})));
		return context;
	}

	/** The same, kept for the next who asks. */
	shared(uid, lang) {
		const key = `${uid} ${lang}`;
		if (!this.contexts.has(key))
			this.contexts.set(key, this.context(uid, lang));
		return this.contexts.get(key);
	}

	/** A fresh page; body runs with it and it is closed. */
	async tab(uid, lang, body, settings) {
		const own = settings ? await this.context(uid, lang, settings) : null;
		const tab = await (own ?? await this.shared(uid, lang)).newPage();
		try {
			return await body(tab);
		} finally {
			await tab.close();
			await own?.close();
		}
	}
}

/** Presses what leads to another page, and waits for that. */
export async function press(tab, what) {
	const target = typeof what === 'string' ? tab.locator(what).first() : what;
	const [response] = await Promise.all([tab.waitForNavigation(), target.click()]);
	return response;
}

/** Signs in through the form as it stands. */
export async function fillSignIn(tab, uid, password = `welkom-${uid}`) {
	await tab.fill('#username', uid);
	await tab.fill('#password', password);
	return press(tab, 'main button[type=submit]');
}

/** Runs body over all items, a few at a time. */
export async function together(items, body, lanes = 2) {
	const queue = [...items];
	await Promise.all(Array.from({ length: lanes }, async () => {
		for (let item = queue.shift(); item; item = queue.shift())
			await body(item);
	}));
}
