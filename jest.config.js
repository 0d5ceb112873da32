/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: 'node',
	// Tests of the real n8n wait most of the time, and do so side by side.
	maxConcurrency: 8,
	testMatch: ['<rootDir>/test/**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/engines/', '<rootDir>/test/linters/'],
	modulePathIgnorePatterns: [
		'<rootDir>/dist/',
		'<rootDir>/node-red/dist/',
		'<rootDir>/test/engines/',
		'<rootDir>/test/linters/',
		'<rootDir>/.pendo-nodes/',
	],
	transform: {
		'^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }],
	},
};
