package dev.roadstead.gateway;

import dev.roadstead.lab.RequiresLab;
import java.util.List;

/** Python and its package {@code docker}, as Debian has them (python3-docker). */
@RequiresLab({"docker", "registry"})
class PythonDockerIT extends DockerClientScenarios {
    PythonDockerIT() {
        super(
                "python",
                List.of("/usr/bin/python3", "src/test/clients/python/run.py", "docker_client"),
                List.of("/usr/bin/python3", "-c", "import docker"));
    }

    /** To be attached, the package sends no headers but its own, so no credentials either. */
    @Override
    DockerAddress address(String scenario) {
        return scenario.equals("isAttachedWithInputAndItsEnd") ? socket() : super.address(scenario);
    }

    @Override
    List<String> scenarios() {
        return OF_A_LIBRARY;
    }
}
