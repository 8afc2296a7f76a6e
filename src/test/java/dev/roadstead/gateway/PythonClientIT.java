package dev.roadstead.gateway;

import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** Python and its package {@code websockets}, as Debian has them (python3-websockets). */
class PythonClientIT {
    private static final List<String> PROGRAM = List.of("/usr/bin/python3", "src/test/clients/python/run.py");
    private static final List<String> PROBE = List.of("/usr/bin/python3", "-c", "import websockets");

    @Nested
    @RequiresLab("docker")
    class OnDocker extends ClientScenarios {
        OnDocker() {
            super("python", PROGRAM, PROBE);
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

    @Nested
    class OnTheSimulatedEngine extends ClientScenarios {
        OnTheSimulatedEngine() {
            super("python", PROGRAM, PROBE);
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
}
