package dev.roadstead.gateway;

import java.util.List;

/** Python and its package {@code websockets}, as Debian has them (python3-websockets), with a simulated engine behind the gateway. */
class PythonClientOnSimulatedIT extends ClientScenarios {
    PythonClientOnSimulatedIT() {
        super(
                "python",
                List.of("/usr/bin/python3", "src/test/clients/python/run.py"),
                List.of("/usr/bin/python3", "-c", "import websockets"));
    }

    @Override
    String engine() {
        return "simulated:///";
    }

    @Override
    String talking() {
        return "tick 0.05";
    }
}
