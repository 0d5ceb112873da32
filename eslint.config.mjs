// The linters live in test/linters, with a lockfile of their own: `npm run lint` installs them.
import { createRequire } from 'node:module';

const require = createRequire(new URL('./test/linters/package.json', import.meta.url));
const js = require('@eslint/js');
const { config: n8n } = require('@n8n/node-cli/eslint');
const { defineConfig, globalIgnores } = require('eslint/config');
const globals = require('globals');
const typescript = require('typescript-eslint');

// The very plugin object that n8n registers: eslint refuses a second one of the same name.
const importX = n8n.find((entry) => entry.plugins?.['import-x']).plugins['import-x'];

const product = ['core/**/*.ts', 'credentials/**/*.ts', 'nodes/**/*.ts'];
const scripts = ['**/*.{js,mjs,cjs}'];

export default defineConfig(
	globalIgnores([
		'**/node_modules/',
		'**/dist/',
		'**/coverage/',
		'.pendo-nodes/',
		'test/engines/',
		'test/linters/',
	]),
	{
		linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
	},
	{
		name: "n8n's own rules, none switched off",
		files: [...product, 'package.json'],
		extends: [n8n],
	},
	{
		name: 'TypeScript',
		files: ['**/*.ts'],
		extends: [js.configs.recommended, typescript.configs.strict],
		languageOptions: {
			parserOptions: { project: './tsconfig.tools.json', tsconfigRootDir: import.meta.dirname },
		},
		rules: {
			eqeqeq: 'error',
			'no-console': 'error',
			'@typescript-eslint/await-thenable': 'error',
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/no-misused-promises': 'error',
			// With noUncheckedIndexedAccess a loop over bytes can read `bytes[i]!` only so.
			'@typescript-eslint/no-non-null-assertion': 'off',
			'@typescript-eslint/switch-exhaustiveness-check': [
				'error',
				{ considerDefaultExhaustiveForUnions: true },
			],
		},
	},
	{
		name: 'Programs talk to a terminal',
		files: ['bench/**/*.ts', 'emulator/**/*.ts', 'scripts/**/*.ts'],
		rules: { 'no-console': 'off' },
	},
	{
		name: 'JavaScript',
		files: scripts,
		extends: [js.configs.recommended],
		languageOptions: { globals: globals.node },
		rules: { eqeqeq: 'error' },
	},
	{
		name: 'CommonJS',
		files: ['**/*.{js,cjs}'],
		languageOptions: { sourceType: 'commonjs' },
	},
	{
		name: 'Pages of the emulator and of the Node-RED editor run in a browser',
		files: ['emulator/**/*.js', 'node-red/**/*.js'],
		languageOptions: { globals: globals.browser },
	},
	{
		name: "The Node-RED editor's own globals",
		files: ['node-red/resources/**/*.js'],
		languageOptions: { globals: { $: 'readonly', RED: 'readonly' } },
	},
	{
		name: 'Nothing of the product imports a tool, and nothing imports an adapter',
		files: ['**/*.ts', ...scripts],
		plugins: { 'import-x': importX },
		settings: n8n.find((entry) => entry.settings).settings,
		rules: {
			'import-x/no-restricted-paths': [
				'error',
				{
					zones: [
						{
							target: './core',
							from: './',
							except: ['./core'],
							message: 'core/ imports nothing but itself and node:crypto.',
						},
						{
							target: ['./emulator', './bench'],
							from: ['./credentials', './nodes', './node-red'],
							message: 'Nothing but tests and scripts may import an adapter.',
						},
						{
							target: ['./credentials', './nodes'],
							from: './node-red',
							message: 'The two hosts share core/, never each other.',
						},
						{
							target: './node-red',
							from: ['./credentials', './nodes'],
							message: 'The two hosts share core/, never each other.',
						},
						{
							target: ['./credentials', './nodes', './node-red'],
							from: ['./bench', './emulator', './scripts', './test'],
							message: 'What is published may not need what is not.',
						},
					],
				},
			],
		},
	},
	{
		name: 'core/ imports nothing but itself and node:crypto, and knows no host',
		files: ['core/**/*.ts'],
		rules: {
			'no-restricted-imports': [
				'error',
				{
					patterns: [
						{
							regex: '^(?!\\.{1,2}/|node:crypto$)',
							message: 'core/ imports nothing but itself and node:crypto.',
						},
					],
				},
			],
			'no-restricted-syntax': [
				'error',
				{
					selector: 'ImportExpression, TSImportEqualsDeclaration',
					message: 'core/ imports by plain import declarations, which the dependency rule sees.',
				},
				{
					selector:
						'Literal[value=/n8n|node-?red/i], TemplateElement[value.raw=/n8n|node-?red/i], Identifier[name=/n8n|node_?red/i]',
					message: 'core/ knows neither n8n nor Node-RED: the adapter names its host.',
				},
			],
		},
	},
);
