package dev.roadstead.gateway;

import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** Node.js and its package {@code ws}; {@code npm ci --prefix src/test/clients/node} installs that. */
class NodeClientIT {
    private static final List<String> PROGRAM = List.of("node", "src/test/clients/node/run.mjs");
    private static final List<String> PROBE = List.of("npm", "ls", "--prefix", "src/test/clients/node", "ws");

    @Nested
    @RequiresLab("docker")
    class OnDocker extends ClientScenarios {
        OnDocker() {
            super("node", PROGRAM, PROBE);
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
            super("node", PROGRAM, PROBE);
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
