package dev.roadstead.gateway;

import dev.roadstead.lab.RequiresLab;
import java.util.List;

/** Node.js and its package {@code dockerode} ({@code npm ci --prefix src/test/clients/node}). */
@RequiresLab({"docker", "registry"})
class DockerodeIT extends DockerClientScenarios {
    DockerodeIT() {
        super(
                "node",
                List.of("node", "src/test/clients/node/run.mjs", "./dockerode.mjs"),
                List.of("npm", "ls", "--prefix", "src/test/clients/node", "dockerode"));
    }

    @Override
    List<String> scenarios() {
        return OF_A_LIBRARY;
    }
}
