package dev.roadstead.gateway;

import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.util.List;

/** Node.js and its package {@code ws} ({@code npm ci --prefix src/test/clients/node}), with a real daemon behind the gateway. */
@RequiresLab("docker")
class NodeClientOnDockerIT extends ClientScenarios {
    NodeClientOnDockerIT() {
        super(
                "node",
                List.of("node", "src/test/clients/node/run.mjs"),
                List.of("npm", "ls", "--prefix", "src/test/clients/node", "ws"));
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
