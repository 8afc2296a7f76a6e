package dev.roadstead.gateway;

import dev.roadstead.lab.RequiresLab;
import java.util.List;

/** Docker Compose as Debian 12 has it (docker-compose, 1.29). */
@RequiresLab({"docker", "registry"})
class ComposeIT extends DockerClientScenarios {
    ComposeIT() {
        super(
                "compose",
                List.of("src/test/clients/compose/run.sh", "docker-compose"),
                List.of("docker-compose", "version"));
    }

    @Override
    List<String> scenarios() {
        return OF_COMPOSE;
    }
}
