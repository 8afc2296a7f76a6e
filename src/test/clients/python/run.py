"""run.py SCENARIO: exit code 0 if it went as it should. Names are those of the scenarios for Node.js."""

import asyncio
import re
import sys

import scenarios

NAME = re.sub("[A-Z]", lambda capital: "_" + capital[0].lower(), sys.argv[1])
asyncio.run(asyncio.wait_for(getattr(scenarios, NAME)(), 60))
