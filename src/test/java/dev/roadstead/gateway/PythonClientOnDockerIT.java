package dev.roadstead.gateway;

import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.util.List;

/** Python and its package {@code websockets}, as Debian has them (python3-websockets), with a real daemon behind the gateway. */
@RequiresLab("docker")
class PythonClientOnDockerIT extends ClientScenarios {
    PythonClientOnDockerIT() {
        super(
                "python",
                List.of("/usr/bin/python3", "src/test/clients/python/run.py"),
                List.of("/usr/bin/python3", "-c", "import websockets"));
    }

    @Override
    String engine() {
        return Lab.docker().toString();
    }

    @Override
    String talking() {
        return "n=0; while :; do echo tick $n; n=$((n+1)); sleep 0.05; done";
    }
}
