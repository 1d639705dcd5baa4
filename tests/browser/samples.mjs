// What to open for each route of the programs. A route that is new needs a line here, or the tests fail:
// "GET /path" → a list of { name, as, path, status }, where `as` is who looks (nobody signed in when absent).
// A route that answers data and not a page says which type. With `screen` it is in docs/screens under that name.
import { both, employee, nobody, press, student } from './lib/chromium.mjs';

/** The form of a service, filled in and sent. */
const sending = (service, text) => async (tab, portal) => {
	await tab.goto(portal.address(`/services/${service}`));
	await tab.locator('form[action$="/requests"] textarea[name=text]').fill(text);
	return press(tab, 'form[action$="/requests"] button[type=submit]');
};

const data = (path, type, more = {}) => [{ name: path, path, type, ...more }];

export const samples = {
	'GET /': [
		{ name: 'home of two hats', screen: 'home', path: '/', as: both },
		{ name: 'home of a student', screen: 'home-student', path: '/', as: student },
		{ name: 'home of somebody in no group', path: '/', as: nobody },
		{ name: 'home, one hat of two chosen', path: '/?hat=employee', as: both },
		{ name: 'home, one theme', screen: 'theme', path: '/?theme=print', as: both },
	],
	'GET /search': [
		{ name: 'search', screen: 'search', path: '/search?q=wifi', as: both },
		{ name: 'search, empty', path: '/search?q=', as: both },
		{ name: 'search, nothing found', screen: 'search-nothing', path: '/search?q=qqxzzy', as: both },
		{ name: 'search, other words and spelling', path: '/search?q=netid+eduraom', as: student },
	],
	'GET /search/suggest': [
		{ name: 'suggestions', screen: 'suggestions', path: '/search/suggest?q=wach', as: both },
		{ name: 'suggestions, none', path: '/search/suggest?q=qqxzzy', as: both },
	],
	'GET /services/{id}': [
		{ name: 'service with two ways', screen: 'service', path: '/services/print', as: both },
		{ name: 'service with one way', path: '/services/print', as: student },
		{ name: 'service with topics', path: '/services/card-lost', as: both },
		{ name: 'service that is closed', screen: 'service-closed', path: '/services/exam-reg', as: both },
	],
	'GET /requests': [
		{ name: 'requests', screen: 'requests', path: '/requests', as: both },
		{ name: 'requests, none yet', path: '/requests', as: nobody },
	],
	'GET /requests/{number}': [
		{ name: 'request that was sent', screen: 'request', as: both, open: sending('wifi', 'De wifi valt weg.') },
		{ name: 'request without an answer to a question', as: both, status: 422, open: sending('net-wired', '') },
	],
	'GET /notices.atom': data('/notices.atom', /^application\/atom\+xml/, { as: both }),
	'GET /me/data': data('/me/data', /^application\/json/, { as: both }),
	'GET /public/notices.atom': data('/public/notices.atom', /^application\/atom\+xml/),
	'GET /opensearch.xml': data('/opensearch.xml', /^application\/opensearchdescription\+xml/),
	'GET /me': [
		{ name: 'about me, two hats', screen: 'me', path: '/me', as: both },
		{ name: 'about me, employee', path: '/me', as: employee },
		{ name: 'about me, many groups', path: '/me', as: 'm420911' },
		{ name: 'about me, all groups unfolded', as: 'm420911', open: async (tab, portal) => {
			const answer = await tab.goto(portal.address('/me'));
			await tab.locator('details.more > summary').press('Enter');
			await tab.locator('details.more[open]').waitFor();
			return answer;
		} },
		{ name: 'about me, no group', path: '/me', as: nobody },
	],
	'GET /login': [
		{ name: 'sign-in', screen: 'login', path: '/login' },
		{ name: 'sign-in, on the way to a page', path: '/login?return=%2Fservices%2Fwifi' },
	],
	'GET /public': [{ name: 'for visitors', screen: 'public', path: '/public' }],
	'GET /accessibility': [{ name: 'accessibility statement', screen: 'accessibility', path: '/accessibility' }],
	'GET /privacy': [{ name: 'privacy statement', screen: 'privacy', path: '/privacy' }],
	'GET /health': data('/health', /^application\/json/),
	'GET /ready': data('/ready', /^application\/json/),
	'GET /metrics': data('/metrics', /^text\/plain/),
};
