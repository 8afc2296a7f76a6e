"""run.py [MODULE] SCENARIO: exit code 0 if it went as it should. Names are those of the scenarios for Node.js."""

import asyncio
import importlib
import re
import sys

NAME = re.sub("[A-Z]", lambda capital: "_" + capital[0].lower(), sys.argv[-1])
outcome = getattr(importlib.import_module(sys.argv[1] if len(sys.argv) > 2 else "scenarios"), NAME)()
if outcome is not None:
    asyncio.run(asyncio.wait_for(outcome, 60))
