package dev.roadstead.gateway;

import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.net.URI;
import java.util.List;

/** Docker Compose as Debian 13 has it (docker-compose, 2.26), with a Docker of its age. */
@RequiresLab({"newer", "registry"})
class NewerComposeIT extends DockerClientScenarios {
    NewerComposeIT() {
        super(
                "compose",
                List.of("src/test/clients/compose/run.sh", Lab.newerCompose()),
                List.of(Lab.newerCompose(), "version"));
    }

    @Override
    List<String> scenarios() {
        return OF_COMPOSE;
    }

    @Override
    URI daemon() {
        return Lab.newerDocker();
    }
}
