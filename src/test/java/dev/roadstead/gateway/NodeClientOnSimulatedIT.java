package dev.roadstead.gateway;

import java.util.List;

/** Node.js and its package {@code ws} ({@code npm ci --prefix src/test/clients/node}), with a simulated engine behind the gateway. */
class NodeClientOnSimulatedIT extends ClientScenarios {
    NodeClientOnSimulatedIT() {
        super(
                "node",
                List.of("node", "src/test/clients/node/run.mjs"),
                List.of("npm", "ls", "--prefix", "src/test/clients/node", "ws"));
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
