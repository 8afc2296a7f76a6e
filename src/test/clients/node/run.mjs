// node run.mjs SCENARIO: exit code 0 if it went as it should.
import * as scenarios from './scenarios.mjs';

const name = process.argv[2];
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
