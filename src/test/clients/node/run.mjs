// node run.mjs [MODULE] SCENARIO: exit code 0 if it went as it should.
const name = process.argv.at(-1);
const scenarios = await import(process.argv.length > 3 ? process.argv[2] : './scenarios.mjs');
if (!scenarios[name]) {
  console.error(`no scenario ${name} (there are: ${Object.keys(scenarios).join(', ')})`);
  process.exit(2);
}
try {
  await scenarios[name]();
  process.exit(0);
} catch (failure) {
  console.error(failure);
  process.exit(1);
}
